import type { Band, EnergyResult } from '../../../specs/result.ts';
import { plus } from '../band.ts';
import type { StageEnergy } from '../replay/sampled.ts';
import { type Estimate, halfWidth99, sumOf } from '../replay/strata.ts';
import { gatesOf } from './gates.ts';
import { type Ledger, memoriesOf } from './memories.ts';
import { nothing, type PricedRun, t2Components, together } from './run.ts';

const layerName = ({ stage }: StageEnergy): string => (stage === '' ? 'interface' : stage);

/** Half of the 99 % interval, relative to the mean. */
const spreadOf = (estimate: Estimate): number => (estimate.mean === 0 ? 0 : halfWidth99(estimate) / estimate.mean);

/** Joules by component and layer, gates and memories together. */
export interface SampledBreakdown extends Pick<EnergyResult, 'joulesPerInference' | 'breakdown'> {
  /** What the sampling leaves open in the sum of the gates, relative. */
  readonly sampled: number;
  readonly windows: number;
}

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
  const sampled = spreadOf(sumOf(stages.map(({ estimate }) => estimate)));
  const byLayer: Record<string, Band> = {};
  const byLayerAndComponent: Record<string, Record<string, number>> = {};
  let byComponent = nothing();
  for (const stage of stages) {
    const layer = layerName(stage);
    const memories = memoriesOf(ledger, run, layer);
    const found = together(gatesOf(k, run, stage, open + spreadOf(stage.estimate)), memories);
    byLayer[layer] = plus(...Object.values(found));
    byLayerAndComponent[layer] = Object.fromEntries(t2Components.map((name) => [name, found[name].value]));
    byComponent = together(byComponent, together(gatesOf(k, run, stage, open + sampled), memories));
  }
  return {
    joulesPerInference: plus(...Object.values(byComponent)),
    breakdown: { byComponent, byLayer, byLayerAndComponent },
    sampled,
    windows: stages.reduce((sum, stage) => sum + stage.windows, 0),
  };
}
