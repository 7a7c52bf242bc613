import { Counter } from '../../examples/counter.ts';
import { Fifo } from '../../examples/fifo.ts';
import { Fir } from '../../examples/fir.ts';
import { MatrixMultiplier } from '../../examples/matrix.ts';
import { Uart } from '../../examples/uart.ts';
import { sint } from '../../hdl-gen/index.ts';
import {
  type BenchOptions,
  type BenchRun,
  bench,
  clocks,
  type Driver,
  scoreboard,
  source,
  until,
} from '../../sim/bench/index.ts';
import { seededRandom } from '../support/random.ts';

/** Random enables and clears against a count in software. */
export function counterBench(options: BenchOptions = {}): BenchRun {
  const random = seededRandom(1);
  return bench(
    Counter({ size: 12 }),
    function* (dut) {
      const board = scoreboard<{ count: number; last: boolean }>('count');
      let count = 0;
      for (let clock = 0; clock < 500; clock++) {
        const enable = random.integer(0, 3) > 0;
        const clear = random.integer(0, 40) === 0;
        board.expect({ count, last: count === 11 });
        dut.set({ enable, clear });
        yield;
        board.found(dut.out);
        if (clear) count = 0;
        else if (enable) count = (count + 1) % 12;
      }
      board.check();
    },
    options,
  );
}

/** Pushes and pops at random, in phases that fill and empty the queue, against an array. */
export function fifoBench(options: BenchOptions = {}): BenchRun {
  const random = seededRandom(2);
  return bench(
    Fifo({ type: sint(8), depth: 5 }),
    function* (dut) {
      const board = scoreboard<{ data_out: number; empty: boolean; full: boolean }>('queue');
      const queue: number[] = [];
      let shown = 0;
      for (let clock = 0; clock < 800; clock++) {
        const filling = Math.floor(clock / 50) % 2 === 0;
        const push = random.integer(0, 3) > (filling ? 0 : 2);
        const pop = random.integer(0, 3) > (filling ? 2 : 0);
        const data_in = random.integer(-128, 127);
        const full = queue.length === 5;
        const empty = queue.length === 0;
        board.expect({ data_out: shown, empty, full });
        dut.set({ push, pop, data_in });
        yield;
        board.found({ ...dut.out, data_out: Number(dut.out.data_out) });
        if (pop && !empty) shown = queue.shift()!;
        if (push && !full) queue.push(data_in);
      }
      board.check();
    },
    options,
  );
}

export const firTaps = [3, -5, 8, -5, 3];

/** Samples with gaps; the outputs against the convolution. */
export function firBench(options: BenchOptions = {}): BenchRun {
  const random = seededRandom(3);
  const samples = [
    100,
    0,
    0,
    0,
    0,
    0,
    -128,
    -128,
    127,
    -128,
    -128,
    ...Array.from({ length: 300 }, () => random.integer(-128, 127)),
  ];
  return bench(
    Fir({ taps: firTaps, bits: 8 }),
    function* (dut) {
      const board = scoreboard<number>('filtered');
      function* collect(): Driver {
        for (;;) {
          yield;
          if (dut.out.valid_out) board.found(dut.out.filtered);
        }
      }
      dut.start(collect());
      for (const [n, sample] of samples.entries()) {
        board.expect(firTaps.reduce((total, tap, k) => total + tap * (samples[n - k] ?? 0), 0));
        dut.set({ valid: true, sample });
        yield;
        dut.set({ valid: false });
        yield* clocks(n < 11 ? 0 : random.integer(0, 2));
      }
      yield;
      board.check();
    },
    options,
  );
}

const size = 3;
const depth = 4;

/** Products of matrices that follow each other without a gap. */
export function matrixBench(options: BenchOptions = {}): BenchRun {
  const random = seededRandom(4);
  const lanes = () => Array.from({ length: size }, () => random.integer(-128, 127));
  return bench(
    MatrixMultiplier({ size, bits: 8, accumulatorBits: 20 }),
    function* (dut) {
      const board = scoreboard<readonly number[]>('product');
      // The last cell ends 2 * (size - 1) + 1 clocks after the last operands, and the next matrices wash over the first.
      function* collect(expected: readonly number[]): Driver {
        board.expect(expected);
        const found: number[] = [];
        for (let clock = 0; clock <= 2 * (size - 1); clock++) {
          yield;
          for (let row = 0; row < size; row++) {
            const column = clock - row;
            if (column >= 0 && column < size) found[row * size + column] = dut.out.product[row * size + column]!;
          }
        }
        board.found(found);
      }
      for (let matrix = 0; matrix < 20; matrix++) {
        const left = Array.from({ length: depth }, lanes);
        const right = Array.from({ length: depth }, lanes);
        for (let k = 0; k < depth; k++) {
          dut.set({ a: left[k]!, b: right[k]!, valid: true, first: k === 0 });
          yield;
        }
        const cells = Array.from({ length: size * size }, (_, cell) => [Math.floor(cell / size), cell % size] as const);
        dut.start(
          collect(cells.map(([row, column]) => left.reduce((sum, a, k) => sum + a[row]! * right[k]![column]!, 0))),
        );
      }
      dut.set({ valid: false });
      yield* clocks(2 * size);
      board.check();
    },
    options,
  );
}

/** Bytes with random pauses, the transmitter's line looped back into the receiver one clock later. */
export function uartBench(options: BenchOptions = {}): BenchRun {
  const random = seededRandom(5);
  const bytes = [0x65, 0x00, 0xff, 0x55, 0xaa, ...Array.from({ length: 12 }, () => random.integer(0, 255))];
  return bench(
    Uart({ clocksPerBit: 4 }),
    function* (dut) {
      const board = scoreboard<number>('received');
      board.expect(...bytes);
      function* loop(): Driver {
        for (;;) {
          dut.set({ rx: dut.clock === 0 || dut.out.tx });
          yield;
          const { valid, data, framing_error } = dut.out.received;
          if (framing_error) throw new Error('framing error');
          if (valid) board.found(data);
        }
      }
      dut.start(loop());
      dut.start(source(dut, 'send', bytes, { pauses: { seed: 37, probability: 250 } }));
      yield* until(() => board.complete);
      yield* clocks(20);
    },
    options,
  );
}
