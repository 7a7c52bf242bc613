import type { BoolType, Fields, RecordType, Type } from '../../hdl-gen/lang/types.ts';
import { Fault } from '../../specs/fault.ts';
import type { Driver, Dut } from './bench.ts';
import { noPauses, type Pauses, pauseGenerator } from './pauses.ts';
import type { At, Given, Seen } from './values.ts';

type Forward<T extends Type> = RecordType<{ readonly valid: BoolType; readonly data: T }>;
/** What a stream port carries. */
export type Payload<P> = P extends Forward<infer T> ? T : never;

export interface StreamOptions {
  /** When the side pauses. Default never. */
  readonly pauses?: Pauses;
}

/**
 * Feeds the items into a stream input (`{ valid, data }` in, `{ ready }` out), one per clock at most. Valid rises in the
 * first clock not paused and stays, with the same data, until the item is taken.
 */
export function* source<I extends Fields, O extends Fields, P extends string>(
  dut: Dut<I, O>,
  port: P,
  items: Iterable<Given<Payload<At<I, P>>>>,
  { pauses = noPauses }: StreamOptions = {},
): Driver {
  const pause = pauseGenerator(pauses);
  let paused = pause();
  function* clock(): Driver {
    yield;
    paused = pause();
  }
  let last: unknown = null;
  const rest = (): void => {
    if (last !== null) dut.setPort(port, { valid: false, data: last });
  };
  for (const item of items) {
    while (paused) {
      rest();
      yield* clock();
    }
    last = item;
    dut.setPort(port, { valid: true, data: item });
    do yield* clock();
    while (!(dut.getPort(port) as { readonly ready: boolean }).ready);
  }
  rest();
}

/**
 * Takes items from a stream output (`{ valid, data }` out, `{ ready }` in) and hands them to `take`, for ever. Fault
 * `BENCH_UNSTABLE` when an item that was offered is withdrawn or changed before it was taken.
 */
export function* sink<I extends Fields, O extends Fields, P extends string>(
  dut: Dut<I, O>,
  port: P,
  take: (item: Seen<Payload<At<O, P>>>) => void,
  { pauses = noPauses }: StreamOptions = {},
): Driver {
  const pause = pauseGenerator(pauses);
  let waiting: string | null = null;
  for (;;) {
    const ready = !pause();
    dut.setPort(port, { ready });
    yield;
    const valid = dut.getPort(`${port}.valid`) as boolean;
    // Without valid the payload means nothing: it may be unknown.
    const data = valid ? (dut.getPort(`${port}.data`) as Seen<Payload<At<O, P>>>) : null;
    const shown = JSON.stringify(data);
    if (waiting !== null && (!valid || shown !== waiting)) {
      throw new Fault({
        code: 'BENCH_UNSTABLE',
        place: port,
        cause: `${waiting} was offered and not taken, and one clock later (clock ${dut.clock - 1}) ${valid ? `${shown} is offered` : 'nothing is'}`,
        wayOut: 'hold valid and data until ready',
      });
    }
    waiting = valid && !ready ? shown : null;
    if (data !== null && ready) take(data);
  }
}
