import { quantizeMultiplier, resolvePadding, softmaxScaling } from '../../models/arithmetic.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type { Clamp, Extent, Graph, Layer, Requantize, Shape, Tensor } from '../../models/graph.ts';
import { type Draw, drawFrom } from './draw.ts';

const one: Extent = { height: 1, width: 1 };
const full: Clamp = { min: -128, max: 127 };
const size = (shape: Shape) => shape.reduce((product, extent) => product * extent, 1);

/** A network of a few layers as chance wants it; small, and of every kind of engine. */
class Sketch {
  readonly tensors = new Map<number, Tensor>();
  readonly layers: Layer[] = [];
  readonly draw: Draw;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  tensor(shape: Shape, like?: Tensor): Tensor {
    const id = this.tensors.size;
    const zeroPoint = like?.zeroPoint ?? this.draw.pick([-128, -128, 0, this.draw.integer(-128, 127)]);
    const tensor = { id, name: `t${id}`, shape, scale: like?.scale ?? Math.fround(this.draw.real(0.01, 1)), zeroPoint };
    this.tensors.set(id, tensor);
    return tensor;
  }

  name(kind: string): string {
    return `${kind}_${this.layers.length}`;
  }

  clamp({ zeroPoint }: Tensor): Clamp {
    return this.draw.chance(0.5) ? { min: zeroPoint, max: 127 } : full;
  }

  /** Weights of 8 or 4 bits, -1, 0 and 1, or -1 and 1. */
  weights(count: number): Int8Array {
    const form = this.draw.integer(0, 9);
    const least = form < 6 ? -127 : form < 8 ? -7 : -1;
    return Int8Array.from({ length: count }, () => {
      const weight = this.draw.integer(least, -least);
      return form === 9 && weight === 0 ? 1 : weight;
    });
  }

  requantize(channels: number, terms: number): Requantize {
    const powers = this.draw.chance(0.2);
    const count = this.draw.chance(0.35) ? 1 : channels;
    const drawn = Array.from({ length: count }, () => {
      const factor = this.draw.real(0.2, 1.2) / (40 * Math.sqrt(terms));
      return quantizeMultiplier(powers ? 2 ** Math.round(Math.log2(factor)) : factor);
    });
    return {
      multiplier: Int32Array.from(drawn, ({ multiplier }) => multiplier),
      shift: Int32Array.from(drawn, ({ shift }) => shift),
    };
  }

  bias(channels: number): Int32Array {
    return Int32Array.from({ length: channels }, () => this.draw.integer(-3000, 3000));
  }

  convolution(input: Tensor, kind: 'conv2d' | 'depthwiseConv2d', keepsShape = false): Tensor {
    const { draw } = this;
    const [, height, width, depth] = input.shape as [number, number, number, number];
    const side = () => draw.pick([1, 1, 2, 3, 3, 3, 5]);
    const kernel = draw.chance(0.7) ? draw.pick([one, { height: 3, width: 3 }]) : { height: side(), width: side() };
    const stride = keepsShape || draw.chance(0.7) ? one : { height: draw.integer(1, 2), width: draw.integer(1, 2) };
    const same = keepsShape || draw.chance(0.6) || kernel.height > height || kernel.width > width;
    const mode = same ? 'same' : 'valid';
    const rows = resolvePadding(mode, height, kernel.height, stride.height, 1);
    const columns = resolvePadding(mode, width, kernel.width, stride.width, 1);
    const padding = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
    const window = { kernel, stride, dilation: one, padding };
    const taps = kernel.height * kernel.width;
    const multiplier = keepsShape || draw.chance(0.8) ? 1 : 2;
    const channels = kind === 'depthwiseConv2d' ? depth * multiplier : keepsShape ? depth : draw.size(1, 48);
    const terms = kind === 'conv2d' ? taps * depth : taps;
    const output = this.tensor([1, rows.output, columns.output, channels]);
    const shared = {
      input: input.id,
      output: output.id,
      ...window,
      weights: this.weights(channels * terms),
      bias: this.bias(channels),
      requantize: this.requantize(channels, terms),
      clamp: this.clamp(output),
    };
    this.layers.push(
      kind === 'conv2d'
        ? { kind, name: this.name('conv2d'), ...shared, groups: 1 }
        : { kind, name: this.name('depthwise'), ...shared, depthMultiplier: multiplier },
    );
    return output;
  }

  dense(input: Tensor): Tensor {
    const inputs = input.shape.at(-1)!;
    const channels = this.draw.size(1, 64);
    const output = this.tensor([...input.shape.slice(0, -1), channels]);
    this.layers.push({
      kind: 'fullyConnected',
      name: this.name('dense'),
      input: input.id,
      output: output.id,
      weights: this.weights(inputs * channels),
      weightZeroPoint: 0,
      bias: this.bias(channels),
      requantize: this.requantize(channels, inputs),
      clamp: this.clamp(output),
    });
    return output;
  }

  flat(input: Tensor): Tensor {
    const output = this.tensor([1, size(input.shape)], input);
    this.layers.push({ kind: 'reshape', name: this.name('reshape'), input: input.id, output: output.id });
    return this.dense(output);
  }

  pool(input: Tensor, kind: 'averagePool2d' | 'maxPool2d'): Tensor {
    const [, height, width, channels] = input.shape as [number, number, number, number];
    const whole = this.draw.chance(0.4);
    const kernel = whole ? { height, width } : { height: Math.min(height, 2), width: Math.min(width, 2) };
    const stride = whole ? one : kernel;
    const rows = resolvePadding('valid', height, kernel.height, stride.height, 1);
    const columns = resolvePadding('valid', width, kernel.width, stride.width, 1);
    const output = this.tensor([1, rows.output, columns.output, channels], input);
    const padding = { top: 0, bottom: 0, left: 0, right: 0 };
    const ends = { input: input.id, output: output.id };
    this.layers.push({ kind, name: this.name('pool'), ...ends, kernel, stride, padding, clamp: full });
    return output;
  }

  /** A convolution that keeps the shape, and its input added to its output. */
  residual(input: Tensor, kind: 'add' | 'mul'): Tensor {
    const other = this.convolution(input, this.draw.pick(['conv2d', 'depthwiseConv2d']), true);
    const output = this.tensor(input.shape);
    const ends = { name: this.name(kind), inputs: [input.id, other.id], output: output.id, clamp: this.clamp(output) };
    const factor = () => quantizeMultiplier(this.draw.real(0.2, 0.9));
    if (kind === 'mul') this.layers.push({ kind, ...ends, requantize: this.requantize(1, 4) });
    else {
      const rescale = quantizeMultiplier(this.draw.real(0.2, 0.9) / 2 ** 19);
      this.layers.push({ kind, ...ends, leftShift: 20, first: factor(), second: factor(), rescale });
    }
    return output;
  }

  lookup(input: Tensor): Tensor {
    const output = this.tensor(input.shape);
    const table = Int8Array.from({ length: 256 }, () => this.draw.integer(-128, 127));
    const ends = { input: input.id, output: output.id };
    this.layers.push({ kind: 'lookup', name: this.name('lookup'), ...ends, function: 'tanh', table });
    return output;
  }

  quantize(input: Tensor): Tensor {
    const output = this.tensor(input.shape);
    const ends = { input: input.id, output: output.id, clamp: this.clamp(output) };
    this.layers.push({ kind: 'quantize', name: this.name('quantize'), ...ends, requantize: this.requantize(1, 1) });
    return output;
  }

  pad(input: Tensor): Tensor {
    const edge = [0, this.draw.integer(0, 2), this.draw.integer(1, 2), 0];
    const output = this.tensor(
      input.shape.map((extent, at) => extent + 2 * edge[at]!),
      input,
    );
    const ends = { input: input.id, output: output.id };
    this.layers.push({ kind: 'pad', name: this.name('pad'), ...ends, before: edge, after: edge, value: -3 });
    return output;
  }

  transpose(input: Tensor): Tensor {
    const permutation = this.draw.pick([
      [0, 2, 1, 3],
      [0, 3, 1, 2],
    ]);
    const output = this.tensor(
      permutation.map((from) => input.shape[from]!),
      input,
    );
    this.layers.push({
      kind: 'transpose',
      name: this.name('transpose'),
      input: input.id,
      output: output.id,
      permutation,
    });
    return output;
  }

  concatenation(input: Tensor): Tensor {
    const other = this.pool3(input);
    const output = this.tensor([...input.shape.slice(0, 3), 2 * input.shape[3]!], input);
    const ends = { inputs: [input.id, other.id], output: output.id };
    this.layers.push({ kind: 'concatenation', name: this.name('concatenation'), ...ends, axis: 3 });
    return output;
  }

  /** A pool of 3 x 3 that keeps the shape. */
  pool3(input: Tensor): Tensor {
    const output = this.tensor(input.shape, input);
    this.layers.push({
      kind: this.draw.pick(['averagePool2d', 'maxPool2d']),
      name: this.name('pool'),
      input: input.id,
      output: output.id,
      kernel: { height: 3, width: 3 },
      stride: one,
      padding: { top: 1, bottom: 1, left: 1, right: 1 },
      clamp: full,
    });
    return output;
  }

  softmax(input: Tensor): Tensor {
    const output = this.tensor(input.shape, { ...input, scale: 1 / 256, zeroPoint: -128 });
    const constants = softmaxScaling(1, input.scale)!;
    const ends = { input: input.id, output: output.id };
    this.layers.push({ kind: 'softmax', name: this.name('softmax'), ...ends, beta: 1, ...constants });
    return output;
  }
}

/** The network of a number: always the same one. */
export function trainingNetwork(seed: number): Graph {
  const draw = drawFrom(seed);
  const sketch = new Sketch(draw);
  let last = sketch.tensor([1, draw.integer(4, 20), draw.integer(4, 20), draw.size(1, 32)]);
  const many = draw.pick([1, 1, 1, 1, 1, 2, 2, 2, 3]);
  for (let layer = 0; layer < many; layer++) {
    const kind = draw.integer(0, 99);
    if (kind < 30) last = sketch.convolution(last, 'conv2d');
    else if (kind < 48) last = sketch.convolution(last, 'depthwiseConv2d');
    else if (kind < 56) last = sketch.dense(last);
    else if (kind < 64) last = sketch.pool(last, draw.pick(['averagePool2d', 'maxPool2d']));
    else if (kind < 74) last = sketch.residual(last, draw.pick(['add', 'add', 'mul']));
    else if (kind < 78) last = sketch.lookup(last);
    else if (kind < 82) last = sketch.quantize(last);
    else if (kind < 86) last = sketch.pad(last);
    else if (kind < 91) last = sketch.transpose(last);
    else if (kind < 96) last = sketch.concatenation(last);
    else last = size(last.shape) <= 512 ? sketch.flat(last) : sketch.pool(last, 'averagePool2d');
  }
  if (draw.chance(0.15)) last = sketch.softmax(sketch.dense(last));
  const { tensors, layers } = sketch;
  const graph: Graph = {
    ...{ name: `training_${seed}`, tensors, layers, inputs: [0], outputs: [last.id] },
    profile: 'tflite-reference',
  };
  checkGraph(graph);
  return graph;
}
