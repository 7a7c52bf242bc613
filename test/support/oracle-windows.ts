/** Convolutions, fully connected layers and pools, one output at a time. */
import { type Factor, factorOf, rescale, rescaleWide } from './oracle-arithmetic.ts';
import {
  type Call,
  clamp,
  contentOf,
  f32,
  finish,
  flat,
  indices,
  option,
  range,
  round,
  scaleOf,
  wide,
  zeroOf,
} from './oracle-call.ts';
import { type FileTensor, operatorCode, tensorType } from './tflite-writer.ts';

/** First row and column of the window that makes output `at`, by TensorFlow's rule for SAME and VALID. */
function start(call: Call, axis: number, window: number, stride: number, dilation: number, at: number): number {
  const [input, output] = [call.inputs[0]!.shape[axis]!, call.outputs[0]!.shape[axis]!];
  const needed = (output - 1) * stride + (window - 1) * dilation + 1 - input;
  const before = option(call.operator, 0) === 0 ? Math.floor(Math.max(0, needed) / 2) : 0;
  return at * stride - before;
}

interface Weighted {
  readonly sum: (channel: number, terms: Iterable<readonly [number, number]>) => number;
}

/** Adds, scales and clamps; `terms` are pairs of (input, weight), zero points subtracted. */
function weighted(call: Call, activation: number): Weighted {
  const [input, weights, bias] = call.inputs as [FileTensor, FileTensor, FileTensor | undefined];
  const output = call.outputs[0]!;
  const dense = call.operator.code === operatorCode.FULLY_CONNECTED;
  const biases = bias === undefined ? null : contentOf(bias);
  const long = bias === undefined ? call.operator.code !== operatorCode.CONV_2D : bias.type === tensorType.int64;
  const apply = wide(input) && long ? rescaleWide : rescale;
  const factors = weights.scales.map((scale): Factor => {
    const single = dense && weights.scales.length === 1;
    const product = scaleOf(input) * scale;
    return factorOf((single ? f32(product) : product) / scaleOf(output));
  });
  const bounds = range(activation, output);
  return {
    sum(channel, terms) {
      let total = BigInt(biases?.[channel] ?? 0);
      for (const [x, weight] of terms) total += BigInt(x) * BigInt(weight);
      return finish(apply(total, factors[factors.length === 1 ? 0 : channel]!), output, bounds);
    },
  };
}

export function windowed(call: Call): number[] {
  const depthwise = call.operator.code === operatorCode.DEPTHWISE_CONV_2D;
  const [input, weights] = call.inputs as [FileTensor, FileTensor];
  const output = call.outputs[0]!;
  const [, height, width, depth] = input.shape as [number, number, number, number];
  const [, kh, kw] = weights.shape as [number, number, number];
  const [sw, sh] = [option(call.operator, 1), option(call.operator, 2)];
  const [dw, dh] = depthwise
    ? [option(call.operator, 5, 1), option(call.operator, 6, 1)]
    : [option(call.operator, 4, 1), option(call.operator, 5, 1)];
  const x = call.data(0);
  const w = contentOf(weights);
  const { sum } = weighted(call, option(call.operator, depthwise ? 4 : 3));
  const channels = output.shape[3]!;
  return indices(output.shape).map(([, row, column, channel]) => {
    const terms: [number, number][] = [];
    for (let ky = 0; ky < kh; ky += 1) {
      for (let kx = 0; kx < kw; kx += 1) {
        const y = start(call, 1, kh, sh, dh, row!) + ky * dh;
        const z = start(call, 2, kw, sw, dw, column!) + kx * dw;
        if (y < 0 || z < 0 || y >= height || z >= width) continue;
        const pixel = (i: number): number => x[flat([0, y, z, i], input.shape)]! - zeroOf(input);
        if (depthwise) {
          terms.push([
            pixel(Math.floor(channel! / (channels / depth))),
            w[flat([0, ky, kx, channel!], weights.shape)]!,
          ]);
          continue;
        }
        const perGroup = weights.shape[3]!;
        const first = Math.floor(channel! / (channels / (depth / perGroup))) * perGroup;
        for (let i = 0; i < perGroup; i += 1) {
          terms.push([pixel(first + i), w[flat([channel!, ky, kx, i], weights.shape)]!]);
        }
      }
    }
    return sum(channel!, terms);
  });
}

export function dense(call: Call): number[] {
  const [input, weights] = call.inputs as [FileTensor, FileTensor];
  const [channels, depth] = weights.shape as [number, number];
  const { sum } = weighted(call, option(call.operator, 0));
  const x = call.data(0);
  const w = contentOf(weights);
  return Array.from({ length: (x.length / depth) * channels }, (_, at) => {
    const [row, channel] = [Math.floor(at / channels), at % channels];
    return sum(
      channel,
      Array.from({ length: depth }, (_, i): [number, number] => [
        x[row * depth + i]! - zeroOf(input),
        w[channel * depth + i]! - zeroOf(weights),
      ]),
    );
  });
}

export function pooled(call: Call): number[] {
  const { operator, inputs, outputs } = call;
  const [sw, sh, kw, kh] = [1, 2, 3, 4].map((slot) => option(operator, slot)) as [number, number, number, number];
  const input = inputs[0]!;
  const x = call.data(0);
  const bounds = range(option(operator, 5), outputs[0]!);
  return indices(outputs[0]!.shape).map(([, row, column, channel]) => {
    const [top, left] = [start(call, 1, kh, sh, 1, row!), start(call, 2, kw, sw, 1, column!)];
    const inside = indices(input.shape).filter(([, y, z, c]) => {
      return c === channel && y! >= top && y! < top + kh && z! >= left && z! < left + kw;
    });
    const values = inside.map((index) => x[flat(index, input.shape)]!);
    if (operator.code === operatorCode.MAX_POOL_2D) return clamp(Math.max(...values), bounds);
    return clamp(round(values.reduce((a, b) => a + b, 0) / values.length), bounds);
  });
}
