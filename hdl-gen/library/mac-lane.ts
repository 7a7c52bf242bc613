import { mux, sum } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { generator, module } from '../lang/module.ts';
import type { SInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, vec } from '../lang/types.ts';

/**
 * One output channel's multiply-accumulate: `simd` products per clock, registered, added by a tree into an accumulator.
 * `multiply` captures the products; one clock later `accumulate` adds them, starting anew with `first`.
 */
export const MacLane = generator(
  ({ simd, weightBits, accumulatorBits }: { simd: number; weightBits: number; accumulatorBits: number }) =>
    module(
      `mac_lane_${simd}x${weightBits}_${accumulatorBits}`,
      {
        in: {
          activation: vec(simd, sint(8)),
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
            product.next = value.mul(weight[index]!);
          });
          return product;
        });
        const total = reg('total', sint(accumulatorBits), { init: null });
        const [firstProduct, ...others] = products;
        const step = sum(firstProduct!, ...others)
          .wrap(accumulatorBits)
          .as('step');
        when(accumulate, () => {
          total.next = mux(first, step, total.addWrap(step));
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
