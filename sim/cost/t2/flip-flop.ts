import type { StageEnergy } from '../replay/sampled.ts';
import type { ClockDraw, CountedShell } from './clocked-cells.ts';
import type { T2Run } from './run.ts';

/** A flip-flop of the gates, one of `count`; memories of flip-flops have such ones. */
export interface FlipFlop extends ClockDraw {
  readonly count: number;
}

/** The mapped modules that a design has, and how often. */
export function countedShells({ mapped }: Pick<T2Run, 'mapped'>, stages: readonly StageEnergy[]): CountedShell[] {
  const names = stages.flatMap(({ instances }) => instances.map(({ instance }) => instance.shell.module.name));
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ shell: mapped.get(name)!, count }));
}

/** What the mean of them draws, as their own data move them. */
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
