import { buildSeparable } from './separable-network.ts';
import type { Task } from './task.ts';
import { conditions, recordingLength, recordVibrations } from './vibration-signal.ts';

export const vibration: Task = {
  name: 'vibration',
  sentence:
    'Says what is wrong with a rotating machine from 62.5 ms of one accelerometer: 256 samples at 4096 per second, int8.',
  classes: conditions,
  inputShape: [recordingLength, 1, 1],
  make: recordVibrations,
  real: (byte) => byte / 128,
  inputRange: { min: -1, max: 127 / 128 },
  build: (tf, seed) =>
    buildSeparable(tf, seed, {
      inputShape: [recordingLength, 1, 1],
      stem: { kernel: [9, 1], stride: [4, 1], filters: 12 },
      kernel: [5, 1],
      stages: [
        { stride: [2, 1], filters: 24 },
        { stride: [2, 1], filters: 32 },
        { stride: [1, 1], filters: 48 },
      ],
      pool: [16, 1],
      classes: conditions.length,
    }),
  recipe: { samples: 6000, epochs: 10, batch: 32, learningRate: 0.006, seed: 30 },
  data: 'recordings synthesised by scripts/train/vibration-signal.ts',
  use: 'A one-dimensional network to try the tools on: kernels and strides along time only, a signed input, depthwise and pointwise convolutions.',
  limits:
    'It has only heard one kind of bearing, simulated, with one defect at a time. Do not watch over a real machine with it.',
};
