import { Fault } from '../../../specs/fault.ts';
import type { OriginClass } from '../../../specs/result.ts';

/** A process node at a supply. */
export interface OperatingPoint {
  readonly nanometres: number;
  readonly volts: number;
  /** Name of a measured library, where the number comes from one. */
  readonly library?: string;
}

/** What one way of scaling says: a factor, and how far its own data disagree. */
export interface Rule {
  readonly name: 'equations' | 'libraries';
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A factor from one operating point to another. */
export interface Scaled {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly class: OriginClass & 'scaled';
  /** All ways of scaling that cover both points; the band holds each of them. */
  readonly rules: readonly Rule[];
}

/** No scaled number is trusted to less than these factors. */
const leastBand = { low: 0.4, high: 2.5 } as const;

/** The geometric mean of all rules, and a band that holds them. Errors: `SCALING_RANGE` when no rule covers both points. */
export function combined(rules: readonly Rule[], from: OperatingPoint, to: OperatingPoint): Scaled {
  if (rules.length === 0)
    throw new Fault({
      code: 'SCALING_RANGE',
      place: 'scaling between nodes',
      cause: `nothing covers ${from.nanometres} nm at ${from.volts} V to ${to.nanometres} nm at ${to.volts} V`,
      wayOut: 'use nodes from 2 to 180 nm and supplies of their usual range',
    });
  const value = Math.exp(rules.reduce((sum, rule) => sum + Math.log(rule.value), 0) / rules.length);
  return {
    value,
    low: Math.min(leastBand.low * value, ...rules.map((rule) => rule.low)),
    high: Math.max(leastBand.high * value, ...rules.map((rule) => rule.high)),
    class: 'scaled',
    rules,
  };
}

/** Straight line between two points of a log-log plot, and its end points exactly. */
export function interpolated(
  at: number,
  below: { readonly at: number; readonly value: number },
  above: { readonly at: number; readonly value: number },
): number {
  if (at === below.at || below.at === above.at) return below.value;
  if (at === above.at) return above.value;
  const share = Math.log(at / below.at) / Math.log(above.at / below.at);
  return Math.exp((1 - share) * Math.log(below.value) + share * Math.log(above.value));
}
