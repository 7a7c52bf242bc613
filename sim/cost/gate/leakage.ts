import type { GateActivity } from './activity.ts';
import type { ClockNetwork } from './clock.ts';
import { type CellKind, truthOf } from './kind.ts';
import type { Leakage } from './liberty/library.ts';
import type { GateNetlist } from './netlist.ts';

/** Watts of one cell by vector of its inputs and state, where its leakage has conditions. */
function byVector(kind: CellKind): Float64Array | null {
  const { leakage, leakagePower } = kind.cell;
  const conditional = leakage.filter((found) => found.when !== null);
  if (conditional.length === 0 || kind.isOpaque) return null;
  const supplies = [...new Set(leakage.map((found) => found.supply))];
  const vectors = 1 << kind.variables;
  const watts = new Float64Array(vectors);
  const truths = new Map<Leakage, Uint8Array>(conditional.map((found) => [found, truthOf(kind, found.when!)]));
  for (let vector = 0; vector < vectors; vector++) {
    for (const supply of supplies) {
      const own = leakage.filter((found) => found.supply === supply);
      const holding = own.filter((found) => truths.get(found)?.[vector] === 1);
      const mean = conditional.reduce((sum, found) => sum + found.watts, 0) / conditional.length;
      const otherwise = own.find((found) => found.when === null)?.watts ?? leakagePower ?? mean;
      // Conditions do not overlap; where they do, each tells of the same current, so the mean stands for them.
      watts[vector]! +=
        holding.length === 0 ? otherwise : holding.reduce((sum, found) => sum + found.watts, 0) / holding.length;
    }
  }
  return watts;
}

function unconditional(kind: CellKind): number {
  const { leakage, leakagePower } = kind.cell;
  const stated = leakage.filter((found) => found.when === null);
  if (stated.length > 0) return stated.reduce((sum, found) => sum + found.watts, 0);
  return leakagePower ?? 0;
}

/**
 * Leakage of all cells in watts: per condition, weighted with how often the inputs were high, taken as independent of
 * each other; a clock is high half of the time. A state is weighted like the output that shows it.
 */
export function leakageOf(netlist: GateNetlist, clock: ClockNetwork, activity: GateActivity): number {
  const { kinds, cellKind, inputStart, inputNet, outputStart, outputNet } = netlist;
  const perKind = kinds.map((kind) => ({ watts: byVector(kind), flat: unconditional(kind) }));
  const share = (net: number): number => {
    const isUnknown = net < 0 || clock.isClock[net] === 1;
    return isUnknown ? 0.5 : Math.min(1, activity.high[net]! / activity.cycles);
  };
  let total = 0;
  for (let cell = 0; cell < cellKind.length; cell++) {
    const kind = kinds[cellKind[cell]!]!;
    const { watts, flat } = perKind[cellKind[cell]!]!;
    if (watts === null) {
      total += flat;
      continue;
    }
    const shares = [...inputNet.subarray(inputStart[cell]!, inputStart[cell + 1]!)].map(share);
    if (kind.state !== null) {
      const shown = [...outputNet.subarray(outputStart[cell]!, outputStart[cell + 1]!)].findIndex((net) => net >= 0);
      const high = shown < 0 ? 0.5 : share(outputNet[outputStart[cell]! + shown]!);
      // Whether the output shows the state or its complement can be read off the table at its highest vector.
      const inverted = shown >= 0 && kind.truth[shown]![watts.length - 1] === 0;
      shares.push(inverted ? 1 - high : high);
    }
    for (let vector = 0; vector < watts.length; vector++) {
      let weight = 1;
      for (let at = 0; at < shares.length && weight > 0; at++) {
        weight *= (vector >> at) & 1 ? shares[at]! : 1 - shares[at]!;
      }
      total += weight * watts[vector]!;
    }
  }
  return total;
}
