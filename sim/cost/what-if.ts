import type { Band } from '../../specs/result.ts';
import type { Scaling } from '../../specs/scalings.ts';
import type { Technology } from '../../specs/technology.ts';
import type { Cycles, Hertz, Ops } from '../../specs/units.ts';
import type { WhatIf, WhatIfPoint, WhatIfProfile } from '../../specs/what-if.ts';
import type { LayerActivity } from './activity.ts';
import { energyScope, energyT0 } from './energy.ts';
import { boundaryWords } from './outside.ts';
import { elementClock } from './scale/element-clock.ts';
import { moveSupply, supplyRange } from './scale/supply.ts';
import { atSupply, pointOf } from './scale/supply-technology.ts';

export interface WhatIfRun {
  readonly activities: readonly LayerActivity[];
  readonly technologies: readonly Technology[];
  readonly scaling: Scaling;
  readonly clock: Hertz;
  readonly interval: Cycles;
  readonly operations: Ops;
}

const profiles: readonly WhatIfProfile[] = ['design', 'uniform', 'relu', 'weightStationary', 'sparse90'];

/** Parts of a library's own supply that the table shows, where its numbers can be moved there. */
const shares = [0.6, 0.7, 0.8, 0.9, 1, 1.1] as const;

/** Every multiplier of 8-bit activations sees that data; wider ones were not measured on all of it and stay as they are. */
function onData(activities: readonly LayerActivity[], profile: WhatIfProfile): readonly LayerActivity[] {
  if (profile === 'design') return activities;
  return activities.map((activity) =>
    activity.multipliers > 0 && (activity.activationBits ?? 8) === 8 ? { ...activity, dataProfile: profile } : activity,
  );
}

const one: Band = { value: 1, low: 1, high: 1 };

function pointAt(run: WhatIfRun, technology: Technology, volts: number): WhatIfPoint {
  const { scaling, clock, activities } = run;
  const scaled = volts !== technology.volts;
  const from = pointOf(scaling, technology);
  const move = scaled ? moveSupply(scaling, from, volts) : null;
  const there = atSupply(technology, scaling, volts);
  const elementHertz = elementClock(scaling, from, { ...from, volts });
  const entries = new Set<string>();
  const joulesPerInference: Record<string, Band> = {};
  for (const profile of profiles) {
    const result = energyT0({ ...run, activities: onData(activities, profile), technology: there });
    joulesPerInference[profile] = result.joulesPerInference;
    for (const { entry } of result.origins) entries.add(entry);
  }
  return {
    technology: technology.name,
    volts,
    scaled,
    laws: move?.laws ?? '',
    energyFactor: move?.energy ?? one,
    delayFactor: move?.delay ?? one,
    elementHertz,
    tooFast: elementHertz !== null && clock > elementHertz.high,
    joulesPerInference,
    entries: [...entries].sort(),
  };
}

/** Supplies of the table: parts of the library's own, rounded to millivolts, within what its numbers can be moved to. */
function suppliesOf(scaling: Scaling, { volts }: Technology): number[] {
  const { low, high } = supplyRange(scaling, volts);
  return shares.map((share) => Number((share * volts).toFixed(3))).filter((supply) => supply >= low && supply <= high);
}

/**
 * The table technology x supply x data profile of one circuit at one clock, tier T0. Nothing is planned anew: a plan that was
 * chosen by a technology's area or energy is the same in all of them.
 * Errors: those of `energyT0`, `SCALING_RANGE`, `SCALING_ENTRY_MISSING`.
 */
export function whatIf(run: WhatIfRun): WhatIf {
  const { technologies, scaling, clock, interval } = run;
  return {
    tier: 'T0',
    clockHertz: clock,
    interval,
    profiles: [...profiles],
    points: technologies.flatMap((technology) =>
      suppliesOf(scaling, technology).map((volts) => pointAt(run, technology, volts)),
    ),
    scope: `${boundaryWords([])}; 25 °C, typical corners: ${energyScope(run.activities)}; other supplies than a library's own are scaled`,
  };
}
