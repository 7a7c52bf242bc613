import { drawTextures, textures as names, pictureSide } from './draw-texture.ts';
import { buildResidual } from './residual-network.ts';
import type { Task } from './task.ts';

export const textures: Task = {
  name: 'textures',
  sentence: 'Names the pattern on a colour picture of 16 x 16 pixels, whatever its colours, scale and position.',
  classes: names,
  inputShape: [pictureSide, pictureSide, 3],
  make: drawTextures,
  real: (byte) => byte / 255,
  inputRange: { min: 0, max: 1 },
  build: (tf, seed) =>
    buildResidual(tf, seed, {
      inputShape: [pictureSide, pictureSide, 3],
      stem: 8,
      blocks: [
        { stride: 1, filters: 8 },
        { stride: 2, filters: 16 },
        { stride: 2, filters: 24 },
      ],
      classes: names.length,
    }),
  recipe: { samples: 6000, epochs: 8, batch: 32, learningRate: 0.005, seed: 40 },
  data: 'pictures drawn by scripts/train/draw-texture.ts',
  use: 'A residual network to try the tools on: branches that join in an addition, strides, 1 x 1 shortcuts, global average pooling.',
  limits: 'It has only seen patterns drawn by a program, never a photograph. Do not inspect real surfaces with it.',
};
