import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import type { MultiplierForm } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import type { MacLaneParameters } from '../../hdl-gen/library/mac-lane.ts';
import type { DataProfile } from '../../sim/cost/activity.ts';
import { hardwareOf, type LaneBench, type LaneEnergy, laneEnergy, mapLane } from './lane-figures.ts';
import { laneStream } from './lane-streams.ts';

export interface Spread {
  /** Geometric mean. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One lane beside another with the same operands. */
export interface LaneRatios {
  readonly energy: Readonly<Record<DataProfile, Spread>>;
  readonly area: Spread;
}

export const profiles: readonly DataProfile[] = ['uniform', 'relu', 'weightStationary', 'sparse90'];
const clocks = 600;

const shape = (simd: number, unsigned: boolean, activationBits: 8 | 16, weightBits: number): MacLaneParameters => ({
  ...{ simd, unsigned, activationBits, weightBits },
  weightForm: 'any',
  accumulatorBits: activationBits === 16 ? 32 : 24,
});

/** Lanes of the stream architecture: signed and unsigned operands, one to eight terms, narrow and wide. */
export const formShapes: readonly MacLaneParameters[] = [
  shape(1, false, 8, 8),
  shape(4, false, 8, 8),
  shape(8, false, 8, 8),
  shape(1, true, 8, 8),
  shape(4, true, 8, 8),
  shape(4, false, 8, 4),
  shape(4, false, 16, 8),
];

/** Where the arithmetic is the same and only what rests differs. */
export const restShapes: readonly MacLaneParameters[] = formShapes.filter(
  ({ activationBits, weightBits, simd }) => activationBits === 8 && weightBits === 8 && simd < 8,
);

/** Wider operands are characterised on these two kinds of data only. */
const seenBy = ({ activationBits }: MacLaneParameters): readonly DataProfile[] =>
  activationBits === 16 ? ['uniform', 'relu'] : profiles;

function spreadOf(values: readonly number[], beside: readonly number[] = []): Spread {
  const all = [...values, ...beside];
  const mean = Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return { value: mean, low: Math.min(...all), high: Math.max(...all) };
}

interface LaneFigures {
  readonly area: number;
  readonly energy: Readonly<Partial<Record<DataProfile, LaneEnergy>>>;
}

async function figuresOf(bench: LaneBench, lane: MacLaneParameters, style: LaneStyle): Promise<LaneFigures> {
  const netlist = await mapLane(bench, lane, style);
  const energies = seenBy(lane).map((profile) => {
    const work = { stream: laneStream(profile, lane, clocks), every: 1 };
    return [profile, laneEnergy(netlist, lane, work, bench)] as const;
  });
  return { area: hardwareOf(netlist, bench.gate).logicArea, energy: Object.fromEntries(energies) };
}

/** Measured once for each lane and style. */
export type LaneMeter = (lane: MacLaneParameters, style: LaneStyle) => Promise<LaneFigures>;

export function laneMeter(bench: LaneBench): LaneMeter {
  const known = new Map<string, Promise<LaneFigures>>();
  return (lane, style) => {
    const key = JSON.stringify([lane, style]);
    const found = known.get(key) ?? figuresOf(bench, lane, style);
    known.set(key, found);
    return found;
  };
}

/** Energy without the clock, and area without flip-flops and clock gates, of lanes of a style over those of another. */
export async function laneRatios(
  meter: LaneMeter,
  lanes: readonly MacLaneParameters[],
  style: LaneStyle,
  over: LaneStyle,
): Promise<LaneRatios> {
  const areas: number[] = [];
  const bare = new Map<DataProfile, number[]>(profiles.map((profile) => [profile, []]));
  const wired = new Map<DataProfile, number[]>(profiles.map((profile) => [profile, []]));
  for (const lane of lanes) {
    const [own, other] = [await meter(lane, style), await meter(lane, over)];
    areas.push(own.area / other.area);
    for (const profile of seenBy(lane)) {
      const [a, b] = [own.energy[profile]!, other.energy[profile]!];
      bare.get(profile)!.push(a.logic / b.logic);
      wired.get(profile)!.push(a.wired / b.wired);
    }
  }
  const energy = profiles.map((profile) => [profile, spreadOf(bare.get(profile)!, wired.get(profile)!)] as const);
  return { energy: Object.fromEntries(energy) as Record<DataProfile, Spread>, area: spreadOf(areas) };
}

export const operators = (form: MultiplierForm): LaneStyle => ({ form, clockGating: false, operandIsolation: false });
