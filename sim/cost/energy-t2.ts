import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../models/graph.ts';
import type { Band, EnergyResult, Origin } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { Cycles, Hertz, Ops } from '../../specs/units.ts';
import type { MemoryActivity } from './activity.ts';
import { plus, scaledBy, times, zero } from './band.ts';
import { type Coefficients, coefficientsOf } from './coefficients.ts';
import { type LibertySource, type MemoryMacro, memoryMacros, priceByMacro } from './macro-memory.ts';
import { bitsOf, isFlipFlops, memoryEnergy, memoryLeakage } from './memory.ts';
import type { ShellInstance } from './replay/instances.ts';
import type { MappedShell } from './replay/replay.ts';
import { type InstanceEnergy, parts, type StageEnergy, sampledEnergy } from './replay/sampled.ts';
import { defaultSampling, type Estimate, halfWidth99, type Sampling, sumOf } from './replay/strata.ts';
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
  /** The Liberty files the gates come from; memory macros among them serve the RAMs. */
  readonly libraries: readonly LibertySource[];
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

/** A band beside its own value. */
function relative(band: Band, less = 0): Band {
  const scale = band.value - less;
  return { value: 1, low: (band.low - less) / scale, high: (band.high - less) / scale };
}

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
  sum[role] = plus(sum[role], joules(perClock.logic), scaledBy(joules(perClock.wires), relative(wires)));
  sum.clock = plus(sum.clock, joules(perClock.clock), scaledBy(joules(perClock.clockTree), relative(tree, 1)));
  sum.leakage = plus(sum.leakage, scaledBy(joules(perClock.leakage), relative(leak)));
}

/** One design's numbers as they are gathered: of the technology, of macros, and by which of the two each memory was priced. */
interface Ledger {
  readonly k: Coefficients;
  readonly macros: readonly MemoryMacro[];
  readonly macroOrigins: Map<string, Origin>;
  readonly memories: { byMacro: number; byLaw: number; flipFlops: number };
}

function addMemory(ledger: Ledger, sum: ByComponent, memory: MemoryActivity, run: T2Run): void {
  const { k, macros, macroOrigins, memories } = ledger;
  const { technology, interval, clock } = run;
  const place = memory.role === 'weights' ? 'weight-memory' : 'activation-memory';
  if (isFlipFlops(memory, technology)) {
    memories.flipFlops++;
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology));
    // The word read is held in flip-flops, too.
    const bits = bitsOf(memory) + memory.wordBits;
    sum.clock = plus(sum.clock, k.spend(bits * interval, 'register.clock', 'J/(bit*cycle)'));
    const area = k.spend(bits, 'register.area', 'um2/bit').value;
    sum.leakage = plus(sum.leakage, times(k.spend(area, 'leakage.logic', 'W/um2'), interval / clock));
    return;
  }
  const found = priceByMacro(macros, memory);
  if (found === null) {
    memories.byLaw++;
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology));
    sum.leakage = plus(sum.leakage, times(memoryLeakage(k, memory, technology), interval / clock));
    return;
  }
  memories.byMacro++;
  for (const origin of found.origins) macroOrigins.set(origin.entry, origin);
  sum[place] = plus(sum[place], found.energy);
  const leak = relative(k.take('sram.leakage', 'W/bit'));
  sum.leakage = plus(sum.leakage, times(leak, (found.watts * interval) / clock));
}

const nothing = (): ByComponent => Object.fromEntries(t2Components.map((name) => [name, zero])) as ByComponent;

function gatesOf(k: Coefficients, run: T2Run, stage: StageEnergy, spread: number): ByComponent {
  const sum = nothing();
  for (const instance of stage.instances) addGates(k, sum, instance, run, spread);
  return sum;
}

function memoriesOf(ledger: Ledger, run: T2Run, layer: string): ByComponent {
  const sum = nothing();
  const memories = activitiesOf(run.accelerator).find((activity) => activity.layer === layer)?.memories ?? [];
  for (const memory of memories) addMemory(ledger, sum, memory, run);
  return sum;
}

const together = (a: ByComponent, b: ByComponent): ByComponent =>
  Object.fromEntries(t2Components.map((name) => [name, plus(a[name], b[name])])) as ByComponent;

const layerName = ({ stage }: StageEnergy): string => (stage === '' ? 'interface' : stage);

/** Half of the 99 % interval, relative to the mean. */
const spreadOf = (estimate: Estimate): number => (estimate.mean === 0 ? 0 : halfWidth99(estimate) / estimate.mean);

/** The Liberty files, and what was replayed with their cells. */
function gateOrigins(run: T2Run, stages: readonly StageEnergy[], spread: number, conditions: string): Origin[] {
  const files = run.libraries.map(({ name, sha256, library }) => ({
    entry: `liberty ${name}`,
    value: library.voltage,
    low: library.voltage,
    high: library.voltage,
    unit: 'V',
    class: 'library' as const,
    source: `${name}, sha256 ${sha256} (unpacked)`,
    conditions: `supply of the library; ${library.cells.size} cells`,
  }));
  const source = run.libraries.map(({ name, sha256 }) => `${name} (sha256 ${sha256.slice(0, 12)}...)`).join(', ');
  const gates = parts.map((part) => {
    const perClock = stages.flatMap(({ instances }) => instances.map((own) => own.perClock[part]));
    const joules = perClock.reduce((sum, value) => sum + value, 0) * run.interval;
    return { entry: `gates.${part}`, ...times(within(joules, spread), 1e12), unit: 'pJ/inference', source, conditions };
  });
  return [...files, ...gates.map((gate) => ({ ...gate, class: 'library' as const }))];
}

function memoryWords({ byMacro, byLaw, flipFlops }: Ledger['memories']): string {
  const counted = [
    [byMacro, 'by macros of the library'],
    [byLaw, 'by size law'],
    [flipFlops, 'of flip-flops'],
  ] as const;
  const words = counted.flatMap(([count, how]) => (count === 0 ? [] : [`${count} ${how}`]));
  return words.length === 0 ? 'no memories' : `memories: ${words.join(', ')}`;
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
  const sampling = run.sampling ?? defaultSampling;
  const stages = sampledEnergy({ ...run, sampling, period, clockTree });
  const spread = spreadOf(sumOf(stages.map(({ estimate }) => estimate)));
  const ledger: Ledger = {
    k,
    macros: memoryMacros(run.libraries),
    macroOrigins: new Map(),
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
      ...gateOrigins(run, stages, spread, `gate level with glitches, ${sampled}; band: 99 % interval of the sampling`),
      ...ledger.macroOrigins.values(),
      ...k.origins(),
    ],
  };
}
