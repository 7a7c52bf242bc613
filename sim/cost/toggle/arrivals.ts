import type { GateNetlist } from '../gate/netlist.ts';
import { criticalPaths } from '../gate/paths.ts';
import type { GateTiming } from '../gate/timing.ts';
import type { BitProgram } from './bit-program.ts';
import { type PlanTimes, togglePlan } from './toggle-plan.ts';

/** Latest arrival at a net, seconds. */
function latest({ arrival }: GateTiming, net: number): number {
  return Math.max(0, ...arrival.flatMap((times) => [times[2 * net]!, times[2 * net + 1]!]));
}

/** Arrivals behind inverters and buffers. */
function behind(netlist: GateNetlist, timing: GateTiming, net: number): number[] {
  const { kinds, cellKind, inputStart, outputStart, outputNet, sinkStart, sinkCell } = netlist;
  const found: number[] = [];
  for (let sink = sinkStart[net]!; sink < sinkStart[net + 1]!; sink++) {
    const cell = sinkCell[sink]!;
    if (kinds[cellKind[cell]!]!.state !== null) continue;
    const isPassed = inputStart[cell + 1]! - inputStart[cell]! === 1;
    if (!isPassed) found.push(latest(timing, net));
    else if (outputNet[outputStart[cell]!]! >= 0)
      found.push(...behind(netlist, timing, outputNet[outputStart[cell]!]!));
  }
  return found;
}

/** Share of the shortest period that the longest path of the bits stands for: gates of a library do more than one operation. */
const pathShare = 0.5;

/**
 * Mean arrival of every bit of the registers and inputs after the earliest of all, in units of the plan's delays; 0 for
 * what feeds no gate.
 */
export function sourceArrivals(
  netlist: GateNetlist,
  timing: GateTiming,
  program: BitProgram,
): NonNullable<PlanTimes['arrivals']> {
  const { sources } = program;
  const { depth } = togglePlan(program, { arrivals: new Map(), loadDelay: 0 });
  const unit = (pathShare * criticalPaths(netlist, timing).minimumPeriod) / depth;
  const nets = new Map(netlist.netNames.map((name, net) => [name, net]));
  const ports = new Map(netlist.inputs.map(({ name, nets: own }) => [name, own]));
  const times = [...sources].map(([name, bits]) => {
    const own = bits.map((_, bit) => ports.get(name)?.[bit] ?? nets.get(`${name}[${bit}]`) ?? nets.get(name));
    const mean = own.map((net) => {
      const leaves = net === undefined ? [] : behind(netlist, timing, net);
      return leaves.length === 0 ? Number.NaN : leaves.reduce((sum, time) => sum + time, 0) / leaves.length;
    });
    return [name, mean] as const;
  });
  const known = times.flatMap(([, mean]) => mean.filter((time) => !Number.isNaN(time)));
  const first = Math.min(...known);
  return new Map(
    times.map(([name, mean]) => [
      name,
      mean.map((time) => (Number.isNaN(time) ? 0 : Math.round((time - first) / unit))),
    ]),
  );
}
