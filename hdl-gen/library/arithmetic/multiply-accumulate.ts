import { sum } from '../../lang/combine.ts';
import { generator, module } from '../../lang/module.ts';
import type { SInt, UInt } from '../../lang/signal.ts';
import { sint, uint, vec } from '../../lang/types.ts';
import { addNumber, emptyColumns, twoRows } from './columns.ts';
import { addBaughWooley, addBooth } from './partial-products.ts';

/**
 * How products are summed. `plain`: operators, left to synthesis (DSP blocks of an FPGA). `fused`: the bits of all products and the
 * accumulator in one compressor tree with one adder at its end. `booth`: the same tree, with half as many rows of recoded products.
 */
export const multiplierForms = ['plain', 'fused', 'booth'] as const;
export type MultiplierForm = (typeof multiplierForms)[number];

export interface MultiplyAccumulateParameters {
  readonly form: MultiplierForm;
  /** Products per sum. */
  readonly terms: number;
  readonly aBits: number;
  readonly bBits: number;
  readonly aSigned: boolean;
  readonly bSigned: boolean;
  readonly accumulatorBits: number;
}

const signed = (value: UInt | SInt): SInt => (value.kind === 'uint' ? (value as UInt).toSInt() : (value as SInt));

/** accumulator + a_0 x b_0 + a_1 x b_1 + ..., modulo 2^accumulatorBits. Combinational; the same function in every form. */
export const MultiplyAccumulate = generator((parameters: MultiplyAccumulateParameters) => {
  const { form, terms, aBits, bBits, aSigned, bSigned, accumulatorBits } = parameters;
  const operand = (isSigned: boolean, bits: number) => (isSigned ? sint(bits) : uint(bits));
  const letter = (isSigned: boolean) => (isSigned ? 's' : 'u');
  return module(
    `multiply_accumulate_${form}_${terms}_${letter(aSigned)}${aBits}x${letter(bSigned)}${bBits}_${accumulatorBits}`,
    {
      in: {
        a: vec(terms, operand(aSigned, aBits)),
        b: vec(terms, operand(bSigned, bBits)),
        accumulator: sint(accumulatorBits),
      },
      out: { total: sint(accumulatorBits) },
    },
    ({ a, b, accumulator }) => {
      if (form === 'plain') {
        const products = a.map((value, term) => signed(value).mul(signed(b[term]!)));
        const [first, ...others] = products;
        return { total: accumulator.addWrap(sum(first!, ...others).wrap(accumulatorBits)) };
      }
      const columns = emptyColumns(accumulatorBits);
      const add = form === 'booth' ? addBooth : addBaughWooley;
      a.forEach((value, term) => {
        add(columns, value, b[term]!, terms === 1 ? 'product' : `product_${term}`);
      });
      addNumber(columns, accumulator.asUInt());
      const [upper, lower] = twoRows(columns);
      return { total: upper.as('upper').addWrap(lower.as('lower')).asSInt() };
    },
  );
});
