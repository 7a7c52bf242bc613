import type { ModelDescription } from '../../support/model-description.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';

/** Every supported layer but quantize, on a 5 x 4 x 2 map: convolution, depthwise, average pool, reshape, fully connected, softmax. */
export function smallModel(): ModelDescription {
  const random = seededRandom(3);
  const one = { height: 1, width: 1 };
  const quantization = (scale: number, zeroPoint: number) => ({ scale: Math.fround(scale), zeroPoint });
  const biases = (length: number): Int32Array => Int32Array.from({ length }, () => random.integer(-2000, 2000));
  const scales = (length: number): number[] =>
    Array.from({ length }, () => Math.fround(0.001 + 0.02 * random.fraction()));
  return {
    name: 'small',
    input: { shape: [1, 5, 4, 2], ...quantization(0.05, -3) },
    layers: [
      {
        kind: 'conv2d',
        kernel: { height: 2, width: 2 },
        stride: one,
        dilation: one,
        padding: 'same',
        groups: 1,
        channels: 3,
        activation: 'relu',
        weights: randomInt8s(random, 24),
        weightScales: scales(3),
        bias: biases(3),
        output: quantization(0.1, -20),
      },
      {
        kind: 'depthwiseConv2d',
        kernel: { height: 3, width: 3 },
        stride: one,
        dilation: one,
        padding: 'valid',
        channels: 6,
        activation: 'relu6',
        weights: randomInt8s(random, 54),
        weightScales: scales(6),
        bias: biases(6),
        output: quantization(0.04, -128),
      },
      { kind: 'averagePool2d', kernel: { height: 3, width: 2 }, stride: one, padding: 'valid', activation: 'none' },
      { kind: 'reshape', shape: [1, 6] },
      {
        kind: 'fullyConnected',
        channels: 5,
        activation: 'none',
        weights: randomInt8s(random, 30),
        weightScales: scales(1),
        weightZeroPoint: 0,
        bias: biases(5),
        output: quantization(0.2, 7),
      },
      { kind: 'softmax', beta: 1 },
    ],
  };
}
