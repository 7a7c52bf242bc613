import { bitOp, type Literal } from './bit-program.ts';
import { settle } from './settle.ts';
import { stepValues } from './step-values.ts';
import { shortShift, type TogglePlan } from './toggle-plan.ts';

/** Transitions of each node of the program, over all clocks: those that settled values ask for, and the rest. */
export interface ToggleCounts {
  readonly clocks: number;
  /** Whether nothing changes at all. */
  readonly rests: boolean;
  readonly wanted: Float64Array;
  readonly glitches: Float64Array;
  /** Clocks in which each of the program's enables is 1 at the edge that begins them. */
  readonly open: Float64Array;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Whether a bit is the same in the first clock and all `clocks` behind it, at most 31. */
function isStill(word: number, clocks: number): boolean {
  const mask = -1 >>> (31 - clocks);
  return (word & mask) === 0 || (~word & mask) === 0;
}

/** Takes pulses that are too short out of a node's words and counts what is left of its transitions, in the clocks of `mask`. */
function shownTransitions({ row, steps }: TogglePlan, values: Int32Array, node: number, mask: number): number {
  const end = row[node + 1]!;
  const first = row[node]!;
  let before = values[first]!;
  let transitions = 0;
  for (let place = first + 1; place < end; place++) {
    const value = values[place]!;
    // What does not change makes no pulse.
    if (value === before) continue;
    let passing = 0;
    for (let next = steps[place]! >> shortShift; next > 0; next--) passing |= value ^ values[place + next]!;
    const lasting = (value ^ before) & ~passing;
    before ^= lasting;
    values[place] = before;
    const changed = lasting & mask;
    if (changed !== 0) transitions += ones(changed);
  }
  return transitions;
}

/** Every source's bits: words of 32 clocks, the earliest in the lowest bit; all words of bit 0, then of bit 1 and so on. */
export type Streams = (source: string) => Int32Array;

/** Simulates `clocks` clocks after the first one, 32 at once; the counts of one call are good until the next. */
export type ToggleCounter = (streams: Streams, clocks: number) => ToggleCounts;

/** What a counter keeps from call to call; functions of the module work on it, which are compiled once for all counters. */
interface Counter {
  readonly plan: TogglePlan;
  readonly sources: readonly (readonly [string, readonly number[]])[];
  readonly wanted: Float64Array;
  readonly glitches: Float64Array;
  readonly open: Float64Array;
  /** A row of words for each node, as the plan says. */
  readonly values: Int32Array;
  readonly settled: Int32Array;
  /** The last clock of the block before. */
  readonly carried: Int32Array;
  /** Whether a node changes in none of the clocks; the constant never does. */
  readonly quiet: Uint8Array;
  /** Whether the row of a node holds 0 at all its moments (1), or ones (2): most of those that rest do so for many windows. */
  readonly resting: Uint8Array;
}

function counterOf(plan: TogglePlan): Counter {
  const { program, words } = plan;
  const nodes = program.op.length;
  const quiet = new Uint8Array(nodes);
  quiet[0] = 1;
  return {
    plan,
    sources: [...program.sources],
    wanted: new Float64Array(nodes),
    glitches: new Float64Array(nodes),
    open: new Float64Array(program.gated.length),
    values: new Int32Array(words),
    settled: new Int32Array(nodes),
    carried: new Int32Array(nodes),
    quiet,
    resting: new Uint8Array(nodes),
  };
}

/** Nothing that comes in changes: nothing else does. Most modules rest in many windows. */
function rests(read: readonly Int32Array[], clocks: number): boolean {
  if (clocks >= 32) return false;
  for (const bits of read) for (let at = 0; at < bits.length; at++) if (!isStill(bits[at]!, clocks)) return false;
  return true;
}

/** Settles one block of 32 clocks. */
function settleBlock({ plan, sources, settled }: Counter, read: readonly Int32Array[], blocks: number, block: number) {
  for (let source = 0; source < sources.length; source++) {
    const own = sources[source]![1];
    const bits = read[source]!;
    for (let bit = 0; bit < own.length; bit++) if (own[bit] !== 0) settled[own[bit]!] = bits[bit * blocks + block]!;
  }
  settle(plan.program, settled);
}

const isOpen = (enable: Literal, word: number): number => word ^ -(enable & 1);

/** Writes what a node is at all its moments; whether it changes between them, in clocks of the mask. */
function follow(counter: Counter, node: number, now: number, mask: number, settledChanges: number): boolean {
  const { plan, values, quiet, resting } = counter;
  const { a, b, c } = plan.program;
  if (quiet[a[node]! >> 1]! + quiet[b[node]! >> 1]! + quiet[c[node]! >> 1]! === 3) {
    const held = now === 0 ? 1 : now === -1 ? 2 : 0;
    if (held === 0 || resting[node] !== held) values.fill(now, plan.row[node]! + 1, plan.row[node + 1]!);
    resting[node] = held;
    return false;
  }
  stepValues(plan, values, node);
  const transitions = shownTransitions(plan, values, node, mask);
  counter.glitches[node]! += transitions - settledChanges;
  resting[node] = 0;
  // What moves before it may not reach it: a gate that is shut keeps all behind it quiet.
  return transitions !== 0;
}

/** Counts a settled block in the clocks of the mask. */
function countBlock(counter: Counter, mask: number): void {
  const { plan, wanted, open, values, settled, carried, quiet } = counter;
  const { op, gated } = plan.program;
  const { row } = plan;
  const sourceOp = bitOp.source;
  for (let at = 0; at < gated.length; at++) {
    const { enable } = gated[at]!;
    const before = (settled[enable >> 1]! << 1) | carried[enable >> 1]!;
    open[at]! += ones(isOpen(enable, before) & mask);
  }
  for (let node = 1; node < op.length; node++) {
    const now = settled[node]!;
    const before = (now << 1) | carried[node]!;
    carried[node] = now >>> 31;
    const place = row[node]!;
    values[place] = before;
    const changed = (now ^ before) & mask;
    const settledChanges = changed === 0 ? 0 : ones(changed);
    wanted[node]! += settledChanges;
    if (op[node] === sourceOp) {
      values[place + 1] = now;
      quiet[node] = changed === 0 ? 1 : 0;
    } else {
      quiet[node] = follow(counter, node, now, mask, settledChanges) ? 0 : 1;
    }
  }
}

function count(counter: Counter, streams: Streams, clocks: number): ToggleCounts {
  const { plan, sources, wanted, glitches, open, settled, carried } = counter;
  wanted.fill(0);
  glitches.fill(0);
  open.fill(0);
  const read = sources.map(([name]) => streams(name));
  if (rests(read, clocks)) {
    const { gated } = plan.program;
    if (gated.length > 0) settleBlock(counter, read, 1, 0);
    gated.forEach(({ enable }, at) => {
      if ((isOpen(enable, settled[enable >> 1]!) & 1) === 1) open[at] = clocks;
    });
    return { clocks, rests: true, wanted, glitches, open };
  }
  carried.fill(0);
  const blocks = Math.ceil((clocks + 1) / 32);
  for (let block = 0; block < blocks; block++) {
    settleBlock(counter, read, blocks, block);
    // The first clock is only what the second one changes; behind the last there is nothing.
    const left = clocks + 1 - 32 * block;
    countBlock(counter, (left >= 32 ? -1 : (1 << left) - 1) & (block === 0 ? ~1 : -1));
  }
  return { clocks, rests: false, wanted, glitches, open };
}

/** Counts with the delays of the plan, again and again in the same memory. */
export function toggleCounter(plan: TogglePlan): ToggleCounter {
  const counter = counterOf(plan);
  return (streams, clocks) => count(counter, streams, clocks);
}
