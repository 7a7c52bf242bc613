/** Random small ONNX networks, each in one of three styles: float with small whole numbers, QLinear operators, QDQ. */
import type { AttributeText, ModelText, NodeText, PortText, TensorKind, TensorText } from './onnx-writer.ts';
import { type Random, seededRandom } from './random.ts';

export type Style = 'float' | 'qlinear' | 'qdq';

interface Quantized {
  readonly scale: number;
  readonly zero: number;
  readonly type: 'int8' | 'uint8';
}

/** A value in ONNX's order of axes; `q` in the quantised styles. */
interface Value extends Quantized {
  readonly name: string;
  readonly shape: readonly number[];
}

interface Sketch {
  readonly random: Random;
  readonly style: Style;
  readonly nodes: NodeText[];
  readonly initializers: Record<string, TensorText>;
  readonly kinds: Set<string>;
}

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

function fresh(sketch: Sketch): string {
  return `v${sketch.nodes.length}_${Object.keys(sketch.initializers).length}`;
}

function constant(sketch: Sketch, tensor: TensorText): string {
  const name = `c${Object.keys(sketch.initializers).length}`;
  sketch.initializers[name] = tensor;
  return name;
}

const scalar = (type: TensorKind, value: number): TensorText => ({ type, shape: [], values: [value] });
const list = (values: readonly number[]): TensorText => ({ type: 'int64', shape: [values.length], values });

function node(
  sketch: Sketch,
  operator: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, AttributeText>> = {},
): string {
  const output = fresh(sketch);
  sketch.nodes.push({ operator, inputs, outputs: [output], attributes });
  return output;
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(0, items.length - 1)]!;
}

function randomScale(random: Random, around: number): number {
  return Math.fround(around * 2 ** (random.fraction() * 2 - 1));
}

function quantization(random: Random, around: number): Quantized {
  const type = pick(random, ['int8', 'uint8'] as const);
  const zero = type === 'int8' ? random.integer(-128, 127) : random.integer(0, 255);
  return {
    scale: random.integer(0, 3) === 0 ? 2 ** Math.round(Math.log2(around)) : randomScale(random, around),
    zero,
    type,
  };
}

const parameters = (sketch: Sketch, q: Quantized): string[] => [
  constant(sketch, scalar('float', q.scale)),
  constant(sketch, scalar(q.type, q.zero)),
];

function dequantize(sketch: Sketch, value: Value): string {
  return node(sketch, 'DequantizeLinear', [value.name, ...parameters(sketch, value)]);
}

/** Between float operators a real value; with QuantizeLinear behind it in style qdq, perhaps with a limit before. */
function close(sketch: Sketch, real: string, shape: readonly number[], around: number): Value {
  const { random, style } = sketch;
  let name = real;
  const limit = random.integer(0, 4);
  if (limit === 0) name = node(sketch, 'Relu', [name]);
  if (limit === 1) {
    name = node(sketch, 'Clip', [name, constant(sketch, scalar('float', 0)), constant(sketch, scalar('float', 6))]);
  }
  const q = quantization(random, around);
  if (style === 'float') return { ...q, name, shape };
  return { ...q, name: node(sketch, 'QuantizeLinear', [name, ...parameters(sketch, q)]), shape };
}

function open(sketch: Sketch, value: Value): string {
  return sketch.style === 'float' ? value.name : dequantize(sketch, value);
}

interface Weights {
  readonly tensor: TensorText;
  readonly scales: number[];
  readonly zero: number;
  readonly type: 'int8' | 'uint8';
}

function weights(random: Random, shape: readonly number[], channels: number): Weights {
  const type = pick(random, ['int8', 'int8', 'uint8'] as const);
  const odd = random.integer(0, 3) === 0;
  const zero = type === 'uint8' ? (odd ? random.integer(0, 255) : 128) : odd ? random.integer(-20, 20) : 0;
  const lowest = type === 'uint8' ? 0 : -128;
  const values = Array.from({ length: size(shape) }, () => lowest + random.integer(0, 255));
  const scales = Array.from({ length: random.integer(0, 1) === 0 ? 1 : channels }, () => randomScale(random, 0.01));
  return { tensor: { type, shape, values }, scales, zero, type };
}

const scaleList = (scales: readonly number[]): TensorText =>
  scales.length === 1 ? scalar('float', scales[0]!) : { type: 'float', shape: [scales.length], values: scales };

function zeroList(w: Weights): TensorText {
  return w.scales.length === 1
    ? scalar(w.type, w.zero)
    : { type: w.type, shape: [w.scales.length], values: w.scales.map(() => w.zero) };
}

function biases(random: Random, channels: number): TensorText {
  return {
    type: 'int32',
    shape: [channels],
    values: Array.from({ length: channels }, () => random.integer(-3000, 3000)),
  };
}

const spread = (taps: number): number => Math.sqrt(taps) * 74 * 74 * 0.01;

/** The shared end of convolutions and matrix products: three styles of the same sum. */
function weighted(
  sketch: Sketch,
  x: Value,
  w: Weights,
  axis: number,
  channels: number,
  shape: readonly number[],
  taps: number,
  float: {
    readonly operator: string;
    readonly bias: boolean;
    readonly attributes: Readonly<Record<string, AttributeText>>;
  },
): Value {
  const { random, style } = sketch;
  const around = (x.scale * spread(taps)) / 40;
  if (style === 'qlinear') {
    const q = quantization(random, around);
    const inputs = [x.name, ...parameters(sketch, x), constant(sketch, w.tensor)];
    inputs.push(constant(sketch, scaleList(w.scales)), constant(sketch, zeroList(w)), ...parameters(sketch, q));
    const conv = float.operator === 'Conv';
    if (conv && float.bias) inputs.push(constant(sketch, biases(random, channels)));
    return {
      ...q,
      name: node(sketch, conv ? 'QLinearConv' : 'QLinearMatMul', inputs, conv ? float.attributes : {}),
      shape,
    };
  }
  if (style === 'float') {
    const values = Array.from(w.tensor.values, () => random.integer(-3, 3));
    const inputs = [x.name, constant(sketch, { type: 'float', shape: w.tensor.shape, values })];
    const bias = {
      type: 'float' as const,
      shape: [channels],
      values: Array.from({ length: channels }, () => random.integer(-9, 9)),
    };
    if (float.bias && float.operator !== 'MatMul') inputs.push(constant(sketch, bias));
    return close(sketch, node(sketch, float.operator, inputs, float.attributes), shape, 1);
  }
  const dequantized = node(
    sketch,
    'DequantizeLinear',
    [constant(sketch, w.tensor), constant(sketch, scaleList(w.scales)), constant(sketch, zeroList(w))],
    w.scales.length === 1 ? {} : { axis },
  );
  const inputs = [open(sketch, x), dequantized];
  if (float.bias && float.operator !== 'MatMul') {
    const steps = w.scales.map((scale) => Math.fround(x.scale * scale));
    inputs.push(
      node(
        sketch,
        'DequantizeLinear',
        [constant(sketch, biases(random, channels)), constant(sketch, scaleList(steps))],
        steps.length === 1 ? {} : { axis: 0 },
      ),
    );
  }
  return close(sketch, node(sketch, float.operator, inputs, float.attributes), shape, around);
}

function conv(sketch: Sketch, x: Value): Value | null {
  const { random } = sketch;
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const depthwise = random.integer(0, 2) === 0;
  const groups = depthwise
    ? channels
    : pick(
        random,
        [1, 1, 2].filter((g) => channels % g === 0),
      );
  const outputs = groups * random.integer(1, Math.max(1, Math.floor(6 / groups)));
  const kernel = [random.integer(1, 3), random.integer(1, 3)];
  const strides = [random.integer(1, 2), random.integer(1, 2)];
  const dilations = random.integer(0, 3) === 0 ? [2, 1] : [1, 1];
  const auto = random.integer(0, 3) === 0;
  const pads = [0, 1, 2, 3].map((i) => random.integer(0, random.integer(0, 9) === 0 ? 3 : kernel[i % 2]! - 1));
  const extent = kernel.map((k, i) => (k - 1) * dilations[i]! + 1);
  const input = [height, width];
  const output = input.map((n, i) =>
    auto ? Math.ceil(n / strides[i]!) : Math.floor((n + pads[i]! + pads[i + 2]! - extent[i]!) / strides[i]!) + 1,
  );
  if (output.some((n) => n < 1)) return null;
  const shape = [outputs, channels / groups, ...kernel];
  const attributes = {
    group: groups,
    kernel_shape: kernel,
    strides,
    dilations,
    ...(auto ? { auto_pad: pick(random, ['SAME_UPPER', 'SAME_LOWER']) } : { pads }),
  };
  const taps = (channels / groups) * kernel[0]! * kernel[1]!;
  return weighted(sketch, x, weights(random, shape, outputs), 0, outputs, [1, outputs, ...output], taps, {
    operator: 'Conv',
    bias: random.integer(0, 2) > 0,
    attributes,
  });
}

function dense(sketch: Sketch, x: Value): Value {
  const { random, style } = sketch;
  const flat = x.shape.length === 2 ? x : reshape(sketch, x, [1, size(x.shape)]);
  const inputs = flat.shape[1]!;
  const outputs = random.integer(1, 6);
  const gemm = style !== 'qlinear' && random.integer(0, 1) === 0;
  const turned = gemm && random.integer(0, 1) === 0;
  const w = weights(random, turned ? [outputs, inputs] : [inputs, outputs], outputs);
  return weighted(sketch, flat, w, turned ? 0 : 1, outputs, [1, outputs], inputs, {
    operator: gemm ? 'Gemm' : 'MatMul',
    bias: true,
    attributes: gemm ? { transB: turned ? 1 : 0 } : {},
  });
}

function reshape(sketch: Sketch, x: Value, shape: readonly number[]): Value {
  const { random } = sketch;
  const flatten = shape.length === 2 && shape[0] === 1 && random.integer(0, 1) === 0;
  const name = flatten
    ? node(sketch, 'Flatten', [x.name])
    : node(sketch, 'Reshape', [x.name, constant(sketch, list([...shape.slice(0, -1), -1]))]);
  return { ...x, name, shape };
}

/** Movements work on integers and on floats alike. */
function movement(sketch: Sketch, x: Value): Value | null {
  const { random, style } = sketch;
  const rank = x.shape.length;
  const axis = random.integer(1, rank - 1);
  const resized = (n: number): Value['shape'] => x.shape.map((length, i) => (i === axis ? n : length));
  switch (random.integer(0, 5)) {
    case 0: {
      const start = random.integer(0, x.shape[axis]! - 1);
      const reversed = random.integer(0, 3) === 0;
      const inputs = reversed
        ? [
            x.name,
            constant(sketch, list([-1])),
            constant(sketch, list([-(2 ** 40)])),
            constant(sketch, list([axis])),
            constant(sketch, list([-1])),
          ]
        : [x.name, constant(sketch, list([start])), constant(sketch, list([2 ** 40])), constant(sketch, list([axis]))];
      return { ...x, name: node(sketch, 'Slice', inputs), shape: reversed ? x.shape : resized(x.shape[axis]! - start) };
    }
    case 1: {
      if (rank !== 4) return null;
      const perm = pick(random, [
        [0, 1, 3, 2],
        [0, 2, 3, 1],
        [0, 3, 1, 2],
      ]);
      return { ...x, name: node(sketch, 'Transpose', [x.name], { perm }), shape: perm.map((i) => x.shape[i]!) };
    }
    case 2: {
      if (rank !== 4 || size(x.shape) > 60) return null;
      const scales = { type: 'float' as const, shape: [4], values: [1, 1, random.integer(1, 2), 2] };
      const name = node(sketch, 'Resize', [x.name, '', constant(sketch, scales)], {
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
      return { ...x, name, shape: x.shape.map((n, i) => n * scales.values[i]!) };
    }
    case 3: {
      if (rank !== 4) return null;
      const elements = size(x.shape);
      const divisors = Array.from({ length: elements }, (_, i) => i + 1).filter((n) => elements % n === 0);
      const rows = random.integer(0, 1) === 0 ? x.shape[1]! * x.shape[2]! : pick(random, divisors);
      return reshape(sketch, x, [1, rows, elements / rows, 1]);
    }
    case 4: {
      const length = x.shape[axis]!;
      if (length < 2) return null;
      const first = random.integer(1, length - 1);
      const outputs = [`${fresh(sketch)}_a`, `${fresh(sketch)}_b`];
      const inputs = [x.name, constant(sketch, list([first, length - first]))];
      sketch.nodes.push({ operator: 'Split', inputs, outputs, attributes: { axis } });
      const part = random.integer(0, 1);
      return { ...x, name: outputs[part]!, shape: resized(part === 0 ? first : length - first) };
    }
    default: {
      if (style !== 'float') return null;
      const pads = [...x.shape, ...x.shape].map((_, i) => (i % rank === axis ? random.integer(0, 2) : 0));
      const name = node(sketch, 'Pad', [
        x.name,
        constant(sketch, list(pads)),
        constant(sketch, scalar('float', random.integer(-2, 2))),
      ]);
      return { ...x, name, shape: resized(x.shape[axis]! + pads[axis]! + pads[axis + rank]!) };
    }
  }
}

function pool(sketch: Sketch, x: Value): Value | null {
  const { random, style } = sketch;
  if (x.shape.length !== 4) return null;
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const max = random.integer(0, 1) === 0;
  // Whole numbers stay exact in float when divided by 1, 2 or 4.
  const kernel =
    style === 'float' && !max
      ? [random.integer(1, 2), random.integer(1, 2)]
      : [random.integer(1, 3), random.integer(1, 3)];
  const padded = max || style !== 'float';
  const pads = [0, 1, 2, 3].map((i) => (padded ? random.integer(0, kernel[i % 2]! - 1) : 0));
  const strides = [random.integer(1, 2), random.integer(1, 2)];
  const ceil = random.integer(0, 3) === 0 && padded ? 1 : 0;
  const output = [height, width].map((n, i) => {
    const steps = (n + pads[i]! + pads[i + 2]! - kernel[i]!) / strides[i]!;
    const count = (ceil === 1 ? Math.ceil(steps) : Math.floor(steps)) + 1;
    return ceil === 1 && (count - 1) * strides[i]! >= n + pads[i]! ? count - 1 : count;
  });
  if (output.some((n) => n < 1)) return null;
  const shape = [1, channels, ...output];
  const include = ceil === 0 && random.integer(0, 2) === 0 ? 1 : 0;
  const attributes = {
    kernel_shape: kernel,
    strides,
    pads,
    ceil_mode: ceil,
    ...(max ? {} : { count_include_pad: include }),
  };
  if (max) return { ...x, name: node(sketch, 'MaxPool', [x.name], attributes), shape };
  if (style !== 'qlinear')
    return close(sketch, node(sketch, 'AveragePool', [open(sketch, x)], attributes), shape, x.scale);
  const q = quantization(random, x.scale);
  const same =
    random.integer(0, 1) === 0 ? { ...q, scale: x.scale, zero: x.zero, type: x.type } : { ...q, type: x.type, zero: 1 };
  const inputs = [x.name, ...parameters(sketch, x), ...parameters(sketch, same)];
  return { ...same, name: node(sketch, 'com.microsoft.QLinearAveragePool', inputs, attributes), shape };
}

function elementwise(sketch: Sketch, x: Value, other: Value | null): Value {
  const { random, style } = sketch;
  const kind = pick(random, style === 'qlinear' ? (['Add', 'Mul'] as const) : (['Add', 'Sub', 'Mul'] as const));
  const partner = other && other.shape.join() === x.shape.join() ? other : null;
  const around = kind === 'Mul' ? x.scale * (partner?.scale ?? 0.5) * 64 : x.scale + (partner?.scale ?? 0.5);
  if (style === 'float') {
    const shape = pick(random, [[], x.shape.map((n, i) => (i === 1 ? n : 1)), x.shape]);
    const values = Array.from({ length: size(shape) }, () => random.integer(-3, 3));
    const right = partner?.name ?? constant(sketch, { type: 'float', shape, values });
    return close(
      sketch,
      node(sketch, kind, random.integer(0, 1) === 0 ? [x.name, right] : [right, x.name]),
      x.shape,
      1,
    );
  }
  const q = quantization(random, 0.5);
  const shape = pick(random, [[1], x.shape.map((n, i) => (i === 1 ? n : 1)), x.shape]);
  const lowest = q.type === 'int8' ? -128 : 0;
  const values = Array.from({ length: size(shape) }, () => lowest + random.integer(0, 255));
  const right: Value = partner ?? { ...q, name: constant(sketch, { type: q.type, shape, values }), shape };
  if (style === 'qdq')
    return close(sketch, node(sketch, kind, [open(sketch, x), open(sketch, right)]), x.shape, around);
  const output = quantization(random, around);
  const inputs = [
    x.name,
    ...parameters(sketch, x),
    right.name,
    ...parameters(sketch, right),
    ...parameters(sketch, output),
  ];
  return { ...output, name: node(sketch, `com.microsoft.QLinear${kind}`, inputs), shape: x.shape };
}

function unary(sketch: Sketch, x: Value): Value {
  const { random, style } = sketch;
  const kind = pick(
    random,
    style === 'qlinear' ? (['LeakyRelu', 'Sigmoid'] as const) : (['LeakyRelu', 'Sigmoid', 'Tanh'] as const),
  );
  if (style === 'float')
    return close(sketch, node(sketch, 'LeakyRelu', [x.name], { alpha: { float: 0.5 } }), x.shape, 1);
  const attributes = kind === 'LeakyRelu' ? { alpha: { float: Math.fround(0.1) } } : {};
  const around = kind === 'LeakyRelu' ? x.scale : 1 / 200;
  if (style === 'qdq') return close(sketch, node(sketch, kind, [open(sketch, x)], attributes), x.shape, around);
  const q = { ...quantization(random, around), type: x.type, zero: x.type === 'int8' ? -100 : 20 };
  const inputs = [x.name, ...parameters(sketch, x), ...parameters(sketch, q)];
  return { ...q, name: node(sketch, `com.microsoft.QLinear${kind}`, inputs, attributes), shape: x.shape };
}

function concat(sketch: Sketch, x: Value, other: Value | null): Value | null {
  const { random, style } = sketch;
  const axis = random.integer(1, x.shape.length - 1);
  const fits =
    other && other.shape.length === x.shape.length && x.shape.every((n, i) => i === axis || n === other.shape[i]);
  const partner = fits ? other : x;
  if (size(x.shape) + size(partner.shape) > 300) return null;
  const shape = x.shape.map((n, i) => (i === axis ? n + partner.shape[i]! : n));
  const pair = [x, partner];
  if (style === 'float')
    return {
      ...x,
      name: node(
        sketch,
        'Concat',
        pair.map((v) => v.name),
        { axis },
      ),
      shape,
    };
  if (style === 'qdq') {
    return close(
      sketch,
      node(
        sketch,
        'Concat',
        pair.map((v) => open(sketch, v)),
        { axis },
      ),
      shape,
      x.scale,
    );
  }
  const q = quantization(random, x.scale);
  const inputs = [...parameters(sketch, q), ...pair.flatMap((v) => [v.name, ...parameters(sketch, v)])];
  return { ...q, name: node(sketch, 'com.microsoft.QLinearConcat', inputs, { axis }), shape };
}

function globalPool(sketch: Sketch, x: Value): Value | null {
  const { random, style } = sketch;
  if (x.shape.length !== 4) return null;
  const area = x.shape[2]! * x.shape[3]!;
  const shape = [1, x.shape[1]!, 1, 1];
  if (style === 'float') {
    if (Math.log2(area) % 1 !== 0) return null;
    return { ...x, name: node(sketch, 'GlobalAveragePool', [x.name]), shape };
  }
  if (style === 'qdq') {
    const mean = random.integer(0, 1) === 0;
    const real = mean
      ? node(sketch, 'ReduceMean', [open(sketch, x)], { axes: [-1, 2], keepdims: 1 })
      : node(sketch, 'GlobalAveragePool', [open(sketch, x)]);
    return close(sketch, real, shape, x.scale / 2);
  }
  const q = { ...quantization(random, x.scale / 2), type: x.type, zero: 3 };
  const inputs = [x.name, ...parameters(sketch, x), ...parameters(sketch, q)];
  return { ...q, name: node(sketch, 'com.microsoft.QLinearGlobalAveragePool', inputs), shape };
}

function softmax(sketch: Sketch, x: Value): Value | null {
  const { random, style } = sketch;
  if (style === 'float') return null;
  const axis = random.integer(1, x.shape.length - 1);
  if (style === 'qdq') {
    const real = node(sketch, 'Softmax', [open(sketch, x)], { axis });
    const q =
      random.integer(0, 1) === 0
        ? quantization(random, 1 / 200)
        : { scale: 1 / 256, zero: -128, type: 'int8' as const };
    return { ...q, name: node(sketch, 'QuantizeLinear', [real, ...parameters(sketch, q)]), shape: x.shape };
  }
  const q = { ...quantization(random, 1 / 200), type: x.type, zero: 5 };
  const inputs = [x.name, ...parameters(sketch, x), ...parameters(sketch, q)];
  return { ...q, name: node(sketch, 'com.microsoft.QLinearSoftmax', inputs, { axis, opset: 13 }), shape: x.shape };
}

export interface RandomOnnx {
  readonly model: ModelText;
  readonly input: PortText;
  /** Operators that occur. */
  readonly kinds: ReadonlySet<string>;
}

/** One network with one input and one output; the same seed gives the same. The output is flat, in ONNX's order. */
export function randomOnnx(seed: number, style: Style): RandomOnnx {
  const random = seededRandom(seed);
  const sketch: Sketch = { random, style, nodes: [], initializers: {}, kinds: new Set() };
  const image = random.integer(0, 4) > 0;
  const shape = image
    ? [1, random.integer(1, 4), random.integer(2, 6), random.integer(2, 6)]
    : [1, random.integer(1, 12)];
  const q = quantization(random, 0.05);
  const type = style === 'qlinear' ? q.type : 'float';
  const input: PortText = { name: 'x', type, shape: ['N', ...shape.slice(1)] };
  let value: Value = { ...q, name: 'x', shape };
  if (style === 'qdq') value = { ...value, name: node(sketch, 'QuantizeLinear', ['x', ...parameters(sketch, q)]) };
  const past: Value[] = [];
  const steps = random.integer(1, 6);
  for (let step = 0; step < steps; step += 1) {
    const other = past.length > 0 ? pick(random, past) : null;
    past.push(value);
    const choice = random.integer(0, 11);
    const is4 = value.shape.length === 4;
    const next =
      choice <= 2
        ? is4
          ? conv(sketch, value)
          : dense(sketch, value)
        : choice === 3
          ? dense(sketch, value)
          : choice <= 5
            ? movement(sketch, value)
            : choice === 6
              ? pool(sketch, value)
              : choice === 7
                ? elementwise(sketch, value, other)
                : choice === 8
                  ? unary(sketch, value)
                  : choice === 9
                    ? concat(sketch, value, other)
                    : choice === 10
                      ? globalPool(sketch, value)
                      : softmax(sketch, value);
    if (next !== null && size(next.shape) <= 400) value = next;
  }
  // Movements alone may cost no layer at all, and a network without layers is refused.
  const computes = sketch.nodes.some(({ operator }) =>
    /Conv|MatMul|Gemm|Pool|Add|Sub|Mul|Softmax|Relu|Sigmoid/.test(operator),
  );
  if (!computes) value = dense(sketch, value);
  if (value.shape.length !== 2) value = reshape(sketch, value, [1, size(value.shape)]);
  const name = style === 'qdq' ? dequantize(sketch, value) : value.name;
  const outputs: PortText[] = [{ name, type: style === 'qlinear' ? value.type : 'float', shape: value.shape }];
  for (const { operator } of sketch.nodes) sketch.kinds.add(operator);
  const model = { nodes: sketch.nodes, inputs: [input], outputs, initializers: sketch.initializers };
  return { model, input: { ...input, shape }, kinds: sketch.kinds };
}
