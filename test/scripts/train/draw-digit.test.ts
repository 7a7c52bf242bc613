import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { drawDigits } from '../../../scripts/train/draw-digit.ts';
import { glyphs } from '../../../scripts/train/glyphs.ts';
import { seededRandom, shuffledIndices } from '../../../scripts/train/random.ts';

const hash = (bytes: Uint8Array | Int8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('drawn digits', () => {
  test('are the same bytes for a seed, on every platform and for every count', () => {
    const drawings = drawDigits(20, 1);
    expect(hash(drawings.bytes)).toMatchInlineSnapshot(`"b802bab5cdfa59dc"`);
    expect(drawDigits(50, 1).bytes.subarray(0, drawings.bytes.length)).toEqual(drawings.bytes);
  });

  test('differ from seed to seed and from drawing to drawing', () => {
    const seen = new Set<string>();
    for (const seed of [1, 2]) {
      const { bytes: pixels, count } = drawDigits(500, seed);
      for (let i = 0; i < count; i++) seen.add(hash(pixels.subarray(i * 256, (i + 1) * 256)));
    }
    expect(seen.size).toBe(1000);
  });

  test('come in equal numbers and have ink near the middle, little at the rim', () => {
    const { bytes: pixels, labels, count } = drawDigits(1000, 3);
    for (let digit = 0; digit < 10; digit++) expect(labels.filter((label) => label === digit).length).toBe(100);
    let rim = 0;
    let middle = 0;
    for (let i = 0; i < count; i++) {
      for (let at = 0; at < 256; at++) {
        const x = at % 16;
        const y = at >> 4;
        if (x === 0 || y === 0 || x === 15 || y === 15) rim += pixels[i * 256 + at]! / 60;
        if (x > 4 && x < 11 && y > 4 && y < 11) middle += pixels[i * 256 + at]! / 36;
      }
    }
    expect(middle / count).toBeGreaterThan(70);
    expect(rim / count).toBeLessThan(40);
  });

  test('are drawn with strokes that stay in their box, to 2 %', () => {
    expect(glyphs.length).toBe(10);
    for (const { x, y } of glyphs.flat(3)) {
      expect(x >= 0 && x <= 1 && y >= -0.02 && y <= 1.02).toBe(true);
    }
  });
});

describe('random numbers', () => {
  test('are uniform and normal enough', () => {
    const random = seededRandom(5);
    const bins = new Uint32Array(10);
    let sum = 0;
    let squares = 0;
    const draws = 20000;
    for (let i = 0; i < draws; i++) {
      bins[random.below(10)]!++;
      const value = random.normal();
      sum += value;
      squares += value * value;
    }
    for (const bin of bins) expect(Math.abs(bin - draws / 10)).toBeLessThan(250);
    expect(Math.abs(sum / draws)).toBeLessThan(0.03);
    expect(Math.abs(squares / draws - 1)).toBeLessThan(0.05);
  });

  test('shuffle into a permutation that the seed decides', () => {
    const order = shuffledIndices(1000, seededRandom(9));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(shuffledIndices(1000, seededRandom(9))).toEqual(order);
    expect(shuffledIndices(1000, seededRandom(10))).not.toEqual(order);
  });
});
