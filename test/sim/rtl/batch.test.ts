import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { type BatchSimulator, createBatchSimulator, type LaneCount } from '../../../sim/rtl/batch.ts';
import type { Limits } from '../../../sim/rtl/compile/limits.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';
import type { Simulator } from '../../../sim/rtl/simulator.ts';
import { netlistBuilder } from './netlist-builder.ts';
import { buildRandom, recipe, wideRecipe, wordUpTo } from './random-netlist.ts';

function observeLane(batch: BatchSimulator, lane: number): Record<string, bigint> {
  const seen: Record<string, bigint> = {};
  for (const { name } of batch.netlist.outputs) seen[`output ${name}`] = batch.port(name).readBig(lane);
  for (const { name } of batch.netlist.registers) seen[`register ${name}`] = batch.peek(name, lane);
  return seen;
}

function observe(sim: Simulator): Record<string, bigint> {
  const seen: Record<string, bigint> = {};
  for (const { name } of sim.netlist.outputs) seen[`output ${name}`] = sim.port(name).readBig();
  for (const name of sim.registers) seen[`register ${name}`] = sim.peek(name);
  return seen;
}

/** Another stimulus in every lane, from one row: numbers that stay near the row's own values in some lanes. */
function inLane(value: bigint, lane: number): bigint {
  if (lane % 4 === 0) return value + BigInt(lane);
  return lane % 4 === 1 ? value >> BigInt(lane) : value * BigInt(2 * lane + 1) - BigInt(lane << lane);
}

function expectLanes(
  netlist: Netlist,
  lanes: LaneCount,
  limits: Limits,
  shared: readonly string[],
  stimuli: readonly (readonly bigint[])[],
): void {
  const batch = createBatchSimulator(netlist, { lanes, limits, shared, toggles: true });
  const singles = Array.from({ length: lanes }, () => createInterpreter(netlist, true));
  for (let pass = 0; pass < 2; pass++) {
    stimuli.forEach((stimulus, clock) => {
      netlist.inputs.forEach(({ name }, index) => {
        const value = stimulus[index] ?? 0n;
        singles.forEach((single, lane) => {
          if (shared.includes(name)) single.port(name).writeBig(value);
          else {
            single.port(name).writeBig(inLane(value, lane));
            batch.port(name).writeBig(lane, inLane(value, lane));
          }
        });
        if (shared.includes(name)) batch.port(name).writeAll(value);
      });
      if (clock % 3 === 1) {
        batch.settle();
        singles.forEach((single, lane) => {
          single.settle();
          expect(observeLane(batch, lane), `lane ${lane} settled in clock ${clock}`).toEqual(observe(single));
        });
      }
      const clocks = clock % 4 === 3 ? 2 : 1;
      batch.cycle(clocks);
      singles.forEach((single, lane) => {
        single.cycle(clocks);
        expect(observeLane(batch, lane), `lane ${lane}, clock ${clock}, pass ${pass}`).toEqual(observe(single));
      });
    });
    singles.forEach((single, lane) => {
      expect(batch.toggles!(lane), `toggles of lane ${lane}, pass ${pass}`).toEqual(single.toggles!());
    });
    const sums = netlist.registers.map((_, index) =>
      singles.reduce((sum, single) => sum + single.toggles!()[index]!, 0),
    );
    expect([...batch.toggles!()]).toEqual(sums);
    batch.reset();
    for (const single of singles) single.reset();
  }
}

const stimuli = (widest: number) =>
  fc.array(fc.array(wordUpTo(widest), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 6 });
const limits: fc.Arbitrary<Limits> = fc.record({
  chunkNodes: fc.constantFrom(1, 3, 2000),
  chunkDeferred: fc.constantFrom(1, 800),
  smallestBranch: fc.constantFrom(0, 4, 12, 1000),
});
const sharedInputs = fc.subarray(['in_0', 'in_1', 'in_2']);

const runs = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 5000 : 200;

describe('several stimuli at once', () => {
  it.each([
    ['up to 64 bits', recipe, 64, runs],
    ['up to 200 bits, in limbs', wideRecipe, 200, Math.ceil(runs / 2)],
  ] as const)(
    'computes in every lane what a single run computes, %s',
    (_, choices, widest, numRuns) => {
      fc.assert(
        fc.property(
          choices,
          fc.constantFrom<LaneCount>(4, 8, 16),
          limits,
          sharedInputs,
          stimuli(widest),
          (choices, lanes, chosen, shared, inputs) => {
            const known = shared.filter((name) => Number(name.slice(3)) < choices.inputs.length);
            expectLanes(buildRandom(choices), lanes, chosen, known, inputs);
          },
        ),
        { numRuns },
      );
    },
    120_000,
  );

  it('comes back to a checkpoint: state, memories, inputs, clocks and toggles', () => {
    fc.assert(
      fc.property(
        fc.oneof(recipe, wideRecipe),
        fc.constantFrom<LaneCount>(4, 8, 16),
        limits,
        stimuli(200),
        stimuli(200),
        (choices, lanes, chosen, before, after) => {
          const netlist = buildRandom(choices);
          const batch = createBatchSimulator(netlist, { lanes, limits: chosen, toggles: true });
          const run = (rows: readonly (readonly bigint[])[]): unknown[] =>
            rows.map((row) => {
              netlist.inputs.forEach(({ name }, index) => {
                for (let lane = 0; lane < lanes; lane++) batch.set(name, inLane(row[index] ?? 0n, lane), lane);
              });
              batch.cycle();
              return Array.from({ length: lanes }, (_, lane) => [
                batch.cycleCount,
                observeLane(batch, lane),
                netlist.inputs.map(({ name }) => batch.get(name, lane)),
                netlist.memories.map(({ name, depth }) =>
                  Array.from({ length: depth }, (_, address) => batch.word(name, address, lane)),
                ),
                batch.toggles!(lane),
              ]);
            });
          run(before);
          const inputs = () =>
            netlist.inputs.map(({ name }) => Array.from({ length: lanes }, (_, lane) => batch.get(name, lane)));
          const held = inputs();
          const first = batch.checkpoint();
          const seen = run(after);
          const second = batch.checkpoint();
          for (const { name } of netlist.registers) batch.pokeAll(name, -1n);
          run(before.toReversed());
          first.restore();
          expect(batch.cycleCount).toBe(first.cycleCount);
          expect(inputs()).toEqual(held);
          expect(run(after)).toEqual(seen);
          batch.reset();
          second.restore();
          expect(batch.cycleCount).toBe(before.length + after.length);
          expect(batch.toggles!(lanes - 1)).toEqual((seen.at(-1) as unknown[][]).at(-1)!.at(-1));
        },
      ),
      { numRuns: runs / 8 },
    );
  }, 120_000);

  it('reads and writes by hierarchical name: ports, registers, words of memories', () => {
    fc.assert(
      fc.property(
        fc.oneof(recipe, wideRecipe),
        fc.constantFrom<LaneCount>(4, 8, 16),
        sharedInputs,
        stimuli(200),
        (choices, lanes, shared, rows) => {
          const netlist = buildRandom(choices);
          const known = shared.filter((name) => Number(name.slice(3)) < choices.inputs.length);
          const batch = createBatchSimulator(netlist, { lanes, shared: known });
          const each = Array.from({ length: lanes }, (_, lane) => ({
            lane,
            engines: [createInterpreter(netlist), createCompiled(netlist)],
          }));
          const varying = netlist.registers.filter(({ name }) => {
            try {
              batch.poke(name, 0, batch.peek(name, 0));
              return true;
            } catch {
              return false;
            }
          });
          rows.forEach((row, clock) => {
            netlist.inputs.forEach(({ name }, index) => {
              const value = row[index] ?? 0n;
              if (known.includes(name)) batch.set(name, value);
              else for (const { lane } of each) batch.set(name, inLane(value, lane), lane);
              for (const { lane, engines } of each)
                for (const engine of engines) engine.set(name, known.includes(name) ? value : inLane(value, lane));
            });
            if (clock === 1) {
              for (const { name } of varying) {
                for (const { lane, engines } of each) {
                  batch.poke(name, lane, inLane(77n, lane));
                  for (const engine of engines) engine.poke(name, inLane(77n, lane));
                }
              }
            }
            batch.cycle();
            for (const { lane, engines } of each) {
              for (const engine of engines) {
                engine.cycle();
                for (const { name } of [...netlist.inputs, ...netlist.outputs, ...netlist.registers])
                  expect(batch.get(name, lane), `${name}, lane ${lane}, clock ${clock}`).toBe(engine.get(name));
                for (const { name, depth } of netlist.memories)
                  for (let address = 0; address < depth; address++)
                    expect(batch.word(name, address, lane), `${name}[${address}], lane ${lane}`).toBe(
                      engine.word(name, address),
                    );
              }
            }
          });
        },
      ),
      { numRuns: runs / 8 },
    );
  }, 120_000);

  it.each([
    ['words', [1, 8, 33, 64], 64],
    ['limbs', [8, 65, 128], 130],
  ] as const)('compares and shifts the corners of every pair of formats, in %s', (_, widths, widest) => {
    const formats = widths.flatMap((width) => [false, true].map((signed) => ({ width, signed })));
    for (const left of formats) {
      for (const right of formats) {
        const b = netlistBuilder('corners');
        const args = [b.input('a', left.width, left.signed), b.input('b', right.width, right.signed)] as const;
        for (const op of ['eq', 'lt', 'shlBy', 'shrBy', 'mul', 'cat'] as const) {
          const width = op === 'eq' || op === 'lt' ? 1 : widest;
          b.output(op, b.add({ op, args, width, signed: left.signed }));
        }
        const corners = [0n, 1n, -1n, 1n << 63n, (1n << 63n) - 1n, 1n << BigInt(widest - 2), 7n, 64n];
        const netlist = b.netlist();
        const batch = createBatchSimulator(netlist);
        const single = createInterpreter(netlist);
        for (const a of corners) {
          for (let lane = 0; lane < 16; lane++) {
            batch.port('a').writeBig(lane, a);
            batch.port('b').writeBig(lane, corners[lane % 8]! + BigInt(lane >> 3));
          }
          batch.settle();
          single.port('a').writeBig(a);
          for (let lane = 0; lane < 16; lane++) {
            single.port('b').writeBig(batch.port('b').readBig(lane));
            single.settle();
            expect(observeLane(batch, lane), JSON.stringify({ left, right, lane })).toEqual(observe(single));
          }
        }
      }
    }
  });

  it('branches where all registers choose by one shared condition', () => {
    const b = netlistBuilder('choice');
    const choose = b.input('in_0', 1);
    const data = b.input('in_1', 16, true);
    const rows = Array.from({ length: 12 }, (_, index) => b.register(`r_${index}`, 32, true, BigInt(index)));
    rows.forEach((row, index) => {
      const product = b.add({ op: 'mul', args: [data, rows[(index + 5) % 12]!], width: 48, signed: true });
      const sum = b.add({ op: 'add', args: [row, product], width: 32, signed: true });
      b.drive(row, b.add({ op: 'mux', args: [choose, rows[(index + 1) % 12]!, sum], width: 32, signed: true }));
    });
    const inputs = [0n, 1n, 1n, 0n, 1n].map((bit, clock) => [bit, BigInt(clock * 1234 + 7)]);
    for (const shared of [['in_0'], []]) {
      for (const smallestBranch of [0, 1000]) {
        expectLanes(b.netlist(), 16, { chunkNodes: 20, chunkDeferred: 3, smallestBranch }, shared, inputs);
      }
    }
  });

  it('refuses a word that a memory does not have, and one lane of a register that all share', () => {
    const b = netlistBuilder('shared');
    b.drive(b.register('counter', 8), b.input('x', 8));
    const address = b.constant(0n, 2);
    const node = b.add({ op: 'memoryRead', memory: 0, port: 0, width: 8, signed: false });
    const reads = [{ address, enable: null, node }];
    b.memories.push({ name: 'core.rom', width: 8, signed: false, depth: 3, init: [5n, 6n, 7n], reads, writes: [] });
    b.output('y', node);
    const netlist = b.netlist();
    const batch = createBatchSimulator(netlist, { shared: ['x'] });
    expect(() => batch.poke('counter', 3, 1n)).toThrow(
      "the register 'counter' is, at least in part, the same in all lanes and cannot be written in lane 3 alone; use pokeAll",
    );
    batch.pokeAll('counter', 300n);
    expect(batch.get('counter', 15)).toBe(44n);
    for (const word of [
      (address: number) => batch.word('core.rom', address, 2),
      (address: number) => createCompiled(netlist).word('core.rom', address),
      (address: number) => createInterpreter(netlist).word('core.rom', address),
    ]) {
      expect([word(0), word(2)]).toEqual([5n, 7n]);
      expect(() => word(3)).toThrow("the memory 'core.rom' has no word 3; use a whole number from 0 to 2 [SIM_MEMORY]");
    }
    expect(() => batch.word('rom', 0, 0)).toThrow(
      "there is no memory named 'rom' (did you mean 'core.rom'?); use one of core.rom",
    );
  });

  it('says which lane or port it does not have', () => {
    const b = netlistBuilder('pass');
    b.output('y', b.input('x', 8));
    const netlist = b.netlist();
    expect(() => createBatchSimulator(netlist, { shared: ['z'] })).toThrow("there is no port named 'z'");
    const batch = createBatchSimulator(netlist, { shared: ['x'] });
    expect(() => batch.port('x').write(3, 1)).toThrow(
      "the input 'x' is shared by all lanes and cannot be written in lane 3 alone",
    );
    expect(() => batch.port('y').read(16)).toThrow('there is no lane 16; use a whole number from 0 to 15');
    expect(() => batch.port('y').writeAll(1)).toThrow("the port 'y' is an output");
    expect(() => batch.port('q')).toThrow("there is no port named 'q'");
    expect(() => batch.peek('r', 0)).toThrow("there is no register named 'r'");
    expect(() => batch.get('r', 0)).toThrow("there is no port, register or net named 'r'");
    expect(() => batch.get('y', 16)).toThrow('there is no lane 16');
    expect(() => batch.set('y', 1)).toThrow("the port 'y' is an output");
    expect(() => batch.word('m', 0, 0)).toThrow(
      "there is no memory named 'm'; the netlist has no memories [SIM_MEMORY]",
    );
  });
});
