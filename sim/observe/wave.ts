import { Fault } from '../../specs/fault.ts';
import { leadingResets, type Trace, type TraceSignal } from './trace.ts';

export interface WaveOptions {
  /** Hierarchical names in the order to show them; default all ports. */
  readonly signals?: readonly string[];
  /** First clock shown (default 0: the first one after reset) and the one after the last. */
  readonly from?: number;
  readonly to?: number;
  /** How values of more than one bit are written. Default decimal. */
  readonly radix?: 'decimal' | 'hexadecimal';
  /** Words in place of numbers: `{ state: ['idle', 'run'] }`. */
  readonly words?: { readonly [signal: string]: readonly string[] };
  /** `lines` draws bits as ▁ and ▔, `ascii` as _ and ~. Default `lines`. */
  readonly style?: 'lines' | 'ascii';
}

const levels = { lines: ['▁', '▔'], ascii: ['_', '~'] } as const;

function valueText(signal: TraceSignal, value: bigint, options: WaveOptions): string {
  const word = options.words?.[signal.name]?.[Number(value)];
  if (word !== undefined) return word;
  if (options.radix === 'hexadecimal') return value.toString(16).padStart(Math.ceil(signal.width / 4), '0');
  return String(signal.signed ? BigInt.asIntN(signal.width, value) : value);
}

function find(trace: Trace, name: string): number {
  const index = trace.signals.findIndex((signal) => signal.name === name);
  if (index >= 0) return index;
  throw new Fault({
    code: 'WAVE_SIGNAL',
    place: trace.name,
    cause: `the trace has no signal named '${name}'`,
    wayOut: `use one of ${trace.signals.map((signal) => signal.name).join(', ')}`,
  });
}

/** Stretches of clocks in which a text stays the same. */
function runsOf(texts: readonly string[]): { readonly text: string; length: number }[] {
  const runs: { readonly text: string; length: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.length += 1;
    else runs.push({ text, length: 1 });
  }
  return runs;
}

/** Characters per clock that every text has room with, mark included. */
function widestShare(texts: readonly string[]): number {
  return Math.max(1, ...runsOf(texts).map(({ text, length }) => Math.ceil((text.length + 1) / length)));
}

/**
 * The trace as text for a snapshot in a test: one column per clock, bits as a low or high line, wider values written
 * where they change (`|` marks the change).
 */
export function printWave(trace: Trace, options: WaveOptions = {}): string {
  const lead = leadingResets(trace);
  const from = options.from ?? 0;
  const to = Math.min(options.to ?? trace.resets.length - lead, trace.resets.length - lead);
  const clocks = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  const chosen =
    options.signals?.map((name) => find(trace, name)) ??
    trace.signals.flatMap(({ kind }, index) => (kind === 'input' || kind === 'output' ? [index] : []));

  const texts = chosen.map((index) =>
    clocks.map((clock) => valueText(trace.signals[index]!, trace.values[index]![clock + lead]!, options)),
  );
  const isBus = (row: number): boolean =>
    trace.signals[chosen[row]!]!.width > 1 || options.words?.[trace.signals[chosen[row]!]!.name] !== undefined;
  const needed = texts.map((row, index) => (isBus(index) ? widestShare(row) : 1));
  const column = Math.max(2, String(Math.max(0, to - 1)).length + 1, ...needed);
  const margin = Math.max('clock'.length, ...chosen.map((index) => trace.signals[index]!.name.length)) + 1;
  const [low, high] = levels[options.style ?? 'lines'];

  const lines = [`${'clock'.padEnd(margin)}${clocks.map((clock) => String(clock).padEnd(column)).join('')}`];
  for (const [row, index] of chosen.entries()) {
    const drawn = isBus(row)
      ? runsOf(texts[row]!).map(({ text, length }) => `|${text}`.padEnd(length * column))
      : texts[row]!.map((text) => (text === '0' ? low : high).repeat(column));
    lines.push(`${trace.signals[index]!.name.padEnd(margin)}${drawn.join('')}`);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}
