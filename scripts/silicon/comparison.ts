import type { MeasuredCore } from '../../sim/cost/hash/activity.ts';
import {
  type ChipComparison,
  compareSteps,
  compareWithChips,
  type Native,
  type StepComparison,
} from '../../sim/cost/hash/compare.ts';
import { type HashPrediction, predictHash } from '../../sim/cost/hash/predict.ts';
import { predictHashFromStages } from '../../sim/cost/hash/predict-stages.ts';
import { miningBaselines } from '../../specs/baselines.ts';
import type { Tier } from '../../specs/result.ts';
import { scalingEntry, scalingOf } from '../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../specs/technologies.ts';
import { type Hertz, parseHertz } from '../../specs/units.ts';

/** Energy per hash in a technology, whatever the tier. */
export type HashPredictor = (technology: string) => HashPrediction;

/** Leakage is paid at the clock that an int8 element reaches in the technology: a stand-in for the core's own. */
function clockOf(technology: string): Hertz {
  const { clockMegahertz } = scalingEntry(scalingOf().libraries.libraries, technology, 'libraries.json');
  return parseHertz(`${clockMegahertz} MHz`, `specs/scaling/libraries.json, ${technology}`);
}

export const fromOperators =
  (core: MeasuredCore): HashPredictor =>
  (technology) =>
    predictHash(core, technologyOf(technology), clockOf(technology));

export const fromStages: HashPredictor = (technology) =>
  predictHashFromStages(technologyOf(technology), clockOf(technology));

export interface SiliconComparison {
  readonly core: string;
  readonly tier: Tier;
  readonly natives: readonly HashPrediction[];
  readonly chips: readonly ChipComparison[];
  /** Geometric mean of predicted over published energy, and the least and the greatest quotient of a single chip. */
  readonly offset: { readonly value: number; readonly low: number; readonly high: number };
  readonly steps: readonly StepComparison[];
  /** What a step from one node to the next may be off by. */
  readonly stepLimit: number;
}

const stepLimit = 2.5;

export function compareSilicon(predict: HashPredictor): SiliconComparison {
  const scaling = scalingOf();
  const natives: Native[] = technologyNames.map((technology) => {
    const { nanometres } = scalingEntry(scaling.libraries.libraries, technology, 'libraries.json');
    const prediction = predict(technology);
    return { prediction, point: { nanometres, volts: prediction.volts, library: technology } };
  });
  const chips = compareWithChips(natives, miningBaselines(), scaling);
  const ratios = chips.map(({ energy }) => energy.ratio);
  const { core, tier } = natives[0]!.prediction;
  return {
    core,
    tier,
    natives: natives.map(({ prediction }) => prediction),
    chips,
    offset: {
      value: Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length),
      low: Math.min(...ratios),
      high: Math.max(...ratios),
    },
    steps: compareSteps(chips),
    stepLimit,
  };
}

/** Why the absolute figures differ; each pulls in the direction that it names. */
export const causes: readonly string[] = [
  'predicted too high: most chips are laid out by hand with cells and registers of their own; ours are library cells, every flip-flop clocked in every clock',
  'predicted too high: chips share what does not depend on the nonce between hashes (overlapping work) and leave late rounds out; the core computes every round',
  'predicted too low: rows at the wall hold fans, regulators and controller, and hot chips leak; the core has none of these',
  'predicted too low at T0: wires and clock tree are allowances of 7 to 22 % and 10 to 25 %; T2 takes 4 cell pitches per sink and 4.2 x the clock pins from one layout',
  'area too small: published dies hold pads, control, decoupling and unused sites; cells here are placed at 100 % (the band allows 60 %), and one hash per clock is assumed for one of the two dies',
  'either way: at 0.3 to 0.4 V chips run near threshold, where neither the scaling equations nor the square of the voltage are made to be trusted',
  'either way: supplies marked as assumed, and figures that were recalled and not verified (class assumed), may be wrong; scaling between nodes is uncertain by 2.5 each way',
];
