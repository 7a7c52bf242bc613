import { bitKinds, depthClasses } from '../../../specs/toggle-energy.ts';
import { type BitProgram, bitOp } from './bit-program.ts';

/** Delay of each operation, in halves of that of a simple gate; `bitOp` counts them. */
const gateDelays: readonly number[] = [0, 2, 5, 4, 2, 4];
const flipFlopDelay = 6;

/** Every moment at which a node may change, as one step; a node's row is what it was before, then each moment, the last settled. */
export interface TogglePlan {
  readonly program: BitProgram;
  readonly row: Int32Array;
  readonly words: number;
  /** The last moment of all. */
  readonly depth: number;
  /** Part of the longest path in which a node settles. */
  readonly depthClass: Uint8Array;
  readonly op: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  /** Words 0 or -1: complement of the arguments. */
  readonly flips: Int8Array;
  /** How many of the next steps of the same node come before this one's pulse is as long as the gate's delay. */
  readonly short: Uint8Array;
  /** Steps of node n: from `start[n]` up to, not including, `start[n + 1]`. */
  readonly start: Int32Array;
}

/** How a kind of cell lies in time, in the units of `gateDelays`. */
export interface PlanTimes {
  /** When the bits of each source come; null: inputs at once and registers a flip-flop later, both delayed by what they drive. */
  readonly arrivals: ReadonlyMap<string, readonly number[]> | null;
  /** How much later an output moves for each input that it drives. */
  readonly loadDelay: number;
}

export function togglePlan(program: BitProgram, times: PlanTimes): TogglePlan {
  const { op } = program;
  const moments: number[][] = [];
  const pins = new Int32Array(op.length);
  for (const column of [program.a, program.b, program.c]) for (const literal of column) pins[literal >> 1]!++;
  const sourceTime = new Int32Array(op.length);
  for (const [name, nodes] of program.sources) {
    for (const [bit, node] of nodes.entries()) {
      const held = bitKinds[program.kind[node]!] === 'register' ? flipFlopDelay : 0;
      const loaded = held + Math.round(times.loadDelay * pins[node]!);
      sourceTime[node] = times.arrivals === null ? loaded : (times.arrivals.get(name)?.[bit] ?? 0);
    }
  }
  const row = new Int32Array(op.length);
  const start = new Int32Array(op.length + 1);
  let words = 0;
  const steps: number[][] = [];
  for (let node = 0; node < op.length; node++) {
    const own = op[node]!;
    const literals = [program.a[node]!, program.b[node]!, program.c[node]!];
    const used = own === bitOp.source ? [] : own <= bitOp.xor ? literals.slice(0, 2) : literals;
    const inertia = gateDelays[own]!;
    const delay = inertia + Math.round(times.loadDelay * pins[node]!);
    const moving =
      node === 0
        ? []
        : own === bitOp.source
          ? [sourceTime[node]!]
          : [...new Set(used.flatMap((literal) => moments[literal >> 1]!))]
              .map((time) => time + delay)
              .sort((p, q) => p - q);
    moments.push(moving);
    row[node] = words;
    start[node] = steps.length;
    words += moving.length + 1;
    if (own === bitOp.source) continue;
    moving.forEach((time, index) => {
      // What each argument is at that moment: the last change at or before it.
      const at = literals.map((literal) => {
        const source = literal >> 1;
        const own = moments[source]!;
        let seen = 0;
        while (seen < own.length && own[seen]! <= time - delay) seen++;
        return row[source]! + seen;
      });
      steps.push([
        own,
        ...at,
        moving.slice(index + 1).filter((later) => later - time < inertia).length,
        ...literals.map((literal) => -(literal & 1)),
      ]);
    });
  }
  start[op.length] = steps.length;
  const depth = Math.max(0, ...moments.map((times) => times.at(-1) ?? 0));
  const column = (at: number): number[] => steps.map((step) => step[at]!);
  return {
    program,
    row,
    words,
    depth,
    depthClass: Uint8Array.from(moments, (times) => Math.floor((depthClasses * (times.at(-1) ?? 0)) / (depth + 1))),
    op: Uint8Array.from(column(0)),
    a: Int32Array.from(column(1)),
    b: Int32Array.from(column(2)),
    c: Int32Array.from(column(3)),
    short: Uint8Array.from(column(4)),
    start,
    flips: Int8Array.from(steps.flatMap((step) => step.slice(5))),
  };
}
