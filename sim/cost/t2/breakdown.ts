import type { Band, EnergyResult } from '../../../specs/result.ts';
import { plus } from '../band.ts';
import type { StageEnergy } from '../replay/sampled.ts';
import { type Estimate, freedomOf, halfWidth99, type Sampling, sumOf } from '../replay/strata.ts';
import { activitiesOf } from '../stage-activity.ts';
import { gatesOf } from './gates.ts';
import { type Ledger, memoriesOf } from './memories.ts';
import { type ByComponent, nothing, type PricedRun, type T2Run, t2Components, together } from './run.ts';

const layerName = ({ stage }: StageEnergy): string => (stage === '' ? 'interface' : stage);

/** Half of the 99 % interval, relative to the mean. */
const spreadOf = (estimate: Estimate): number => (estimate.mean === 0 ? 0 : halfWidth99(estimate) / estimate.mean);

/** Joules by component and layer, gates and memories together. */
export interface SampledBreakdown extends Pick<EnergyResult, 'joulesPerInference' | 'breakdown'> {
  /** What the sampling leaves open in the sum of the gates, relative. */
  readonly sampled: number;
  readonly windows: number;
  /** Joules by component that hold only what all designs of the technology have in common. */
  readonly shared: ByComponent;
  /** Of joules per inference of the gates: the estimate, at the high end of their wires and clock tree. */
  readonly gates: Estimate;
  /** Joules per inference that this design alone may be off by. */
  readonly own: number;
}

/** How much more gates draw at the high end of what all designs of the technology have in common; leakage, which no data move, left out. */
function reachOf(gates: ByComponent): number {
  const { leakage: _, ...moving } = gates;
  const { value, high } = plus(...Object.values(moving));
  return value === 0 ? 1 : high / value;
}

const scaled = ({ mean, variance, parts }: Estimate, factor: number): Estimate => ({
  mean: mean * factor,
  variance: variance * factor ** 2,
  parts: parts.map((part) => ({ ...part, variance: part.variance * factor ** 2 })),
});

/**
 * What sampled stages and the memories of a design draw. A layer's band holds the interval of the layer, the total's that of the
 * total, and both `open`: what else is not known of the gates, relative. Errors: `TECH_ENTRY_MISSING`.
 */
export function breakdownOf(
  ledger: Ledger,
  run: PricedRun,
  stages: readonly StageEnergy[],
  open: number,
): SampledBreakdown {
  const { k } = ledger;
  const perClock = sumOf(stages.map(({ estimate }) => estimate));
  const sampled = spreadOf(perClock);
  const memoriesByLayer = new Map(activitiesOf(run.accelerator).map(({ layer, memories }) => [layer, memories]));
  const byLayer: Record<string, Band> = {};
  const byLayerAndComponent: Record<string, Record<string, number>> = {};
  let byComponent = nothing();
  let [sharedGates, sharedMemories] = [nothing(), nothing()];
  for (const stage of stages) {
    const layer = layerName(stage);
    const memories = memoriesOf(ledger, run, memoriesByLayer.get(layer) ?? []);
    const found = together(gatesOf(k, run, stage, open + spreadOf(stage.estimate)), memories);
    byLayer[layer] = plus(...Object.values(found));
    byLayerAndComponent[layer] = Object.fromEntries(t2Components.map((name) => [name, found[name].value]));
    byComponent = together(byComponent, together(gatesOf(k, run, stage, open + sampled), memories));
    sharedGates = together(sharedGates, gatesOf(k, run, stage, 0));
    sharedMemories = together(sharedMemories, memories);
  }
  const gates = scaled(perClock, run.interval * reachOf(sharedGates));
  return {
    joulesPerInference: plus(...Object.values(byComponent)),
    breakdown: { byComponent, byLayer, byLayerAndComponent },
    sampled,
    windows: stages.reduce((sum, stage) => sum + stage.windows, 0),
    shared: together(sharedGates, sharedMemories),
    gates,
    own: open * gates.mean,
  };
}

/** What a difference to another design on the same inputs needs; nothing where the windows are not cut from all of the inputs. */
export function samplesOf(
  { inputsSha256 }: Pick<T2Run, 'inputsSha256'>,
  { inferences }: Sampling,
  { gates, own, shared }: SampledBreakdown,
): Pick<EnergyResult, 'samples'> {
  if (inputsSha256 === undefined || inferences === undefined) return {};
  const standardError = Math.sqrt(gates.variance);
  const freedom = standardError === 0 ? 0 : freedomOf(gates);
  return { samples: { inputs: inputsSha256, count: inferences, standardError, freedom, own, shared } };
}
