import { Fault } from '../../specs/fault.ts';
import type { StateCells } from './count-cells.ts';
import { type NeededCell, neededCellOfText } from './needed-cells.ts';
import { isSpecialCell } from './special-cells.ts';

export interface LibertyCells extends StateCells {
  readonly names: readonly string[];
  /** µm² by name, as far as the library says. */
  readonly areas: ReadonlyMap<string, number>;
  /** What a mapper of plain logic leaves alone: latches, clock gates, tri-states, and what only looks like logic. */
  readonly unfit: ReadonlySet<string>;
  /** What its cells give of what every design is mapped with. */
  readonly met: ReadonlySet<NeededCell>;
}

/** The cells of a Liberty text, and which of them hold a state. Errors: SYNTH_LIBERTY. */
export function stateCellsOf(text: string, place: string): LibertyCells {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  if (!/^\s*library\s*\(/.test(code)) {
    throw new Fault({
      code: 'SYNTH_LIBERTY',
      place,
      cause: `starts with ${JSON.stringify(code.trimStart().slice(0, 20))}, not with 'library ('`,
      wayOut: 'give a Liberty file, plain or packed with gzip',
    });
  }
  const flipFlops = new Set<string>();
  const latches = new Set<string>();
  const areas = new Map<string, number>();
  const unfit = new Set<string>();
  const met = new Set<NeededCell>();
  const starts = [...code.matchAll(/(?<![\w])cell\s*\(\s*"?([^")\s]+)"?\s*\)\s*\{/g)];
  for (const [at, start] of starts.entries()) {
    const body = code.slice(start.index, starts[at + 1]?.index ?? code.length);
    if (/(?<![\w])(?:ff|ff_bank)\s*\(/.test(body)) flipFlops.add(start[1]!);
    else if (/(?<![\w])(?:latch|latch_bank)\s*\(/.test(body)) latches.add(start[1]!);
    const area = /(?<![\w])area\s*:\s*"?([\d.eE+-]+)/.exec(body);
    if (area !== null) areas.set(start[1]!, Number(area[1]));
    const holds = !flipFlops.has(start[1]!) && /(?<![\w])(?:latch|latch_bank|statetable|three_state)\s*[(:]/.test(body);
    if (holds || isSpecialCell(start[1]!)) unfit.add(start[1]!);
    const kind = holds ? null : neededCellOfText(start[1]!, body, flipFlops.has(start[1]!));
    if (kind !== null) met.add(kind);
  }
  if (starts.length === 0) {
    const wayOut = 'give the library of the standard cells';
    throw new Fault({ code: 'SYNTH_LIBERTY', place, cause: 'has no cells', wayOut });
  }
  return { flipFlops, latches, areas, unfit, met, names: starts.map((start) => start[1]!) };
}
