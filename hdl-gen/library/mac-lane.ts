import type { ElementBits } from '../../models/tensor-type.ts';
import { lit, mux, sum } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { generator, module } from '../lang/module.ts';
import type { SInt, UInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';

/** 0..255 needs a ninth bit as a signed number, but no ninth bit in the product. Signed activations of 16 bits need no more. */
const signedOf = (value: UInt | SInt): SInt => (value.kind === 'uint' ? (value as UInt).toSInt() : (value as SInt));

/**
 * What the weights of a lane can be. `ternary`: 2 bits, -1, 0 or 1; the lane adds, takes away or holds. `binary`: 1 bit, 0 for a weight
 * of 1 and -1 for a weight of -1; it adds or takes away. Neither has a multiplier.
 */
export type WeightForm = 'any' | 'ternary' | 'binary';

/** Weight times activation without a multiplier. */
function signedActivation(form: WeightForm, activation: SInt, weight: SInt, bits: number): SInt {
  const wide = activation.extend(bits);
  const minus = weight.bit(weight.width - 1);
  const added = mux(minus, wide.negWrap(), wide);
  return form === 'binary' ? added : mux(weight.bit(0), added, lit(sint(bits), 0));
}

export interface MacLaneParameters {
  readonly simd: number;
  /** Activations are 0..255 instead of -128..127. */
  readonly unsigned: boolean;
  /** Bits of an activation, 8 when absent. */
  readonly activationBits?: ElementBits;
  readonly weightBits: number;
  readonly weightForm: WeightForm;
  readonly accumulatorBits: number;
}

/**
 * One output channel's multiply-accumulate: `simd` products per clock, registered, added by a tree into an accumulator.
 * `multiply` captures the products; one clock later `accumulate` adds them, starting anew with `first`.
 */
export const MacLane = generator((parameters: MacLaneParameters) => {
  const { simd, unsigned, activationBits = 8, weightBits, weightForm, accumulatorBits } = parameters;
  return module(
    `mac_lane_${simd}_${unsigned ? 'u' : 's'}${activationBits}x${weightForm === 'any' ? weightBits : weightForm}_${accumulatorBits}`,
    {
      in: {
        activation: vec(simd, unsigned ? uint(activationBits) : sint(activationBits)),
        weight: vec(simd, sint(weightBits)),
        multiply: bool,
        accumulate: bool,
        first: bool,
      },
      out: { total: sint(accumulatorBits) },
    },
    ({ activation, weight, multiply, accumulate, first }) => {
      // -128 x -1 and 255 fit 9 signed bits, -32768 x -1 fits 17.
      const productBits = activationBits + (weightForm === 'any' ? weightBits : 1);
      const products: SInt[] = activation.map((value, index) => {
        const product = reg(`product_${index}`, sint(productBits), { init: null });
        when(multiply, () => {
          const operand = signedOf(value);
          product.next =
            weightForm === 'any'
              ? operand.mul(weight[index]!).wrap(productBits)
              : signedActivation(weightForm, operand, weight[index]!, productBits);
        });
        return product;
      });
      const total = reg('total', sint(accumulatorBits), { init: null });
      const [firstProduct, ...others] = products;
      const step = sum(firstProduct!, ...others)
        .wrap(accumulatorBits)
        .as('step');
      // Starting anew is adding to 0: a form that DSP blocks hold, adder, multiplexer and all registers.
      const carried = mux(first, lit(sint(accumulatorBits), 0), total).as('carried');
      when(accumulate, () => {
        total.next = carried.addWrap(step);
      });
      return { total };
    },
  );
});

/** One channel's greatest byte, for pools: same timing as MacLane. */
export const MaxLane = generator(({ bits }: { bits: ElementBits }) =>
  module(
    bits === 8 ? 'max_lane' : `max_lane_${bits}`,
    {
      in: { activation: sint(bits), multiply: bool, accumulate: bool, first: bool },
      out: { total: sint(bits) },
    },
    ({ activation, multiply, accumulate, first }) => {
      const operand = reg('operand', sint(bits), { init: null });
      when(multiply, () => {
        operand.next = activation;
      });
      const total = reg('total', sint(bits), { init: null });
      when(accumulate, () => {
        total.next = mux(first, operand, mux(operand.gt(total), operand, total));
      });
      return { total };
    },
  ),
);

/** One channel's running sum without weights, for pools: same timing as MacLane. */
export const SumLane = generator(({ accumulatorBits, bits = 8 }: { accumulatorBits: number; bits?: ElementBits }) =>
  module(
    `sum_lane_${accumulatorBits}${bits === 8 ? '' : `_of_${bits}`}`,
    {
      in: { activation: sint(bits), multiply: bool, accumulate: bool, first: bool },
      out: { total: sint(accumulatorBits) },
    },
    ({ activation, multiply, accumulate, first }) => {
      const operand = reg('operand', sint(bits), { init: null });
      when(multiply, () => {
        operand.next = activation;
      });
      const total = reg('total', sint(accumulatorBits), { init: null });
      when(accumulate, () => {
        total.next = mux(first, operand.extend(accumulatorBits), total.addWrap(operand));
      });
      return { total };
    },
  ),
);
