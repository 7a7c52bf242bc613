import { anyOf, lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { bool, sint, uint, vec } from '../../lang/types.ts';
import { type MultiplierForm, productTree, signed, sumOfProducts, sumTree } from './multiply-accumulate.ts';

/** What a design asks of its multiply-accumulate lanes. */
export interface LaneStyle {
  readonly form: MultiplierForm;
  /**
   * A step whose activations are all 0 is not clocked in: operands and sum keep their values. Registers with enables: synthesis makes
   * clock gates of them where a library has such.
   */
  readonly clockGating: boolean;
  /** The weight of an activation that is 0 does not enter the multiplier, whose inputs so rest. */
  readonly operandIsolation: boolean;
}

export interface GatedLaneParameters extends LaneStyle {
  readonly simd: number;
  readonly unsigned: boolean;
  readonly activationBits: number;
  readonly weightBits: number;
  readonly accumulatorBits: number;
}

const delayed = (name: string, value: UInt | SInt, enable: Bool): UInt | SInt =>
  value.kind === 'uint'
    ? delay(name, value as UInt, { enable, init: null })
    : delay(name, value as SInt, { enable, init: null });

/**
 * A `MacLane` for silicon: the same ports, sums and clocks, another inside. `split` and `plain` register products, as it does; `fused`
 * and `booth` register operands, and products and sum are one compressor tree behind them.
 */
export const GatedLane = generator((parameters: GatedLaneParameters) => {
  const { form, clockGating, operandIsolation, simd, unsigned, activationBits, weightBits, accumulatorBits } =
    parameters;
  const marks = `${clockGating ? '_gated' : ''}${operandIsolation ? '_isolated' : ''}`;
  return module(
    `mac_lane_${form}${marks}_${simd}_${unsigned ? 'u' : 's'}${activationBits}x${weightBits}_${accumulatorBits}`,
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
      const looks = clockGating || operandIsolation;
      const counts = activation.map((value, term) => (looks ? value.asUInt().reduceOr().as(`counts_${term}`) : null));
      const some = clockGating ? anyOf(counts[0]!, ...(counts.slice(1) as Bool[])).as('some_count') : null;
      const load = some === null ? multiply : multiply.and(some).as('load');
      const isolated = (term: number) => (operandIsolation ? load.and(counts[term]!) : load);

      const total = reg('total', sint(accumulatorBits), { init: null });
      const zero = lit(sint(accumulatorBits), 0);
      const carried = mux(first, zero, total).as('carried');
      let next: SInt;
      if (form === 'plain' || form === 'split') {
        const products = activation.map((value, term) => {
          const own = weight[term]!;
          const factor = operandIsolation
            ? mux(counts[term]!, own, lit(sint(weightBits), 0)).as(`factor_${term}`)
            : own;
          const name = `product_${term}`;
          const product = form === 'plain' ? signed(value).mul(factor) : productTree(value, factor, `tree_${term}`);
          return delay(name, product.wrap(activationBits + weightBits), { enable: load, init: null });
        });
        next =
          form === 'plain'
            ? products.reduce<SInt>((sum, product) => sum.addWrap(product.wrap(accumulatorBits)), carried)
            : sumTree(products, carried);
      } else {
        const a = activation.map((value, term) => delayed(`held_activation_${term}`, value, load));
        const b = weight.map((value, term) =>
          delay(`held_weight_${term}`, value, { enable: isolated(term), init: null }),
        );
        next = sumOfProducts(form, a, b, carried);
      }
      if (some === null) {
        when(accumulate, () => {
          total.next = next;
        });
      } else {
        const idle = delay('idle', some.not(), { enable: multiply, init: null });
        when(accumulate.and(idle.not()), () => {
          total.next = next;
        }).elsewhen(accumulate.and(first), () => {
          total.next = 0;
        });
      }
      return { total };
    },
  );
});
