import { Fault } from '../../specs/fault.ts';
import type { Band, EnergyResult } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { Cycles, Hertz, Ops } from '../../specs/units.ts';
import { checkActivity, type LayerActivity } from './activity.ts';
import { leakingArea } from './area.ts';
import { plus, scaledBy, times, zero } from './band.ts';
import { clockPinEnergy, isGated } from './clock-energy.ts';
import { type Coefficients, coefficientsOf } from './coefficients.ts';
import { laneWords } from './lane-words.ts';
import { isFlipFlops, memoryEnergy, memoryLeakage } from './memory.ts';
import { multiplyEnergy } from './multiply.ts';

export const energyComponents = [
  'mac',
  'requantize',
  'weight-memory',
  'activation-memory',
  'registers',
  'clock',
  'leakage',
] as const;
export type EnergyComponent = (typeof energyComponents)[number];

/** Additions for what synthesis does not show; each can be left out to compare with numbers that leave it out. */
export interface Allowances {
  readonly wires: boolean;
  readonly clockTree: boolean;
}

/** One design in steady state: an inference every `interval` clocks. */
export interface EnergyRun {
  readonly activities: readonly LayerActivity[];
  readonly technology: Technology;
  readonly clock: Hertz;
  readonly interval: Cycles;
  /** Operations of the model per inference, the divisor of joules per op: 2 per multiply-accumulate. */
  readonly operations: Ops;
  /** Both are counted unless told otherwise. */
  readonly allowances?: Allowances;
}

const allAllowances: Allowances = { wires: true, clockTree: true };

type ByComponent = Readonly<Record<EnergyComponent, Band>>;

/** One stage's joules per inference, by component; they grow with the interval along a straight line. */
export function layerEnergy(
  k: Coefficients,
  activity: LayerActivity,
  run: Pick<EnergyRun, 'technology' | 'interval' | 'clock'>,
  allowances: Allowances = allAllowances,
): ByComponent {
  const { technology, interval, clock } = run;
  const wired = (logic: Band): Band =>
    allowances.wires && logic.high > 0 ? plus(logic, scaledBy(logic, k.take('wires.logic', 'ratio'))) : logic;

  let mac = k.spend(activity.additions, 'add32.energy', 'J/op');
  if (activity.macs > 0) {
    // The clock of the unit's flip-flops is taken out here and paid below, every clock, for every flip-flop of the netlist.
    mac = plus(mac, times(multiplyEnergy(k, activity), activity.macs));
  }
  const requantize = k.spend(activity.requantizations, 'requantize.energy', 'J/op');
  // What holds the word read of a memory of flip-flops is part of the energy of the read.
  const readBits = activity.memories.reduce((n, m) => n + (isFlipFlops(m, technology) ? m.wordBits : 0), 0);
  const toggling = Math.max(0, activity.registerBits - activity.macRegisterBits - readBits) * activity.activeClocks;
  const registers = k.spend(toggling, 'register.data', 'J/(bit*cycle)');

  let clockEnergy = clockPinEnergy(k, activity, technology, interval);
  const logic = plus(mac, requantize, registers, clockEnergy);
  if (allowances.clockTree && logic.high > 0)
    clockEnergy = plus(clockEnergy, scaledBy(logic, k.take('clock.tree', 'ratio')));

  const gated = isGated(activity, technology);
  const memory = (role: 'weights' | 'activations'): Band =>
    plus(
      ...activity.memories
        .filter((m) => m.role === role)
        .map((m) => memoryEnergy(k, m, technology, gated, allowances.wires)),
    );

  const watts = plus(
    k.spend(leakingArea(k, activity, technology), 'leakage.logic', 'W/um2'),
    ...activity.memories.map((m) => memoryLeakage(k, m, technology)),
  );
  return {
    mac: wired(mac),
    requantize: wired(requantize),
    'weight-memory': memory('weights'),
    'activation-memory': memory('activations'),
    registers: wired(registers),
    clock: clockEnergy,
    leakage: times(watts, interval / clock),
  };
}

/** What is counted of the core and what is not, in words; without a technology for any. */
export function energyScope(
  activities: readonly LayerActivity[],
  allowances: Allowances = allAllowances,
  technology?: Technology,
): string {
  const wide = activities.some(({ activationBits = 8, macs }) => activationBits > 8 && macs > 0);
  const wires = allowances.wires ? 'wire allowance included' : 'no wires';
  const tree = allowances.clockTree ? 'clock-tree allowance included' : 'no clock tree';
  return (
    `${laneWords(activities, technology)}${wires}, ${tree}; ` +
    'gates of control logic not counted' +
    (wide ? '; 16 x 8-bit multiplications estimated between the 8 x 8 and the 16 x 16-bit entries' : '')
  );
}

/**
 * Tier T0: operation and access counts times technology numbers, joules per inference in steady state.
 * Component sums, layer sums and the total are the same sum in different order; bands assume that all errors point the
 * same way. Errors: those of `entry`, `TECH_INCONSISTENT`, `ACTIVITY_IMPOSSIBLE`, `ENERGY_NO_OPS`, `ACTIVITY_DUPLICATE`.
 */
export function energyT0(run: EnergyRun): EnergyResult {
  const { activities, technology, interval, operations } = run;
  const allowances = run.allowances ?? allAllowances;
  if (!(operations > 0))
    throw new Fault({
      code: 'ENERGY_NO_OPS',
      place: 'energy',
      cause: `the model has ${operations} operations per inference, so joules per operation do not exist`,
      wayOut: 'give the operations of the model, 2 per multiply-accumulate',
    });
  const k = coefficientsOf(technology);
  const layers = new Map<string, ByComponent>();
  for (const activity of activities) {
    checkActivity(activity, interval);
    if (layers.has(activity.layer))
      throw new Fault({
        code: 'ACTIVITY_DUPLICATE',
        place: `layer ${activity.layer}`,
        cause: 'appears twice among the activities',
        wayOut: 'give every stage its own name; this is a defect of the plan',
        kind: 'internal',
      });
    layers.set(activity.layer, layerEnergy(k, activity, run, allowances));
  }
  const byComponent = energyComponents.map(
    (component) => [component, plus(zero, ...[...layers.values()].map((layer) => layer[component]))] as const,
  );
  const total = plus(...byComponent.map(([, band]) => band));
  return {
    tier: 'T0',
    joulesPerInference: total,
    joulesPerOp: times(total, 1 / operations),
    breakdown: {
      byComponent: Object.fromEntries(byComponent),
      byLayer: Object.fromEntries([...layers].map(([name, layer]) => [name, plus(...Object.values(layer))])),
      byLayerAndComponent: Object.fromEntries(
        [...layers].map(([name, layer]) => [
          name,
          Object.fromEntries(energyComponents.map((component) => [component, layer[component].value])),
        ]),
      ),
    },
    scope: `${technology.node}, ${technology.volts} V, ${technology.celsius} °C, ${technology.corner}: ${energyScope(activities, allowances, technology)}`,
    origins: k.origins(),
  };
}
