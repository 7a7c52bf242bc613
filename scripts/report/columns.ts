import { energyOrder } from '../../sim/cost/paired.ts';
import type { Result } from '../../specs/result.ts';
import { type Badge, cyclesBadge, modelCard, planned, requested, tierBadge } from './badge.ts';
import type { UnitName } from './format.ts';

/** One number with its origin; `low` and `high` only where a band exists. */
export interface Value {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly badge: Badge;
}

/** A column of numbers, the same one in the page, in Markdown and in CSV. */
export interface Column {
  /** Name in CSV, with the unit of the CSV value. */
  readonly id: string;
  readonly head: string;
  readonly unit: UnitName | 'count' | 'percent';
  readonly better: 'low' | 'high' | null;
  /** Where more is known of two designs than their bands: negative where the first is better, 0 where nothing is said. */
  readonly order?: (a: Result, b: Result) => number;
  /** Null where the design has no such number. */
  readonly value: (result: Result) => Value | null;
}

/** Everything that is compared, in reading order. */
export const columns: readonly Column[] = [
  {
    id: 'energy_joules_per_inference',
    head: 'Energy per inference',
    unit: 'J',
    better: 'low',
    order: energyOrder,
    value: ({ energy }) => ({ ...energy.joulesPerInference, badge: tierBadge(energy.tier) }),
  },
  {
    id: 'energy_joules_per_op',
    head: 'Energy per operation',
    unit: 'J/op',
    better: 'low',
    order: energyOrder,
    value: ({ energy }) => ({ ...energy.joulesPerOp, badge: tierBadge(energy.tier) }),
  },
  {
    id: 'latency_seconds',
    head: 'Latency',
    unit: 's',
    better: 'low',
    value: (result) => ({ value: result.latencySeconds, badge: cyclesBadge(result) }),
  },
  {
    id: 'throughput_inferences_per_second',
    head: 'Throughput',
    unit: 'inference/s',
    better: 'high',
    value: (result) => ({ value: result.throughput.inferencesPerSecond, badge: cyclesBadge(result) }),
  },
  {
    id: 'area_square_microns',
    head: 'Area',
    unit: 'µm²',
    better: 'low',
    value: ({ area }) => ({ ...area.squareMicrons, badge: tierBadge(area.tier) }),
  },
  {
    id: 'power_watts_at_full_rate',
    head: 'Power at full rate',
    unit: 'W',
    better: 'low',
    value: ({ energy, throughput }) => {
      const { value, low, high } = energy.joulesPerInference;
      const rate = throughput.inferencesPerSecond;
      return { value: value * rate, low: low * rate, high: high * rate, badge: tierBadge(energy.tier) };
    },
  },
  {
    id: 'latency_cycles',
    head: 'Latency in cycles',
    unit: 'count',
    better: 'low',
    value: (result) => ({ value: result.cycles.latency, badge: cyclesBadge(result) }),
  },
  {
    id: 'interval_cycles',
    head: 'Interval in cycles',
    unit: 'count',
    better: 'low',
    value: (result) => ({ value: result.cycles.interval, badge: cyclesBadge(result) }),
  },
  {
    id: 'macs_per_cycle',
    head: 'MACs per cycle',
    unit: 'count',
    better: 'high',
    value: (result) => ({ value: result.throughput.macsPerCycle, badge: cyclesBadge(result) }),
  },
  {
    id: 'utilisation_fraction',
    head: 'Utilisation',
    unit: 'percent',
    better: 'high',
    value: (result) => ({ value: result.utilisation, badge: cyclesBadge(result) }),
  },
  {
    id: 'multipliers',
    head: 'Multipliers',
    unit: 'count',
    better: null,
    value: (result) => ({ value: result.multipliers, badge: planned }),
  },
  {
    id: 'clock_hertz',
    head: 'Clock',
    unit: 'Hz',
    better: null,
    value: ({ design }) => ({ value: design.clockHertz, badge: requested }),
  },
  {
    id: 'accuracy_fraction',
    head: 'Accuracy',
    unit: 'percent',
    better: 'high',
    value: ({ model }) => (model.accuracy === null ? null : { value: model.accuracy, badge: modelCard }),
  },
];
