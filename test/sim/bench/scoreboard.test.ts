import { expect, test } from 'vitest';
import { scoreboard } from '../../../sim/bench/scoreboard.ts';

function feed(expected: readonly number[], found: readonly number[]): () => void {
  return () => {
    const board = scoreboard<number>('bytes');
    board.expect(...expected);
    for (const item of found) board.found(item);
    board.check();
  };
}

test('the same items in the same order pass, records and bigints, too', () => {
  feed([1, 2, 3], [1, 2, 3])();
  const board = scoreboard<{ readonly a: bigint; readonly b: readonly boolean[] }>('records');
  board.expect({ a: 1n << 70n, b: [true] });
  expect(board.complete).toBe(false);
  board.found({ a: 1n << 70n, b: [true] });
  expect(board.complete).toBe(true);
});

test('one item lost', () => {
  expect(
    feed([10, 11, 12, 13, 14, 15, 16, 17, 18], [10, 11, 12, 13, 15]),
  ).toThrow(`bytes: item 4 is 15, expected 14 (as if one item was lost)
  expected ... 11 12 13 [14] 15 16 17 ...
  found    ... 11 12 13 [15]
 ; compare the clocks around it in the waveform [BENCH_MISMATCH]`);
});

test.each([
  [[1, 2, 3], [1, 1], 'as if the item before came twice'],
  [[1, 2, 3, 4], [1, 4], 'as if 2 items were lost or the order changed'],
  [[1, 2, 3, 4], [1, 2, 1], 'an item that came already'],
  [[1, 2, 3, 4], [1, 9], 'not an item that was expected'],
])('expected %j, found %j: %s', (expected, found, words) => {
  expect(feed(expected, found)).toThrow(words);
});

test('one item too many', () => {
  expect(feed([1], [1, 1])).toThrow(
    'bytes: item 1 is 1, and no more were expected; look for an item that came twice [BENCH_MISMATCH]',
  );
});

test('items that did not come', () => {
  expect(feed([1, 2, 3], [1])).toThrow(
    'bytes: 2 of 3 items did not come; the first is 2; run more clocks, or look for a lost item [BENCH_MISSING]',
  );
});
