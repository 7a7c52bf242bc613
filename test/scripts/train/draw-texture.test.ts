import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { drawTextures, pictureSide, textures } from '../../../scripts/train/draw-texture.ts';

const size = 3 * pictureSide * pictureSide;
const hash = (bytes: Uint8Array | Int8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('drawn textures', () => {
  test('are the same bytes for a seed, for every count', () => {
    const pictures = drawTextures(16, 1);
    expect(hash(pictures.bytes)).toMatchInlineSnapshot(`"5cab1ec3fa809cd4"`);
    expect(drawTextures(50, 1).bytes.subarray(0, pictures.bytes.length)).toEqual(pictures.bytes);
    expect([...pictures.labels.subarray(0, 9)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0]);
    expect(textures.length).toBe(8);
  });

  test('differ from seed to seed and from picture to picture', () => {
    const seen = new Set<string>();
    for (const seed of [1, 2]) {
      const { bytes, count } = drawTextures(400, seed);
      for (let i = 0; i < count; i++) seen.add(hash(bytes.subarray(i * size, (i + 1) * size)));
    }
    expect(seen.size).toBe(800);
  });

  test('have lines in the direction of their name', () => {
    const { bytes, labels, count } = drawTextures(800, 3);
    /** Mean change of a channel to the next pixel across and down. */
    const change = (texture: string): { across: number; down: number } => {
      let [across, down] = [0, 0];
      for (let i = 0; i < count; i++) {
        if (textures[labels[i]!] !== texture) continue;
        for (let y = 0; y + 1 < pictureSide; y++) {
          for (let x = 0; x + 1 < pictureSide; x++) {
            const at = i * size + (y * pictureSide + x) * 3;
            across += Math.abs(bytes[at]! - bytes[at + 3]!);
            down += Math.abs(bytes[at]! - bytes[at + 3 * pictureSide]!);
          }
        }
      }
      return { across, down };
    };
    const [lying, upright, aslant] = ['lines across', 'lines upright', 'lines aslant'].map(change);
    expect(lying!.down).toBeGreaterThan(1.5 * lying!.across);
    expect(upright!.across).toBeGreaterThan(1.5 * upright!.down);
    expect(aslant!.across / aslant!.down).toBeGreaterThan(0.8);
    expect(aslant!.across / aslant!.down).toBeLessThan(1.25);
  });

  test('have colours anywhere: no channel and no brightness gives the texture away', () => {
    const { bytes, labels } = drawTextures(1600, 4);
    for (let texture = 0; texture < textures.length; texture++) {
      const sums = [0, 0, 0];
      for (const [i, value] of bytes.entries()) if (labels[Math.floor(i / size)] === texture) sums[i % 3]! += value;
      for (const sum of sums) expect(Math.abs(sum / ((200 * size) / 3) - 127.5)).toBeLessThan(22);
    }
  });
});
