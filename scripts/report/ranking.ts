import { energyOrder } from '../../sim/cost/paired.ts';
import type { Band, Result } from '../../specs/result.ts';

/** Places a design may hold: `{best: 1, worst: 2}` when nothing orders it and another design. */
export interface Rank {
  readonly best: number;
  readonly worst: number;
  readonly of: number;
}

/**
 * A design counts as verified when the verdict is `equal`, every rung matched every one of its samples, and at least one
 * rung is hardware (the reference alone proves nothing about a circuit).
 */
export function isVerified(result: Result): boolean {
  const proof = result.verification;
  if (proof === null || proof.verdict !== 'equal') return false;
  const rungs = Object.entries(proof.levels);
  if (rungs.some(([, rung]) => rung.matched !== rung.samples)) return false;
  return rungs.some(([name, rung]) => name !== 'reference' && rung.samples > 0);
}

export function overlap(a: Band, b: Band): boolean {
  return a.low <= b.high && b.low <= a.high;
}

/** Only designs of one network with energies of one tier that include the same may be put in an order. */
export function rankGroup(result: Result): string {
  return [result.model.sha256, result.energy.tier, ...(result.energy.includes ?? [])].join(' ');
}

/** Per result its places by energy per inference, or null for a design without proof. */
export function ranks(results: readonly Result[]): (Rank | null)[] {
  return results.map((result) => {
    if (!isVerified(result)) return null;
    const others = peers(results, result);
    const better = others.filter((other) => energyOrder(other, result) < 0).length;
    const worse = others.filter((other) => energyOrder(other, result) > 0).length;
    return { best: better + 1, worst: others.length + 1 - worse, of: others.length + 1 };
  });
}

/** Verified designs other than this one that share its network and tier. */
export function peers(results: readonly Result[], result: Result): Result[] {
  const group = rankGroup(result);
  return results.filter((other) => other !== result && isVerified(other) && rankGroup(other) === group);
}

/** Verified results of a group that no other one beats in latency and energy (by the values, not the bands), fastest first. */
export function paretoFront(results: readonly Result[]): Result[] {
  return frontOf(results, ({ latencySeconds }) => latencySeconds);
}

/** The same with another price (null: unknown, not on the front), the lowest price first. */
export function frontOf(results: readonly Result[], priceOf: (result: Result) => number | null): Result[] {
  const candidates = results.filter(isVerified).flatMap((result) => {
    const price = priceOf(result);
    return price === null ? [] : [{ result, price, joules: result.energy.joulesPerInference.value }];
  });
  const beaten = (one: (typeof candidates)[number]) =>
    candidates.some(
      ({ price, joules }) => joules <= one.joules && price <= one.price && (joules < one.joules || price < one.price),
    );
  return candidates
    .filter((one) => !beaten(one))
    .sort((a, b) => a.price - b.price)
    .map(({ result }) => result);
}

/** The results sorted into groups that may be compared, in order of first appearance. */
export function rankGroups(results: readonly Result[]): Result[][] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const group = rankGroup(result);
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  return [...groups.values()];
}
