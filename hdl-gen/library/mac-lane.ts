import { lit, mux, sum } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { generator, module } from '../lang/module.ts';
import type { SInt, UInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';

/** 0..255 needs a ninth bit as a signed number, but no ninth bit in the product. */
const signedOf = (value: UInt | SInt): SInt => (value.kind === 'uint' ? (value as UInt).toSInt() : (value as SInt));

/**
 * What the weights of a lane can be. `ternary`: 2 bits, -1, 0 or 1; the lane adds, takes away or holds. `binary`: 1 bit, 0 for a weight
 * of 1 and -1 for a weight of -1; it adds or takes away. Neither has a multiplier.
 */
export type WeightForm = 'any' | 'ternary' | 'binary';

/** Weight times activation without a multiplier. */
function signedActivation(form: WeightForm, activation: SInt, weight: SInt): SInt {
  const wide = activation.extend(9);
  const minus = weight.bit(weight.width - 1);
  const added = mux(minus, wide.negWrap(), wide);
  return form === 'binary' ? added : mux(weight.bit(0), added, lit(sint(9), 0));
}

export interface MacLaneParameters {
  readonly simd: number;
  /** Activations are 0..255 instead of -128..127. */
  readonly unsigned: boolean;
  readonly weightBits: number;
  readonly weightForm: WeightForm;
  readonly accumulatorBits: number;
}

/**
 * One output channel's multiply-accumulate: `simd` products per clock, registered, added by a tree into an accumulator.
 * `multiply` captures the products; one clock later `accumulate` adds them, starting anew with `first`.
 */
export const MacLane = generator(({ simd, unsigned, weightBits, weightForm, accumulatorBits }: MacLaneParameters) =>
  module(
    `mac_lane_${simd}_${unsigned ? 'u' : 's'}8x${weightForm === 'any' ? weightBits : weightForm}_${accumulatorBits}`,
    {
      in: {
        activation: vec(simd, unsigned ? uint(8) : sint(8)),
        weight: vec(simd, sint(weightBits)),
        multiply: bool,
        accumulate: bool,
        first: bool,
      },
      out: { total: sint(accumulatorBits) },
    },
    ({ activation, weight, multiply, accumulate, first }) => {
      // -128 x -1 and 255 fit 9 signed bits.
      const productBits = weightForm === 'any' ? 8 + weightBits : 9;
      const products: SInt[] = activation.map((value, index) => {
        const product = reg(`product_${index}`, sint(productBits), { init: null });
        when(multiply, () => {
          const operand = signedOf(value);
          product.next =
            weightForm === 'any'
              ? operand.mul(weight[index]!).wrap(productBits)
              : signedActivation(weightForm, operand, weight[index]!);
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
  ),
);

/** One channel's greatest byte, for pools: same timing as MacLane. */
export const MaxLane = generator((_: Record<string, never>) =>
  module(
    'max_lane',
    {
      in: { activation: sint(8), multiply: bool, accumulate: bool, first: bool },
      out: { total: sint(8) },
    },
    ({ activation, multiply, accumulate, first }) => {
      const operand = reg('operand', sint(8), { init: null });
      when(multiply, () => {
        operand.next = activation;
      });
      const total = reg('total', sint(8), { init: null });
      when(accumulate, () => {
        total.next = mux(first, operand, mux(operand.gt(total), operand, total));
      });
      return { total };
    },
  ),
);

/** One channel's running sum without weights, for pools: same timing as MacLane. */
export const SumLane = generator(({ accumulatorBits }: { accumulatorBits: number }) =>
  module(
    `sum_lane_${accumulatorBits}`,
    {
      in: { activation: sint(8), multiply: bool, accumulate: bool, first: bool },
      out: { total: sint(accumulatorBits) },
    },
    ({ activation, multiply, accumulate, first }) => {
      const operand = reg('operand', sint(8), { init: null });
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
