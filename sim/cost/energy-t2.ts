import type { Band, EnergyResult } from '../../specs/result.ts';
import { plus, times } from './band.ts';
import { coefficientsOf } from './coefficients.ts';
import { memoryMacros } from './macro-memory.ts';
import { type StageEnergy, sampledEnergy, samplingWithin } from './replay/sampled.ts';
import { defaultSampling, type Estimate, halfWidth99, sumOf } from './replay/strata.ts';
import { meanFlipFlop } from './t2/flip-flop.ts';
import { gatesOf } from './t2/gates.ts';
import { type Ledger, memoriesOf, memoryWords } from './t2/memories.ts';
import { gateOrigins } from './t2/origins.ts';
import { nothing, type T2Run, t2Components, together } from './t2/run.ts';

export const layerName = ({ stage }: StageEnergy): string => (stage === '' ? 'interface' : stage);

/** Half of the 99 % interval, relative to the mean. */
export const spreadOf = (estimate: Estimate): number =>
  estimate.mean === 0 ? 0 : halfWidth99(estimate) / estimate.mean;

/**
 * Tier T2: all logic at gate level on sampled windows of the design's own inputs, RAMs by macros among the libraries, other
 * memories by the laws of the technology;
 * joules per inference in steady state. The band holds the 99 % confidence interval of the sampling and the bands of
 * wires, clock tree, leakage and memories. Errors: those of the replay, and `TECH_ENTRY_MISSING`.
 */
export function energyT2(run: T2Run): EnergyResult {
  const k = coefficientsOf(run.technology);
  const period = 1 / run.clock;
  const clockTree = k.take('clock.treePins', 'ratio').value;
  const sampling = samplingWithin(run.accelerator, run.sampling ?? defaultSampling);
  const stages = sampledEnergy({ ...run, sampling, period, clockTree });
  const spread = spreadOf(sumOf(stages.map(({ estimate }) => estimate)));
  const ledger: Ledger = {
    k,
    macros: memoryMacros(run.libraries),
    macroOrigins: new Map(),
    flipFlop: meanFlipFlop(run, stages),
    memories: { byMacro: 0, byLaw: 0, flipFlops: 0 },
  };
  const byLayer: Record<string, Band> = {};
  const byLayerAndComponent: Record<string, Record<string, number>> = {};
  let byComponent = nothing();
  for (const stage of stages) {
    const layer = layerName(stage);
    const memories = memoriesOf(ledger, run, layer);
    const found = together(gatesOf(k, run, stage, spreadOf(stage.estimate)), memories);
    byLayer[layer] = plus(...Object.values(found));
    byLayerAndComponent[layer] = Object.fromEntries(t2Components.map((name) => [name, found[name].value]));
    byComponent = together(byComponent, together(gatesOf(k, run, stage, spread), memories));
  }
  const joulesPerInference = plus(...Object.values(byComponent));
  const windows = stages.reduce((sum, stage) => sum + stage.windows, 0);
  const sampled = `${windows} windows of ${sampling.clocks} clocks, seed ${sampling.seed}`;
  const names = run.libraries.map(({ name }) => name).join(', ');
  return {
    tier: 'T2',
    joulesPerInference,
    joulesPerOp: times(joulesPerInference, 1 / run.operations),
    breakdown: { byComponent, byLayer, byLayerAndComponent },
    scope:
      `core only, gate level with glitches (${names}), ${sampled}: ` +
      `logic +-${(100 * spread).toFixed(1)} % at 99 % confidence; wires and clock tree estimated, ` +
      `${memoryWords(ledger.memories)}; no pads, regulators or host`,
    origins: [
      ...gateOrigins(
        run,
        stages,
        ledger.flipFlop,
        spread,
        `gate level with glitches, ${sampled}; band: 99 % interval of the sampling`,
      ),
      ...ledger.macroOrigins.values(),
      ...k.origins(),
    ],
  };
}
