import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MemoryFigures } from '../../../scripts/fit/memory-figures.ts';
import { fitMemoryLaw, lawEnergy, reachOf, spreadOf } from '../../../scripts/fit/memory-law.ts';

const memory = (of: Partial<MemoryFigures>): MemoryFigures => ({
  ...{ design: 'small', name: 'store', words: 8, wordBits: 8, reads: 0.5, writes: 0.5, cells: 0, wires: 0, area: 0 },
  ...of,
});

const coefficient = fc.double({ min: 1e-16, max: 1e-12, noNaN: true });
const laws = fc.record({ read: coefficient, write: coefficient, writeBus: coefficient });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const shapes = fc.record({
  words: fc.integer({ min: 2, max: 63 }),
  wordBits: fc.integer({ min: 1, max: 88 }),
  reads: share,
  writes: share,
});

test('memories that keep to a law give the law back, of any size', () => {
  fc.assert(
    fc.property(laws, fc.array(shapes, { minLength: 12, maxLength: 40 }), (law, drawn) => {
      const plain = drawn.map((shape) => memory(shape));
      const memories = plain.map((one) => memory({ ...one, cells: lawEnergy(law, one) }));
      const found = fitMemoryLaw(memories);
      for (const one of memories) expect(lawEnergy(found, one) / one.cells).toBeCloseTo(1, 6);
      const { low, high } = reachOf(found, memories);
      expect(low).toBeCloseTo(1, 6);
      expect(high).toBeCloseTo(1, 6);
    }),
  );
});

test('by hand: a read costs with the words, a write once and with the words', () => {
  const law = { read: 2, write: 30, writeBus: 0.5 };
  expect(lawEnergy(law, memory({ words: 10, reads: 0.25, writes: 0.1 }))).toBeCloseTo(2 * 10 * 0.25 + 3 + 0.5, 12);
});

test('twice too much and half as much weigh the same: neither way is preferred', () => {
  const memories = [4, 1].map((cells) => memory({ reads: 1, writes: 0, cells }));
  const balanced = memories.map((one) => ({ ...one, wordBits: 1 }));
  const { read } = fitMemoryLaw(balanced.map((one) => ({ ...one, wordBits: 8 / one.cells })));
  // Of equal draw: the geometric mean of 4 and 1, over 8 words.
  expect(read * 8).toBeCloseTo(2, 6);
  expect(spreadOf([4, 1])).toEqual({ value: 2, low: 1, high: 4 });
});
