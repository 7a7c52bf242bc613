import { fifoLatency } from '../../hdl-gen/arch/stream/stage.ts';

/** Clocks of a run of tokens, in order; `count` of them are known. */
export interface Times {
  /** Doubles: long runs of slow designs pass 2^31 clocks. */
  readonly at: Float64Array;
  count: number;
}

export function times(length: number): Times {
  return { at: new Float64Array(length), count: 0 };
}

/** Where bytes come from: the output FIFO of a stage, or the outside. */
export type Feed =
  | { readonly kind: 'fifo'; readonly written: Times }
  /** Clock in which byte `index` is offered, given the clock in which the one before was taken; asked once per byte, in order. */
  | { readonly kind: 'source'; readonly offer: (previousTaken: number) => number };

/** Bytes that the feed can have offered so far, out of `total`. */
export function offeredBy(feed: Feed, total: number): number {
  return feed.kind === 'fifo' ? feed.written.count : total;
}

/** Clock in which byte `index` is offered, when the one before was taken in clock `previous`. */
export function offerOf(feed: Feed, index: number, previous: number): number {
  return feed.kind === 'fifo' ? Math.max(feed.written.at[index]! + fifoLatency, previous + 1) : feed.offer(previous);
}

/** Clock from which byte `index` of a FIFO with room for `depth` bytes has room, or -1 while that is unknown. */
export function creditFor(index: number, depth: number, popped: Times): number {
  const needed = index - depth;
  if (needed < 0) return 0;
  return needed < popped.count ? popped.at[needed]! + 1 : -1;
}
