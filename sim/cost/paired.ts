import type { Band, EnergyResult, Result } from '../../specs/result.ts';
import { student995 } from './replay/strata.ts';

/** What can be said of the energy of one design less that of another. */
export interface Paired {
  /** Joules per inference of the first less those of the second; the band holds what is not common to both. */
  readonly difference: Band;
  /** Inputs that both have seen; 0 where the energies do not depend on inputs. */
  readonly samples: number;
  /** Half of the 99 % confidence interval that the inputs leave, part of the band. */
  readonly halfWidth: number;
}

/** Why two energies have no difference beyond their bands, in words. */
export interface Apart {
  readonly reason: string;
  /** They must not even be ordered by their bands. */
  readonly refused: boolean;
}

/** Fewer differences than these say nothing about their spread. */
const fewest = 4;

/** Mean of the differences, sample by sample, and half of its 99 % confidence interval (Student). */
export function pairedMean(a: readonly number[], b: readonly number[]): { mean: number; halfWidth: number } {
  const differences = a.map((value, index) => value - b[index]!);
  const count = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, halfWidth: variance === 0 ? 0 : student995(count - 1) * Math.sqrt(variance / count) };
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
  if (a.model.sha256 !== b.model.sha256) return 'their networks differ by their SHA-256';
  const [one, other] = [a.energy, b.energy];
  if (one.tier !== other.tier)
    return `their energies are of tiers ${[one.tier, other.tier].sort().join(' and ')}, which count different things`;
  if (JSON.stringify(one.includes ?? []) !== JSON.stringify(other.includes ?? []))
    return 'their energies include different things beside the core';
  return null;
}

/**
 * The difference of two energies. Within a component all errors are taken as common (the same entries of one technology), between
 * components as free: its band is the sum over components of what the lows, the values and the highs differ. Where energies
 * depend on inputs, the same inputs are needed, and the 99 % interval of the mean difference comes on top; a sampled tier without
 * joules of every input has no difference.
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
  const [own, others] = [a.energy.samples, b.energy.samples];
  if ((own === undefined) !== (others === undefined))
    return apart('the energy of only one of them depends on its inputs');
  if (own?.inputs !== others?.inputs || own?.joules.length !== others?.joules.length)
    return apart('they were fed with different inputs');
  if (own === undefined && a.energy.tier !== 'T0')
    return apart(`tier ${a.energy.tier} sampled each of them on its own: no error is known to be common to them`);
  const samples = own?.joules.length ?? 0;
  if (own !== undefined && samples < fewest) return apart(`${samples} inputs are too few, ${fewest} are needed`);
  const halfWidth = own === undefined ? 0 : pairedMean(own.joules, others!.joules).halfWidth;
  const none: Band = { value: 0, low: 0, high: 0 };
  const difference = { value: 0, low: -halfWidth, high: halfWidth };
  const [mine, theirs] = [a.energy.breakdown.byComponent, b.energy.breakdown.byComponent];
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [x, y] = [mine[name] ?? none, theirs[name] ?? none];
    const ends = [x.low - y.low, x.value - y.value, x.high - y.high];
    difference.value += x.value - y.value;
    difference.low += Math.min(...ends);
    difference.high += Math.max(...ends);
  }
  return { difference, samples, halfWidth };
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
