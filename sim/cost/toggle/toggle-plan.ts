import { bitKinds, depthClasses } from '../../../specs/toggle-energy.ts';
import { type BitProgram, bitOp } from './bit-program.ts';

/** Delay of each operation, in halves of that of a simple gate; `bitOp` counts them. */
const gateDelays: readonly number[] = [0, 2, 5, 4, 2, 4];
const flipFlopDelay = 6;

/**
 * Every moment at which a node may change, as one step; a node's row is what it was before, then each moment, the last settled.
 * Plans are read over and over, so a step is one byte.
 */
export interface TogglePlan {
  readonly program: BitProgram;
  /** Where the row of each node begins among the words. */
  readonly row: Int32Array;
  readonly words: number;
  /** The last moment of all. */
  readonly depth: number;
  /** Part of the longest path in which a node settles. */
  readonly depthClass: Uint8Array;
  /**
   * Of every word but the first of a row: in bits 0 to 2 whether argument a, b or c has come to its next word; above them how
   * many of the next words of the row come before this one's pulse is as long as the gate's delay.
   */
  readonly steps: Uint8Array;
}

export const shortShift = 3;

/** How a kind of cell lies in time, in the units of `gateDelays`. */
export interface PlanTimes {
  /** When the bits of each source come; null: inputs at once and registers a flip-flop later, both delayed by what they drive. */
  readonly arrivals: ReadonlyMap<string, readonly number[]> | null;
  /** How much later an output moves for each input that it drives. */
  readonly loadDelay: number;
}

/** Inputs of gates that each node drives. */
function fanouts({ op, a, b, c }: BitProgram): Int32Array {
  const pins = new Int32Array(op.length);
  for (const column of [a, b, c]) for (let node = 0; node < op.length; node++) pins[column[node]! >> 1]!++;
  return pins;
}

function sourceTimes(
  { op, kind, sources }: BitProgram,
  { arrivals, loadDelay }: PlanTimes,
  pins: Int32Array,
): Int32Array {
  const found = new Int32Array(op.length);
  for (const [name, nodes] of sources) {
    for (const [bit, node] of nodes.entries()) {
      const held = bitKinds[kind[node]!] === 'register' ? flipFlopDelay : 0;
      found[node] = arrivals === null ? held + Math.round(loadDelay * pins[node]!) : (arrivals.get(name)?.[bit] ?? 0);
    }
  }
  return found;
}

const never = 0x7fffffff;

/** The same numbers with room for at least so many. */
function roomFor(ints: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= ints.length) return ints;
  const wider = new Int32Array(Math.max(length, 2 * ints.length));
  wider.set(ints);
  return wider;
}

function stepRoomFor(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length <= bytes.length) return bytes;
  const wider = new Uint8Array(Math.max(length, 2 * bytes.length));
  wider.set(bytes);
  return wider;
}

export function togglePlan(program: BitProgram, times: PlanTimes): TogglePlan {
  const { op } = program;
  const sourceOp = bitOp.source;
  const twoArguments = bitOp.xor;
  const pins = fanouts(program);
  const fromOutside = sourceTimes(program, times, pins);
  const row = new Int32Array(op.length + 1);
  /** Of every word the moment at which its node takes it; the word before all moments has none. */
  let moments = new Int32Array(8 * op.length);
  let steps = new Uint8Array(8 * op.length);
  let words = 0;
  const depthOf = new Int32Array(op.length);
  for (let node = 0; node < op.length; node++) {
    const own = op[node]!;
    row[node] = words;
    if (own === sourceOp) {
      moments = roomFor(moments, words + 2);
      moments[words++] = -1;
      if (node > 0) moments[words++] = fromOutside[node]!;
    } else {
      const inertia = gateDelays[own]!;
      const delay = inertia + Math.round(times.loadDelay * pins[node]!);
      // The last change of each argument at or before the moment that is looked at, and what follows it.
      const [x, y] = [program.a[node]! >> 1, program.b[node]! >> 1];
      const z = own <= twoArguments ? 0 : program.c[node]! >> 1;
      let [atX, atY, atZ] = [row[x]!, row[y]!, row[z]!];
      const [lastX, lastY, lastZ] = [row[x + 1]! - 1, row[y + 1]! - 1, row[z + 1]! - 1];
      const most = words + 1 + lastX - atX + lastY - atY + lastZ - atZ;
      moments = roomFor(moments, most);
      steps = stepRoomFor(steps, most);
      moments[words++] = -1;
      const firstWord = words;
      for (;;) {
        const nextX = atX < lastX ? moments[atX + 1]! : never;
        const nextY = atY < lastY ? moments[atY + 1]! : never;
        const nextZ = atZ < lastZ ? moments[atZ + 1]! : never;
        const next = Math.min(nextX, nextY, nextZ);
        if (next === never) break;
        let moved = 0;
        if (nextX === next) {
          moved = 1;
          atX++;
        }
        if (nextY === next) {
          moved |= 2;
          atY++;
        }
        if (nextZ === next) {
          moved |= 4;
          atZ++;
        }
        steps[words] = moved;
        moments[words++] = next + delay;
      }
      // Moments are whole numbers: fewer than `inertia` of them are closer than that, and a step has room for 31.
      for (let word = firstWord, later = firstWord; word < words; word++) {
        while (later < words && moments[later]! - moments[word]! < inertia) later++;
        steps[word]! |= (later - word - 1) << shortShift;
      }
    }
    row[node + 1] = words;
    depthOf[node] = Math.max(0, moments[words - 1]!);
  }
  const depth = depthOf.reduce((most, own) => Math.max(most, own), 0);
  return {
    program,
    row,
    words,
    depth,
    depthClass: Uint8Array.from(depthOf, (own) => Math.floor((depthClasses * own) / (depth + 1))),
    steps: steps.slice(0, words),
  };
}
