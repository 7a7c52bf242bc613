import type { Band, EnergyResult, Result } from '../../specs/result.ts';
import { halfWidth99 } from './replay/strata.ts';

/** What can be said of the energy of one design less that of another. */
export interface Paired {
  /** Joules per inference of the first less those of the second; the band holds what is not common to both. */
  readonly difference: Band;
  /** Inputs that both have seen; 0 where the energies do not depend on inputs. */
  readonly samples: number;
  /** Half of the 99 % confidence interval that the windows drawn of both leave, part of the band. */
  readonly halfWidth: number;
  /** What each of them may be off by for itself, together, part of the band. */
  readonly own: number;
}

/** Why two energies have no difference beyond their bands, in words. */
export interface Apart {
  readonly reason: string;
  /** They must not even be ordered by their bands. */
  readonly refused: boolean;
}

/** Fewer inputs than these say too little about others. */
const fewest = 4;

type Samples = NonNullable<EnergyResult['samples']>;

/** Half of the 99 % confidence interval of a difference: windows of both were drawn independently (Student, Welch). */
export function halfWidthOf(a: Samples, b: Samples): number {
  const parts = [a, b].map(({ standardError, freedom }) => ({ variance: standardError ** 2, freedom }));
  const drawn = parts.filter(({ variance }) => variance > 0);
  return halfWidth99({ variance: drawn.reduce((sum, { variance }) => sum + variance, 0), parts: drawn });
}

/** An entry of both results that is not the same number of the same source: then no error is common to them. */
function otherEntry(a: EnergyResult, b: EnergyResult): string | null {
  const known = new Map(a.origins.map((origin) => [origin.entry, origin]));
  const differs = b.origins.find((origin) => {
    const own = known.get(origin.entry);
    const same = ['value', 'low', 'high', 'unit', 'source'] as const;
    // What was found at the gates of one design is no number that both rest on.
    return own !== undefined && !origin.entry.startsWith('gates.') && same.some((part) => own[part] !== origin[part]);
  });
  return differs?.entry ?? null;
}

/** Why energies of two results are not to be ordered at all; null where they may be. */
export function refusal(a: Result, b: Result): string | null {
  if (a.model.sha256 !== b.model.sha256) return 'they compute different networks';
  const [one, other] = [a.energy, b.energy];
  if (one.tier !== other.tier)
    return `their energies are of tiers ${[one.tier, other.tier].sort().join(' and ')}, which count different things`;
  if (JSON.stringify(one.includes ?? []) !== JSON.stringify(other.includes ?? []))
    return 'their energies include different things beside the core';
  if (one.samples !== undefined && other.samples !== undefined && one.samples.inputs !== other.samples.inputs)
    return 'they were fed with different inputs';
  return null;
}

/**
 * The difference of two energies. Within a component all errors of the technology are taken as common (the same entries), between
 * components as free: its band is the sum over components of what the lows, the values and the highs differ. Where energies
 * depend on inputs, both must have seen the same, each at every stage once. The 99 % interval of the windows drawn and what each
 * design may be off by for itself come on top. The difference is that of these inputs; of others it says nothing.
 */
export function pairedDifference(a: Result, b: Result): Paired | Apart {
  const reason = refusal(a, b);
  if (reason !== null) return { reason, refused: true };
  const apart = (why: string): Apart => ({ reason: why, refused: false });
  if (a.design.technology !== b.design.technology)
    return apart(
      `their technologies are ${a.design.technology} and ${b.design.technology}: no error is common to them`,
    );
  const entry = otherEntry(a.energy, b.energy);
  if (entry !== null) return apart(`they rest on different numbers for '${entry}'`);
  const [one, other] = [a.energy.samples, b.energy.samples];
  const { tier } = a.energy;
  if ((one === undefined || other === undefined) && tier !== 'T0')
    return apart(
      `${one === other ? 'neither was' : 'only one of them was'} measured over whole inputs (simulate --tier ${tier} --samples 8)`,
    );
  const samples = one?.count ?? 0;
  if (one !== undefined && samples < fewest) return apart(`${samples} inputs are too few, ${fewest} are needed`);
  const sampled = one !== undefined && other !== undefined;
  const [halfWidth, own] = sampled ? [halfWidthOf(one, other), one.own + other.own] : [0, 0];
  const none: Band = { value: 0, low: 0, high: 0 };
  const difference = { value: 0, low: -halfWidth - own, high: halfWidth + own };
  const [mine, theirs] = [
    one?.shared ?? a.energy.breakdown.byComponent,
    other?.shared ?? b.energy.breakdown.byComponent,
  ];
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [x, y] = [mine[name] ?? none, theirs[name] ?? none];
    const ends = [x.low - y.low, x.value - y.value, x.high - y.high];
    difference.value += x.value - y.value;
    difference.low += Math.min(...ends);
    difference.high += Math.max(...ends);
  }
  return { difference, samples, halfWidth, own };
}

const disjoint = (a: Band, b: Band): boolean => a.high < b.low || b.high < a.low;

/**
 * Negative when the first needs less energy, positive when it needs more, 0 when nothing is said: bands overlap and the paired
 * difference does not exclude zero, or tiers or networks differ.
 */
export function energyOrder(a: Result, b: Result): number {
  const [one, other] = [a.energy.joulesPerInference, b.energy.joulesPerInference];
  const paired = pairedDifference(a, b);
  if ('reason' in paired && paired.refused) return 0;
  if (disjoint(one, other)) return Math.sign(one.value - other.value);
  if ('reason' in paired) return 0;
  const { low, high } = paired.difference;
  return low > 0 ? 1 : high < 0 ? -1 : 0;
}
