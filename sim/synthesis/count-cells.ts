import type { Synthesis, SynthesisTarget } from '../../specs/synthesis.ts';
import { type CellKind, families, gateKinds } from './target.ts';

export type CellCounts = Pick<
  Synthesis,
  'lut' | 'ff' | 'latch' | 'carry' | 'wideMux' | 'lutRam' | 'dsp' | 'memoryMacros' | 'bram' | 'bramUnit'
>;

/** Cells of a Liberty library that hold a state. */
export interface StateCells {
  readonly flipFlops: ReadonlySet<string>;
  readonly latches: ReadonlySet<string>;
}

const whole = (pattern: RegExp, name: string): boolean => new RegExp(`^(?:${pattern.source})$`).test(name);

/** Sorts cells into the kinds that reports count. */
export function countCells(
  target: SynthesisTarget,
  cellsByType: Readonly<Record<string, number>>,
  { flipFlops, latches }: StateCells,
): CellCounts {
  const family = target === 'generic' || target === 'liberty' ? null : families[target];
  const counts: Record<CellKind, number> = {
    lut: 0,
    ff: 0,
    latch: 0,
    carry: 0,
    wideMux: 0,
    lutRam: 0,
    dsp: 0,
    memoryMacro: 0,
  };
  let bram = 0;
  for (const [name, count] of Object.entries(cellsByType)) {
    const units = family?.memories.find(([pattern]) => whole(pattern, name))?.[1] ?? 0;
    bram += units * count;
    const named = [...(family?.kinds ?? []), ...gateKinds].find(([pattern]) => whole(pattern, name))?.[1];
    const kind = named ?? (flipFlops.has(name) ? 'ff' : latches.has(name) ? 'latch' : undefined);
    if (kind !== undefined) counts[kind] += count;
  }
  const { memoryMacro: memoryMacros, ...rest } = counts;
  return { ...rest, memoryMacros, bram, bramUnit: family?.bramUnit ?? 'none' };
}
