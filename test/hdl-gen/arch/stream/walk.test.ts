import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  leastBeyond,
  releaseDepth,
  simplified,
  stepOf,
  stepped,
  walked,
} from '../../../../hdl-gen/arch/stream/walk.ts';

const dimension = fc.oneof(
  fc
    .record({ size: fc.integer({ min: 1, max: 5 }), step: fc.integer({ min: -6, max: 6 }) })
    .map(({ size, step }) => stepped(size, step, step < 0 ? -step * (size - 1) : 0)),
  fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }).map((offsets) => Int32Array.from(offsets)),
);
const walks = fc.array(dimension, { maxLength: 5 });

test('a walk that is made simpler reads the same bytes in the same order', () => {
  fc.assert(
    fc.property(walks, (walk) => {
      const simple = simplified(walk);
      expect([...walked(simple)]).toEqual([...walked(walk)]);
      expect(simple.length).toBeGreaterThan(0);
      expect(simple.every(({ length }) => length > 1 || simple.length === 1)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

describe('the dimensions that are left', () => {
  const steps = (...walk: Int32Array[]) => simplified(walk).map((each) => [each.length, stepOf(each)]);

  test('a frame read straight is one dimension, however many the tensor has', () => {
    expect(steps(stepped(1, 60), stepped(4, 15), stepped(5, 3), stepped(3, 1))).toEqual([[60, 1]]);
  });

  test('rows and columns read twice have one step each', () => {
    expect(steps(Int32Array.of(0, 0, 15, 15), Int32Array.of(0, 0, 3, 3, 6, 6), stepped(3, 1))).toEqual([
      [2, 15],
      [2, 0],
      [3, 3],
      [2, 0],
      [3, 1],
    ]);
  });

  test('steps that differ for good stay a table', () => {
    expect(steps(Int32Array.of(0, 3, 3), stepped(3, 1))).toEqual([
      [3, null],
      [3, 1],
    ]);
  });
});

test('the released dimensions are the most over which no step goes back', () => {
  fc.assert(
    fc.property(walks, (drawn) => {
      const walk = simplified(drawn);
      const rises = (depth: number) => {
        const starts = walked(walk.slice(0, depth));
        return starts.every((start, index) => index === 0 || start >= starts[index - 1]!);
      };
      const depth = releaseDepth(walk);
      expect(rises(depth)).toBe(true);
      for (let deeper = depth + 1; deeper <= walk.length; deeper++) expect(rises(deeper)).toBe(false);
      const inner = walked(walk.slice(depth));
      expect(leastBeyond(walk, depth)).toBe(Math.min(...inner));
    }),
    { numRuns: 1000 },
  );
});
