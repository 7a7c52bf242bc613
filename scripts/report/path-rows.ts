import type { CriticalPath, PathStep } from '../../specs/synthesis.ts';

/** A piece of a path: from the piece before to a net that the design names, or to the register at its end. */
export interface PathRow {
  /** The net at its end, in the design's own terms. */
  readonly what: string;
  /** The register where the path starts, gates up to a net with a name, gates into the register where it ends, its setup time. */
  readonly part: 'start' | 'logic' | 'end' | 'setup';
  /** How many gates, and of which cells. */
  readonly gates: number;
  readonly cells: string;
  /** Its gates one by one. */
  readonly steps: readonly PathStep[];
  readonly delaySeconds: number;
  readonly arrivalSeconds: number;
}

const most = 4;

function cellsIn(steps: readonly PathStep[]): string {
  const names = steps.map(({ cell }) => cell ?? 'port');
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

/** `from register a to register b`. */
export const pathEnds = ({ from, to }: CriticalPath): string => `from register ${from} to register ${to}`;

/** Where most of a path's time goes, in words that follow on `is`. */
export function longestPart(path: CriticalPath): { readonly words: string; readonly share: number } {
  const longest = pathRows(path).reduce((most, row) => (row.delaySeconds > most.delaySeconds ? row : most));
  const words = {
    start: 'the delay of the first register itself',
    logic: `the logic that ends at ${longest.what}`,
    end: 'the last gates before the register at its end',
    setup: 'the setup time of the register at its end',
  }[longest.part];
  return { words, share: longest.delaySeconds / path.periodSeconds };
}

/** Gates between two names of the design are one row: names that synthesis made up tell nobody anything. */
export function pathRows({ from, to, steps, setupSeconds, periodSeconds }: CriticalPath): PathRow[] {
  const rows: PathRow[] = [];
  let run: PathStep[] = [];
  steps.forEach((step, at) => {
    run.push(step);
    const first = at === 0;
    const last = at === steps.length - 1;
    if (!first && !step.named && !last) return;
    rows.push({
      what: first ? from : step.named ? step.net : `last gates into ${to}`,
      part: first ? 'start' : step.named ? 'logic' : 'end',
      gates: run.length,
      cells: cellsIn(run),
      steps: run,
      delaySeconds: run.reduce((sum, { delaySeconds }) => sum + delaySeconds, 0),
      arrivalSeconds: step.arrivalSeconds,
    });
    run = [];
  });
  const setup: PathRow = {
    what: `setup of ${to}`,
    part: 'setup',
    gates: 0,
    cells: 'setup',
    steps: [],
    delaySeconds: setupSeconds,
    arrivalSeconds: periodSeconds,
  };
  return [...rows, setup];
}

/** At most so many rows, neighbours taken together, for a drawing. */
export function folded(rows: readonly PathRow[], limit: number): PathRow[] {
  const step = Math.ceil(rows.length / limit);
  if (step <= 1) return [...rows];
  return Array.from({ length: Math.ceil(rows.length / step) }, (_, at): PathRow => {
    const run = rows.slice(at * step, (at + 1) * step);
    if (run.length === 1) return run[0]!;
    return {
      ...run.at(-1)!,
      gates: run.reduce((sum, { gates }) => sum + gates, 0),
      cells: `${run.length} stretches`,
      steps: run.flatMap(({ steps }) => steps),
      delaySeconds: run.reduce((sum, { delaySeconds }) => sum + delaySeconds, 0),
    };
  });
}
