/** Random small float networks with branches, constants and every kind of layer, for the quantiser. */
import fc from 'fast-check';
import { broadcastShape } from '../../models/broadcast.ts';
import type { ActivationFunction, FloatGraph, FloatLayer, FloatTensor } from '../../models/float.ts';
import type { Shape } from '../../models/graph.ts';
import { tensorElements } from '../../models/shape.ts';
import { type Random, seededRandom } from './random.ts';

const reals = (random: Random, count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, () => (2 * random.fraction() - 1) * size);

const functions: readonly ActivationFunction[] = ['relu', 'relu6', 'reluN1To1', 'logistic', 'tanh', 'leakyRelu'];
const fusable = ['none', 'relu', 'relu6', 'reluN1To1'] as const;
const unit = { height: 1, width: 1 };
const noPadding = { top: 0, left: 0, bottom: 0, right: 0 };

type Without<L> = L extends FloatLayer ? Omit<L, 'name' | 'input' | 'inputs' | 'output'> : never;
interface Step {
  readonly body: Without<FloatLayer>;
  readonly from: readonly number[];
  readonly shape: Shape;
}

/** A network that grows. */
interface Draft {
  readonly random: Random;
  readonly tensors: Map<number, FloatTensor>;
  readonly constants: Map<number, Float32Array>;
  readonly layers: FloatLayer[];
  /** Tensors that the next layer may read. */
  readonly images: number[];
}

function addTensor({ tensors }: Draft, shape: Shape): number {
  const id = tensors.size;
  tensors.set(id, { id, name: `tensor_${id}`, shape });
  return id;
}

function addConstant(draft: Draft, shape: Shape, size: number): number {
  const id = addTensor(draft, shape);
  draft.constants.set(id, reals(draft.random, tensorElements(shape), size));
  return id;
}

function addStep(draft: Draft, { body, from, shape }: Step): void {
  const output = addTensor(draft, shape);
  const ends = joins.has(body.kind) ? { inputs: from } : { input: from[0]! };
  draft.layers.push({ ...body, name: `layer_${draft.layers.length}`, ...ends, output } as FloatLayer);
  draft.images.push(output);
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(0, list.length - 1)]!;

const joins: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'concatenation', 'batchMatMul']);

function step(draft: Draft, kind: FloatLayer['kind']): Step {
  const { random } = draft;
  const id = pick(random, draft.images);
  const shape = draft.tensors.get(id)!.shape;
  const [, height, width, depth] = shape as [number, number, number, number];
  const activation = pick(random, fusable);
  const from = [id];
  const window = {
    kernel: { height: Math.min(2, height), width: Math.min(2, width) },
    stride: unit,
    padding: noPadding,
  };
  const slid = (channels: number): Shape => [
    1,
    height - window.kernel.height + 1,
    width - window.kernel.width + 1,
    channels,
  ];
  const taps = window.kernel.height * window.kernel.width;
  switch (kind) {
    case 'conv2d': {
      const groups = depth % 2 === 0 && random.fraction() < 0.3 ? 2 : 1;
      const channels = groups * random.integer(1, 3);
      const weights = reals(random, (channels * taps * depth) / groups, Math.sqrt((3 * groups) / (taps * depth)));
      const bias = reals(random, channels, 0.3);
      const body = { kind, ...window, dilation: unit, groups, weights, bias, activation } as const;
      return { body, from, shape: slid(channels) };
    }
    case 'depthwiseConv2d': {
      const depthMultiplier = random.integer(1, 2);
      const channels = depth * depthMultiplier;
      const weights = reals(random, taps * channels, Math.sqrt(3 / taps));
      const bias = reals(random, channels, 0.3);
      const body = { kind, ...window, dilation: unit, depthMultiplier, weights, bias, activation } as const;
      return { body, from, shape: slid(channels) };
    }
    case 'fullyConnected': {
      const channels = random.integer(1, 4);
      const weights = reals(random, channels * depth, Math.sqrt(3 / depth));
      const body = { kind, weights, bias: reals(random, channels, 0.3), activation } as const;
      return { body, from, shape: [1, height, width, channels] };
    }
    case 'averagePool2d':
    case 'maxPool2d':
      return { body: { kind, ...window }, from, shape: slid(depth) };
    case 'reshape':
      return { body: { kind }, from, shape: [1, width, height, depth] };
    case 'softmax':
      return { body: { kind, beta: 1 }, from, shape };
    case 'activation': {
      const name = pick(random, functions);
      const alpha = name === 'leakyRelu' ? { alpha: Math.fround(random.fraction()) } : {};
      return { body: { kind, function: name, ...alpha }, from, shape };
    }
    case 'add':
    case 'sub':
    case 'mul': {
      const fitting = draft.images.filter((other) => broadcastShape(shape, draft.tensors.get(other)!.shape) !== null);
      const other =
        random.fraction() < 0.4
          ? addConstant(draft, pick<Shape>(random, [[depth], [1], shape]), 1)
          : pick(random, fitting);
      const operands = random.fraction() < 0.5 ? [id, other] : [other, id];
      const joined = broadcastShape(shape, draft.tensors.get(other)!.shape)!;
      return { body: { kind, activation }, from: operands, shape: joined };
    }
    case 'pad': {
      const value = pick(random, [0, 0, -3, 5]);
      return {
        body: { kind, before: [0, 1, 0, 0], after: [0, 0, 1, 0], value },
        from,
        shape: [1, height + 1, width + 1, depth],
      };
    }
    case 'concatenation': {
      const like = draft.images.filter((other) => {
        const { shape: s } = draft.tensors.get(other)!;
        return s[1] === height && s[2] === width;
      });
      const operands = Array.from({ length: random.integer(1, 3) }, () => pick(random, like));
      const total = operands.reduce((sum, other) => sum + draft.tensors.get(other)!.shape[3]!, 0);
      return { body: { kind, axis: 3 }, from: operands, shape: [1, height, width, total] };
    }
    case 'mean':
      return { body: { kind, axes: [1, 2] }, from, shape: [1, 1, 1, depth] };
    case 'resizeNearest': {
      const body = { kind, alignCorners: false, halfPixelCenters: random.fraction() < 0.5 } as const;
      return { body, from, shape: [1, height + 1, Math.max(1, width - 1), depth] };
    }
    case 'slice': {
      const body = { kind, begin: [0, 0, width - 1, 0], step: [1, 1, -1, 1] };
      return { body, from, shape: [1, height, width, Math.ceil(depth / 2)] };
    }
    case 'transpose':
      return { body: { kind, permutation: [0, 2, 1, 3] }, from, shape: [1, width, height, depth] };
    case 'batchMatMul': {
      const body = { kind, adjointFirst: false, adjointSecond: true } as const;
      return { body, from: [id, id], shape: [1, height, width, width] };
    }
  }
}

export const floatKinds: readonly FloatLayer['kind'][] = [
  'conv2d',
  'depthwiseConv2d',
  'fullyConnected',
  'averagePool2d',
  'maxPool2d',
  'reshape',
  'softmax',
  'activation',
  'add',
  'sub',
  'mul',
  'pad',
  'concatenation',
  'mean',
  'resizeNearest',
  'slice',
  'transpose',
  'batchMatMul',
];

export interface FloatCase {
  readonly graph: FloatGraph;
  /** Values of every input by tensor id, each between -1 and 1. */
  readonly samples: readonly ReadonlyMap<number, Float32Array>[];
}

/** 1 to 8 layers on one or two maps of up to 4 x 4 x 4; every tensor that nobody reads is an output. */
export const randomFloatDag: fc.Arbitrary<FloatCase> = fc
  .record({
    size: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    inputs: fc.integer({ min: 1, max: 2 }),
    kinds: fc.array(fc.constantFrom(...floatKinds), { minLength: 1, maxLength: 8 }),
    seed: fc.integer(),
  })
  .map(({ size, inputs: count, kinds, seed }) => {
    const random = seededRandom(seed);
    const draft: Draft = { random, tensors: new Map(), constants: new Map(), layers: [], images: [] };
    const inputs = Array.from({ length: count }, () => addTensor(draft, [1, ...size]));
    draft.images.push(...inputs);
    for (const kind of kinds) addStep(draft, step(draft, kind));
    const read = new Set(draft.layers.flatMap((layer) => ('inputs' in layer ? layer.inputs : [layer.input])));
    const outputs = draft.layers.map(({ output }) => output).filter((id) => !read.has(id));
    const { tensors, constants, layers } = draft;
    const graph: FloatGraph = { name: 'random', tensors, layers, inputs, outputs, constants };
    const elements = tensorElements([1, ...size]);
    const samples = Array.from({ length: 8 }, () => new Map(inputs.map((id) => [id, reals(random, elements, 1)])));
    return { graph, samples };
  });
