import type { EnergyResult, Origin } from '../../specs/result.ts';
import { type ToggleEnergies, toggleCell } from '../../specs/toggle-energy.ts';
import { times } from './band.ts';
import { askedGateWords, type ClockGates, gatingOf, noClockGates } from './clock-gates.ts';
import { coefficientsOf } from './coefficients.ts';
import { type ShellInstance, sourceNamesOf } from './replay/instances.ts';
import { sampledBy } from './replay/sampled.ts';
import { type Sampling, windowWords } from './replay/strata.ts';
import { breakdownOf, samplesOf } from './t2/breakdown.ts';
import { type Ledger, type MemoryClock, memoryWords } from './t2/memories.ts';
import { samplingOf, type T2Run } from './t2/run.ts';
import { femtojoules } from './toggle/cell-energy.ts';
import { cellNameOf, logicCell, togglePricer } from './toggle/stage-pricer.ts';

/** Windows as long as a word of the toggle simulation: one clock to begin with, 31 to count. */
export const toggleSampling: Sampling = { by: 'schedule', clocks: 31, strata: 3, perStratum: 4, seed: 1 };

/** Where designs are told apart by the interval, strata know what data move. */
const pairedSampling: Sampling = { ...toggleSampling, by: 'registers', strata: 4 };

export interface T1Run extends Omit<T2Run, 'mapped' | 'libraries'> {
  /** Fitted to gate level in the technology of the run. */
  readonly energies: ToggleEnergies;
}

/** The fitted cells, and how far off they are on designs that were not in the fit. */
function cellOrigins({ technology, cells }: ToggleEnergies, names: ReadonlySet<string>): Origin[] {
  return [...names].sort().map((name) => {
    const { class: kind, source, conditions, clock, heldOut } = cells[name]!;
    const value = clock.resting;
    return {
      entry: `t1.${name}`,
      value,
      low: value * (1 - heldOut.worst),
      high: value * (1 + heldOut.worst),
      unit: 'fJ/(bit*cycle)',
      class: kind,
      source: `specs/tech/t1/${technology}.json, fitted to ${source}`,
      conditions: `clock pin of a flip-flop that rests; the other terms are in the file; ${conditions}`,
    };
  });
}

/** Whether it is a lane with weights of at most 4 bits: those of the fit have 8. */
const multipliesNarrow = ({ shell }: ShellInstance): boolean =>
  Number(/^mac_lane_.*x(\d+)_\d+$/.exec(shell.module.name)?.[1] ?? 8) <= 4;

/** What clocks a memory of flip-flops: the clock pin of one that rests, and gates over it. */
function memoryClock(energies: ToggleEnergies, gates: ClockGates | null): MemoryClock {
  const { resting, tree } = toggleCell(energies, logicCell).clock;
  const flipFlop = { clock: resting / femtojoules, clockTree: tree / femtojoules };
  if (gates === null) return { flipFlop, gates };
  const { energy, tree: treeOver, rest } = gates;
  return {
    flipFlop,
    gates: { clock: times(energy, flipFlop.clock), clockTree: times(treeOver, flipFlop.clockTree), rest },
  };
}

/**
 * Tier T1: bits that change in the design's own logic, counted on sampled windows of its own inputs, times energies fitted to
 * gate level; memories by the laws of the technology; joules per inference in steady state. The band holds the worst error
 * of the fit on data held out, the 99 % interval of the sampling and the bands of wires, clock tree, leakage and memories.
 * Errors: `T1_MISSING`, `TECH_ENTRY_MISSING`.
 */
export function energyT1(run: T1Run): EnergyResult {
  const k = coefficientsOf(run.technology);
  const gates = gatingOf(run.accelerator, k);
  const asked = run.sampling ?? (run.inputsSha256 === undefined ? toggleSampling : pairedSampling);
  const { sampling, steady } = samplingOf(run, asked);
  const stages = sampledBy(
    { ...run, sampling, steady, namesOf: sourceNamesOf },
    togglePricer(run.energies, 1 / run.clock, gates),
  );
  const instances = stages.flatMap((stage) => stage.instances.map(({ instance }) => instance));
  const names = new Set(instances.map((instance) => cellNameOf(instance, gates !== null)));
  const narrow = instances.some(multipliesNarrow) ? k.take('t1.weights4.error', 'ratio').high : 0;
  const fit = Math.max(narrow, ...[...names].map((name) => toggleCell(run.energies, name).heldOut.worst));
  const ledger: Ledger = {
    k,
    macros: [],
    macroOrigins: new Map(),
    flipFlops: memoryClock(run.energies, gates),
    memories: { byMacro: 0, byLaw: 0, flipFlops: 0 },
  };
  const found = breakdownOf(ledger, run, stages, fit);
  const { joulesPerInference, breakdown, sampled, windows } = found;
  const gateWords = askedGateWords(
    run.accelerator,
    gates === null ? noClockGates : 'clock gates open as their enables are',
  );
  const percent = (share: number): string => (100 * share).toFixed(1);
  return {
    tier: 'T1',
    joulesPerInference,
    joulesPerOp: times(joulesPerInference, 1 / run.operations),
    breakdown,
    ...samplesOf(run, sampling, found),
    scope:
      `toggles of its own data times energies fitted to gate level (+-${percent(fit)} % at worst on data held out), ` +
      `${windowWords(sampling, windows)}: +-${percent(sampled)} % at 99 % confidence; ` +
      `${gateWords}wires and clock tree estimated, ${memoryWords(ledger.memories)}`,
    origins: [...cellOrigins(run.energies, names), ...k.origins()],
  };
}
