import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { defaultLimits, type Limits } from '../../../sim/rtl/compile/limits.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';
import type { Simulator } from '../../../sim/rtl/simulator.ts';
import * as writePorts from './cases/write-ports-out-of-order.ts';
import { netlistBuilder } from './netlist-builder.ts';
import { buildRandom, recipe, wideRecipe, wordUpTo } from './random-netlist.ts';

/** Everything that can be seen from outside after a clock. */
function observe(sim: Simulator): Record<string, bigint> {
  const seen: Record<string, bigint> = {};
  for (const { name } of sim.netlist.outputs) seen[`output ${name}`] = sim.port(name).readBig();
  for (const name of sim.registers) seen[`register ${name}`] = sim.peek(name);
  return seen;
}

function applyInputs(sim: Simulator, stimulus: readonly bigint[]): void {
  sim.netlist.inputs.forEach(({ name }, index) => {
    sim.port(name).writeBig(stimulus[index] ?? 0n);
  });
}

function expectSame(netlist: Netlist, limits: Limits, stimuli: readonly (readonly bigint[])[], toggles = false): void {
  const golden = createInterpreter(netlist, toggles);
  const compiled = createCompiled(netlist, { limits, toggles });
  for (let pass = 0; pass < 2; pass += 1) {
    stimuli.forEach((stimulus, clock) => {
      applyInputs(golden, stimulus);
      applyInputs(compiled, stimulus);
      if (clock % 3 === 1) {
        golden.settle();
        compiled.settle();
        expect(observe(compiled), `settled in clock ${clock} of pass ${pass}`).toEqual(observe(golden));
      }
      const clocks = clock % 5 === 4 ? 2 : 1;
      golden.cycle(clocks);
      compiled.cycle(clocks);
      expect(observe(compiled), `clock ${clock} of pass ${pass}`).toEqual(observe(golden));
    });
    expect(compiled.toggles?.(), `toggles of pass ${pass}`).toEqual(golden.toggles?.());
    golden.reset();
    compiled.reset();
    expect(observe(compiled)).toMatchObject(
      Object.fromEntries(golden.registers.map((name) => [`register ${name}`, golden.peek(name)])),
    );
  }
}

const stimuli = (widest: number) =>
  fc.array(fc.array(wordUpTo(widest), { minLength: 3, maxLength: 3 }), { minLength: 4, maxLength: 12 });
const limits: fc.Arbitrary<Limits> = fc.record({
  chunkNodes: fc.constantFrom(1, 2, 5, 2000),
  chunkDeferred: fc.constantFrom(1, 800),
  smallestBranch: fc.constantFrom(0, 4, 12, 1000),
});

const runs = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 20_000 : 800;

describe('compiled code against the golden model', () => {
  it.each([
    ['up to 64 bits', recipe, 64],
    ['up to 200 bits, in limbs', wideRecipe, 200],
  ] as const)('computes the same in every clock of random netlists, %s', (_, choices, widest) => {
    fc.assert(
      fc.property(choices, limits, stimuli(widest), fc.boolean(), (choices, chosen, inputs, toggles) => {
        expectSame(buildRandom(choices), chosen, inputs, toggles);
      }),
      { numRuns: runs },
    );
  });

  it('keeps the order of write ports that had to be deferred', () => {
    expectSame(writePorts.netlist, writePorts.limits, writePorts.stimuli);
  });

  it('takes from a chosen enable only what both choices imply', () => {
    const b = netlistBuilder('chosen');
    const [x, y, z, w, data] = [b.input('x', 1), b.input('y', 1), b.input('z', 1), b.input('w', 1), b.input('data', 8)];
    const and = (p: number, q: number): number => b.add({ op: 'and', args: [p, q], width: 1, signed: false });
    const chosen = b.add({ op: 'mux', args: [and(x, y), and(x, z), w], width: 1, signed: false });
    [chosen, x, and(x, w), and(x, z)].forEach((enable, index) => {
      const register = b.register(`r_${index}`, 8);
      let next = b.add({ op: 'xor', args: [data, register], width: 8, signed: false });
      for (let i = 0; i < 4; i += 1) next = b.add({ op: 'mul', args: [next, data], width: 8, signed: false });
      b.drive(register, next, enable);
    });
    const everyChoice = Array.from({ length: 32 }, (_, i) => [0, 1, 2, 3].map((k) => BigInt((i >> k) & 1)));
    const inputs = everyChoice.map((bits, index) => [...bits, BigInt(2 * index + 3)]);
    for (const smallestBranch of [0, 3]) expectSame(b.netlist(), { ...defaultLimits, smallestBranch }, inputs);
  });

  it('takes chains of any length', () => {
    const b = netlistBuilder('chains');
    const a = b.input('a', 8);
    const bit = b.input('bit', 1);
    let sum = a;
    let all = bit;
    for (let i = 0; i < 20_000; i += 1) {
      sum = b.add({ op: i % 3 === 0 ? 'sub' : 'add', args: [i % 2 === 0 ? sum : a, sum], width: 16, signed: true });
      all = b.add({ op: i % 5 === 4 ? 'or' : 'and', args: [all, bit], width: 1, signed: false });
    }
    const total = b.register('total', 16, true);
    const held = b.register('held', 16, true);
    b.drive(total, sum);
    b.drive(held, b.add({ op: 'add', args: [held, sum], width: 16, signed: true }), all);
    const inputs = [17n, 250n, 3n].flatMap((value) => [
      [value, 1n],
      [value, 0n],
    ]);
    expectSame(b.netlist(), defaultLimits, inputs);
  });
});
