import type { Outside } from '../../specs/design.ts';
import { type OutsideTerms, outsideEntry } from '../../specs/outside.ts';
import type { Band, EnergyResult, Origin } from '../../specs/result.ts';
import { plus, scaledBy, times, zero } from './band.ts';

/** What crosses the border of the core for one inference, and the divisor of joules per operation. */
export interface Traffic {
  readonly inputBits: number;
  readonly outputBits: number;
  readonly operations: number;
}

/** Name under which the breakdown by layer holds all of it; no layer of a network can have this name in hardware. */
const outsideLayer = 'outside of the core';

const words: Readonly<Record<Outside, string>> = {
  ddr3: 'DDR3',
  ddr4: 'DDR4',
  lpddr4: 'LPDDR4',
  gddr6: 'GDDR6',
  hbm2: 'HBM2',
  pads: 'pads',
  regulator: 'regulator',
};
const entryOf = (term: Outside): string => (term === 'pads' || term === 'regulator' ? term : `dram.${term}`);

const listed = (names: readonly string[], last: string): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;

const bytes = (bits: number): string => `${bits / 8} ${bits === 8 ? 'byte' : 'bytes'}`;

/** Where the energy ends, in words: what is counted beside the core, and what is not. */
export function boundaryWords(include: readonly Outside[]): string {
  const drams = include.some((term) => term !== 'pads' && term !== 'regulator');
  const left = [
    ...(drams ? [] : ['DRAM']),
    ...(['pads', 'regulator'] as const).filter((term) => !include.includes(term)),
    'host',
  ];
  const counted = include.map((term) => words[term]);
  return `core ${counted.length === 0 ? 'only' : `with ${listed(counted, 'and')}`}, no ${listed(left, 'or')}`;
}

type Samples = NonNullable<EnergyResult['samples']>;

/** What pairs of designs rest on, with the same terms; a regulator also loses on what is not known of the core. */
function samplesWith(samples: Samples, termsOf: (core: Band) => Record<string, Band>, loss: Band | null): Samples {
  const { standardError, own, shared } = samples;
  const factor = loss === null ? 1 : 1 + loss.high;
  return {
    ...samples,
    standardError: standardError * factor,
    own: own * factor,
    shared: { ...shared, ...termsOf(plus(...Object.values(shared))) },
  };
}

/**
 * The energy with terms beside the core, in the open: bits of every frame and of every result that cross pads, or are read from
 * and written to DRAM, and what a regulator loses on all of it. Each term is a component of its own, and the scope names them.
 * With nothing to include, the scope alone says more. Errors: `OUTSIDE_ENTRY_MISSING`.
 */
export function withOutside(
  energy: EnergyResult,
  include: readonly Outside[],
  terms: OutsideTerms,
  { inputBits, outputBits, operations }: Traffic,
): EnergyResult {
  const boundary = boundaryWords(include);
  if (include.length === 0) return { ...energy, scope: `${boundary}; ${energy.scope}` };
  const origins: Origin[] = [];
  const take = (term: Outside): Band => {
    const entry = outsideEntry(terms, entryOf(term));
    origins.push({ entry: entryOf(term), ...entry });
    return entry;
  };
  const bits = inputBits + outputBits;
  const crossing: Record<string, Band> = {};
  for (const term of include) {
    if (term === 'regulator') continue;
    const component = term === 'pads' ? 'pads' : 'dram';
    crossing[component] = plus(crossing[component] ?? zero, times(take(term), bits * 1e-12));
  }
  const loss = include.includes('regulator') ? take('regulator') : null;
  const termsOf = (core: Band): Record<string, Band> => {
    if (loss === null) return crossing;
    return { ...crossing, regulator: scaledBy(plus(core, ...Object.values(crossing)), loss) };
  };
  const found = termsOf(energy.joulesPerInference);
  const { samples } = energy;
  const sum = plus(...Object.values(found));
  const joulesPerInference = plus(energy.joulesPerInference, sum);
  const { byComponent, byLayer, byLayerAndComponent } = energy.breakdown;
  const values = Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]));
  return {
    ...energy,
    joulesPerInference,
    joulesPerOp: times(joulesPerInference, 1 / operations),
    breakdown: {
      byComponent: { ...byComponent, ...found },
      byLayer: { ...byLayer, [outsideLayer]: sum },
      byLayerAndComponent: { ...byLayerAndComponent, [outsideLayer]: values },
    },
    ...(samples === undefined ? {} : { samples: samplesWith(samples, termsOf, loss) }),
    includes: [...include].sort(),
    scope: `${boundary}, ${bytes(inputBits)} in and ${bytes(outputBits)} out per inference; ${energy.scope}`,
    origins: [...energy.origins, ...origins],
  };
}
