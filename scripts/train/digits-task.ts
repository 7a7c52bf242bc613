import { drawDigits, drawingSide } from './draw-digit.ts';
import { buildSeparable } from './separable-network.ts';
import type { Task } from './task.ts';

export const digits: Task = {
  name: 'digits',
  sentence: 'Reads a handwritten-looking digit from a grey image of 16 x 16 pixels (0 paper, 255 ink).',
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  inputShape: [drawingSide, drawingSide, 1],
  make: drawDigits,
  real: (byte) => byte / 255,
  inputRange: { min: 0, max: 1 },
  build: (tf, seed) =>
    buildSeparable(tf, seed, {
      inputShape: [drawingSide, drawingSide, 1],
      stem: { kernel: [3, 3], stride: [2, 2], filters: 8 },
      kernel: [3, 3],
      stages: [
        { stride: [1, 1], filters: 16 },
        { stride: [2, 2], filters: 32 },
        { stride: [1, 1], filters: 48 },
      ],
      pool: [4, 4],
      classes: 10,
    }),
  recipe: { samples: 10000, epochs: 10, batch: 32, learningRate: 0.006, seed: 20 },
  data: 'digits drawn by scripts/train/draw-digit.ts',
  use: 'A small image network to try the tools on: strides, uneven padding, depthwise and pointwise convolutions, pooling, dense, softmax.',
  limits: 'It has only seen strokes drawn by a program, never ink on paper. Do not read real documents with it.',
};
