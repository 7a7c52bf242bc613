import type { EnergyResult } from '../../specs/result.ts';
import { times, zero } from './band.ts';
import { askedGateWords } from './clock-gates.ts';
import { coefficientsOf } from './coefficients.ts';
import { memoryMacros } from './macro-memory.ts';
import { sampledEnergy } from './replay/sampled.ts';
import { defaultSampling, windowWords } from './replay/strata.ts';
import { breakdownOf, samplesOf } from './t2/breakdown.ts';
import { type ClockDraw, type GatedCells, gatedCells } from './t2/clocked-cells.ts';
import { countedShells, type FlipFlop, meanFlipFlop } from './t2/flip-flop.ts';
import { type Ledger, memoryWords, type WordGates } from './t2/memories.ts';
import { gateOrigins } from './t2/origins.ts';
import { samplingOf, type T2Run, within } from './t2/run.ts';

/** Gates as those of the registers stand in front of the words of memories. */
function wordGates({ closed, open }: GatedCells): WordGates {
  const exact = ({ clock, clockTree }: ClockDraw) => ({ clock: within(clock, 0), clockTree: within(clockTree, 0) });
  return { closed: exact(closed), open: exact(open), rest: zero };
}

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
  const { sampling, steady } = samplingOf(run, run.sampling ?? defaultSampling);
  const stages = sampledEnergy({ ...run, sampling, steady, period, clockTree });
  const gated = gatedCells(countedShells(run, stages), clockTree);
  const flipFlop: FlipFlop = gated === null ? meanFlipFlop(run, stages) : { count: gated.flipFlops, ...gated.flipFlop };
  const ledger: Ledger = {
    k,
    macros: memoryMacros(run.libraries),
    macroOrigins: new Map(),
    flipFlop,
    gates: gated && wordGates(gated),
    memories: { byMacro: 0, byLaw: 0, flipFlops: 0 },
  };
  const found = breakdownOf(ledger, run, stages, 0);
  const { joulesPerInference, breakdown, sampled: spread, windows } = found;
  const sampled = windowWords(sampling, windows);
  const gateWords = askedGateWords(
    run.accelerator,
    gated && 'clock gates of the library in front of what shares an enable',
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
      ...gateOrigins(
        run,
        stages,
        { flipFlop, gated },
        spread,
        `gate level with glitches, ${sampled}; band: 99 % interval of the sampling`,
      ),
      ...ledger.macroOrigins.values(),
      ...k.origins(),
    ],
  };
}
