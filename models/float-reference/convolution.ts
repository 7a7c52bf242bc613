import type { Activation } from '../arithmetic.ts';
import { type FloatConv2d, type FloatDepthwiseConv2d, type FloatTensor, imageShape } from '../float.ts';
import { tensorElements } from '../shape.ts';
import { activate } from './activate.ts';

type Convolution = FloatConv2d | FloatDepthwiseConv2d;

/** The kernel's taps that lie inside the image, for one output pixel: pairs of input pixel and tap. */
function tapsAt(layer: Convolution, input: { height: number; width: number }, oy: number, ox: number): number[] {
  const { kernel, stride, dilation, padding } = layer;
  const taps: number[] = [];
  for (let ky = 0; ky < kernel.height; ky++) {
    const y = oy * stride.height + ky * dilation.height - padding.top;
    if (y < 0 || y >= input.height) continue;
    for (let kx = 0; kx < kernel.width; kx++) {
      const x = ox * stride.width + kx * dilation.width - padding.left;
      if (x >= 0 && x < input.width) taps.push(y * input.width + x, ky * kernel.width + kx);
    }
  }
  return taps;
}

function everyPixel(
  layer: Convolution,
  from: FloatTensor,
  to: FloatTensor,
  channel: (taps: readonly number[], o: number) => number,
): Float32Array {
  const input = imageShape(from);
  const output = imageShape(to);
  const out = new Float32Array(tensorElements(to.shape));
  const activation: Activation = layer.activation;
  let at = 0;
  for (let oy = 0; oy < output.height; oy++) {
    for (let ox = 0; ox < output.width; ox++) {
      const taps = tapsAt(layer, input, oy, ox);
      for (let o = 0; o < output.channels; o++) out[at++] = activate(activation, channel(taps, o));
    }
  }
  return out;
}

export function conv2d(layer: FloatConv2d, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const { weights, bias, kernel, groups } = layer;
  const { channels } = imageShape(from);
  const perGroup = channels / groups;
  const outputsPerGroup = bias.length / groups;
  const area = kernel.height * kernel.width;
  return everyPixel(layer, from, to, (taps, o) => {
    const first = Math.floor(o / outputsPerGroup) * perGroup;
    let sum = bias[o]!;
    for (let t = 0; t < taps.length; t += 2) {
      const pixel = taps[t]! * channels + first;
      const tap = (o * area + taps[t + 1]!) * perGroup;
      for (let i = 0; i < perGroup; i++) sum += x[pixel + i]! * weights[tap + i]!;
    }
    return sum;
  });
}

export function depthwiseConv2d(
  layer: FloatDepthwiseConv2d,
  from: FloatTensor,
  to: FloatTensor,
  x: Float32Array,
): Float32Array {
  const { weights, bias, depthMultiplier } = layer;
  const { channels } = imageShape(from);
  return everyPixel(layer, from, to, (taps, o) => {
    const i = Math.floor(o / depthMultiplier);
    let sum = bias[o]!;
    for (let t = 0; t < taps.length; t += 2) {
      sum += x[taps[t]! * channels + i]! * weights[taps[t + 1]! * bias.length + o]!;
    }
    return sum;
  });
}
