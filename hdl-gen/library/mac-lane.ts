import { lit, mux, sum } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { generator, module } from '../lang/module.ts';
import type { SInt, UInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';

/** 0..255 needs a ninth bit as a signed number, but no ninth bit in the product. */
const signedOf = (value: UInt | SInt): SInt => (value.kind === 'uint' ? (value as UInt).toSInt() : (value as SInt));

export interface MacLaneParameters {
  readonly simd: number;
  /** Activations are 0..255 instead of -128..127. */
  readonly unsigned: boolean;
  readonly weightBits: number;
  readonly accumulatorBits: number;
}

/**
 * One output channel's multiply-accumulate: `simd` products per clock, registered, added by a tree into an accumulator.
 * `multiply` captures the products; one clock later `accumulate` adds them, starting anew with `first`.
 */
export const MacLane = generator(({ simd, unsigned, weightBits, accumulatorBits }: MacLaneParameters) =>
  module(
    `mac_lane_${simd}_${unsigned ? 'u' : 's'}8x${weightBits}_${accumulatorBits}`,
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
      const products: SInt[] = activation.map((value, index) => {
        const product = reg(`product_${index}`, sint(8 + weightBits), { init: null });
        when(multiply, () => {
          product.next = signedOf(value)
            .mul(weight[index]!)
            .wrap(8 + weightBits);
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
