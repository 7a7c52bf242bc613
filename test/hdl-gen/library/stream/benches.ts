import { module } from '../../../../hdl-gen/lang/module.ts';
import type { Type } from '../../../../hdl-gen/lang/types.ts';
import { bool, record, sint, uint, vec } from '../../../../hdl-gen/lang/types.ts';
import { Arbiter } from '../../../../hdl-gen/library/stream/arbiter.ts';
import { Fork } from '../../../../hdl-gen/library/stream/fork.ts';
import { Join } from '../../../../hdl-gen/library/stream/join.ts';
import { Queue } from '../../../../hdl-gen/library/stream/queue.ts';
import { RegisterSlice } from '../../../../hdl-gen/library/stream/register-slice.ts';
import { SkidBuffer } from '../../../../hdl-gen/library/stream/skid-buffer.ts';
import { link, pass, type StreamBlock, streamPorts } from '../../../../hdl-gen/library/stream/stream.ts';
import { Narrower, Widener } from '../../../../hdl-gen/library/stream/width.ts';
import {
  type BenchOptions,
  type BenchRun,
  bench,
  clocks,
  type Given,
  type Pauses,
  type Seen,
  scoreboard,
  sink,
  source,
  until,
} from '../../../../sim/bench/index.ts';
import { seededRandom } from '../../../support/random.ts';

export interface StreamRun extends BenchRun {
  /** Clock in which each item left. */
  readonly left: readonly number[];
}

/** How both sides pause. */
export interface Sides {
  readonly up: number;
  readonly down: number;
  readonly seed: number;
  /** The simulator's treatment of state that was never written. */
  readonly unknowns?: 'check';
}

export const count = 120;

const optionsOf = ({ unknowns }: Sides): BenchOptions => (unknowns === undefined ? {} : { unknowns });

const pausesOf = (seed: number, probability: number): Pauses => ({ seed, probability });

function numbers(seed: number, low: number, high: number, length = count): number[] {
  const random = seededRandom(seed);
  return Array.from({ length }, () => random.integer(low, high));
}

/** Items into `up`, what must come out of `down`, in that order. */
function throughBench<A extends Type, B extends Type>(
  block: StreamBlock<A, B>,
  items: readonly Given<A>[],
  expected: readonly Seen<B>[],
  sides: Sides,
): StreamRun {
  const { up, down, seed } = sides;
  const left: number[] = [];
  const run = bench(
    block,
    function* (dut) {
      const board = scoreboard<Seen<B>>('down');
      board.expect(...expected);
      const take = (item: unknown): void => {
        left.push(dut.clock - 1);
        board.found(item as Seen<B>);
      };
      // The element types of a generic payload are not known here.
      dut.start(source(dut, 'up', items as Iterable<never>, { pauses: pausesOf(seed, up) }));
      dut.start(sink(dut, 'down', take, { pauses: pausesOf(seed + 1, down) }));
      yield* until(() => board.complete);
      yield* clocks(10);
    },
    optionsOf(sides),
  );
  return { ...run, left };
}

const bytes = (sides: Sides) => numbers(sides.seed, 0, 255);
const byte = uint(8);

/** Groups of `ratio`, without an incomplete one at the end. */
function groups(items: readonly number[], ratio: number): number[][] {
  return Array.from({ length: Math.floor(items.length / ratio) }, (_, at) => items.slice(at * ratio, (at + 1) * ratio));
}

const word = record({ last: bool, value: sint(5) });

export const throughBlocks: Readonly<Record<string, (sides: Sides) => StreamRun>> = {
  'register slice': (sides) => throughBench(RegisterSlice(byte), bytes(sides), bytes(sides), sides),
  'skid buffer': (sides) => throughBench(SkidBuffer(byte), bytes(sides), bytes(sides), sides),
  'skid buffer of records': (sides) => {
    const items = bytes(sides).map((value) => ({ last: value % 3 === 0, value: (value % 32) - 16 }));
    return throughBench(SkidBuffer(word), items, items, sides);
  },
  'queue of 1': (sides) => throughBench(Queue(byte, 1), bytes(sides), bytes(sides), sides),
  'queue of 2': (sides) => throughBench(Queue(byte, 2), bytes(sides), bytes(sides), sides),
  'queue of 5': (sides) => throughBench(Queue(byte, 5), bytes(sides), bytes(sides), sides),
  'widener of 2': (sides) => throughBench(Widener(byte, 2), bytes(sides), groups(bytes(sides), 2), sides),
  'widener of 3': (sides) => throughBench(Widener(byte, 3), bytes(sides), groups(bytes(sides), 3), sides),
  'narrower of 2': (sides) => throughBench(Narrower(byte, 2), groups(bytes(sides), 2), bytes(sides), sides),
  chain: (sides) => throughBench(Chain, bytes(sides), groups(bytes(sides), 2), sides),
  'narrower of 3': (sides) => throughBench(Narrower(byte, 3), groups(bytes(sides), 3), bytes(sides), sides),
};

/** Bytes through a queue and a slice, packed in pairs: blocks joined by links inside one module. */
const Chain = module('chain', streamPorts(byte, vec(2, byte)), ({ up, down }) => {
  const given = link('given', up);
  const queued = pass('queue', Queue(byte, 3), given);
  const cut = pass('cut', SkidBuffer(byte), pass('slice', RegisterSlice(byte), queued));
  const packed = pass('pack', Widener(byte, 2), cut);
  packed.ready.drive(down.ready);
  return { up: { ready: given.ready }, down: { valid: packed.valid, data: packed.data } };
});

/** Every way gets everything, each with its own pauses. */
export function forkBench(sides: Sides): StreamRun {
  const left: number[] = [];
  const items = bytes(sides);
  const run = bench(
    Fork(byte, 3),
    function* (dut) {
      const boards = [0, 1, 2].map((way) => scoreboard<number>(`down.${way}`));
      dut.start(source(dut, 'up', items, { pauses: pausesOf(sides.seed, sides.up) }));
      for (const [way, board] of boards.entries()) {
        board.expect(...items);
        const take = (item: number): void => {
          if (way === 0) left.push(dut.clock - 1);
          board.found(item);
        };
        dut.start(sink(dut, `down.${way}` as 'down.0', take, { pauses: pausesOf(sides.seed + 1 + way, sides.down) }));
      }
      yield* until(() => boards.every((board) => board.complete));
      yield* clocks(10);
    },
    optionsOf(sides),
  );
  return { ...run, left };
}

/** Bytes and signed numbers, each with its own pauses, in pairs. */
export function joinBench(sides: Sides): StreamRun {
  const left: number[] = [];
  const small = numbers(sides.seed + 9, -8, 7);
  const items = bytes(sides);
  const run = bench(
    Join({ a: byte, b: sint(4) }),
    function* (dut) {
      const board = scoreboard<{ a: number; b: number }>('down');
      board.expect(...items.map((a, at) => ({ a, b: small[at]! })));
      dut.start(source(dut, 'up.a', items, { pauses: pausesOf(sides.seed, sides.up) }));
      dut.start(source(dut, 'up.b', small, { pauses: pausesOf(sides.seed + 1, sides.up) }));
      const take = (item: { readonly a: number; readonly b: number }): void => {
        left.push(dut.clock - 1);
        board.found(item);
      };
      dut.start(sink(dut, 'down', take, { pauses: pausesOf(sides.seed + 2, sides.down) }));
      yield* until(() => board.complete);
      yield* clocks(10);
    },
    optionsOf(sides),
  );
  return { ...run, left };
}

export interface ArbiterRun extends StreamRun {
  /** The way that each item came from. */
  readonly ways: readonly number[];
}

/** Three streams, told apart by their numbers; each must come out complete and in its own order. */
export function arbiterBench(sides: Sides): ArbiterRun {
  const left: number[] = [];
  const ways: number[] = [];
  const each = count / 3;
  const run = bench(
    Arbiter(byte, 3),
    function* (dut) {
      const boards = [0, 1, 2].map((way) => scoreboard<number>(`from up.${way}`));
      for (const [way, board] of boards.entries()) {
        const items = numbers(sides.seed + way, 0, 63, each).map((value) => way * 64 + value);
        board.expect(...items);
        dut.start(source(dut, `up.${way}` as 'up.0', items, { pauses: pausesOf(sides.seed + way, sides.up) }));
      }
      const take = (item: number): void => {
        left.push(dut.clock - 1);
        ways.push(Math.floor(item / 64));
        boards[Math.floor(item / 64)]!.found(item);
      };
      dut.start(sink(dut, 'down', take, { pauses: pausesOf(sides.seed + 7, sides.down) }));
      yield* until(() => boards.every((board) => board.complete));
      yield* clocks(10);
    },
    optionsOf(sides),
  );
  return { ...run, left, ways };
}

export const streamBenches: Readonly<Record<string, (sides: Sides) => StreamRun>> = {
  ...throughBlocks,
  fork: forkBench,
  join: joinBench,
  arbiter: arbiterBench,
};
