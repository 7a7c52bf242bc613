import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../models/graph.ts';
import type { Band, EnergyResult } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { Cycles, Hertz, Ops } from '../../specs/units.ts';
import { plus, scaledBy, times, zero } from './band.ts';
import { type Coefficients, coefficientsOf } from './coefficients.ts';
import { bitsOf, isFlipFlops, memoryEnergy, memoryLeakage } from './memory.ts';
import type { ShellInstance } from './replay/instances.ts';
import type { MappedShell } from './replay/replay.ts';
import { type InstanceEnergy, type StageEnergy, sampledEnergy } from './replay/sampled.ts';
import { defaultSampling, halfWidth99, type Sampling, sumOf } from './replay/strata.ts';
import { activitiesOf } from './stage-activity.ts';

export const t2Components = [
  'mac',
  'requantize',
  'control',
  'weight-memory',
  'activation-memory',
  'clock',
  'leakage',
] as const;
export type T2Component = (typeof t2Components)[number];
type ByComponent = Record<T2Component, Band>;

export interface T2Run {
  readonly accelerator: Accelerator;
  /** Whole inputs of the network. */
  readonly inputs: TensorData;
  /** Gates of every module, by its name. */
  readonly mapped: ReadonlyMap<string, MappedShell>;
  /** Names of the Liberty files the gates come from. */
  readonly libraries: readonly string[];
  readonly technology: Technology;
  readonly clock: Hertz;
  readonly interval: Cycles;
  readonly operations: Ops;
  readonly sampling?: Sampling;
}

/** Lanes, requantizers and averagers by the names that the stream architecture gives them; all the rest is control. */
function roleOf({ path }: ShellInstance): 'mac' | 'requantize' | 'control' {
  const own = path.split('.').slice(1);
  if (own.some((name) => /^lane_\d+$/.test(name))) return 'mac';
  return own.some((name) => /^(requantizer|averager)/.test(name)) ? 'requantize' : 'control';
}

/** `exact` where the library gives the number; `spread` for what sampling leaves open. */
const within = (value: number, spread: number): Band => ({
  value,
  low: value * Math.max(0, 1 - spread),
  high: value * (1 + spread),
});

function addGates(
  k: Coefficients,
  sum: ByComponent,
  { instance, perClock }: InstanceEnergy,
  run: T2Run,
  spread: number,
) {
  const joules = (value: number): Band => within(value * run.interval, spread);
  const role = roleOf(instance);
  // A wire's energy is its length times its capacitance.
  const wires = scaledBy(k.take('wires.pitches', 'ratio'), k.take('wires.capacitance', 'F/m'));
  const tree = k.take('clock.treePins', 'ratio');
  const leak = k.take('leakage.logic', 'W/um2');
  const relative = (band: Band, less = 0): Band => {
    const scale = band.value - less;
    return { value: 1, low: (band.low - less) / scale, high: (band.high - less) / scale };
  };
  sum[role] = plus(sum[role], joules(perClock.logic), scaledBy(joules(perClock.wires), relative(wires)));
  sum.clock = plus(sum.clock, joules(perClock.clock), scaledBy(joules(perClock.clockTree), relative(tree, 1)));
  sum.leakage = plus(sum.leakage, scaledBy(joules(perClock.leakage), relative(leak)));
}

function layerEnergy(k: Coefficients, run: T2Run, stage: StageEnergy, spread: number): ByComponent {
  const { technology, interval, clock } = run;
  const sum = Object.fromEntries(t2Components.map((name) => [name, zero])) as ByComponent;
  for (const instance of stage.instances) addGates(k, sum, instance, run, spread);
  const layer = stage.stage === '' ? 'interface' : stage.stage;
  const memories = activitiesOf(run.accelerator).find((activity) => activity.layer === layer)?.memories ?? [];
  for (const memory of memories) {
    const place = memory.role === 'weights' ? 'weight-memory' : 'activation-memory';
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology));
    sum.leakage = plus(sum.leakage, times(memoryLeakage(k, memory, technology), interval / clock));
    if (!isFlipFlops(memory, technology)) continue;
    // The word read is held in flip-flops, too.
    const bits = bitsOf(memory) + memory.wordBits;
    sum.clock = plus(sum.clock, k.spend(bits * interval, 'register.clock', 'J/(bit*cycle)'));
    const area = k.spend(bits, 'register.area', 'um2/bit').value;
    sum.leakage = plus(sum.leakage, times(k.spend(area, 'leakage.logic', 'W/um2'), interval / clock));
  }
  return sum;
}

/**
 * Tier T2: all logic at gate level on sampled windows of the design's own inputs, memories by the laws of the technology;
 * joules per inference in steady state. The band holds the 99 % confidence interval of the sampling and the bands of
 * wires, clock tree, leakage and memories. Errors: those of the replay, and `TECH_ENTRY_MISSING`.
 */
export function energyT2(run: T2Run): EnergyResult {
  const k = coefficientsOf(run.technology);
  const period = 1 / run.clock;
  const clockTree = k.take('clock.treePins', 'ratio').value;
  const sampling = run.sampling ?? defaultSampling;
  const stages = sampledEnergy({ ...run, sampling, period, clockTree });
  const all = sumOf(stages.map(({ estimate }) => estimate));
  const spread = all.mean === 0 ? 0 : halfWidth99(all) / all.mean;
  const byLayer: Record<string, Band> = {};
  const byLayerAndComponent: Record<string, Record<string, number>> = {};
  const byComponent = Object.fromEntries(t2Components.map((name) => [name, zero])) as ByComponent;
  for (const stage of stages) {
    const layer = stage.stage === '' ? 'interface' : stage.stage;
    const found = layerEnergy(k, run, stage, spread);
    byLayer[layer] = plus(...Object.values(found));
    byLayerAndComponent[layer] = Object.fromEntries(t2Components.map((name) => [name, found[name].value]));
    for (const name of t2Components) byComponent[name] = plus(byComponent[name], found[name]);
  }
  const joulesPerInference = plus(...Object.values(byComponent));
  const windows = stages.reduce((sum, stage) => sum + stage.windows, 0);
  return {
    tier: 'T2',
    joulesPerInference,
    joulesPerOp: times(joulesPerInference, 1 / run.operations),
    breakdown: { byComponent, byLayer, byLayerAndComponent },
    scope:
      `core only, gate level with glitches (${run.libraries.join(', ')}), ${windows} windows of ${sampling.clocks} clocks, ` +
      `seed ${sampling.seed}: logic +-${(100 * spread).toFixed(1)} % at 99 % confidence; wires and clock tree estimated, ` +
      'memories by size law; no pads, regulators or host',
    origins: k.origins(),
  };
}
