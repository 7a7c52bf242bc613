import { type Feed, offeredBy, offerOf, type Times, times } from './times.ts';

/** Whoever takes bytes from a link and may make them wait. */
export interface Reader {
  /** Clock from which byte `index` has room, or -1 while that is unknown. Asked for ever later bytes. */
  room(index: number): number;
  /** The bytes from `index` up to this one have room as soon as `index` has. */
  roomEnd(index: number): number;
}

/** The bytes between one stage and those that read it. All readers take a byte in the same clock. */
export interface Link {
  readonly feed: Feed;
  /** Of the whole run. */
  readonly total: number;
  /** Clock in which each byte is taken. */
  readonly taken: Times;
  readonly readers: Reader[];
  /** The outside's ready: the first clock from `clock` on in which it takes a byte. */
  readonly ready: ((clock: number) => number) | null;
}

export function link(feed: Feed, total: number, ready: Link['ready'] = null): Link {
  return { feed, total, taken: times(total), readers: [], ready };
}

/** Takes as many bytes as the clocks known so far decide; true when there were any. */
export function advanceLink({ feed, total, taken, readers, ready }: Link): boolean {
  const first = taken.count;
  const offered = offeredBy(feed, total);
  const clocks = taken.at;
  while (taken.count < offered) {
    let index = taken.count;
    let end = offered;
    let earliest = 0;
    for (let at = 0; at < readers.length; at++) {
      const reader = readers[at]!;
      const room = reader.room(index);
      if (room < 0) return taken.count > first;
      earliest = Math.max(earliest, room);
      end = Math.min(end, reader.roomEnd(index));
    }
    let previous = index === 0 ? -1 : clocks[index - 1]!;
    for (; index < end; index++) {
      const clock = Math.max(offerOf(feed, index, previous), earliest);
      previous = ready === null ? clock : ready(clock);
      clocks[index] = previous;
    }
    taken.count = end;
  }
  return taken.count > first;
}
