import { type Apart, energyOrder, type Paired, pairedDifference } from '../../sim/cost/paired.ts';
import type { Result } from '../../specs/result.ts';
import { labelled } from './designs.ts';
import { bandQuantity, quantity } from './format.ts';
import { isVerified } from './ranking.ts';

interface Named {
  readonly name: string;
  readonly result: Result;
}

/** Two designs and what may be said of the difference of their energies. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** -1 where `a` needs less, 1 where it needs more, 0 where nothing is said. */
  readonly order: number;
  readonly paired: Paired | Apart;
}

/** What may be said of two designs under these names. */
export const pairOf = (a: Named, b: Named): Pair => ({
  a: a.name,
  b: b.name,
  order: energyOrder(a.result, b.result),
  paired: pairedDifference(a.result, b.result),
});

/** Every two verified designs. */
export function pairsOf(results: readonly Result[]): Pair[] {
  const verified = labelled(results).filter(({ result }) => isVerified(result));
  const named = verified.map(({ result, key, name }) => ({ result, name: `${name} (${key})` }));
  return named.flatMap((one, index) => named.slice(index + 1).map((other) => pairOf(one, other)));
}

/** `1.2 nJ (0.8 – 1.9) more`, or both ends where they lie on both sides of zero. */
function differenceText({ difference }: Paired): string {
  const { value, low, high } = difference;
  const more = { value, low, high };
  const less = { value: -value, low: -high, high: -low };
  const text =
    low > 0
      ? `${bandQuantity(more, 'J')} more`
      : high < 0
        ? `${bandQuantity(less, 'J')} less`
        : `between ${quantity(-low, 'J')} less and ${quantity(high, 'J')} more`;
  return text;
}

/** One sentence for each pair: who needs less, or why nobody may say so. */
export function pairSentence({ a, b, order, paired }: Pair): string {
  if ('reason' in paired) {
    if (paired.refused) return `${a} and ${b} are not ranked: ${paired.reason}.`;
    const bands =
      order === 0 ? 'their bands overlap, so neither is called better' : `${order < 0 ? a : b} needs less by its band`;
    return `${a} and ${b}: ${bands}; ${paired.reason}.`;
  }
  const { samples, halfWidth, own } = paired;
  const fit = own === 0 ? '' : `, +-${quantity(own, 'J')} for the error of the fit`;
  const inputs =
    samples === 0
      ? ''
      : ` on the same ${samples} inputs (in the band +-${quantity(halfWidth, 'J')} at 99 % for the sampling${fit})`;
  const open = order === 0 ? '; zero is not excluded, so neither is called better' : '';
  return `${a} needs ${differenceText(paired)} per inference than ${b}${inputs}${open}.`;
}
