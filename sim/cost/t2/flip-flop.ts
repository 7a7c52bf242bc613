import type { StageEnergy } from '../replay/sampled.ts';
import type { T2Run } from './run.ts';

/** Joules per clock of the mean flip-flop of the gates; memories of flip-flops have such ones. */
export interface FlipFlop {
  readonly count: number;
  readonly clock: number;
  readonly clockTree: number;
}

export function meanFlipFlop(run: T2Run, stages: readonly StageEnergy[]): FlipFlop {
  const all = stages.flatMap(({ instances }) => instances);
  const counts = new Map(
    [...run.mapped].map(([name, { netlist }]) => {
      const isFlop = netlist.kinds.map(({ state }) => state !== null && state.edge !== null);
      return [name, netlist.cellKind.reduce((sum, kind) => sum + (isFlop[kind] ? 1 : 0), 0)];
    }),
  );
  const count = all.reduce((sum, { instance }) => sum + counts.get(instance.shell.module.name)!, 0);
  const mean = (part: 'clock' | 'clockTree'): number =>
    count === 0 ? 0 : all.reduce((sum, { perClock }) => sum + perClock[part], 0) / count;
  return { count, clock: mean('clock'), clockTree: mean('clockTree') };
}
