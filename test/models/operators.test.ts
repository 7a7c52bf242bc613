/** Single operators against TensorFlow Lite Micro's kernels (op_fuzz) and against the cases published with CMSIS-NN. */
import { afterAll, describe, expect } from 'vitest';
import type { Activation } from '../../models/arithmetic.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type { Extent, Graph, Layer, Padding, Requantize, Tensor } from '../../models/graph.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { runGraph, runLayer } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { needData, readJson, readJsonLines } from '../support/data.ts';
import type { LayerDescription, ModelDescription, Quantization } from '../support/model-description.ts';
import { fused, int32, named, networkBuilder } from '../support/tflite-network.ts';
import { encodeTflite, writeTflite } from '../support/tflite-writer.ts';

const counts: Record<string, number> = {};
afterAll(() => console.log('operator cases equal:', JSON.stringify(counts)));

const activations: Readonly<Record<string, Activation>> = {
  NONE: 'none',
  RELU: 'relu',
  RELU6: 'relu6',
  RELU_N1_TO_1: 'reluN1To1',
};

/** A line of ops_public.jsonl; which fields are there depends on the operator. */
interface FuzzCase {
  readonly op: string;
  readonly in: number[];
  readonly out: number[];
  readonly kernel: [number, number];
  readonly stride: [number, number];
  readonly dilation: [number, number];
  readonly padding: 'SAME' | 'VALID';
  readonly pad: [number, number];
  readonly act: string;
  readonly actMin: number;
  readonly actMax: number;
  readonly inScale: number;
  readonly inZp: number;
  readonly outScale: number;
  readonly outZp: number;
  readonly scale: number;
  readonly zp: number;
  readonly in1Scale: number;
  readonly in1Zp: number;
  readonly in2Scale: number;
  readonly in2Zp: number;
  readonly k: number;
  readonly o: number;
  readonly rows: number;
  readonly d: number;
  readonly beta: number;
  readonly mult: number[];
  readonly shift: number[];
  readonly leftShift: number;
  readonly diffMin: number;
  readonly wScale: number[];
  readonly x: number[];
  readonly x2: number[];
  readonly w: number[];
  readonly b: number[] | null;
  readonly y: number[];
}

const extent = ([height, width]: [number, number]): Extent => ({ height, width });
// Decimal prints of float32 values.
const quantization = (scale: number, zeroPoint: number): Quantization => ({ scale: Math.fround(scale), zeroPoint });

function describeCase(c: FuzzCase): ModelDescription {
  const input = quantization(c.inScale ?? c.scale, c.inZp ?? c.zp ?? 0);
  const sliding = () => ({
    kernel: extent(c.kernel),
    stride: extent(c.stride),
    padding: c.padding === 'SAME' ? ('same' as const) : ('valid' as const),
  });
  const activation = activations[c.act] ?? 'none';
  const weighted = (channels: number) => ({
    weights: Int8Array.from(c.w),
    weightScales: c.wScale.map(Math.fround),
    bias: c.b ? Int32Array.from(c.b) : null,
    channels,
    activation,
    output: quantization(c.outScale, c.outZp),
  });
  const model = (shape: number[], layer: LayerDescription): ModelDescription => ({
    name: 'case',
    input: { shape, ...input },
    layers: [layer],
  });
  switch (c.op) {
    case 'conv_2d':
      return model(c.in, {
        kind: 'conv2d',
        ...sliding(),
        dilation: extent(c.dilation),
        groups: 1,
        ...weighted(c.out[3]!),
      });
    case 'depthwise_conv_2d':
      return model(c.in, {
        kind: 'depthwiseConv2d',
        ...sliding(),
        dilation: extent(c.dilation),
        ...weighted(c.out[3]!),
      });
    case 'fully_connected':
      return model([1, c.k], { kind: 'fullyConnected', weightZeroPoint: 0, ...weighted(c.o) });
    case 'average_pool_2d':
      return model(c.in, { kind: 'averagePool2d', ...sliding(), activation });
    case 'softmax':
      return model([c.rows, c.d], { kind: 'softmax', beta: Math.fround(c.beta) });
    case 'quantize':
      return model([c.x.length], { kind: 'quantize', output: quantization(c.outScale, c.outZp) });
    default:
      throw new Error(`no such operator here: ${c.op}`);
  }
}

/** Operators that a chain of layers does not describe: two inputs, or a largest value. */
function buildCase(c: FuzzCase): Uint8Array {
  const net = networkBuilder();
  const activation = fused(activations[c.act] ?? 'none');
  if (c.op === 'max_pool_2d') {
    const same = quantization(c.scale, c.zp);
    net.file.inputs = [net.quantized({ shape: c.in, ...same })];
    net.file.outputs = [net.quantized({ shape: c.out, ...same })];
    const [strides, kernel] = [c.stride.map(int32), c.kernel.map(int32)];
    const padding = named(c.padding === 'SAME' ? 'same' : 'valid');
    const options = { 0: padding, 1: strides[1]!, 2: strides[0]!, 3: kernel[1]!, 4: kernel[0]!, 5: activation };
    net.operator('MAX_POOL_2D', net.file.inputs, net.file.outputs, options);
    return encodeTflite(net.file);
  }
  const shape = [c.x.length];
  net.file.inputs = [
    net.quantized({ shape, ...quantization(c.in1Scale, c.in1Zp) }),
    net.quantized({ shape, ...quantization(c.in2Scale, c.in2Zp) }),
  ];
  net.file.outputs = [net.quantized({ shape, ...quantization(c.outScale, c.outZp) })];
  net.operator(c.op === 'add' ? 'ADD' : 'MUL', net.file.inputs, net.file.outputs, { 0: activation });
  return encodeTflite(net.file);
}

/** What TensorFlow Lite Micro prepared, and what we did. */
function tablesOf(layer: Layer): object {
  const tables: Record<string, unknown> = {};
  if (layer.kind === 'add') {
    const factors = [layer.first, layer.second, layer.rescale];
    tables.mult = factors.map(({ multiplier }) => multiplier);
    tables.shift = factors.map(({ shift }) => shift);
  }
  if ('requantize' in layer) {
    tables.mult = [...layer.requantize.multiplier];
    tables.shift = [...layer.requantize.shift];
  }
  if (layer.kind === 'softmax') {
    tables.mult = [layer.multiplier];
    tables.leftShift = layer.leftShift;
    tables.diffMin = layer.diffMin;
  }
  if ('clamp' in layer && layer.kind !== 'quantize') {
    tables.actMin = layer.clamp.min;
    tables.actMax = layer.clamp.max;
  }
  if ('padding' in layer) tables.pad = [layer.padding.top, layer.padding.left];
  return tables;
}

const chained = ['conv_2d', 'depthwise_conv_2d', 'fully_connected', 'average_pool_2d', 'softmax', 'quantize'];

describe('op_fuzz: every case through a .tflite file', () => {
  const file = 'op_fuzz/ops_public.jsonl';
  for (const op of [...chained, 'max_pool_2d', 'add', 'mul']) {
    needData(op, [file], (folder) => {
      const cases = readJsonLines<FuzzCase>(folder, file).filter((c) => c.op === op);
      for (const [index, c] of cases.entries()) {
        const name = `${op} case ${index}`;
        const bytes = chained.includes(op) ? writeTflite(describeCase(c)) : buildCase(c);
        const graph = importTflite(bytes, name);
        expect(c, name).toMatchObject(tablesOf(graph.layers[0]!));
        const inputs = [c.x, c.x2].slice(0, graph.inputs.length).map((x) => Int8Array.from(x));
        const outputs = runGraph(graph, new Map(graph.inputs.map((id, at) => [id, inputs[at]!])));
        expect([...outputs.get(graph.outputs[0]!)!], name).toEqual(c.y);
      }
      counts[`op_fuzz ${op}`] = cases.length;
      expect(cases.length).toBe(60);
    });
  }
});

interface CmsisParams {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly kh: number;
  readonly kw: number;
  readonly oc: number;
  readonly oh: number;
  readonly ow: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly dilH: number;
  readonly dilW: number;
  readonly inputOffset: number;
  readonly outputOffset: number;
  readonly filterOffset: number;
  readonly actMin: number;
  readonly actMax: number;
  readonly k: number;
  readonly rows: number;
  readonly inputMult: number;
  readonly inputLeftShift: number;
  readonly diffMin: number;
  readonly shape: number[];
  readonly pads: [number, number][];
  readonly value: number;
  readonly INPUT1_OFFSET: number;
  readonly INPUT2_OFFSET: number;
  readonly OUTPUT_OFFSET: number;
  readonly LEFT_SHIFT: number;
  readonly INPUT1_MULT: number;
  readonly INPUT1_SHIFT: number;
  readonly INPUT2_MULT: number;
  readonly INPUT2_SHIFT: number;
  readonly OUTPUT_MULT: number;
  readonly OUTPUT_SHIFT: number;
  readonly OUT_ACTIVATION_MIN: number;
  readonly OUT_ACTIVATION_MAX: number;
}

interface CmsisCase {
  readonly op: string;
  readonly name: string;
  readonly params: CmsisParams;
  readonly weights: number[];
  readonly bias: number[] | null;
  readonly multiplier: number | number[];
  readonly shift: number | number[];
  readonly input: number[];
  readonly input2: number[];
  readonly expected: number[];
}

interface CmsisLayer {
  readonly batches: number;
  readonly input: Tensor;
  readonly output: Tensor;
  readonly layer: Layer;
}

/** These cases give tables instead of scales, so the layer is built directly; scales play no part and are 1. */
function cmsisLayer(c: CmsisCase): CmsisLayer {
  const p = c.params;
  const tensor = (id: number, shape: number[], zeroPoint: number): Tensor => ({
    id,
    name: `t${id}`,
    shape,
    scale: 1,
    zeroPoint,
  });
  const base = { name: 'case_0', input: 0, output: 1 };
  const list = (values: number | number[]): Int32Array => Int32Array.from([values].flat());
  const requantize: Requantize = { multiplier: list(c.multiplier), shift: list(c.shift) };
  const clamp = { min: p.actMin, max: p.actMax };
  const bias = (): Int32Array => (c.bias && c.bias.length > 0 ? Int32Array.from(c.bias) : new Int32Array(p.oc));
  const zero = 0 - (p.inputOffset ?? 0);
  if (c.op === 'softmax') {
    const depth = c.input.length / p.rows;
    const constants = { beta: 1, multiplier: p.inputMult, leftShift: p.inputLeftShift, diffMin: p.diffMin };
    return {
      batches: 1,
      input: tensor(0, [p.rows, depth], 0),
      output: { ...tensor(1, [p.rows, depth], -128), scale: 1 / 256 },
      layer: { ...base, kind: 'softmax', ...constants },
    };
  }
  if (c.op === 'fully_connected') {
    return {
      batches: p.n,
      input: tensor(0, [1, p.k], zero),
      output: tensor(1, [1, p.oc], p.outputOffset),
      layer: {
        ...base,
        kind: 'fullyConnected',
        weights: Int8Array.from(c.weights),
        weightZeroPoint: 0 - p.filterOffset,
        bias: bias(),
        requantize,
        clamp,
      },
    };
  }
  if (c.op === 'pad') {
    const [before, after] = [p.pads.map(([size]) => size), p.pads.map(([, size]) => size)];
    const padded = p.shape.map((size, axis) => size + before[axis]! + after[axis]!);
    const layer: Layer = { ...base, kind: 'pad', before, after, value: p.value };
    return { batches: 1, input: tensor(0, p.shape, p.value), output: tensor(1, padded, p.value), layer };
  }
  const kernel = { height: p.kh, width: p.kw };
  const stride = { height: p.strideH, width: p.strideW };
  const dilation = { height: p.dilH ?? 1, width: p.dilW ?? 1 };
  // The cases state only the padding before; what the output size needs comes after.
  const after = (out: number, step: number, taps: number, gap: number, size: number, before: number): number =>
    Math.max(0, (out - 1) * step + (taps - 1) * gap + 1 - size - before);
  const padding: Padding = {
    top: p.padTop,
    left: p.padLeft,
    bottom: after(p.oh, p.strideH, p.kh, dilation.height, p.h, p.padTop),
    right: after(p.ow, p.strideW, p.kw, dilation.width, p.w, p.padLeft),
  };
  const input = tensor(0, [1, p.h, p.w, p.c], zero);
  if (c.op === 'avg_pool' || c.op === 'max_pool') {
    const kind = c.op === 'avg_pool' ? 'averagePool2d' : 'maxPool2d';
    return {
      batches: p.n,
      input,
      output: tensor(1, [1, p.oh, p.ow, p.c], zero),
      layer: { ...base, kind, kernel, stride, padding, clamp },
    };
  }
  const window = { kernel, stride, dilation, padding };
  const fields = { ...base, ...window, weights: Int8Array.from(c.weights), bias: bias(), requantize, clamp };
  const groups = (p.c * p.kh * p.kw * p.oc) / c.weights.length;
  return {
    batches: p.n,
    input,
    output: tensor(1, [1, p.oh, p.ow, p.oc], p.outputOffset),
    layer:
      c.op === 'depthwise_conv'
        ? { ...fields, kind: 'depthwiseConv2d', depthMultiplier: p.oc / p.c }
        : { ...fields, kind: 'conv2d', groups },
  };
}

describe('CMSIS-NN: every case', () => {
  const file = 'cmsis_nn_ops/int8_ops.json';
  const wanted = {
    conv: 27,
    depthwise_conv: 12,
    grouped_conv: 4,
    fully_connected: 7,
    avg_pool: 6,
    max_pool: 8,
    pad: 2,
    softmax: 1,
  };
  for (const [op, cases] of Object.entries(wanted)) {
    needData(op, [file], (folder) => {
      const list = readJson<CmsisCase[]>(folder, file).filter((c) => c.op === op);
      for (const c of list) {
        const { batches, input, output, layer } = cmsisLayer(c);
        const tensors = new Map([
          [0, input],
          [1, output],
        ]);
        checkGraph({ name: c.name, tensors, layers: [layer], inputs: [0], outputs: [1], profile: 'tflite-reference' });
        const size = tensorElements(input.shape);
        expect(c.input.length, c.name).toBe(batches * size);
        const found: number[] = [];
        for (let batch = 0; batch < batches; batch += 1) {
          const data = Int8Array.from(c.input.slice(batch * size, (batch + 1) * size));
          found.push(...runLayer(layer, [{ tensor: input, data }], output, 'tflite-reference'));
        }
        expect(found, c.name).toEqual(c.expected);
      }
      counts[`CMSIS-NN ${op}`] = list.length;
      expect(list.length).toBe(cases);
    });
  }

  // The first operand in the file is not the one that the outputs were made from (they do not correlate), so this case proves
  // only that the arithmetic reaches every output from the second operand and some first one.
  needData('add, without its first operand', [file], (folder) => {
    const list = readJson<CmsisCase[]>(folder, file).filter((c) => c.op === 'add');
    expect(list.length).toBe(1);
    const { params: p, input2, expected, name } = list[0]!;
    const shape = [256];
    const tensor = (id: number, size: number, zeroPoint: number): Tensor => {
      return { id, name: `t${id}`, shape: size === 1 ? [1] : shape, scale: 1, zeroPoint };
    };
    const layer: Layer = {
      kind: 'add',
      name: 'add_0',
      inputs: [0, 1],
      output: 2,
      leftShift: p.LEFT_SHIFT,
      first: { multiplier: p.INPUT1_MULT, shift: p.INPUT1_SHIFT },
      second: { multiplier: p.INPUT2_MULT, shift: p.INPUT2_SHIFT },
      rescale: { multiplier: p.OUTPUT_MULT, shift: p.OUTPUT_SHIFT },
      clamp: { min: p.OUT_ACTIVATION_MIN, max: p.OUT_ACTIVATION_MAX },
    };
    const tensors = new Map([
      [0, tensor(0, 256, 0 - p.INPUT1_OFFSET)],
      [1, tensor(1, 1, 0 - p.INPUT2_OFFSET)],
      [2, tensor(2, 256, p.OUTPUT_OFFSET)],
    ]);
    const graph: Graph = { name, tensors, layers: [layer], inputs: [0, 1], outputs: [2], profile: 'tflite-reference' };
    checkGraph(graph);
    const everyByte = Int8Array.from({ length: 256 }, (_, at) => at - 128);
    for (const [at, second] of input2.entries()) {
      const inputs = new Map([
        [0, everyByte],
        [1, Int8Array.of(second)],
      ]);
      expect([...runGraph(graph, inputs).get(2)!], `element ${at}`).toContain(expected[at]);
    }
    counts['CMSIS-NN add, second operand only'] = list.length;
  });
});
