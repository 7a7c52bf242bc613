import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { shellOf } from '../../../../hdl-gen/ir/shell.ts';
import { design, module } from '../../../../hdl-gen/lang/module.ts';
import { delay, reg } from '../../../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../../../hdl-gen/lang/types.ts';
import { MacElement } from '../../../../hdl-gen/library/arithmetic/mac-element.ts';
import { type BitProgram, bitOp } from '../../../../sim/cost/toggle/bit-program.ts';
import { bitsOfDesign } from '../../../../sim/cost/toggle/bits-of-design.ts';
import { settle } from '../../../../sim/cost/toggle/settle.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { clearable } from '../../../support/clearable.ts';
import { fuzzDesign, recipeOf } from '../../../support/fuzz-module.ts';
import { seededRandom } from '../../../support/random.ts';

/** Values of outputs and of what registers load, from the values of all sources. */
function settled(program: BitProgram, valueAt: (source: string) => bigint) {
  const values = new Int32Array(program.op.length);
  for (const [name, nodes] of program.sources) {
    const value = valueAt(name);
    for (const [bit, node] of nodes.entries()) if (node > 0) values[node] = (value >> BigInt(bit)) & 1n ? -1 : 0;
  }
  settle(program, values);
  const word = (literals: readonly number[]): bigint =>
    literals.reduce((sum, literal, bit) => {
      const one = (values[literal >> 1]! ^ -(literal & 1)) !== 0;
      return one ? sum | (1n << BigInt(bit)) : sum;
    }, 0n);
  return {
    output: (name: string) => word(program.outputs.get(name)!),
    load: (name: string) => word(program.loads.get(name)!),
    /** Ones where a bit of the register has a flip-flop: the others are told by what outputs give. */
    held: (name: string) => word(program.sources.get(name)!.map((node) => (node === 0 ? 0 : 1))),
  };
}

const unsigned = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);

test('random modules: bit by bit the same outputs and the same next state as the simulator, in every clock', () => {
  const seen = new Set<number>();
  let flatSeen = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const whole = fuzzDesign(recipeOf(seed));
      const shells = whole.modules.map(({ name }) => shellOf(whole, name).design);
      // With instances, and a reset of their own, wherever no memory stands between.
      const flat = whole.modules.every(({ memories }) => memories.length === 0) ? [clearable(whole)] : [];
      flatSeen += flat.length;
      for (const tried of [...shells, ...flat]) {
        const name = tried.top;
        const netlist = elaborate(tried);
        const program = bitsOfDesign(tried);
        for (const op of program.op) seen.add(op);
        const simulator = createSimulator(netlist, { engine: 'js-interpreter' });
        // A register that is read where its value cannot matter is none of the netlist's.
        const known = new Set([...netlist.inputs, ...netlist.registers].map(({ name: source }) => source));
        const random = seededRandom(seed);
        for (let clock = 0; clock < 12; clock++) {
          for (const { name: input, node } of netlist.inputs) {
            let value = 0n;
            for (let bit = 0; bit < netlist.nodes[node]!.width; bit += 16)
              value |= BigInt(random.integer(0, 65535)) << BigInt(bit);
            simulator.set(input, random.integer(0, 3) === 0 ? 0 : value);
          }
          simulator.settle();
          const bits = settled(program, (source) => (known.has(source) ? simulator.get(source) : 0n));
          for (const { name: output, node } of netlist.outputs) {
            const { width } = netlist.nodes[node]!;
            expect(bits.output(output), `${name}.${output}`).toBe(unsigned(width, simulator.get(output)));
          }
          const loads = netlist.registers.map((register) => bits.load(register.name));
          simulator.cycle();
          netlist.registers.forEach(({ name: register, width }, at) => {
            const held = bits.held(register);
            expect(loads[at]! & held, `${name}.${register}`).toBe(unsigned(width, simulator.peek(register)) & held);
          });
        }
      }
    }),
    { numRuns: process.env.JOULESMITH_EXHAUSTIVE === '1' ? 300 : 12, examples: [[152699959]] },
  );
  expect(flatSeen).toBeGreaterThan(0);
  // What was tried holds every operation there is.
  expect([...seen].sort()).toEqual(Object.values(bitOp).sort());
});

test('products of every pair of operands of 5 bits, signs mixed; prefix sums of every pair', () => {
  const top = module(
    'arithmetic',
    { in: { a: sint(5), b: sint(5) }, out: { product: sint(10), mixed: sint(11), sum: sint(6), less: sint(6) } },
    ({ a, b }) => ({
      product: a.mul(b),
      mixed: a.mul(b.asUInt().toSInt()).wrap(11),
      sum: a.add(b).wrap(6),
      less: a.sub(b).wrap(6),
    }),
  );
  const program = bitsOfDesign(design(top));
  for (let a = -16; a < 16; a++) {
    for (let b = -16; b < 16; b++) {
      const bits = settled(program, (source) => BigInt.asUintN(5, BigInt(source === 'a' ? a : b)));
      expect(BigInt.asIntN(10, bits.output('product'))).toBe(BigInt(a * b));
      expect(BigInt.asIntN(11, bits.output('mixed'))).toBe(BigInt(a * (b & 31)));
      expect(BigInt.asIntN(6, bits.output('sum'))).toBe(BigInt(a + b));
      expect(BigInt.asIntN(6, bits.output('less'))).toBe(BigInt(a - b));
    }
  }
});

test('behind clock gates no multiplexer feeds a register its own value; one gate for each enable, and with a reset another', () => {
  const top = module(
    'held',
    { in: { a: uint(8), load: bool }, out: { free: uint(8), reset: uint(8), few: uint(3) } },
    ({ a, load }) => ({
      free: delay('free', a, { enable: load, init: null }),
      reset: delay('reset', a, { enable: load, init: 0 }),
      few: delay('few', a.wrap(3), { enable: load.not(), init: null }),
    }),
  );
  const held = design(top);
  const [without, gated] = [bitsOfDesign(held), bitsOfDesign(held, true)];
  const selects = ({ op }: BitProgram): number => [...op].filter((one) => one === bitOp.select).length;
  // Three flip-flops are too few for a gate.
  expect([selects(without), selects(gated)]).toEqual([8 + 8 + 3, 3]);
  expect(without.gated).toEqual([]);
  expect(gated.gated.map(({ bits }) => bits)).toEqual([8, 8]);
  for (const load of [0n, 1n]) {
    const bits = settled(gated, (source) => ({ a: 0xa5n, load })[source] ?? 0n);
    expect([bits.load('free'), bits.load('reset'), bits.load('few')]).toEqual([0xa5n, 0xa5n, load === 0n ? 5n : 0n]);
  }
});

test('every flip-flop of an element is counted, and what no output needs is not', () => {
  const element = design(MacElement({ form: 'fused', aBits: 8, bBits: 8, aSigned: true, accumulatorBits: 32 }));
  const program = bitsOfDesign(element);
  expect(program.clocked).toBe(8 + 8 + 32);
  const used = new Set([...program.a, ...program.b, ...program.c].map((literal) => literal >> 1));
  for (const literals of [...program.outputs.values(), ...program.loads.values()])
    for (const literal of literals) used.add(literal >> 1);
  const idle = [...program.op].flatMap((op, node) => (op !== bitOp.source && !used.has(node) ? [node] : []));
  expect(idle).toEqual([]);
});

test('a bit that loads what a lower one does shares its flip-flop; one that stays as the reset left it, or that nothing reads, has none', () => {
  const top = module(
    'narrow',
    { in: { a: sint(5), b: sint(3), by: uint(2), load: bool }, out: { y: sint(33), address: uint(8), odd: sint(16) } },
    ({ a, b, by, load }) => {
      const operand = delay('operand', a.extend(12).shlBy(by).wrap(32), { enable: load, init: null });
      const product = delay('product', operand.mul(b).wrap(35), { init: -1 });
      const rounded = delay('rounded', product.add(8).shr(4).wrap(32), { init: null });
      const address = reg('address', uint(8), { init: 3 });
      address.next = address.addWrap(16);
      // Not the same at reset: flip-flops of their own.
      const odd = delay('odd', a.extend(16), { init: 0x700 });
      return { y: rounded.add(rounded.lt(b).toUInt().toSInt()).wrap(33), address, odd };
    },
  );
  const narrow = design(top);
  const program = bitsOfDesign(narrow);
  const flipFlops = (name: string): number[] =>
    program.sources.get(name)!.flatMap((node, bit) => (node === 0 ? [] : [bit]));
  const to = (last: number, first = 0) => Array.from({ length: last + 1 - first }, (_, at) => first + at);
  // 5 bits shifted by at most 3, times 3 bits; of the product nothing below the half is read.
  expect(flipFlops('operand')).toEqual(to(7));
  expect(flipFlops('product')).toEqual(to(10, 3));
  expect(flipFlops('rounded')).toEqual(to(7));
  expect(flipFlops('address')).toEqual(to(7, 4));
  expect(flipFlops('odd')).toEqual([0, 1, 2, 3, 4, 8]);
  expect(program.clocked).toBe(8 + 8 + 8 + 4 + 6);

  const simulator = createSimulator(elaborate(narrow), { engine: 'js-interpreter' });
  const random = seededRandom(5);
  for (let clock = 0; clock < 500; clock++) {
    simulator.set('a', random.integer(-16, 15));
    simulator.set('b', random.integer(-4, 3));
    simulator.set('by', random.integer(0, 3));
    simulator.set('load', random.integer(0, 1));
    simulator.settle();
    const bits = settled(program, (source) => simulator.get(source));
    for (const [output, width] of [
      ['y', 33],
      ['address', 8],
      ['odd', 16],
    ] as const)
      expect(bits.output(output)).toBe(unsigned(width, simulator.get(output)));
    simulator.cycle();
  }
});
