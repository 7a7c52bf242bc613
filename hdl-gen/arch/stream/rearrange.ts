import { type Inserted, mapBytes, type RearrangeStage } from '../architecture.ts';
import { leastBeyond, walked } from './walk.ts';

type Geometry = Pick<RearrangeStage, 'input' | 'output' | 'walk' | 'inserted' | 'releasedBy'>;

/** The same inserted bytes with as few dimensions as possible. */
export function simplifiedInsertion({ sizes, before, after, values }: Inserted): Inserted {
  const kept: { size: number; before: number; after: number }[] = [];
  for (const [d, size] of sizes.entries()) {
    const outer = kept.at(-1);
    if (outer !== undefined && before[d] === 0 && after[d] === 0) {
      outer.size *= size;
      outer.before *= size;
      outer.after *= size;
    } else if (size > 1) {
      kept.push({ size, before: before[d]!, after: after[d]! });
    }
  }
  return {
    sizes: kept.map(({ size }) => size),
    before: kept.map((each) => each.before),
    after: kept.map((each) => each.after),
    values,
  };
}

/** For every result of a frame whether it is a byte of the input. */
export function isTaken({ sizes, before, after }: Omit<Inserted, 'values'>): Uint8Array {
  return sizes.reduce((outer, size, d) => {
    const next = new Uint8Array(outer.length * size);
    const end = size - after[d]!;
    for (let at = 0; at < outer.length; at++) {
      if (outer[at] === 1) next.fill(1, at * size + before[d]!, at * size + end);
    }
    return next;
  }, Uint8Array.of(1));
}

/** What each result of a frame waits for. Bytes are counted from the begin of its frame. */
export interface RearrangeLaw {
  /** The byte that must be in before the result is given; -1 when none. */
  readonly needed: Int32Array;
  /** While the result is the next one, all bytes before this one are given up; after the frame's last input byte they reach into the next. */
  readonly freed: Int32Array;
}

/** An inserted byte needs none of the input, except that no result is given before the frame's first byte is in. */
export function rearrangeLaw({ input, output, walk, inserted, releasedBy }: Geometry): RearrangeLaw {
  const source = walked(walk);
  const inner = walk.slice(releasedBy).reduce((product, { length }) => product * length, 1);
  const released = walked(walk.slice(0, releasedBy)).map((start) => start + leastBeyond(walk, releasedBy));
  const results = mapBytes(output);
  const taken = inserted === null ? null : isTaken(inserted);
  const needed = new Int32Array(results);
  const freed = new Int32Array(results);
  let step = 0;
  for (let result = 0; result < results; result++) {
    const isInput = taken === null || taken[result] === 1;
    freed[result] = step < source.length ? released[Math.floor(step / inner)]! : mapBytes(input) + released[0]!;
    needed[result] = isInput || result === 0 ? source[step]! : -1;
    if (isInput) step++;
  }
  return { needed, freed };
}

/**
 * The fewest bytes of a ring with which frames follow each other without a stop that the order itself does not force: neither side
 * waits when the larger of input and output moves a byte in every clock.
 */
export function bufferNeed(stage: Geometry): number {
  const { needed, freed } = rearrangeLaw(stage);
  const bytes = mapBytes(stage.input);
  const results = freed.length;
  /** Bytes given up while result `next` of the run is the next one. */
  const freedAt = (next: number) => {
    const frame = Math.floor(next / results);
    return frame * bytes + freed[next - frame * results]!;
  };
  let need = 1;
  if (results >= bytes) {
    // Result i is given in clock i. Every byte is taken as late as that allows, looking back from the end of a second frame.
    const wanted = new Float64Array(bytes).fill(Number.POSITIVE_INFINITY);
    for (let result = results - 1; result >= 0; result--)
      if (needed[result]! >= 0) wanted[needed[result]!] = result - 1;
    let clock = Number.POSITIVE_INFINITY;
    for (let byte = 2 * bytes - 1; byte >= 0; byte--) {
      const frame = byte < bytes ? 0 : 1;
      clock = Math.min(clock - 1, wanted[byte - frame * bytes]! + frame * results);
      if (frame === 0) need = Math.max(need, byte - freedAt(clock) + 1);
    }
    return need;
  }
  // Byte b is taken in clock b. Every result is given as early as that allows; the second frame is like all later ones.
  let given = -1;
  let byte = 0;
  for (let result = 0; result < 2 * results; result++) {
    const frame = result < results ? 0 : 1;
    const own = needed[result - frame * results]!;
    given = Math.max(given + 1, own < 0 ? 0 : frame * bytes + own + 1);
    // Until the clock after this one the result is the next.
    for (; byte <= given; byte++) need = Math.max(need, byte - freedAt(result) + 1);
  }
  for (; byte < 2 * bytes; byte++) need = Math.max(need, byte - freedAt(2 * results) + 1);
  return need;
}
