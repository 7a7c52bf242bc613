import { expect, test } from 'vitest';
import { Counter } from '../../../examples/counter.ts';
import { bench } from '../../../sim/bench/bench.ts';
import type { Trace } from '../../../sim/observe/trace.ts';
import { printWave } from '../../../sim/observe/wave.ts';

const { trace } = bench(Counter({ size: 3 }), function* (dut) {
  dut.set({ enable: true });
  for (let clock = 0; clock < 5; clock++) yield;
  dut.set({ enable: false });
  yield;
  yield;
});

test('bits as lines, values where they change, from the first clock after the reset', () => {
  expect(printWave(trace)).toMatchInlineSnapshot(`
    "clock  0 1 2 3 4 5 6
    enable ▔▔▔▔▔▔▔▔▔▔▁▁▁▁
    clear  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁
    count  |0|1|2|0|1|2
    last   ▁▁▁▁▔▔▁▁▁▁▔▔▔▔"
  `);
});

test('plain ASCII, chosen signals, a part of the clocks', () => {
  expect(printWave(trace, { style: 'ascii', signals: ['count', 'enable'], from: 3, to: 7 })).toMatchInlineSnapshot(`
    "clock  3 4 5 6
    count  |0|1|2
    enable ~~~~____"
  `);
});

test('words for values, and room for them', () => {
  const words = { count: ['none', 'one', 'several'] };
  expect(printWave(trace, { words, signals: ['count'] })).toMatchInlineSnapshot(`
    "clock 0       1       2       3       4       5       6
    count |none   |one    |several|none   |one    |several"
  `);
});

const wide: Trace = {
  name: 'top',
  signals: [
    { name: 'a', kind: 'input', width: 70, signed: true },
    { name: 'b', kind: 'output', width: 9, signed: false },
  ],
  values: [
    [(1n << 70n) - 1n, 5n],
    [255n, 256n],
  ],
  resets: [false, false],
};

test('signed and wide values; hexadecimal has all digits of the width', () => {
  expect(printWave(wide)).toMatchInlineSnapshot(`
    "clock 0   1
    a     |-1 |5
    b     |255|256"
  `);
  expect(printWave(wide, { radix: 'hexadecimal', signals: ['b'] })).toMatchInlineSnapshot(`
    "clock 0   1
    b     |0ff|100"
  `);
});

test('a signal that does not exist', () => {
  expect(() => printWave(wide, { signals: ['c'] })).toThrow(
    "top: the trace has no signal named 'c'; use one of a, b [WAVE_SIGNAL]",
  );
});
