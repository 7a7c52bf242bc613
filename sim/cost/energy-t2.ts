import type { EnergyResult } from '../../specs/result.ts';
import { times } from './band.ts';
import { askedGateWords } from './clock-gates.ts';
import { coefficientsOf } from './coefficients.ts';
import { memoryMacros } from './macro-memory.ts';
import { sampledEnergy } from './replay/sampled.ts';
import { defaultSampling, windowWords } from './replay/strata.ts';
import { breakdownOf, samplesOf } from './t2/breakdown.ts';
import { clockGatesIn } from './t2/clock-gates-in.ts';
import { checkFlipFlopMemories } from './t2/flip-flop-memories.ts';
import { type Ledger, memoryWords } from './t2/memories.ts';
import { gateOrigins } from './t2/origins.ts';
import { samplingOf, type T2Run } from './t2/run.ts';

/**
 * Tier T2: all logic at gate level on sampled windows of the design's own inputs, memories of flip-flops among it
 * (`withFlipFlopMemories`), RAMs by macros among the libraries, other memories by the laws of the technology;
 * joules per inference in steady state. The band holds the 99 % confidence interval of the sampling and the bands of
 * wires, clock tree, leakage and memories. Errors: those of the replay, and `TECH_ENTRY_MISSING`.
 */
export function energyT2(run: T2Run): EnergyResult {
  checkFlipFlopMemories(run.accelerator, run.technology);
  const k = coefficientsOf(run.technology);
  const period = 1 / run.clock;
  const clockTree = k.take('clock.treePins', 'ratio').value;
  const { sampling, steady } = samplingOf(run, run.sampling ?? defaultSampling);
  const stages = sampledEnergy({ ...run, sampling, steady, period, clockTree });
  const memoriesOfGates = stages
    .flatMap(({ instances }) => instances)
    .filter(({ instance }) => instance.shell.module.madeOf === 'memory').length;
  const ledger: Ledger = {
    k,
    macros: memoryMacros(run.libraries),
    macroOrigins: new Map(),
    flipFlops: null,
    memories: { byMacro: 0, byLaw: 0, flipFlops: memoriesOfGates },
  };
  const found = breakdownOf(ledger, run, stages, 0);
  const { joulesPerInference, breakdown, sampled: spread, windows } = found;
  const sampled = windowWords(sampling, windows);
  const isGated = [...run.mapped.values()].some((shell) => clockGatesIn(shell) > 0);
  const gateWords = askedGateWords(
    run.accelerator,
    isGated
      ? 'clock gates of the library in front of what shares an enable'
      : 'no clock gates: the mapping put none in front of a register',
  );
  const names = run.libraries.map(({ name }) => name).join(', ');
  return {
    tier: 'T2',
    joulesPerInference,
    joulesPerOp: times(joulesPerInference, 1 / run.operations),
    breakdown,
    ...samplesOf(run, sampling, found),
    scope:
      `gate level with glitches (${names}), ${sampled}: ` +
      `logic +-${(100 * spread).toFixed(1)} % at 99 % confidence; ${gateWords}wires and clock tree estimated, ` +
      `${memoryWords(ledger.memories)}`,
    origins: [
      ...gateOrigins(run, stages, spread, `gate level with glitches, ${sampled}; band: 99 % interval of the sampling`),
      ...ledger.macroOrigins.values(),
      ...k.origins(),
    ],
  };
}
