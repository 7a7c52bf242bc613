/** Random small networks with branches: residual additions, products, concatenations, nested and side by side. */
import { quantizeMultiplier, resolvePadding, softmaxScaling } from '../../models/arithmetic.ts';
import { broadcastShape } from '../../models/broadcast.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type {
  Clamp,
  Extent,
  Graph,
  Layer,
  Lookup,
  Requantize,
  Shape,
  Tensor,
  TensorData,
  TensorType,
} from '../../models/graph.ts';
import { leakyReluTable, logisticTable, tanhTable } from '../../models/lookup.ts';
import { allocate, highestOf, lowestOf } from '../../models/tensor-type.ts';
import { type Random, randomInt8s, seededRandom } from './random.ts';
import * as moving from './random-moving.ts';

const size = (shape: Shape) => shape.reduce((product, extent) => product * extent, 1);

/** A network under construction. */
export class Sketch {
  readonly tensors = new Map<number, Tensor>();
  readonly constants = new Map<number, TensorData>();
  readonly layers: Layer[] = [];
  readonly random: Random;
  /** Of the tensors that are made next. */
  type: TensorType = 'int8';

  constructor(random: Random) {
    this.random = random;
  }

  get wide(): boolean {
    return this.type === 'int16';
  }

  value(): number {
    return this.random.integer(lowestOf(this), highestOf(this));
  }

  values(count: number): TensorData {
    return allocate(this, count).map(() => this.value());
  }

  widest(): Clamp {
    return { min: lowestOf(this), max: highestOf(this) };
  }

  tensor(shape: Shape, like?: Tensor): Tensor {
    const id = this.tensors.size;
    const scale = like?.scale ?? Math.fround(0.01 + this.random.fraction());
    const drawn = () => (this.random.fraction() < 0.3 ? -128 : this.random.integer(-128, 127));
    const zeroPoint = this.wide ? 0 : (like?.zeroPoint ?? drawn());
    const tensor: Tensor = { id, name: `t${id}`, shape, scale, zeroPoint, ...(this.wide ? { type: this.type } : {}) };
    this.tensors.set(id, tensor);
    return tensor;
  }

  name(kind: string): string {
    return `${kind}_${this.layers.length}`;
  }

  clamp(zeroPoint: number): Clamp {
    const { min, max } = this.widest();
    return { min: this.random.fraction() < 0.4 ? zeroPoint : min, max };
  }

  /** Factors that spread sums of so many products over int8. */
  requantize(channels: number, terms: number): Requantize {
    const count = this.random.fraction() < 0.5 ? 1 : channels;
    const drawn = Array.from({ length: count }, () =>
      quantizeMultiplier((0.2 + this.random.fraction()) / (40 * Math.sqrt(terms))),
    );
    return {
      multiplier: Int32Array.from(drawn, ({ multiplier }) => multiplier),
      shift: Int32Array.from(drawn, ({ shift }) => shift),
    };
  }

  /** Where activations are wide, biases may be as well: sums have 64 bits then. */
  bias(channels: number): Int32Array | Float64Array {
    if (this.wide) {
      const most = 2 ** this.random.integer(10, 28);
      const bias = Float64Array.from({ length: channels }, () => this.random.integer(-most, most));
      return this.random.fraction() < 0.5
        ? bias.map((value) => value * 2 ** this.random.integer(0, 8))
        : Int32Array.from(bias);
    }
    return Int32Array.from({ length: channels }, () => this.random.integer(-3000, 3000));
  }

  extent(most: number): Extent {
    return { height: this.random.integer(1, most), width: this.random.integer(1, most) };
  }

  convolution(input: Tensor, kind: 'conv2d' | 'depthwiseConv2d', keepShape: boolean, channels: number): Tensor {
    const { random } = this;
    const [, height, width, depth] = input.shape as [number, number, number, number];
    const kernel = this.extent(3);
    const stride = keepShape ? { height: 1, width: 1 } : this.extent(2);
    const dilation = { height: 1, width: random.integer(1, 2) };
    const mode = keepShape || random.fraction() < 0.6 ? 'same' : 'valid';
    const rows = resolvePadding(mode, height, kernel.height, stride.height, dilation.height);
    const columns = resolvePadding(mode, width, kernel.width, stride.width, dilation.width);
    if (rows.output < 1 || columns.output < 1) return this.convolution(input, kind, true, channels);
    const window = {
      kernel,
      stride,
      dilation,
      padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
    };
    const taps = kernel.height * kernel.width;
    if (kind === 'conv2d') {
      const groups = !keepShape && depth % 2 === 0 && channels % 2 === 0 && random.fraction() < 0.2 ? 2 : 1;
      const output = this.tensor([1, rows.output, columns.output, channels]);
      const terms = (taps * depth) / groups;
      this.layers.push({
        kind,
        name: this.name('conv2d'),
        input: input.id,
        output: output.id,
        ...window,
        groups,
        weights: randomInt8s(random, channels * terms),
        bias: this.bias(channels),
        requantize: this.requantize(channels, terms),
        clamp: this.clamp(output.zeroPoint),
      });
      return output;
    }
    const depthMultiplier = keepShape ? 1 : random.integer(1, 2);
    const output = this.tensor([1, rows.output, columns.output, depth * depthMultiplier]);
    this.layers.push({
      kind,
      name: this.name('depthwise'),
      input: input.id,
      output: output.id,
      ...window,
      depthMultiplier,
      weights: randomInt8s(random, taps * depth * depthMultiplier),
      bias: this.bias(depth * depthMultiplier),
      requantize: this.requantize(depth * depthMultiplier, taps),
      clamp: this.clamp(output.zeroPoint),
    });
    return output;
  }

  pool(input: Tensor, kind: 'averagePool2d' | 'maxPool2d'): Tensor {
    const [, height, width, channels] = input.shape as [number, number, number, number];
    const kernel = { height: Math.min(height, this.random.integer(1, 3)), width: Math.min(width, 2) };
    const stride = this.extent(2);
    const mode = this.random.fraction() < 0.5 ? 'same' : 'valid';
    const rows = resolvePadding(mode, height, kernel.height, stride.height, 1);
    const columns = resolvePadding(mode, width, kernel.width, stride.width, 1);
    const output = this.tensor([1, rows.output, columns.output, channels], input);
    const padding = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
    const clamp = this.clamp(output.zeroPoint);
    this.layers.push({
      kind,
      name: this.name('pool'),
      input: input.id,
      output: output.id,
      kernel,
      stride,
      padding,
      clamp,
    });
    return output;
  }

  table(input: Tensor, output: Tensor): Pick<Lookup, 'function' | 'table'> {
    if (!this.wide) return { function: 'tanh', table: randomInt8s(this.random, 256) };
    const { scale } = input;
    const functions = [
      () => ({ function: 'logistic' as const, table: logisticTable(input, output) }),
      () => ({ function: 'tanh' as const, table: tanhTable(input, output) }),
      () => ({ function: 'leakyRelu' as const, table: leakyReluTable(input, output, Math.fround(scale - 0.3)) }),
    ];
    const { table, ...rest } = functions[this.random.integer(0, 2)]!();
    return { ...rest, table: table ?? this.values(65536) };
  }

  lookup(input: Tensor): Tensor {
    const output = this.tensor(input.shape);
    const kind = 'lookup';
    const ends = { input: input.id, output: output.id };
    this.layers.push({ kind, name: this.name(kind), ...ends, ...this.table(input, output) });
    return output;
  }

  softmax(input: Tensor): Tensor {
    if (this.wide) return this.between('int8', input, (narrow) => this.softmax(narrow));
    const scaling = softmaxScaling(1, input.scale);
    if (scaling === null) return this.quantize(input);
    const id = this.tensors.size;
    const output = { id, name: `t${id}`, shape: input.shape, scale: 1 / 256, zeroPoint: -128 };
    this.tensors.set(id, output);
    const kind = 'softmax';
    this.layers.push({ kind, name: this.name(kind), input: input.id, output: id, beta: 1, ...scaling });
    return output;
  }

  /** Layers that compute with tensors of another type. */
  between(type: TensorType, input: Tensor, layers: (input: Tensor) => Tensor): Tensor {
    const own = this.type;
    this.type = type;
    const inside = layers(this.quantize(input));
    this.type = own;
    return this.quantize(inside);
  }

  quantize(input: Tensor): Tensor {
    const output = this.tensor(input.shape);
    const { multiplier, shift } = quantizeMultiplier(input.scale / output.scale);
    const requantize = { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) };
    const clamp = this.clamp(output.zeroPoint);
    this.layers.push({
      kind: 'quantize',
      name: this.name('quantize'),
      input: input.id,
      output: output.id,
      requantize,
      clamp,
    });
    return output;
  }

  elementwise(first: Tensor, second: Tensor): Tensor {
    const output = this.tensor(broadcastShape(first.shape, second.shape)!);
    const ends = { inputs: [first.id, second.id], output: output.id, clamp: this.clamp(output.zeroPoint) };
    if (this.random.fraction() < 0.2) {
      const { multiplier, shift } = quantizeMultiplier((0.2 + this.random.fraction()) / (this.wide ? 30000 : 200));
      const requantize = { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) };
      this.layers.push({ kind: 'mul', name: this.name('mul'), ...ends, requantize });
      return output;
    }
    const kind = this.random.fraction() < 0.7 ? 'add' : 'sub';
    const left = this.wide ? 15 : 20;
    const twice = 2 * Math.max(first.scale, second.scale);
    this.layers.push({
      kind,
      name: this.name(kind),
      ...ends,
      leftShift: left,
      first: quantizeMultiplier(first.scale / twice),
      second: quantizeMultiplier(second.scale / twice),
      rescale: quantizeMultiplier(twice / (2 ** left * output.scale)),
    });
    return output;
  }

  constant(shape: Shape): Tensor {
    const own = shape.map((extent) => (this.random.fraction() < 0.5 ? 1 : extent));
    const tensor = this.tensor(own);
    this.constants.set(tensor.id, this.values(size(own)));
    return tensor;
  }

  /** Along the channels or the rows; all parts share scale and zero point, which a rescaling sees to. */
  concatenation(parts: readonly Tensor[], axis: number, constants: boolean): Tensor {
    const [first] = parts as readonly [Tensor, ...Tensor[]];
    const alike = parts.map((part) => {
      if (part.scale === first.scale && part.zeroPoint === first.zeroPoint) return part;
      const output = this.tensor(part.shape, first);
      const { multiplier, shift } = quantizeMultiplier(part.scale / output.scale);
      const requantize = { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) };
      const clamp = this.widest();
      const name = this.name('quantize');
      this.layers.push({ kind: 'quantize', name, input: part.id, output: output.id, requantize, clamp });
      return output;
    });
    if (constants) return moving.withConstants(this, alike, axis);
    const shape = first.shape.map((extent, at) =>
      at === axis ? alike.reduce((sum, part) => sum + part.shape[axis]!, 0) : extent,
    );
    const output = this.tensor(shape, first);
    const kind = 'concatenation';
    this.layers.push({ kind, name: this.name(kind), inputs: alike.map(({ id }) => id), output: output.id, axis });
    return output;
  }

  /** A few layers that keep the shape; none is a branch that skips. */
  branch(input: Tensor, depth: number): Tensor {
    let current = input;
    for (let count = this.random.integer(0, 3); count > 0; count--) {
      const channels = current.shape[3]!;
      const pick = this.random.fraction();
      if (pick < 0.4) current = this.convolution(current, 'conv2d', true, channels);
      else if (pick < 0.6) current = this.convolution(current, 'depthwiseConv2d', true, channels);
      else if (pick < 0.7) current = this.lookup(current);
      else if (pick < 0.77) current = this.quantize(current);
      else if (pick < 0.8) current = this.softmax(current);
      else if (pick < 0.87) current = this.turned(current);
      else if (depth > 0) current = this.meeting(current, depth - 1, true);
    }
    return current;
  }

  /** The same shape with its bytes in another order. */
  turned(input: Tensor): Tensor {
    const [, height, width] = input.shape as [number, number, number, number];
    const pick = this.random.fraction();
    if (pick < 0.5) return moving.slice(this, input, true);
    if (pick < 0.7) return moving.resize(this, input, height, width);
    const other = moving.resize(this, input, width, height);
    const permutation = [0, 2, 1, 3];
    const output = this.tensor(input.shape, input);
    const kind = 'transpose';
    this.layers.push({ kind, name: this.name(kind), input: other.id, output: output.id, permutation });
    return output;
  }

  /** Any layer that only moves bytes, or the mean over some dimensions. */
  moved(input: Tensor): Tensor {
    const pick = this.random.fraction();
    if (pick < 0.25 && size(input.shape) < 150) return moving.pad(this, input);
    if (pick < 0.5) return moving.slice(this, input);
    if (pick < 0.7) return moving.transpose(this, input);
    if (pick < 0.9) return moving.resize(this, input, this.random.integer(1, 7), this.random.integer(1, 7));
    return moving.mean(this, input);
  }

  /** Branches that leave a tensor and meet again. */
  meeting(input: Tensor, depth: number, keepShape: boolean): Tensor {
    const first = this.branch(input, depth);
    const second = this.branch(input, depth);
    const pick = this.random.fraction();
    if (pick < 0.08) {
      const operands = [first, moving.smaller(this, second)] as const;
      return this.random.fraction() < 0.5 ? this.elementwise(...operands) : this.elementwise(operands[1], operands[0]);
    }
    if (pick < 0.6 || (keepShape && pick >= 0.7)) return this.elementwise(first, second);
    if (pick < 0.7) return this.elementwise(first, this.constant(first.shape));
    if (pick < 0.75) return moving.withConstants(this, [first], this.random.integer(1, 3));
    const parts = [first, second, ...(pick < 0.85 ? [this.branch(input, depth)] : [])];
    const axis = this.random.integer(1, 3);
    return parts[0]!.shape[axis]! * parts.length > 12
      ? this.elementwise(first, second)
      : this.concatenation(parts, axis, this.random.fraction() < 0.3);
  }
}

/** The network that was sketched, with one input and one output. Checked. */
export function finished({ tensors, constants, layers }: Sketch, name: string, input: Tensor, output: Tensor): Graph {
  const ends = { inputs: [input.id], outputs: [output.id] };
  const graph: Graph = { name, tensors, constants, layers, ...ends, profile: 'tflite-reference' };
  checkGraph(graph);
  return graph;
}

/** One to four random layers; every one has an engine in the stream architecture. */
function randomLayers(sketch: Sketch, input: Tensor): Tensor {
  const { random } = sketch;
  let current = input;
  for (let count = random.integer(1, 4); count > 0; count--) {
    const pick = random.fraction();
    if (pick < 0.25) current = sketch.convolution(current, 'conv2d', false, random.integer(1, 5));
    else if (pick < 0.35) current = sketch.convolution(current, 'depthwiseConv2d', false, 0);
    else if (pick < 0.45) current = sketch.pool(current, 'maxPool2d');
    else if (pick < 0.5) current = sketch.pool(current, 'averagePool2d');
    else if (pick < 0.65) current = sketch.moved(current);
    else current = sketch.meeting(current, 2, false);
  }
  return current;
}

function randomInput(sketch: Sketch): Tensor {
  const { random } = sketch;
  return sketch.tensor([1, random.integer(1, 7), random.integer(1, 6), random.integer(1, 4)]);
}

/** A network of the seed. Checked. */
export function randomNetwork(seed: number): Graph {
  const sketch = new Sketch(seededRandom(seed));
  const input = randomInput(sketch);
  let current = randomLayers(sketch, input);
  if (sketch.random.fraction() < 0.3) current = sketch.softmax(current);
  if (sketch.layers.length === 0) current = sketch.quantize(current);
  return finished(sketch, `network ${seed}`, input, current);
}

/** A network of the seed with int16 activations, some with int8 at either end or between. Checked. */
export function randomWideNetwork(seed: number): Graph {
  const sketch = new Sketch(seededRandom(seed));
  const { random } = sketch;
  const narrow = random.fraction() < 0.25;
  if (!narrow) sketch.type = 'int16';
  const input = randomInput(sketch);
  sketch.type = 'int16';
  let current = randomLayers(sketch, narrow ? sketch.quantize(input) : input);
  if (random.fraction() < 0.2) current = sketch.between('int8', current, (inside) => randomLayers(sketch, inside));
  if (random.fraction() < 0.25) {
    sketch.type = 'int8';
    current = sketch.quantize(current);
    if (random.fraction() < 0.3) current = sketch.softmax(current);
  }
  if (sketch.layers.length === 0) current = sketch.quantize(current);
  return finished(sketch, `wide network ${seed}`, input, current);
}
