/**
 * Weights around their zero point that need more than 8 bits (asymmetric uint8): w = w1 + w2 with both int8, and the input twice, so
 * w x = w1 x + w2 x in one accumulator. Exact, at twice the products.
 */
import type { FloatWeightedLayer } from '../../../float.ts';
import { addLayer, addTensor, type Build, likeTensor, tensorOf } from './real.ts';

/** Int8 parts whose sum is the value, as many as `copies`. */
function part(value: number, copies: number, index: number): number {
  let rest = value;
  for (let i = 0; i < copies; i += 1) {
    const piece = Math.max(-128, Math.min(127, rest));
    if (i === index) return piece;
    rest -= piece;
  }
  return 0;
}

/** The input with the channels of every group repeated: [group 0, group 0, group 1, group 1, ...]. */
function repeatedInput(
  build: Build,
  name: string,
  input: number,
  grouped: readonly number[],
  copies: number,
  shape: readonly number[],
  place: string,
): number {
  const like = likeTensor(tensorOf(build, input));
  const title = tensorOf(build, input).name;
  const reshape = (from: number, to: readonly number[], suffix: string): number => {
    if (tensorOf(build, from).shape.join() === to.join()) return from;
    const output = addTensor(build, title, to, like);
    return addLayer(build, { kind: 'reshape', name: `${name}_${suffix}`, input: from, output }, place);
  };
  const axis = grouped.length - 1;
  const long = grouped.map((size, i) => (i === axis ? size * copies : size));
  const source = reshape(input, grouped, 'groups');
  const output = addTensor(build, title, long, like);
  const inputs = new Array<number>(copies).fill(source);
  addLayer(build, { kind: 'concatenation', name: `${name}_copies`, inputs, axis, output }, place);
  return reshape(output, shape, 'repeated');
}

interface Wide {
  readonly input: number;
  readonly weights: Int8Array;
}

/** Fully connected: [outputs, copies x inputs] on rows of copies x inputs. */
export function wideMatrix(
  build: Build,
  layer: Extract<FloatWeightedLayer, { kind: 'fullyConnected' }>,
  input: number,
  values: Int16Array,
  copies: number,
  place: string,
): Wide {
  const inner = values.length / layer.bias.length;
  const rows = tensorOf(build, input).shape.reduce((product, size) => product * size, 1) / inner;
  const weights = Int8Array.from({ length: values.length * copies }, (_, index) => {
    const row = Math.floor(index / (inner * copies));
    const column = index % (inner * copies);
    return part(values[row * inner + (column % inner)]!, copies, Math.floor(column / inner));
  });
  const shape = [rows, inner * copies];
  return { input: repeatedInput(build, layer.name, input, [rows, inner], copies, shape, place), weights };
}

/** A convolution in groups, [outputs, height, width, copies x inputs of the group]; a depthwise one becomes that, too. */
export function wideConvolution(
  build: Build,
  layer: Exclude<FloatWeightedLayer, { kind: 'fullyConnected' }>,
  input: number,
  values: Int16Array,
  copies: number,
  place: string,
): Wide & { readonly groups: number } {
  const { shape } = tensorOf(build, input);
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const groups = layer.kind === 'conv2d' ? layer.groups : channels;
  const depth = channels / groups;
  const outputs = layer.bias.length;
  const taps = layer.kernel.height * layer.kernel.width;
  const weights = Int8Array.from({ length: values.length * copies }, (_, index) => {
    const channel = index % (depth * copies);
    const tap = Math.floor(index / (depth * copies)) % taps;
    const output = Math.floor(index / (depth * copies * taps));
    const from = layer.kind === 'conv2d' ? (output * taps + tap) * depth + (channel % depth) : tap * outputs + output;
    return part(values[from]!, copies, Math.floor(channel / depth));
  });
  const grouped = groups === 1 ? shape : [batch, height * width, groups, depth];
  const wide = [batch, height, width, channels * copies];
  return { input: repeatedInput(build, layer.name, input, grouped, copies, wide, place), weights, groups };
}
