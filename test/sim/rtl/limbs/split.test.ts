import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetAssertion, Netlist, NetMemory, NetNode } from '../../../../hdl-gen/ir/netlist.ts';
import { createBatchSimulator } from '../../../../sim/rtl/batch.ts';
import { compileNetlist } from '../../../../sim/rtl/compile/compile.ts';
import { createEvaluator } from '../../../../sim/rtl/evaluate.ts';
import { joinLimbs, limbOf } from '../../../../sim/rtl/limbs/join.ts';
import { splitWide } from '../../../../sim/rtl/limbs/split.ts';
import { createSimulator, type Engine } from '../../../../sim/rtl/simulator.ts';
import { netlistBuilder } from '../netlist-builder.ts';
import { buildRandom, recipe, wideRecipe, wordUpTo } from '../random-netlist.ts';

const engines: readonly Engine[] = ['wasm', 'js-interpreter'];
const top = (1n << 130n) - 1n;

/** An accumulator of 130 bits and a copy of its input with sign. */
function accumulator(assertions: readonly NetAssertion[] = []): Netlist {
  const b = netlistBuilder('accumulator');
  const step = b.input('step', 100, true);
  const enable = b.input('enable', 1);
  const sum = b.register('core.sum', 130, false, (1n << 129n) + 5n);
  const last = b.register('core.last', 100, true, null);
  b.drive(sum, b.add({ op: 'add', args: [sum, step], width: 130, signed: false }), enable);
  b.drive(last, step);
  b.output('sum', sum);
  b.output('small', b.add({ op: 'lt', args: [last, sum], width: 1, signed: false }));
  return { ...b.netlist(), assertions };
}

/** A memory with one port each way; addresses of 70 bits. */
function memory(init: NetMemory['init'], shape: { readonly width: number; readonly signed: boolean }) {
  const b = netlistBuilder('memory');
  const address = b.input('address', 70);
  const data = b.input('data', 90, true);
  const write = b.input('write', 1);
  const read = b.add({ op: 'memoryRead', memory: 0, port: 0, ...shape });
  b.memories.push({
    name: 'words',
    ...shape,
    depth: 3,
    init,
    reads: [{ address, enable: null, node: read }],
    writes: [{ address, data, enable: write }],
  });
  b.output('word', read);
  return b.netlist();
}

describe('a netlist of narrow values', () => {
  it('comes back as it is, so it costs nothing', () => {
    fc.assert(
      fc.property(recipe, (choices) => {
        const netlist = buildRandom(choices);
        const split = splitWide(netlist);
        expect(split.netlist).toBe(netlist);
        expect(split.registers).toEqual(netlist.registers.map((_, index) => [index]));
        expect(split.inputs).toEqual(netlist.inputs.map((_, index) => [index]));
        expect(split.outputs).toEqual(netlist.outputs.map((_, index) => [index]));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a netlist with wide values', () => {
  it('becomes one of at most 64 bits, arguments before their readers', () => {
    fc.assert(
      fc.property(wideRecipe, (choices) => {
        const { netlist } = splitWide(buildRandom(choices));
        for (const { width } of [...netlist.nodes, ...netlist.registers, ...netlist.memories])
          expect(width).toBeLessThanOrEqual(64);
        netlist.nodes.forEach((node, id) => {
          if ('args' in node) for (const arg of node.args) expect(arg).toBeLessThan(id);
        });
        netlist.registers.forEach(({ node }, register) => {
          expect(netlist.nodes[node]).toMatchObject({ op: 'register', register });
        });
        netlist.inputs.forEach(({ node }, input) => {
          expect(netlist.nodes[node]).toMatchObject({ op: 'input', input });
        });
      }),
      { numRuns: 100 },
    );
  });

  it('computes the same in the golden model, reset values with it', () => {
    fc.assert(
      fc.property(wideRecipe, fc.array(wordUpTo(200), { minLength: 12, maxLength: 12 }), (choices, words) => {
        const whole = buildRandom(choices);
        const { netlist, inputs, outputs, registers } = splitWide(whole);
        const [expected, found] = [createEvaluator(whole), createEvaluator(netlist)];
        const joined = (limbs: readonly number[], limbAt: (place: number) => bigint, format: NetNode): bigint =>
          joinLimbs(limbs.map(limbAt), format);
        for (let clock = 0; clock < 4; clock += 1) {
          inputs.forEach((limbs, input) => {
            const word = words[3 * clock + input]!;
            expected.inputs[input] = word;
            for (const [index, place] of limbs.entries()) found.inputs[place] = limbOf(word, index);
          });
          expected.settle();
          found.settle();
          const seen = [
            ...outputs.map((limbs, index) =>
              joined(limbs, (at) => found.values[netlist.outputs[at]!.node]!, whole.nodes[whole.outputs[index]!.node]!),
            ),
            ...registers.map((limbs, index) =>
              joined(limbs, (at) => found.registers[at]!, whole.nodes[whole.registers[index]!.node]!),
            ),
          ];
          expect(seen).toEqual([...whole.outputs.map(({ node }) => expected.values[node]!), ...expected.registers]);
          expected.tick();
          found.tick();
        }
      }),
      { numRuns: 100 },
    );
  });

  it('must be split before it is compiled', () => {
    expect(() => compileNetlist(accumulator())).toThrow('a value of 100 bits is not split into limbs');
  });
});

describe.each(engines)('wide values under their own names, %s', (engine) => {
  it('peek, poke, reset, checkpoint and toggles', () => {
    const sim = createSimulator(accumulator(), { engine, toggles: true });
    expect(sim.engine).toBe(engine);
    expect(sim.registers).toEqual(['core.sum', 'core.last']);
    expect(sim.port('step')).toMatchObject({ width: 100, signed: true, direction: 'input' });
    expect(sim.port('sum')).toMatchObject({ width: 130, signed: false, direction: 'output' });
    sim.port('step').writeBig(-6n);
    expect(sim.port('step').readBig()).toBe(-6n);
    sim.port('enable').write(1);
    sim.cycle();
    expect([sim.peek('core.sum'), sim.peek('core.last')]).toEqual([(1n << 129n) - 1n, -6n]);
    // 2^129 + 5 becomes 2^129 - 1: all 130 bits but the two ones of 5; in 100 bits -6 has two zeros.
    expect([...sim.toggles!()]).toEqual([128, 98]);
    const back = sim.checkpoint();
    sim.poke('core.sum', top + 2n);
    expect(sim.peek('core.sum')).toBe(1n);
    sim.port('step').writeBig(1n << 99n);
    sim.cycle();
    expect(sim.port('sum').readBig()).toBe(1n);
    expect([sim.peek('core.sum'), sim.peek('core.last')]).toEqual([top + 2n - (1n << 99n), -(1n << 99n)]);
    back.restore();
    expect([sim.peek('core.sum'), sim.peek('core.last')]).toEqual([(1n << 129n) - 1n, -6n]);
    expect(sim.port('step').readBig()).toBe(-6n);
    expect([...sim.toggles!()]).toEqual([128, 98]);
    sim.reset();
    expect([sim.peek('core.sum'), sim.peek('core.last')]).toEqual([(1n << 129n) + 5n, 0n]);
    sim.port('step').write(-3);
    expect(sim.port('step').read()).toBe(-3);
    sim.settle();
    expect(sim.port('small').read()).toBe(1);
  });

  it('an assertion on them fails in its clock', () => {
    const netlist = accumulator();
    const small = netlist.outputs[1]!.node;
    const watched = { name: 'grows', node: small, message: 'the sum is larger', place: 'a.ts:1:1' };
    const sim = createSimulator({ ...netlist, assertions: [watched] }, { engine });
    sim.cycle(2);
    sim.poke('core.sum', 0n);
    expect(() => sim.cycle(2)).toThrow("the assertion 'grows' does not hold in clock 2: the sum is larger");
  });

  it.each([
    ['Int8Array', Int8Array.of(-1, 5)],
    ['BigInt64Array', BigInt64Array.of(-1n, 5n)],
    ['bigints', [-1n, 5n]],
  ] as const)('a memory with initial words as %s, and addresses beyond it', (_, init) => {
    for (const shape of [
      { width: 90, signed: true },
      { width: 120, signed: false },
    ]) {
      const sim = createSimulator(memory(init, shape), { engine });
      const at = (address: bigint, data: bigint | null): bigint => {
        sim.port('address').writeBig(address);
        sim.port('data').writeBig(data ?? 0n);
        sim.port('write').write(data === null ? 0 : 1);
        sim.cycle();
        sim.settle();
        return sim.port('word').readBig();
      };
      const own = (value: bigint): bigint =>
        shape.signed ? BigInt.asIntN(shape.width, value) : BigInt.asUintN(shape.width, value);
      expect([0n, 1n, 2n].map((address) => at(address, null))).toEqual([own(-1n), 5n, 0n]);
      for (const outside of [3n, 1n << 64n, (1n << 65n) + 1n, (1n << 70n) - 1n]) expect(at(outside, 7n)).toBe(0n);
      expect([0n, 1n, 2n].map((address) => at(address, null))).toEqual([own(-1n), 5n, 0n]);
      const word = -(1n << 80n) - 12345n;
      expect(at(2n, word)).toBe(0n);
      expect(at(2n, null)).toBe(own(word));
    }
  });
});

describe('wide values in a batch', () => {
  it('are ports and registers of every lane, counted together', () => {
    const batch = createBatchSimulator(accumulator(), { lanes: 4, shared: ['enable'], toggles: true });
    expect(batch.port('step')).toMatchObject({ width: 100, signed: true, varies: true });
    batch.port('enable').writeAll(1);
    const steps = [-6n, 1n << 64n, -(1n << 99n), 0n];
    steps.forEach((step, lane) => {
      batch.port('step').writeBig(lane, step);
    });
    batch.cycle();
    steps.forEach((step, lane) => {
      expect(batch.peek('core.sum', lane)).toBe((1n << 129n) + 5n + step);
      expect(batch.peek('core.last', lane)).toBe(step);
    });
    expect([0, 1, 2, 3].map((lane) => [...batch.toggles!(lane)])).toEqual([
      [128, 98],
      [1, 1],
      [31, 1],
      [0, 0],
    ]);
    expect([...batch.toggles!()]).toEqual([160, 100]);
    batch.reset();
    expect(batch.peek('core.sum', 2)).toBe((1n << 129n) + 5n);
  });

  it('are written for all lanes where they are shared', () => {
    const batch = createBatchSimulator(accumulator(), { lanes: 4, shared: ['step', 'enable'], toggles: true });
    expect(() => batch.port('step').writeBig(1, 1n)).toThrow(
      "the input 'step' is shared by all lanes and cannot be written in lane 1 alone",
    );
    batch.port('step').writeAll((1n << 98n) + 1n);
    batch.cycle();
    expect(batch.peek('core.last', 3)).toBe((1n << 98n) + 1n);
    expect([...batch.toggles!()]).toEqual([0, 8]);
  });
});
