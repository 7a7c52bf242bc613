import { lit, mux } from '../../lang/combine.ts';
import { generator, module } from '../../lang/module.ts';
import type { SInt, UInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { bool, sint, uint } from '../../lang/types.ts';
import { type MultiplierForm, MultiplyAccumulate } from './multiply-accumulate.ts';

export interface MacElementParameters {
  readonly form: MultiplierForm;
  readonly aBits: number;
  readonly bBits: number;
  readonly aSigned: boolean;
  readonly accumulatorBits: number;
}

/**
 * An output-stationary multiply-accumulate element: both operands in registers, b signed, and the sum of all products since `clear`, a
 * clock after the operands. What forms are measured on.
 */
export const MacElement = generator(({ form, aBits, bBits, aSigned, accumulatorBits }: MacElementParameters) =>
  module(
    `mac_element_${form}_${aSigned ? 's' : 'u'}${aBits}x${bBits}_${accumulatorBits}`,
    {
      in: { a: aSigned ? sint(aBits) : uint(aBits), b: sint(bBits), clear: bool },
      out: { total: sint(accumulatorBits) },
    },
    ({ a, b, clear }) => {
      const heldA: UInt | SInt = aSigned ? delay('held_a', a as SInt) : delay('held_a', a as UInt);
      const heldB = delay('held_b', b);
      const total = reg('total', sint(accumulatorBits));
      const kept = mux(clear, lit(sint(accumulatorBits), 0), total).as('kept');
      const add = MultiplyAccumulate({ form, terms: 1, aBits, bBits, aSigned, bSigned: true, accumulatorBits });
      total.next = add('multiply_accumulate', { a: [heldA], b: [heldB], accumulator: kept }).total;
      return { total };
    },
  ),
);
