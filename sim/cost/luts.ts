import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import { networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import type { Price, Pricing } from '../../hdl-gen/arch/stream/pricing.ts';
import { type FrameShape, topLogic } from '../../hdl-gen/arch/stream/top.ts';
import type { Work } from '../../hdl-gen/arch/stream/work.ts';
import type { DesignRequest, LutTarget, StreamParameters } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';
import { type LutFit, lutFeatures, lutFitOf } from '../../specs/luts.ts';
import type { FpgaResult } from '../../specs/result.ts';
import { type Engines, enginesOf } from './engine-state.ts';
import { type FpgaParts, fpgaParts } from './lut-features.ts';

/** What a DSP block counts as where the goal says nothing else. */
export const defaultLutsPerDsp = 100;

/** Look-up tables, DSP blocks and block memories of a part of a design. */
export interface FpgaCost {
  readonly luts: number;
  readonly dsps: number;
  readonly blockMemories: number;
}

function costOf({ coefficients, whole }: LutFit, { features, dsps, blocks }: FpgaParts): FpgaCost {
  const luts = lutFeatures.reduce((sum, feature) => sum + coefficients[feature] * features[feature], 0);
  return { luts: whole * luts, dsps, blockMemories: blocks };
}

const stageCost = (fit: LutFit, engines: Engines, stage: Stage, work: Work | undefined): FpgaCost =>
  costOf(fit, fpgaParts(fit.device, engines.parts(stage, work), engines.resources(stage, work).memories));

const topCost = (fit: LutFit, stages: readonly Stage[], frame: FrameShape): FpgaCost =>
  costOf(fit, fpgaParts(fit.device, [{ instance: null, logic: topLogic(stages, frame) }], []));

/** Lanes whose look-up tables are known: multipliers written as operators. Other ones are for silicon. */
export const isEstimated = ({
  arithmetic = 'plain',
  clockGating = false,
  operandIsolation = false,
}: StreamParameters): boolean => arithmetic === 'plain' && !clockGating && !operandIsolation;

/** Errors: LUT_LANES. */
export function checkEstimated(parameters: StreamParameters): void {
  if (isEstimated(parameters)) return;
  throw new Fault({
    code: 'LUT_LANES',
    place: '/target/lut',
    cause: 'the lanes are made for silicon, and look-up tables are estimated for lanes of operators only',
    wayOut: 'leave "arithmetic", "clockGating" and "operandIsolation" out of the parameters, or choose another goal',
  });
}

/** Prices for a budget of look-up tables. */
export function lutPricing({ device, lutsPerDsp = defaultLutsPerDsp }: LutTarget): Pricing {
  const fit = lutFitOf(device);
  const engines = enginesOf(device);
  const price = ({ luts, dsps }: FpgaCost): Price => ({ fixed: luts + lutsPerDsp * dsps, perClock: 0 });
  return {
    // Where bytes come from changes nothing but the number of ports.
    stage: (stage, work) => price(stageCost(fit, engines, { ...stage, sources: work?.sources ?? [0] }, work)),
    around: (stages, frame) => price(topCost(fit, stages, frame)),
  };
}

/** What a design takes of a family, by estimate; the very numbers that a budget of look-up tables is held against. */
export function fpgaEstimate(
  accelerator: Accelerator,
  request: Pick<DesignRequest, 'parameters'>,
  fit: LutFit,
  lutsPerDsp: number = defaultLutsPerDsp,
): FpgaResult {
  const { device } = fit;
  const { parameters } = request;
  const engines = enginesOf(device);
  const { schedule, pruned } = accelerator;
  const { works } = networkWorks(pruned.graph, parameters.softmax);
  const byLayer: Record<string, FpgaCost> = Object.create(null);
  for (const stage of schedule.stages) {
    const work = works.find(({ name }) => name === stage.name);
    byLayer[stage.name] = stageCost(fit, engines, stage, work);
  }
  byLayer.interface = topCost(fit, schedule.stages, accelerator);
  const sum = (of: (cost: FpgaCost) => number) => Object.values(byLayer).reduce((total, cost) => total + of(cost), 0);
  const luts = sum((cost) => cost.luts);
  const dsps = sum((cost) => cost.dsps);
  const { low, high } = fit.band;
  const { source, conditions } = fit;
  return {
    tier: 'T0',
    device,
    luts: { value: luts, low: luts * low, high: luts * high },
    dsps,
    lutsPerDsp,
    lutEquivalents: luts + lutsPerDsp * dsps,
    blockMemories: sum((cost) => cost.blockMemories),
    byLayer: { ...byLayer },
    origins: [
      // The factor from the estimate to what synthesis finds.
      { entry: `luts.${device}`, value: 1, low, high, unit: 'ratio', class: fit.class, source, conditions },
    ],
  };
}
