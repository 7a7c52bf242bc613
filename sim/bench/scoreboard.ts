import { Fault } from '../../specs/fault.ts';

/** Compares what comes out with what must come out, in order. */
export interface Scoreboard<T> {
  /** Adds items that must come. */
  expect(...items: readonly T[]): void;
  /** An item came. Fault `BENCH_MISMATCH`, with both sequences around the place, when it is not the next one. */
  found(item: T): void;
  /** Nothing is missing any more. */
  readonly complete: boolean;
  /** Fault `BENCH_MISSING` when something is missing. */
  check(): void;
}

/** Items shown before and after the mismatch. */
const context = 3;

function show(item: unknown): string {
  return typeof item === 'bigint' ? String(item) : JSON.stringify(item, (_, v) => (typeof v === 'bigint' ? `${v}` : v));
}

function line(title: string, items: readonly string[], at: number): string {
  const from = Math.max(0, at - context);
  const to = Math.min(items.length, at + context + 1);
  const part = items.slice(from, to).map((text, index) => (from + index === at ? `[${text}]` : text));
  return `  ${title} ${from > 0 ? '... ' : ''}${part.join(' ')}${to < items.length ? ' ...' : ''}`;
}

/** What the wrong item looks like: the usual faults of a handshake have a signature. */
function guess(expected: readonly string[], at: number, found: string): string {
  if (at > 0 && expected[at - 1] === found) return 'as if the item before came twice';
  const later = expected.indexOf(found, at + 1);
  if (later === at + 1) return 'as if one item was lost';
  if (later > at) return `as if ${later - at} items were lost or the order changed`;
  return expected.lastIndexOf(found, at - 1) >= 0 ? 'an item that came already' : 'not an item that was expected';
}

export function scoreboard<T>(name: string): Scoreboard<T> {
  const expected: string[] = [];
  const found: string[] = [];
  const fault = (code: string, cause: string, wayOut: string): never => {
    throw new Fault({ code, place: name, cause, wayOut });
  };
  return {
    expect: (...items) => {
      for (const item of items) expected.push(show(item));
    },
    found: (item) => {
      const at = found.length;
      const text = show(item);
      found.push(text);
      if (at >= expected.length)
        fault('BENCH_MISMATCH', `item ${at} is ${text}, and no more were expected`, 'look for an item that came twice');
      if (text === expected[at]) return;
      const lines = [line('expected', expected, at), line('found   ', found, at)].join('\n');
      fault(
        'BENCH_MISMATCH',
        `item ${at} is ${text}, expected ${expected[at]} (${guess(expected, at, text)})\n${lines}\n `,
        'compare the clocks around it in the waveform',
      );
    },
    get complete() {
      return found.length === expected.length;
    },
    check: () => {
      if (found.length < expected.length)
        fault(
          'BENCH_MISSING',
          `${expected.length - found.length} of ${expected.length} items did not come; the first is ${expected[found.length]}`,
          'run more clocks, or look for a lost item',
        );
    },
  };
}
