import { describe, expect, test } from 'vitest';
import { Counter } from '../../../examples/counter.ts';
import { Fifo } from '../../../examples/fifo.ts';
import { enumeration } from '../../../hdl-gen/lang/enum.ts';
import { module } from '../../../hdl-gen/lang/module.ts';
import { delay, reg } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { SkidBuffer } from '../../../hdl-gen/library/stream/skid-buffer.ts';
import { streamPorts } from '../../../hdl-gen/library/stream/stream.ts';
import { bench, clocks, type Driver, sink, source, until } from '../../../sim/bench/index.ts';

const color = enumeration('color', ['red', 'green', 'blue']);

/** Everything a port can be, each one clock late. */
const Echo = module(
  'echo',
  {
    in: {
      flag: bool,
      pair: vec(2, sint(5)),
      wide: uint(80),
      both: record({ a: uint(3), b: vec(2, bool) }),
      paint: color,
    },
    out: {
      flag_q: bool,
      pair_q: vec(2, sint(5)),
      wide_q: uint(80),
      both_q: record({ a: uint(3), b: vec(2, bool) }),
      paint_q: color,
    },
  },
  ({ flag, pair, wide, both, paint }) => {
    const both_q = reg('both_held', record({ a: uint(3), b: vec(2, bool) }));
    both_q.next = both;
    const paint_q = reg('paint_held', color);
    paint_q.next = paint;
    return {
      flag_q: delay('flag_held', flag),
      pair_q: pair.map((value, at) => delay(`pair_held_${at}`, value)),
      wide_q: delay('wide_held', wide),
      both_q,
      paint_q,
    };
  },
);

describe('ports', () => {
  test('values of every type go in and come out as plain data', () => {
    bench(Echo, function* (dut) {
      const both = { a: 5, b: [true, false] };
      dut.set({ flag: true, pair: [-16, 15], wide: (1n << 79n) + 3n, both, paint: 'blue' });
      yield;
      yield;
      expect(dut.out.flag_q).toBe(true);
      expect(dut.out.pair_q).toEqual([-16, 15]);
      expect(dut.big.pair_q).toEqual([-16n, 15n]);
      expect(dut.big.wide_q).toBe((1n << 79n) + 3n);
      expect(dut.out.both_q).toEqual(both);
      expect(dut.out.paint_q).toBe('blue');
      expect(dut.getPort('both_q.b.0')).toBe(true);
      expect(dut.peek('both_held_a')).toBe(5n);
      expect(() => dut.out.wide_q).toThrow(
        'wide_q: 604462909807314587353091 is beyond the integers that a number holds; read it with dut.big [BENCH_VALUE]',
      );
    });
  });

  test.each<[string, unknown, string]>([
    ['pair', [0, 16], 'pair_1: 16 does not fit in sint(5); give a value that the port holds'],
    ['pair', [0], 'pair: it takes a list of 2 values; give one value per element'],
    ['wide', -1, 'wide: -1 does not fit in uint(80); give a value that the port holds'],
    ['wide', 0.5, 'wide: 0.5 is not a whole number; give a safe integer or a bigint'],
    ['flag', 1, 'flag: 1 is not a bool; give true or false'],
    ['both', { a: 1 }, 'both: it takes a record {a, b}; give one value per field'],
    ['paint', 'pink', "paint: 'pink' is not a member; give one of red, green, blue"],
  ])('%s does not take %j', (port, value, message) => {
    expect(() =>
      bench(Echo, function* (dut) {
        dut.setPort(port, value);
        yield;
      }),
    ).toThrow(`${message} [BENCH_VALUE]`);
  });

  test.each(['up', 'pair.2', 'both.c', 'flag.0'])("there is no port '%s'", (port) => {
    const body = function* (dut: { setPort(path: string, value: unknown): void }): Driver {
      dut.setPort(port, 0);
      yield;
    };
    expect(() => bench(Echo, body)).toThrow(
      `echo: there is no port '${port}'; use one of flag, pair, wide, both, paint, or a part of one [BENCH_PORT]`,
    );
  });
});

describe('clocks', () => {
  test('outputs are those of the clock that passed; the first clock comes after one of reset', () => {
    const run = bench(Counter({ size: 5 }), function* (dut) {
      expect(dut.clock).toBe(0);
      dut.set({ enable: true });
      for (let clock = 0; clock < 12; clock++) {
        yield;
        expect({ clock: dut.clock, count: dut.out.count }).toEqual({ clock: clock + 1, count: clock % 5 });
      }
    });
    expect(run.clocks).toBe(12);
    expect(run.trace.resets).toEqual([true, ...new Array<boolean>(12).fill(false)]);
  });

  test('a reset in the middle brings registers back, at the edge of its clock', () => {
    const { trace } = bench(Counter({ size: 9 }), function* (dut) {
      dut.set({ enable: true });
      yield* clocks(4);
      dut.reset();
      yield;
      expect(dut.out.count).toBe(4);
      yield;
      expect(dut.out.count).toBe(0);
    });
    expect(trace.resets).toEqual([true, false, false, false, false, true, false]);
  });

  test('drivers run side by side: all see the same clock, whatever their order; they end with the bench', () => {
    const seen: string[] = [];
    const ended: string[] = [];
    bench(Counter({ size: 9 }), function* (dut) {
      function* watch(name: string): Driver {
        try {
          for (;;) {
            yield;
            seen.push(`${name}${dut.clock}:${dut.out.count}`);
          }
        } finally {
          ended.push(name);
        }
      }
      function* enable(): Driver {
        dut.set({ enable: true });
        yield;
      }
      dut.start(watch('a'));
      dut.start(enable());
      yield;
      dut.start(watch('b'));
      yield;
    });
    expect(seen).toEqual(['a1:0', 'a2:1', 'b2:1']);
    expect(ended).toEqual(['a', 'b']);
  });

  test('two drivers of one input', () => {
    expect(() =>
      bench(Counter({ size: 9 }), function* (dut) {
        function* enable(): Driver {
          for (;;) {
            dut.set({ enable: true });
            yield;
          }
        }
        dut.start(enable());
        yield* clocks(3);
        dut.set({ enable: false });
        yield;
      }),
    ).toThrow("counter_9: two drivers set 'enable' for clock 3; let one driver set each port [BENCH_TWO_DRIVERS]");
  });

  test('a bench that does not end', () => {
    const endless = () =>
      bench(
        Counter({ size: 9 }),
        function* (dut) {
          yield* until(() => dut.out.last);
        },
        { maxClocks: 20 },
      );
    expect(endless).toThrow(
      'counter_9: the bench has not ended after 20 clocks; allow more with { maxClocks } [BENCH_TIMEOUT]',
    );
  });

  test('a failure ends with the waveform of the last clocks', () => {
    let message = '';
    try {
      bench(Counter({ size: 9 }), function* (dut) {
        dut.set({ enable: true });
        yield* until(() => dut.out.count === 3);
        throw new Error('three');
      });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatchInlineSnapshot(`
      "three

      counter_9, the last clocks:
      clock  0 1 2 3
      enable ▔▔▔▔▔▔▔▔
      clear  ▁▁▁▁▁▁▁▁
      count  |0|1|2|3
      last   ▁▁▁▁▁▁▁▁"
    `);
  });

  test('toggles are counted after the reset, and not together with another reset', () => {
    const run = bench(
      Counter({ size: 4 }),
      function* (dut) {
        dut.set({ enable: true });
        yield* clocks(4);
      },
      { toggles: true },
    );
    // 0 1 2 3 0: one, two, one and two bits.
    expect(run.toggles).toEqual(Float64Array.of(6));
    const resetting = () =>
      bench(
        Counter({ size: 4 }),
        function* (dut) {
          dut.reset();
          yield;
        },
        { toggles: true },
      );
    expect(resetting).toThrow('[BENCH_RESET]');
  });
});

describe('streams', () => {
  /** Offers an item for one clock whether it is taken or not. */
  const Impatient = module('impatient', streamPorts(uint(8), uint(8)), ({ up, down }) => {
    const flip = reg('flip', bool);
    flip.next = flip.not();
    return { up: { ready: down.ready }, down: { valid: up.valid.and(flip), data: up.data } };
  });

  test('an item that is withdrawn', () => {
    expect(() =>
      bench(Impatient, function* (dut) {
        dut.start(source(dut, 'up', [1, 2, 3, 4]));
        dut.start(sink(dut, 'down', () => {}, { pauses: { seed: 1, probability: 256 } }));
        yield* clocks(6);
      }),
    ).toThrow(
      'down: 1 was offered and not taken, and one clock later (clock 2) nothing is; hold valid and data until ready [BENCH_UNSTABLE]',
    );
  });

  test('source and sink pause in the clocks of their generator, and the same seed pauses the same clocks', () => {
    const run = (seed: number) => {
      const taken: number[] = [];
      const { clocks: length } = bench(SkidBuffer(uint(8)), function* (dut) {
        dut.start(
          source(
            dut,
            'up',
            Array.from({ length: 50 }, (_, at) => at),
            { pauses: { seed, probability: 128 } },
          ),
        );
        dut.start(sink(dut, 'down', () => taken.push(dut.clock - 1), { pauses: { seed: 9, probability: 64 } }));
        yield* until(() => taken.length === 50);
      });
      return { taken, length };
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    expect(run(3).length).toBeGreaterThan(80);
  });
});

test('a queue that gets more than it holds keeps what it has', () => {
  bench(Fifo({ type: uint(4), depth: 2 }), function* (dut) {
    for (const data_in of [1, 2, 3]) {
      dut.set({ push: true, data_in });
      yield;
    }
    expect(dut.out.full).toBe(true);
    dut.set({ push: false, pop: true });
    yield* clocks(2);
    expect(dut.out.data_out).toBe(1);
    yield;
    expect(dut.out.data_out).toBe(2);
    expect(dut.out.empty).toBe(true);
  });
});
