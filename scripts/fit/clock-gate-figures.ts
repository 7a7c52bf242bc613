import type { MacLaneParameters } from '../../hdl-gen/library/mac-lane.ts';
import { hardwareOf, type LaneBench, laneEnergy, mapLane } from './lane-figures.ts';
import { laneStream } from './lane-streams.ts';

/** What one clock gate draws per clock beside the clock of one flip-flop, and its area. */
export interface ClockGateFigures {
  /** While it holds the clock back, and while it lets it through. */
  readonly closed: number;
  readonly open: number;
  /** What the estimated tree draws for a gate over what it draws for a flip-flop. */
  readonly tree: number;
  /** µm². */
  readonly area: number;
}

const clocks = 400;

/** From lanes with clock gates and without, at rest and at full work: what is left beside their flip-flops. Null where the library has none. */
export async function clockGateFigures(bench: LaneBench, lane: MacLaneParameters): Promise<ClockGateFigures | null> {
  const { gate } = bench;
  if (gate === null) return null;
  const style = { form: 'split', operandIsolation: false } as const;
  const [gated, free] = [
    await mapLane(bench, lane, { ...style, clockGating: true }),
    await mapLane(bench, lane, { ...style, clockGating: false }),
  ];
  const [own, other] = [hardwareOf(gated, gate), hardwareOf(free, gate)];
  // One step, in the clocks that are not counted.
  const rest = { stream: laneStream('uniform', lane, 1), every: clocks };
  const work = { stream: laneStream('uniform', lane, clocks), every: 1 };
  const perFlipFlop = (at: typeof rest): number => laneEnergy(free, lane, at, bench).clock / other.flipFlops;
  const treePerFlipFlop = laneEnergy(free, lane, rest, bench).clockTree / other.flipFlops;
  // Behind gates are products and sum, which the lane without them has alone.
  const ungated = own.flipFlops - other.flipFlops;
  const atRest = laneEnergy(gated, lane, rest, bench);
  const closed = atRest.clock - ungated * perFlipFlop(rest);
  const open = laneEnergy(gated, lane, work, bench).clock - own.flipFlops * perFlipFlop(work);
  return {
    closed: closed / own.clockGates / perFlipFlop(rest),
    open: open / own.clockGates / perFlipFlop(work),
    tree: (atRest.clockTree / treePerFlipFlop - ungated) / own.clockGates,
    area: own.clockGateArea / own.clockGates,
  };
}
