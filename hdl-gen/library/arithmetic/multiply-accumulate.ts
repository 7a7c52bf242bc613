import type { LaneForm } from '../../../specs/design.ts';
import { sum } from '../../lang/combine.ts';
import { generator, module } from '../../lang/module.ts';
import type { SInt, UInt } from '../../lang/signal.ts';
import { sint, uint, vec } from '../../lang/types.ts';
import { addNumber, addSigned, type Columns, emptyColumns, twoRows } from './columns.ts';
import { addBaughWooley, addBooth } from './partial-products.ts';

/**
 * How products are summed. `plain`: operators, left to synthesis (DSP blocks of an FPGA). `split`: each product is a compressor tree of
 * its own, and one more adds products and accumulator. `fused`: the bits of all products and the accumulator in one compressor tree with
 * one adder at its end. `booth`: as fused, with half as many rows of recoded products.
 */
export const multiplierForms = ['plain', 'split', 'fused', 'booth'] as const satisfies readonly LaneForm[];
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

/** The same number as a signed one. */
export const signed = (value: UInt | SInt): SInt =>
  value.kind === 'uint' ? (value as UInt).toSInt() : (value as SInt);

/** What the columns add up to: a compressor tree and the adder at its end. */
function total(columns: Columns, name = ''): SInt {
  const [upper, lower] = twoRows(columns, name);
  return upper
    .as(`${name}upper`)
    .addWrap(lower.as(`${name}lower`))
    .asSInt();
}

/** a x b as a compressor tree of its own, exact. */
export function productTree(a: UInt | SInt, b: UInt | SInt, name: string): SInt {
  const isUnsigned = a.kind === 'uint' && b.kind === 'uint';
  const columns = emptyColumns(a.width + b.width + (isUnsigned ? 1 : 0));
  addBaughWooley(columns, a, b, name);
  return total(columns, `${name}_`);
}

/** The terms and the accumulator in one compressor tree, modulo 2^(width of the accumulator). */
export function sumTree(terms: readonly SInt[], accumulator: SInt): SInt {
  const columns = emptyColumns(accumulator.width);
  for (const term of terms) addSigned(columns, term);
  addNumber(columns, accumulator.asUInt());
  return total(columns);
}

/** accumulator + a_0 x b_0 + a_1 x b_1 + ..., modulo 2^(width of the accumulator), as logic of the module around it. */
export function sumOfProducts(
  form: MultiplierForm,
  a: readonly (UInt | SInt)[],
  b: readonly (UInt | SInt)[],
  accumulator: SInt,
): SInt {
  const nameOf = (term: number) => (a.length === 1 ? 'product' : `product_${term}`);
  switch (form) {
    case 'plain': {
      const [first, ...others] = a.map((value, term) => signed(value).mul(signed(b[term]!)));
      return accumulator.addWrap(sum(first!, ...others).wrap(accumulator.width));
    }
    case 'split':
      return sumTree(
        a.map((value, term) => productTree(value, b[term]!, nameOf(term))),
        accumulator,
      );
    case 'fused':
    case 'booth': {
      const columns = emptyColumns(accumulator.width);
      const add = form === 'booth' ? addBooth : addBaughWooley;
      a.forEach((value, term) => {
        add(columns, value, b[term]!, nameOf(term));
      });
      addNumber(columns, accumulator.asUInt());
      return total(columns);
    }
  }
}

/** `sumOfProducts` as a module of its own. Combinational; the same function in every form. */
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
    ({ a, b, accumulator }) => ({ total: sumOfProducts(form, a, b, accumulator) }),
  );
});
