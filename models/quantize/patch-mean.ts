/** What a layer with weights sees on average: the mean of its input at each tap, and with it the mean of its sums. */
import type { FloatWeightedLayer } from '../float.ts';
import type { Shape } from '../graph.ts';
import { tensorElements } from '../shape.ts';

/** The parts of a layer, float or integer, that decide which input meets which weight. */
type Taps = Pick<FloatWeightedLayer, 'kind'> & {
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
} & Partial<
    Pick<Extract<FloatWeightedLayer, { kind: 'conv2d' }>, 'kernel' | 'stride' | 'dilation' | 'padding' | 'groups'> & {
      readonly depthMultiplier: number;
    }
  >;

/** Sums over output pixels and samples: [tap][input channel]; of a fully connected layer: one per column. */
export interface PatchSum {
  readonly sums: Float64Array;
  /** Output pixels (rows) so far. */
  count: number;
}

const unit = { height: 1, width: 1 };

export function emptyPatch(layer: Taps, input: Shape): PatchSum {
  const { height, width } = layer.kernel ?? unit;
  const columns =
    layer.kind === 'fullyConnected' ? layer.weights.length / layer.bias.length : height * width * input[3]!;
  return { sums: new Float64Array(columns), count: 0 };
}

/** Adds one sample. `zero` is the number that stands for 0; taps on padding see 0. */
export function addPatch(
  patch: PatchSum,
  layer: Taps,
  input: Shape,
  output: Shape,
  x: ArrayLike<number>,
  zero: number,
): void {
  const { sums } = patch;
  if (layer.kind === 'fullyConnected') {
    for (let i = 0; i < x.length; i++) sums[i % sums.length]! += x[i]! - zero;
    patch.count += x.length / sums.length;
    return;
  }
  const [, height, width, channels] = input as [number, number, number, number];
  const [, rows, columns] = output as [number, number, number, number];
  const { kernel = unit, stride = unit, dilation = unit, padding } = layer;
  for (let ky = 0; ky < kernel.height; ky++) {
    for (let kx = 0; kx < kernel.width; kx++) {
      const tap = (ky * kernel.width + kx) * channels;
      for (let oy = 0; oy < rows; oy++) {
        const y = oy * stride.height + ky * dilation.height - padding!.top;
        if (y < 0 || y >= height) continue;
        for (let ox = 0; ox < columns; ox++) {
          const at = ox * stride.width + kx * dilation.width - padding!.left;
          if (at < 0 || at >= width) continue;
          const pixel = (y * width + at) * channels;
          for (let c = 0; c < channels; c++) sums[tap + c]! += x[pixel + c]! - zero;
        }
      }
    }
  }
  patch.count += tensorElements(output) / output[3]!;
}

/** The mean over all that was added of each output channel's sum of products, without bias. */
export function meanSums(layer: Taps, { sums, count }: PatchSum): Float64Array {
  const { weights, kind } = layer;
  const outputs = layer.bias.length;
  const result = new Float64Array(outputs);
  const area = (layer.kernel ?? unit).height * (layer.kernel ?? unit).width;
  if (kind === 'depthwiseConv2d') {
    const channels = outputs / layer.depthMultiplier!;
    for (let i = 0; i < weights.length; i++) {
      const o = i % outputs;
      const tap = Math.floor(i / outputs);
      result[o]! += weights[i]! * sums[tap * channels + Math.floor(o / layer.depthMultiplier!)]!;
    }
  } else {
    const groups = layer.groups ?? 1;
    const taps = kind === 'fullyConnected' ? 1 : area;
    const channels = sums.length / taps;
    const perGroup = channels / groups;
    for (let i = 0; i < weights.length; i++) {
      const o = Math.floor(i / (taps * perGroup));
      const tap = Math.floor(i / perGroup) % taps;
      const first = Math.floor((o * groups) / outputs) * perGroup;
      result[o]! += weights[i]! * sums[tap * channels + first + (i % perGroup)]!;
    }
  }
  return result.map((sum) => sum / count);
}
