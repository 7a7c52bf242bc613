import { expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { type Logic, logicOf, noLogic } from '../../../hdl-gen/ir/logic.ts';
import { lit, mux } from '../../../hdl-gen/lang/combine.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import type { Bool, SInt, UInt } from '../../../hdl-gen/lang/signal.ts';
import { bool, sint, uint } from '../../../hdl-gen/lang/types.ts';

const types = { a: uint(8), b: uint(8), x: sint(8), y: sint(8), c: bool };
type Inputs = { a: UInt; b: UInt; x: SInt; y: SInt; c: Bool };

/** Of a circuit of these inputs with one output of so many bits. */
function of(inputs: string, width: number, body: (inputs: Inputs) => UInt | SInt): Logic {
  const wanted = Object.fromEntries(Object.entries(types).filter(([name]) => inputs.includes(name))) as typeof types;
  const build = module('counted', { in: wanted, out: { z: uint(width) } }, (given) => ({ z: body(given).asUInt() }));
  return logicOf(elaborate(design(build), { names: false }));
}
const only = (some: Partial<Logic>): Logic => ({ ...noLogic, ...some });

test('adders by the bits that are read, of variables and of constants', () => {
  expect(of('ab', 9, ({ a, b }) => a.add(b))).toEqual(only({ add: 9 }));
  expect(of('ab', 4, ({ a, b }) => a.add(b).wrap(4))).toEqual(only({ add: 4 }));
  expect(of('a', 8, ({ a }) => a.addWrap(3))).toEqual(only({ count: 8 }));
  expect(of('ac', 8, ({ a, c }) => a.addWrap(c.toUInt().extend(8)))).toEqual(only({ count: 8 }));
  expect(of('x', 9, ({ x }) => x.neg())).toMatchObject({ compare: 0, mux: 0, products: [] });
});

test('comparisons, multiplexers and gates', () => {
  expect(of('xy', 1, ({ x, y }) => x.lt(y).toUInt())).toEqual(only({ compare: 8 }));
  expect(of('ab', 1, ({ a, b }) => a.eq(b).toUInt())).toEqual(only({ equal: 16 }));
  expect(of('a', 1, ({ a }) => a.eq(77).toUInt())).toEqual(only({ equal: 8 }));
  expect(of('abc', 8, ({ a, b, c }) => mux(c, a, b))).toMatchObject({ mux: 8, gate: 0 });
  expect(of('ac', 8, ({ a, c }) => mux(c, a, lit(uint(8), 0)))).toMatchObject({ mux: 0, gate: 8 });
  expect(of('ab', 8, ({ a, b }) => a.xor(b))).toEqual(only({ gate: 8 }));
  // Constants turn gates into wires.
  expect(of('a', 8, ({ a }) => a.xor(128))).toEqual(noLogic);
});

test('products of variables and of constants; shifts by a variable amount', () => {
  expect(of('xy', 16, ({ x, y }) => x.mul(y)).products).toEqual([{ a: 8, b: 8, ones: null, count: 1 }]);
  const { products } = of('x', 16, ({ x }) => x.mul(lit(sint(8), 0b101101)));
  // 45 is a number of 7 bits; 2 x 45 is the same with its lowest bit wired to 0.
  expect(products).toEqual([{ a: 8, b: 7, ones: 4, count: 1 }]);
  expect(of('x', 16, ({ x }) => x.mul(lit(sint(8), 90))).products).toEqual(products);
  // A power of two is wiring.
  expect(of('x', 16, ({ x }) => x.mul(lit(sint(8), 16))).products).toEqual([]);
  expect(of('ab', 8, ({ a, b }) => a.shrBy(b.wrap(3)))).toEqual(only({ shift: 24 }));
});
