/** Dimensions of a walk over a frame's bytes: what each index adds to the number of the byte that is read. */
type Dimension = Int32Array;

/** `size` indices, each `step` bytes on, from `start`. */
export function stepped(size: number, step: number, start = 0): Dimension {
  return Int32Array.from({ length: size }, (_, index) => start + index * step);
}

/** The one step between all neighbours, or null when they differ. */
export function stepOf(dimension: Dimension): number | null {
  const step = dimension.length > 1 ? dimension[1]! - dimension[0]! : 0;
  return dimension.every((offset, index) => index === 0 || offset - dimension[index - 1]! === step) ? step : null;
}

/** A dimension with two or more different steps as two with one step each, as when every pixel is read twice; null when it is none. */
function split(dimension: Dimension): [Dimension, Dimension] | null {
  for (let inner = 2; inner < dimension.length; inner++) {
    if (dimension.length % inner !== 0) continue;
    const outside = dimension.filter((_, index) => index % inner === 0);
    const inside = dimension.slice(0, inner).map((offset) => offset - dimension[0]!);
    if (stepOf(outside) === null || stepOf(inside) === null) continue;
    if (dimension.every((offset, index) => offset === outside[Math.floor(index / inner)]! + inside[index % inner]!)) {
      return [outside, inside];
    }
  }
  return null;
}

/** Two neighbours as one, when the outer one's step goes on where the inner one ends; else null. */
function merged(outer: Dimension, inner: Dimension): Dimension | null {
  const [long, short] = [stepOf(outer), stepOf(inner)];
  if (short === null || long !== short * inner.length) return null;
  return stepped(outer.length * inner.length, short, outer[0]! + inner[0]!);
}

/** The same walk with as few dimensions as possible, and with one step in each of them where that can be. */
export function simplified(walk: readonly Dimension[]): Dimension[] {
  const still = walk.filter(({ length }) => length === 1).reduce((sum, [offset]) => sum + offset!, 0);
  const result: Dimension[] = [];
  for (const dimension of walk) {
    if (dimension.length === 1) continue;
    const parts = stepOf(dimension) === null ? (split(dimension) ?? [dimension]) : [dimension];
    for (const part of parts) {
      const last = result.at(-1);
      const joined = last === undefined ? null : merged(last, part);
      if (joined === null) result.push(part);
      else result[result.length - 1] = joined;
    }
  }
  const [first = new Int32Array(1), ...others] = result;
  return [first.map((offset) => offset + still), ...others];
}

/** The byte that each step of the walk reads. */
export function walked(walk: readonly Dimension[]): Int32Array {
  return walk.reduce((begun, dimension) => {
    const next = new Int32Array(begun.length * dimension.length);
    let at = 0;
    for (const start of begun) for (const offset of dimension) next[at++] = start + offset;
    return next;
  }, new Int32Array(1));
}

const least = (dimension: Dimension): number => dimension.reduce((low, offset) => Math.min(low, offset));

/** What every index of the dimensions from `depth` on adds at least, all together. */
export function leastBeyond(walk: readonly Dimension[], depth: number): number {
  return walk.slice(depth).reduce((sum, dimension) => sum + least(dimension), 0);
}

/** Whether the walk over the first `depth` dimensions alone never steps back. */
function neverBack(walk: readonly Dimension[], depth: number): boolean {
  // A step of one dimension takes all inside it from their last index to their first.
  let back = 0;
  for (let d = depth - 1; d >= 0; d--) {
    const dimension = walk[d]!;
    for (let index = 1; index < dimension.length; index++) {
      if (dimension[index]! - dimension[index - 1]! < back) return false;
    }
    back += dimension.at(-1)! - dimension[0]!;
  }
  return true;
}

/** The most outer dimensions over which the walk never steps back: the finest grain in which bytes can be given up. */
export function releaseDepth(walk: readonly Dimension[]): number {
  for (let depth = walk.length; depth > 0; depth--) if (neverBack(walk, depth)) return depth;
  return 0;
}
