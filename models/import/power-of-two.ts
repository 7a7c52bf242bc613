/**
 * Networks of profile power-of-two as plain JSON: `{ name, input_shape, layers, x, y, macs }`. Layers: `conv` (weights
 * [out, height, width, in], SAME, stride 1), `maxpool` (k x k, stride k, whole windows only), `dense` (weights [out, in], reads the
 * map in NHWC order). acc = sum(x * w) + b in int32, y = clip(round half away(acc / 2^shift), -127, 127), with relu max(y, 0).
 */
import { resolvePadding } from '../arithmetic.ts';
import { checkLayerBetween } from '../check-graph.ts';
import { halfMultiplier } from '../check-power-of-two.ts';
import type { Clamp, Extent, Graph, Layer, Requantize, Shape, Tensor } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import {
  type Block,
  blockAt,
  integerAt,
  type JsonObject,
  listAt,
  malformed,
  objectAt,
  shown,
} from './power-of-two/reading.ts';

/** An input of the network and what must come out. */
export interface FileSample {
  readonly input: Int8Array;
  readonly output: Int8Array;
}

export interface PowerOfTwoFile {
  readonly graph: Graph;
  /** Null when the file has neither `x` nor `y`. */
  readonly sample: FileSample | null;
}

const known = {
  file: ['name', 'input_shape', 'layers', 'x', 'y', 'macs'],
  conv: ['op', 'w', 'b', 'relu', 'shift', 'pad'],
  dense: ['op', 'w', 'b', 'relu', 'shift'],
  maxpool: ['op', 'k'],
} as const;

const largestSize = 65536;
const mostShift = 32;
const int32 = [-2147483648, 2147483647] as const;
const unit: Extent = { height: 1, width: 1 };

/** Whether a parsed JSON document means to be such a network. */
export function isPowerOfTwo(document: unknown): boolean {
  if (typeof document !== 'object' || document === null || 'format' in document) return false;
  if ('input_shape' in document) return true;
  const layers = 'layers' in document ? document.layers : null;
  return Array.isArray(layers) && layers.some((layer) => typeof layer === 'object' && layer !== null && 'op' in layer);
}

function weighted(layer: JsonObject, weights: Block, pointer: string) {
  const { shape, values } = weights;
  const bias = blockAt(layer.b, `${pointer}/b`, 1, ...int32);
  if (bias.values.length !== shape[0]) {
    throw malformed(`${pointer}/b`, `found ${bias.values.length} biases`, `${shape[0]} output channels need one each`);
  }
  const relu = layer.relu ?? false;
  if (typeof relu !== 'boolean') throw malformed(`${pointer}/relu`, `found ${shown(relu)}`, 'true or false is needed');
  const right = integerAt(layer.shift, `${pointer}/shift`, 0, mostShift);
  const requantize: Requantize = {
    multiplier: Int32Array.of(halfMultiplier),
    shift: Int32Array.of(1 - right),
  };
  const clamp: Clamp = { min: relu ? 0 : -127, max: 127 };
  return { weights: Int8Array.from(values), bias: Int32Array.from(bias.values), requantize, clamp };
}

/** What a layer is, and the shape that leaves it. */
interface Step {
  readonly layer: Layer;
  readonly shape: Shape;
  readonly macs: number | null;
}

function pictureOf(shape: Shape, pointer: string): [number, number, number] {
  const [, height, width, channels] = shape;
  if (shape.length === 4) return [height!, width!, channels!];
  const wayOut = 'a picture [1, height, width, channels] is needed before it';
  throw malformed(pointer, `its input has shape [${shape.join(', ')}]`, wayOut);
}

function step(value: unknown, index: number, shape: Shape): Step {
  const pointer = `/layers/${index}`;
  const op = typeof value === 'object' && value !== null && 'op' in value ? value.op : undefined;
  if (op !== 'conv' && op !== 'maxpool' && op !== 'dense') {
    throw malformed(`${pointer}/op`, `found ${shown(op)}`, "'conv', 'maxpool' or 'dense' is needed");
  }
  const layer = objectAt(value, pointer, known[op]);
  const ends = { input: index, output: index + 1 };
  if (op === 'dense') {
    const weights = blockAt(layer.w, `${pointer}/w`, 2, -128, 127);
    const [outputs, inputs] = weights.shape as [number, number];
    if (inputs !== tensorElements(shape)) {
      const cause = `found weights of [${weights.shape.join(', ')}]`;
      throw malformed(`${pointer}/w`, cause, `its input [${shape.join(', ')}] has ${tensorElements(shape)} elements`);
    }
    const fields = weighted(layer, weights, pointer);
    return {
      layer: { kind: 'fullyConnected', name: `fully_connected_${index}`, ...ends, ...fields, weightZeroPoint: 0 },
      shape: [1, outputs],
      macs: weights.values.length,
    };
  }
  const [height, width, channels] = pictureOf(shape, pointer);
  if (op === 'maxpool') {
    const k = integerAt(layer.k, `${pointer}/k`, 1, Math.min(height, width));
    const kernel = { height: k, width: k };
    const padding = { top: 0, left: 0, bottom: 0, right: 0 };
    const clamp = { min: -128, max: 127 };
    return {
      layer: { kind: 'maxPool2d', name: `max_pool2d_${index}`, ...ends, kernel, stride: kernel, padding, clamp },
      shape: [1, Math.floor(height / k), Math.floor(width / k), channels],
      macs: null,
    };
  }
  if (layer.pad !== 'SAME') throw malformed(`${pointer}/pad`, `found ${shown(layer.pad)}`, "only 'SAME' is defined");
  const weights = blockAt(layer.w, `${pointer}/w`, 4, -128, 127);
  const [outputs, rows, columns, inputs] = weights.shape as [number, number, number, number];
  if (inputs !== channels) {
    const cause = `found weights of [${weights.shape.join(', ')}]`;
    throw malformed(`${pointer}/w`, cause, `the last must be the ${channels} channels of its input`);
  }
  const vertical = resolvePadding('same', height, rows, 1, 1);
  const horizontal = resolvePadding('same', width, columns, 1, 1);
  const padding = {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  };
  const window = { kernel: { height: rows, width: columns }, stride: unit, dilation: unit, padding };
  const fields = weighted(layer, weights, pointer);
  return {
    layer: { kind: 'conv2d', name: `conv2d_${index}`, ...ends, ...window, groups: 1, ...fields },
    shape: [1, height, width, outputs],
    macs: weights.values.length * height * width,
  };
}

/** What the profile computes says nothing of real numbers: every activation has scale 1 and zero point 0. */
const tensor = (id: number, shape: Shape): Tensor => ({ id, name: `activation_${id}`, shape, scale: 1, zeroPoint: 0 });

function values(value: unknown, pointer: string, shape: Shape): Int8Array {
  const block = blockAt(value, pointer, shape.length, -128, 127);
  if (block.shape.join() !== shape.join()) {
    throw malformed(pointer, `found a shape of [${block.shape.join(', ')}]`, `[${shape.join(', ')}] is needed`);
  }
  return Int8Array.from(block.values);
}

function checkMacs(value: unknown, macs: readonly number[]): void {
  if (value === undefined) return;
  const found = blockAt(value, '/macs', 1, 0, Number.MAX_SAFE_INTEGER).values;
  if (found.join() === macs.join()) return;
  throw malformed('/macs', `found ${found.join(', ')}`, `the layers with weights have ${macs.join(', ')}`);
}

/**
 * The network of a parsed JSON document. Faults: `POWER_OF_TWO_MALFORMED` with a JSON pointer for the form, the `GRAPH_...` faults
 * of checkGraph with the layer's pointer for the meaning.
 */
export function importPowerOfTwo(document: unknown, name: string): PowerOfTwoFile {
  const file = objectAt(document, '', known.file);
  const sizes = listAt(file.input_shape, '/input_shape');
  const shape = sizes.map((size, axis) => integerAt(size, `/input_shape/${axis}`, 1, axis === 0 ? 1 : largestSize));
  const tensors = new Map<number, Tensor>([[0, tensor(0, shape)]]);
  const layers: Layer[] = [];
  const macs: number[] = [];
  for (const [index, value] of listAt(file.layers, '/layers').entries()) {
    const input = tensors.get(index)!;
    const next = step(value, index, input.shape);
    const output = tensor(index + 1, next.shape);
    checkLayerBetween(next.layer, [input], output, `/layers/${index}`, 'power-of-two');
    tensors.set(output.id, output);
    layers.push(next.layer);
    if (next.macs !== null) macs.push(next.macs);
  }
  checkMacs(file.macs, macs);
  const last = tensors.get(layers.length)!;
  const graph: Graph = { name, tensors, layers, inputs: [0], outputs: [last.id], profile: 'power-of-two' };
  if (file.x === undefined) {
    if (file.y === undefined) return { graph, sample: null };
    throw malformed('/y', 'found an output without its input', 'give x as well');
  }
  const input = values(file.x, '/x', shape);
  if (file.y === undefined) throw malformed('/x', 'found an input without its output', 'give y as well');
  return { graph, sample: { input, output: values(file.y, '/y', last.shape) } };
}
