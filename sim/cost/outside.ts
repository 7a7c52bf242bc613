import type { Outside } from '../../specs/design.ts';
import { type OutsideTerms, outsideEntry } from '../../specs/outside.ts';
import type { Band, EnergyResult, Origin } from '../../specs/result.ts';
import { plus, times, zero } from './band.ts';

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

/** What a regulator takes beyond what it gives: 1 / efficiency - 1 of it, end by end. */
function lossOf(given: Band, efficiency: Band): Band {
  const loss = (end: keyof Band) => given[end] * (1 / efficiency[end] - 1);
  return { value: loss('value'), low: loss('low'), high: loss('high') };
}

type Samples = NonNullable<EnergyResult['samples']>;

/** What pairs of designs rest on, with the same terms; a regulator also loses on what is not known of the core. */
function samplesWith(samples: Samples, termsOf: (core: Band) => Record<string, Band>, regulator: Band | null): Samples {
  const { standardError, own, shared } = samples;
  const factor = regulator === null ? 1 : Math.max(...Object.values(regulator).map((efficiency) => 1 / efficiency));
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
 * Errors: `OUTSIDE_ENTRY_MISSING`.
 */
export function withOutside(
  energy: EnergyResult,
  include: readonly Outside[],
  terms: OutsideTerms,
  { inputBits, outputBits, operations }: Traffic,
): EnergyResult {
  if (include.length === 0) return energy;
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
  const efficiency = include.includes('regulator') ? take('regulator') : null;
  const regulator = efficiency && { value: efficiency.value, low: efficiency.low, high: efficiency.high };
  const termsOf = (core: Band): Record<string, Band> => {
    if (regulator === null) return crossing;
    return { ...crossing, regulator: lossOf(plus(core, ...Object.values(crossing)), regulator) };
  };
  const found = termsOf(energy.joulesPerInference);
  const { samples } = energy;
  const sum = plus(...Object.values(found));
  const joulesPerInference = plus(energy.joulesPerInference, sum);
  const { byComponent, byLayer, byLayerAndComponent } = energy.breakdown;
  const values = Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]));
  const named = include.map((term) => words[term]).join(', ');
  return {
    ...energy,
    joulesPerInference,
    joulesPerOp: times(joulesPerInference, 1 / operations),
    breakdown: {
      byComponent: { ...byComponent, ...found },
      byLayer: { ...byLayer, [outsideLayer]: sum },
      byLayerAndComponent: { ...byLayerAndComponent, [outsideLayer]: values },
    },
    ...(samples === undefined ? {} : { samples: samplesWith(samples, termsOf, regulator) }),
    includes: [...include].sort(),
    scope: `core and ${named} for ${inputBits / 8} bytes in and ${outputBits / 8} bytes out per inference; of the core: ${energy.scope}`,
    origins: [...energy.origins, ...origins],
  };
}
