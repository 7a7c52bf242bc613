import type { Design } from '../../../hdl-gen/ir/design.ts';
import { cat, lit, mux } from '../../../hdl-gen/lang/combine.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { bool, sint, uint } from '../../../hdl-gen/lang/types.ts';

/** Small designs, each for a planted fault that random designs catch seldom or never. */
export const uncaught: Readonly<Record<string, Design>> = {
  'parentheses around a mux that is the condition of another': design(
    module('mux_of_mux', { in: { a: bool, b: bool, c: bool }, out: { y: bool } }, ({ a, b, c }) => ({
      y: mux(mux(a, b, c), c, a),
    })),
  ),
  'braces around a sum of extended values inside a concatenation': design(
    module('sum_in_cat', { in: { a: uint(4), b: uint(4) }, out: { y: uint(9) } }, ({ a, b }) => ({
      y: cat(a.add(b), a),
    })),
  ),
  'a constant shift of a signed value whose result is as wide as before': {
    top: 'wide_shift',
    modules: [
      {
        name: 'wide_shift',
        place: '',
        inputs: [{ name: 'a', width: 8, signed: true }],
        outputs: [{ name: 'y', width: 8, signed: true, value: 1 }],
        nodes: [
          { op: 'input', width: 8, signed: true, input: 0 },
          { op: 'shr', width: 8, signed: true, args: [0], amount: 3 },
        ],
        registers: [],
        wires: [],
        memories: [],
        instances: [],
        constants: [],
        body: [],
        unused: [],
        needsClock: false,
        needsReset: false,
      },
    ],
  },
  'a comparison of an unsigned value, read as signed, with a signed one of as many bits': design(
    module('mixed_comparison', { in: { a: uint(4), b: sint(4) }, out: { y: bool, z: bool } }, ({ a, b }) => ({
      y: a.toSInt().lt(b),
      z: a.toSInt().eq(b),
    })),
  ),
  'products with a constant 1 on either side': design(
    module(
      'times_one',
      { in: { a: uint(4), b: sint(4) }, out: { x: uint(6), y: uint(6), z: sint(6) } },
      ({ a, b }) => ({
        x: lit(uint(2), 1).mul(a),
        y: a.mul(lit(uint(2), 1)),
        z: lit(sint(2), 1).mul(b),
      }),
    ),
  ),
  'bits of bits': design(
    module('bits_of_bits', { in: { a: uint(9) }, out: { y: uint(3), z: bool } }, ({ a }) => ({
      y: a.bits(8, 1).bits(6, 2).bits(3, 1),
      z: a.bits(7, 3).bit(2),
    })),
  ),
  'reductions of one signed bit': design(
    module('one_bit_reduced', { in: { a: sint(1) }, out: { y: uint(2), z: uint(2) } }, ({ a }) => ({
      y: a.reduceOr().toUInt().add(0),
      z: a.reduceXor().toUInt().add(a.reduceAnd().toUInt()),
    })),
  ),
  'parentheses around a difference that is subtracted': design(
    module(
      'subtracted_difference',
      { in: { a: uint(4), b: uint(4), c: uint(4) }, out: { y: uint(4) } },
      ({ a, b, c }) => ({
        y: a.subWrap(b.subWrap(c)),
      }),
    ),
  ),
  'a value of one signed bit among wider ones': design(
    module('one_signed_bit', { in: { a: sint(1), b: sint(5) }, out: { y: sint(6), z: bool } }, ({ a, b }) => ({
      y: a.add(b),
      z: a.lt(b),
    })),
  ),
  'the low bits of a sum that is shifted by a signal': design(
    module('low_bits_shifted', { in: { a: uint(8), b: uint(8), n: uint(2) }, out: { y: uint(4) } }, ({ a, b, n }) => ({
      y: a.add(b).shlBy(n).wrap(4),
    })),
  ),
  'some bits of a signed sum from its middle': design(
    module('middle_of_sum', { in: { a: sint(8), b: sint(8) }, out: { y: sint(3), z: sint(1) } }, ({ a, b }) => ({
      y: a.add(b).shr(2).wrap(3),
      z: a.sub(b).shr(12),
    })),
  ),
  'an arithmetic shift by a signal of a value whose text is unsigned lost its sign bits': design(
    module(
      'signed_pattern_shift',
      { in: { a: uint(6), narrow: sint(3), by: uint(3) }, out: { y: sint(6), z: sint(9) } },
      ({ a, narrow, by }) => ({ y: a.asSInt().shrBy(by), z: narrow.extend(9).shrBy(by) }),
    ),
  ),
};
