import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import type { TensorData } from '../../../models/graph.ts';
import type { WordReader } from '../../rtl/reading.ts';
import { createSimulator, type Simulator } from '../../rtl/simulator.ts';
import { runStream } from '../../rtl/stream.ts';
import { type Rows, rowsBetween, rowWords } from './rows.ts';
import type { Span } from './span.ts';

/** Bits that changed in all registers of each stage, window by window, and of each register over the whole span. */
export interface ToggleProfile {
  readonly byStage: ReadonlyMap<string, Float64Array>;
  readonly byRegister: ReadonlyMap<string, number>;
}

/** Clocks to be recorded of one stage, and what of it. */
export interface RecordRequest {
  readonly names: readonly string[];
  /** First clocks of the windows, ascending, without overlap. */
  readonly starts: readonly number[];
}

/** Runs up to the clock after the span, so that its last window can be closed. */
function runSpan(
  { inputBytes, outputBytes }: Accelerator,
  simulator: Simulator,
  input: TensorData,
  { frames, first, length }: Span,
  look: (clock: number) => void,
): void {
  const until = first + length + 1;
  runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks: until, until, look });
}

/** Runs the span with toggle counters and reads them at the end of every window of `clocks` clocks. */
export function toggleProfile(accelerator: Accelerator, input: TensorData, span: Span, clocks: number): ToggleProfile {
  const { design } = accelerator;
  const simulator = createSimulator(elaborate(design, { names: false }), { toggles: true });
  const windows = Math.ceil(span.length / clocks);
  const stages = simulator.registers.map((name) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : ''));
  const byStage = new Map([...new Set(['', ...stages])].map((stage) => [stage, new Float64Array(windows)]));
  const rows = stages.map((stage) => byStage.get(stage)!);
  let before: Float64Array | null = null;
  let first: Float64Array | null = null;
  const look = (clock: number): void => {
    const at = clock - span.first;
    if (at < 0 || at > span.length || (at % clocks !== 0 && at !== span.length)) return;
    const now = simulator.toggles!();
    const window = Math.ceil(at / clocks) - 1;
    if (before !== null) for (let r = 0; r < now.length; r++) rows[r]![window]! += now[r]! - before[r]!;
    first ??= now;
    before = now;
  };
  runSpan(accelerator, simulator, input, span, look);
  const byRegister = new Map(simulator.registers.map((name, r) => [name, before![r]! - first![r]!]));
  return { byStage, byRegister };
}

/** The rows of a stage's windows, one window after the other in the same memory. */
interface OpenWindow extends Rows {
  readonly read: WordReader['read'];
  readonly starts: readonly number[];
  next: number;
  /** Rows read so far. */
  seen: number;
}

/** A design in the form in which it runs while values of certain names are written down. */
export interface Recordable {
  readonly accelerator: Accelerator;
  readonly netlist: Netlist;
  /** Of the names those that have a value: what nothing observable depends on is left out of a netlist. */
  readonly live: ReadonlySet<string>;
}

/** The design with the values of these names kept. */
export function recordable(accelerator: Accelerator, names: ReadonlySet<string>): Recordable {
  const netlist = elaborate(accelerator.design, { names, isChecked: true });
  const { inputs, outputs, registers } = netlist;
  const known = [...inputs, ...outputs, ...registers, ...(netlist.names?.nets ?? [])].map(({ name }) => name);
  return { accelerator, netlist, live: new Set(known.filter((name) => names.has(name))) };
}

/**
 * Runs the span again and gives what each window of each stage sees, in the clock before it and in its own, as soon as the
 * window is over. Rows are good until the next call.
 */
export function eachWindow(
  { accelerator, netlist }: Recordable,
  input: TensorData,
  span: Span,
  clocks: number,
  requests: readonly RecordRequest[],
  seen: (request: number, window: number, rows: Rows) => void,
): void {
  const simulator = createSimulator(netlist);
  const length = clocks + 1;
  const open = requests.map(({ names, starts }): OpenWindow => {
    const { start, read } = simulator.observeWords(names);
    return { length, start, words: new Int32Array(length * rowWords({ start })), read, starts, next: 0, seen: 0 };
  });
  /** Before it no window opens and none is open: nearly all clocks pass here. */
  let idleUntil = 0;
  const look = (clock: number): void => {
    if (clock < idleUntil) return;
    idleUntil = Number.POSITIVE_INFINITY;
    for (let at = 0; at < open.length; at++) {
      const stage = open[at]!;
      const start = stage.starts[stage.next];
      if (start === undefined) continue;
      idleUntil = Math.min(idleUntil, start - 1);
      if (clock < start - 1) continue;
      const each = rowWords(stage);
      stage.read(stage.words, each * stage.seen++);
      if (stage.seen < length) continue;
      seen(at, stage.next, stage);
      stage.next++;
      // Windows may touch: the clock before one is then also the last of the other.
      const touches = stage.starts[stage.next] === clock + 1;
      if (touches) stage.words.copyWithin(0, each * clocks, each * length);
      stage.seen = touches ? 1 : 0;
    }
  };
  runSpan(accelerator, simulator, input, span, look);
}

/** As `eachWindow`, with everything written down: by request and window. */
export function record(
  accelerator: Accelerator,
  input: TensorData,
  span: Span,
  clocks: number,
  requests: readonly RecordRequest[],
): Rows[][] {
  const found: Rows[][] = requests.map(() => []);
  const wanted = recordable(accelerator, new Set(requests.flatMap(({ names }) => names)));
  eachWindow(wanted, input, span, clocks, requests, (at, window, rows) => {
    found[at]![window] = rowsBetween(rows, 0, rows.length);
  });
  return found;
}
