import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import type { MultiplierForm } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import type { MacLaneParameters } from '../../hdl-gen/library/mac-lane.ts';
import type { DataProfile } from '../../sim/cost/activity.ts';
import { hardwareOf, type LaneBench, type LaneEnergy, laneEnergy, mapLane } from './lane-figures.ts';
import { laneStream, type WeightSpread } from './lane-streams.ts';

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

/** A lane as it is made and fed. */
interface LaneCase {
  readonly lane: MacLaneParameters;
  readonly style: LaneStyle;
  readonly spread?: WeightSpread;
}

async function figuresOf(bench: LaneBench, { lane, style, spread }: LaneCase): Promise<LaneFigures> {
  const netlist = await mapLane(bench, lane, style);
  const energies = seenBy(lane).map((profile) => {
    const work = { stream: laneStream(profile, lane, clocks, spread), every: 1 };
    return [profile, laneEnergy(netlist, lane, work, bench)] as const;
  });
  return { area: hardwareOf(netlist, bench.gate).logicArea, energy: Object.fromEntries(energies) };
}

/** Measured once for each case. */
export type LaneMeter = (asked: LaneCase) => Promise<LaneFigures>;

export function laneMeter(bench: LaneBench): LaneMeter {
  const known = new Map<string, Promise<LaneFigures>>();
  return (asked) => {
    const key = JSON.stringify(asked);
    const found = known.get(key) ?? figuresOf(bench, asked);
    known.set(key, found);
    return found;
  };
}

type Pairs = readonly (readonly [own: LaneCase, over: LaneCase])[];

/**
 * Energy without the clock, and area without flip-flops and clock gates, of lanes over others: the values from `pairs`, the bands from
 * `beside` too.
 */
async function ratiosOf(meter: LaneMeter, pairs: Pairs, beside: Pairs = []): Promise<LaneRatios> {
  const areas: number[] = [];
  const empty = () => new Map<DataProfile, number[]>(profiles.map((profile) => [profile, []]));
  const [bare, more] = [empty(), empty()];
  const measure = async ([own, over]: Pairs[number], bareTo: Map<DataProfile, number[]>): Promise<number> => {
    const [mine, other] = [await meter(own), await meter(over)];
    for (const profile of seenBy(own.lane)) {
      const [a, b] = [mine.energy[profile]!, other.energy[profile]!];
      bareTo.get(profile)!.push(a.logic / b.logic);
      more.get(profile)!.push(a.wired / b.wired);
    }
    return mine.area / other.area;
  };
  for (const pair of pairs) areas.push(await measure(pair, bare));
  for (const pair of beside) await measure(pair, more);
  const energy = profiles.map((profile) => [profile, spreadOf(bare.get(profile)!, more.get(profile)!)] as const);
  return { energy: Object.fromEntries(energy) as Record<DataProfile, Spread>, area: spreadOf(areas) };
}

/** Of lanes of a style over the same lanes in another. */
export const laneRatios = (
  meter: LaneMeter,
  lanes: readonly MacLaneParameters[],
  style: LaneStyle,
  over: LaneStyle,
): Promise<LaneRatios> =>
  ratiosOf(
    meter,
    lanes.map((lane) => [
      { lane, style },
      { lane, style: over },
    ]),
  );

export const operators = (form: MultiplierForm): LaneStyle => ({ form, clockGating: false, operandIsolation: false });

/** Signed and unsigned operands, one to eight terms; weights of 8 bits. */
export const wideWeights: readonly MacLaneParameters[] = [...restShapes, shape(8, false, 8, 8)];

/** Of lanes of operators with weights of 4 bits over those with weights of 8. */
export const weights4Ratios = (meter: LaneMeter, lanes = wideWeights): Promise<LaneRatios> => {
  const style = operators('plain');
  const pairs = (spread: WeightSpread): Pairs =>
    lanes.map((lane) => [
      { lane: { ...lane, weightBits: 4 }, style, spread },
      { lane, style },
    ]);
  return ratiosOf(meter, pairs('steps'), pairs('range'));
};

/** Of lanes that add, take away or hold over those that multiply by weights of 8 bits. */
export const ternaryRatios = (meter: LaneMeter, lanes = wideWeights): Promise<LaneRatios> => {
  const style = operators('plain');
  return ratiosOf(
    meter,
    lanes.map((lane) => [
      { lane: { ...lane, weightBits: 2, weightForm: 'ternary' }, style },
      { lane, style },
    ]),
  );
};
