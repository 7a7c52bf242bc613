import { Fault } from '../../../specs/fault.ts';
import type { Band } from '../../../specs/result.ts';
import type { SramLeakage } from '../../../specs/scaling.ts';
import { scalingEntry } from '../../../specs/scalings.ts';

/** Leakage of a library's own memory bits, in watts per bit. */
export interface BitLeakage extends Band {
  readonly nanometres: number;
}

/** Every one must be there, so that none is left out in silence. */
const pointNames = ['IHP130', 'HP90', 'HP65', 'HP45', 'HP32', 'HP22', 'LOP45', 'LOP22'] as const;

/**
 * Watts per bit of an SRAM at a node. The band holds every known cell of all nodes from the next larger to the next smaller
 * one with data (published cells, and the bits of `libraries`), since leakage neither falls nor rises steadily with the node and
 * differs 88-fold within one. Errors: `SCALING_RANGE` outside of the data, `SCALING_ENTRY_MISSING`.
 */
export function sramLeakageAt(leakage: SramLeakage, nanometres: number, libraries: readonly BitLeakage[] = []): Band {
  const points = pointNames.map((name) => scalingEntry(leakage.points, name, 'sram-leakage.json'));
  const known = [
    ...points.map((point) => ({ nanometres: point.nanometres, low: point.value * 1e-9, high: point.value * 1e-9 })),
    ...libraries,
  ];
  const nodes = known.map((point) => point.nanometres);
  const [largest, smallest] = [Math.max(...nodes), Math.min(...nodes)];
  if (nanometres > largest || nanometres < smallest)
    throw new Fault({
      code: 'SCALING_RANGE',
      place: 'leakage of SRAM',
      cause: `nothing is known at ${nanometres} nm`,
      wayOut: `use nodes from ${smallest} to ${largest} nm`,
    });
  const above = Math.min(...nodes.filter((node) => node >= nanometres));
  const below = Math.max(...nodes.filter((node) => node <= nanometres));
  const near = known.filter((point) => point.nanometres >= below && point.nanometres <= above);
  // Where only one kind of cell is known, the other kinds of other nodes still bound it.
  const low = Math.min(
    ...near.map((point) => point.low),
    ...points.filter(({ cells }) => cells === 'LOP').map(({ value }) => value * 1e-9),
  );
  const high = Math.max(...near.map((point) => point.high));
  return { value: Math.sqrt(low * high), low, high };
}
