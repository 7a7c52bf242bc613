import { describe, expect, test } from 'vitest';
import type { FloatGraph } from '../../../models/float.ts';
import { runFloatGraph } from '../../../models/float-reference.ts';
import { halfToFloat } from '../../../models/import/half.ts';
import { importTfjs } from '../../../models/import/tfjs.ts';
import { type LayersModel, loadTensorFlow, type TensorFlow } from '../../../models/tf.ts';
import { seededRandom } from '../../support/random.ts';
import { type Artefact, filesOf, predictRandom, randomise, saveArtefact } from '../../support/tfjs-artefact.ts';

const tf = await loadTensorFlow(['cpu']);
const l = tf.layers.layers;

type Build = () => LayersModel;
type Tensor = ReturnType<typeof tf.layers.input>;
const apply = (layer: { apply(x: unknown): unknown }, x: Tensor | Tensor[]): Tensor => layer.apply(x) as Tensor;
const sequential =
  (...layers: Parameters<ReturnType<TensorFlow['layers']['sequential']>['add']>[0][]): Build =>
  () =>
    tf.layers.sequential({ layers });

/** Names of the layers that the import should end with, where folding and fusing decide about them. */
const models: Record<string, { build: Build; kinds?: string[] }> = {
  'a residual block with batch normalisation': {
    build: () => {
      const x = tf.layers.input({ shape: [8, 6, 3] });
      const stem = apply(l.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }), x);
      const a = apply(l.batchNormalization(), apply(l.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), stem));
      const sum = apply(l.reLU(), apply(l.add(), [a, stem]));
      const y = apply(l.globalAveragePooling2d({}), sum);
      return tf.layers.model({ inputs: x, outputs: apply(l.dense({ units: 3, activation: 'softmax' }), y) });
    },
    kinds: ['conv2d', 'conv2d', 'add', 'averagePool2d', 'reshape', 'fullyConnected', 'softmax'],
  },
  'batch normalisation before a convolution without padding goes into it': {
    build: sequential(
      l.maxPooling2d({ inputShape: [7, 7, 3], poolSize: 2 }),
      l.batchNormalization(),
      l.conv2d({ filters: 4, kernelSize: 2 }),
    ),
    kinds: ['maxPool2d', 'conv2d'],
  },
  'batch normalisation before a padded convolution stays mul and add': {
    build: sequential(
      l.maxPooling2d({ inputShape: [7, 7, 3], poolSize: 2 }),
      l.batchNormalization(),
      l.conv2d({ filters: 4, kernelSize: 2, padding: 'same' }),
    ),
    kinds: ['maxPool2d', 'mul', 'add', 'conv2d'],
  },
  'batch normalisation before depthwise and dense layers': {
    build: sequential(
      l.reLU({ inputShape: [5, 5, 3] }),
      l.batchNormalization(),
      l.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: 'tanh' }),
      l.flatten(),
      l.batchNormalization(),
      l.dense({ units: 4 }),
    ),
    kinds: ['activation', 'depthwiseConv2d', 'activation', 'reshape', 'fullyConnected'],
  },
  'batch normalisation after an activation, read twice': {
    build: () => {
      const x = tf.layers.input({ shape: [4, 4, 2] });
      const a = apply(l.conv2d({ filters: 2, kernelSize: 1, activation: 'relu6' }), x);
      const n = apply(l.batchNormalization(), a);
      const y = apply(l.multiply(), [n, apply(l.conv2d({ filters: 2, kernelSize: 1 }), n)]);
      return tf.layers.model({ inputs: x, outputs: y });
    },
    kinds: ['conv2d', 'mul', 'add', 'conv2d', 'mul'],
  },
  'a convolution that two layers read keeps its own weights': {
    build: () => {
      const x = tf.layers.input({ shape: [4, 4, 2] });
      const a = apply(l.conv2d({ filters: 2, kernelSize: 1 }), x);
      const n = apply(l.batchNormalization(), a);
      return tf.layers.model({ inputs: x, outputs: apply(l.concatenate(), [a, n, apply(l.reLU(), a)]) });
    },
    kinds: ['conv2d', 'mul', 'add', 'activation', 'concatenation'],
  },
  'what an output needs is not taken in by its neighbour': {
    build: () => {
      const x = tf.layers.input({ shape: [5] });
      const a = apply(l.dense({ units: 3 }), x);
      const b = apply(l.dense({ units: 3 }), x);
      return tf.layers.model({ inputs: x, outputs: [a, apply(l.reLU(), a), apply(l.batchNormalization(), b), b] });
    },
    kinds: ['fullyConnected', 'fullyConnected', 'activation', 'mul', 'add'],
  },
  'a reshape that two layers read stays before both': {
    build: () => {
      const x = tf.layers.input({ shape: [6, 4] });
      const a = apply(l.reshape({ targetShape: [3, 2, 4] }), apply(l.dense({ units: 4 }), x));
      const b = apply(l.batchNormalization(), a);
      return tf.layers.model({ inputs: x, outputs: apply(l.add(), [b, apply(l.leakyReLU(), a)]) });
    },
    kinds: ['fullyConnected', 'reshape', 'mul', 'add', 'activation', 'add'],
  },
  'separable convolution, dilation and strides': {
    build: sequential(
      l.separableConv2d({
        inputShape: [9, 8, 3],
        filters: 5,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        depthMultiplier: 2,
        activation: 'relu',
      }),
      l.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2 }),
      l.conv2d({ filters: 3, kernelSize: [1, 2], strides: [1, 2], padding: 'same', useBias: false }),
    ),
    kinds: ['depthwiseConv2d', 'conv2d', 'conv2d', 'conv2d'],
  },
  'shapes, permutation, padding, cropping and upsampling': {
    build: sequential(
      l.zeroPadding2d({
        inputShape: [4, 3, 2],
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
      l.upSampling2d({ size: [2, 3] }),
      l.permute({ dims: [3, 1, 2] }),
      l.reshape({ targetShape: [7, 72] }),
      l.activation({ activation: 'sigmoid' }),
      l.dense({ units: 3, activation: 'relu6' }),
    ),
  },
  cropping: {
    build: sequential(
      l.cropping2D({
        inputShape: [6, 7, 2],
        cropping: [
          [1, 2],
          [3, 0],
        ],
      }),
    ),
  },
  'activations as layers': {
    build: sequential(
      l.conv2d({ inputShape: [4, 4, 2], filters: 3, kernelSize: 1, activation: 'sigmoid' }),
      l.leakyReLU({ alpha: 0.2 }),
      l.batchNormalization({ scale: false, center: false }),
      l.activation({ activation: 'tanh' }),
      l.reLU({ maxValue: 6 }),
      l.softmax({ axis: -1 }),
    ),
    kinds: ['conv2d', 'activation', 'activation', 'mul', 'add', 'activation', 'activation', 'softmax'],
  },
  'global maximum and an average of three': {
    build: () => {
      const x = tf.layers.input({ shape: [5, 4, 3] });
      const branches = [1, 2, 3].map((kernelSize) => apply(l.conv2d({ filters: 2, kernelSize, padding: 'same' }), x));
      return tf.layers.model({ inputs: x, outputs: apply(l.globalMaxPooling2d({}), apply(l.average(), branches)) });
    },
  },
  'two inputs, two outputs, a shared layer and an unread branch': {
    build: () => {
      const a = tf.layers.input({ shape: [6] });
      const b = tf.layers.input({ shape: [6] });
      const shared = l.dense({ units: 4, activation: 'tanh' });
      const [p, q] = [apply(shared, a), apply(shared, b)];
      const difference = apply(l.add(), [p, apply(l.leakyReLU(), q)]);
      return tf.layers.model({ inputs: [a, b], outputs: [difference, p] });
    },
    kinds: ['fullyConnected', 'activation', 'fullyConnected', 'activation', 'activation', 'add'],
  },
  'models inside models': {
    build: () => {
      const inner = tf.layers.sequential({ layers: [l.dense({ inputShape: [4], units: 3 }), l.batchNormalization()] });
      const x = tf.layers.input({ shape: [4] });
      const functional = tf.layers.model({
        inputs: x,
        outputs: apply(l.add(), [apply(inner, x), apply(l.dense({ units: 3 }), x)]),
      });
      return tf.layers.sequential({ layers: [l.dense({ inputShape: [5], units: 4 }), functional, l.reLU()] });
    },
    kinds: ['fullyConnected', 'fullyConnected', 'fullyConnected', 'add'],
  },
  'signals of one dimension, with batch normalisation and activations between': {
    build: sequential(
      l.conv1d({ inputShape: [20, 3], filters: 5, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
      l.batchNormalization(),
      l.reLU(),
      l.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'tanh' }),
      l.maxPooling1d({ poolSize: 2 }),
      l.averagePooling1d({ poolSize: 2, strides: 1, padding: 'same' }),
      l.globalAveragePooling1d({}),
      l.dense({ units: 3 }),
    ),
    kinds: [
      'reshape',
      'conv2d',
      'conv2d',
      'activation',
      'maxPool2d',
      'averagePool2d',
      'averagePool2d',
      'reshape',
      'fullyConnected',
    ],
  },
  'rescaled pixels go into the first layer': {
    build: sequential(
      (l as unknown as Record<string, (a: object) => ReturnType<typeof l.dense>>).rescaling!({
        inputShape: [4, 4, 3],
        scale: 1 / 127.5,
        offset: -1,
      }),
      l.conv2d({ filters: 2, kernelSize: 2 }),
    ),
    kinds: ['conv2d'],
  },
};

function expectEqual(graph: FloatGraph, model: LayersModel, seed: number, tolerance = 1e-4): void {
  const { inputs, outputs } = predictRandom(tf, model, seed);
  const values = runFloatGraph(graph, new Map(graph.inputs.map((id, i) => [id, inputs[i]!])));
  expect(graph.outputs.length).toBe(outputs.length);
  for (const [i, id] of graph.outputs.entries()) {
    const found = values.get(id)!;
    expect(graph.tensors.get(id)!.shape).toEqual(outputs[i]!.shape);
    expect(found.some((value) => value !== 0)).toBe(true);
    for (const [k, value] of outputs[i]!.values.entries()) {
      expect(Math.abs(found[k]! - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
    }
  }
}

async function saved(build: Build, seed = 3): Promise<{ model: LayersModel; artefact: Artefact }> {
  const model = build();
  randomise(tf, model, seededRandom(seed));
  return { model, artefact: await saveArtefact(tf, model) };
}

describe('a saved LayersModel predicts what TensorFlow.js predicts', () => {
  test.each(Object.keys(models))('%s', async (name) => {
    const { build, kinds } = models[name]!;
    const { model, artefact } = await saved(build);
    const graph = importTfjs(artefact.json, filesOf(artefact), 'model.json');
    for (const seed of [1, 2]) expectEqual(graph, model, seed);
    if (kinds) expect(graph.layers.map(({ kind }) => kind)).toEqual(kinds);
    expect(new Set(graph.layers.map((layer) => layer.name)).size).toBe(graph.layers.length);
  });

  test('causal padding, which TensorFlow.js itself cannot run: every value before its output', () => {
    const config = { batch_input_shape: [null, 3, 1], name: 'c', padding: 'causal', strides: [1], use_bias: false };
    const model = { class_name: 'Sequential', config: { layers: [{ class_name: 'Conv1D', config }] } };
    const weights = [{ name: 'c/kernel', shape: [2, 1, 1], dtype: 'float32' }];
    const json = { modelTopology: model, weightsManifest: [{ paths: ['a'], weights }] };
    const graph = importTfjs(json, () => new Uint8Array(Float32Array.of(1, 10).buffer), 'model.json');
    const output = runFloatGraph(graph, new Map([[graph.inputs[0]!, Float32Array.of(1, 2, 3)]])).get(
      graph.outputs[0]!,
    )!;
    expect([...output]).toEqual([10, 21, 32]);
  });

  test('as Python writes it: model_config, scopes before names, layers in any order, Keras 3 links', async () => {
    const { model, artefact } = await saved(models['a residual block with batch normalisation']!.build);
    const topology = artefact.json.modelTopology as {
      class_name: string;
      config: { layers: LayerJson[]; output_layers: unknown[] };
    };
    artefact.json.modelTopology = { keras_version: '3.0.0', model_config: { ...topology, class_name: 'Functional' } };
    topology.config.layers.reverse();
    for (const layer of topology.config.layers) {
      layer.inbound_nodes = layer.inbound_nodes.map((node) => {
        const tensors = node.map((link) => ({
          class_name: '__keras_tensor__',
          config: { keras_history: link.slice(0, 3) },
        }));
        return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
      }) as never;
    }
    topology.config.output_layers = topology.config.output_layers[0] as unknown[];
    for (const weight of artefact.json.weightsManifest[0]!.weights) weight.name = `model/block/${weight.name}:0`;
    expectEqual(importTfjs(artefact.json, filesOf(artefact), 'model.json'), model, 7);
  });
});

interface LayerJson {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: unknown[][][];
}

describe('quantised weights', () => {
  const dense = sequential(l.dense({ inputShape: [20], units: 10, name: 'only' }));

  test.each([
    ['uint8', 255, 1],
    ['uint16', 65535, 2],
  ] as const)('%s: value = integer x scale + min', async (dtype, steps, width) => {
    const { artefact } = await saved(dense);
    const exact = importTfjs(artefact.json, filesOf(artefact), 'm').layers[0]!;
    const random = seededRandom(5);
    const [kernel, bias] = artefact.json.weightsManifest[0]!.weights as [Entry, Entry];
    const bytes = new Uint8Array(210 * width);
    const view = new DataView(bytes.buffer);
    const drawn = Array.from({ length: 210 }, (_, i) => {
      const q = random.integer(0, steps);
      if (width === 1) view.setUint8(i, q);
      else view.setUint16(2 * i, q, true);
      return q;
    });
    const [scale, min] = [1 / steps, -0.375];
    for (const entry of [kernel, bias]) entry.quantization = { dtype, scale, min };
    const graph = importTfjs(artefact.json, split(artefact, bytes), 'm');
    const layer = graph.layers[0]!;
    if (layer.kind !== 'fullyConnected' || exact.kind !== 'fullyConnected') throw new Error(layer.kind);
    expect(layer.weights.length).toBe(exact.weights.length);
    const value = (i: number): number => Math.fround(drawn[i]! * scale + min);
    expect(layer.weights[3 * 20 + 7]).toBe(value(7 * 10 + 3));
    expect([...layer.bias]).toEqual(Array.from({ length: 10 }, (_, i) => value(200 + i)));
  });

  test('float16, down to subnormal numbers', async () => {
    const { artefact } = await saved(dense);
    for (const entry of artefact.json.weightsManifest[0]!.weights) entry.quantization = { dtype: 'float16' };
    const bytes = new Uint8Array(420);
    const view = new DataView(bytes.buffer);
    for (const [i, bits] of [0x3c00, 0xc000, 0x0001, 0x7bff].entries()) view.setUint16(2 * (200 + i), bits, true);
    const layer = importTfjs(artefact.json, split(artefact, bytes), 'm').layers[0]!;
    if (layer.kind !== 'fullyConnected') throw new Error(layer.kind);
    expect([...layer.bias.subarray(0, 4)]).toEqual([1, -2, 2 ** -24, 65504]);
    expect(halfToFloat(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
    expect(halfToFloat(0x7c01)).toBeNaN();
  });

  type Entry = Artefact['json']['weightsManifest'][number]['weights'][number];

  /** The bytes as one shard. */
  function split(artefact: Artefact, bytes: Uint8Array): (path: string) => Uint8Array {
    artefact.json.weightsManifest[0]!.paths = ['all.bin'];
    return () => bytes;
  }
});

describe('refusing', () => {
  type Topology = {
    class_name: string;
    config: { layers: LayerJson[]; input_layers: unknown[]; output_layers: unknown[] };
  };
  const topologyOf = ({ json }: Artefact): Topology => json.modelTopology as unknown as Topology;
  const build: Build = () => {
    const x = tf.layers.input({ shape: [4, 4, 2], name: 'pixels' });
    const a = apply(l.conv2d({ filters: 2, kernelSize: 3, name: 'conv' }), x);
    const b = apply(l.batchNormalization({ name: 'norm' }), a);
    const c = apply(l.reLU({ name: 'relu' }), b);
    return tf.layers.model({
      inputs: x,
      outputs: apply(l.dense({ units: 2, name: 'last' }), apply(l.flatten({ name: 'flat' }), c)),
    });
  };
  const layerOf = (artefact: Artefact, name: string): LayerJson =>
    topologyOf(artefact).config.layers.find((layer) => layer.name === name)!;
  const shard = (artefact: Artefact): Uint8Array => artefact.files.get('group1-shard0.bin')!;

  const cases: [string, (artefact: Artefact) => void, string | RegExp][] = [
    [
      'every unknown class and activation at once',
      (a) => {
        layerOf(a, 'norm').class_name = 'LayerNormalization';
        layerOf(a, 'last').config.activation = 'swish';
      },
      /^model\.json: the model needs layer 2 \(LayerNormalization "norm"\); activation "swish" of layer 5 \(Dense "last"\); supported are InputLayer, Conv2D, .* with the activations linear, relu, .* \[TFJS_UNSUPPORTED\]$/,
    ],
    [
      'a bound of ReLU',
      (a) => (layerOf(a, 'relu').config.max_value = 5),
      'model.json: layer 3 (ReLU "relu"): max_value 5 has no counterpart here; none or 6 would be understood; change the model and train again [KERAS_UNSUPPORTED]',
    ],
    [
      'an open input size',
      (a) => (layerOf(a, 'pixels').config.batch_input_shape = [null, null, 4, 1]),
      'input shape [null,null,4,1] has no counterpart here; a first layer with fixed sizes',
    ],
    [
      'a huge input shape',
      (a) => (layerOf(a, 'pixels').config.batch_input_shape = [null, 1e9, 1e9, 3]),
      'has more than 2147483647 elements',
    ],
    [
      'channels first',
      (a) => (layerOf(a, 'conv').config.data_format = 'channels_first'),
      'data_format "channels_first"',
    ],
    ['a stride of 0', (a) => (layerOf(a, 'conv').config.strides = [0, 1]), 'stride 0 x 1; whole numbers of 1 or more'],
    [
      'a window larger than the image',
      (a) => (layerOf(a, 'pixels').config.batch_input_shape = [null, 2, 2, 2]),
      'window must fit',
    ],
    [
      'a cycle',
      (a) => (layerOf(a, 'conv').inbound_nodes = [[['relu', 0, 0, {}]]]),
      'model.json: layer 1 (Conv2D "conv") is part of a cycle; networks without cycles are read [TFJS_MALFORMED]',
    ],
    [
      'a link to nowhere',
      (a) => (layerOf(a, 'conv').inbound_nodes = [[['nobody', 0, 0, {}]]]),
      'layer 1 (Conv2D "conv"): it reads output 0 of call 0 of "nobody"; nothing computes that',
    ],
    [
      'a missing weight',
      (a) => (a.json.weightsManifest[0]!.weights[0]!.name = 'other/kernel'),
      'layer 1 (Conv2D "conv"): its kernel is missing',
    ],
    [
      'a truncated shard',
      (a) => a.files.set('group1-shard0.bin', shard(a).slice(0, 30)),
      /\/weightsManifest\/0\/weights\/0 \(conv\/kernel\): shape \[3, 3, 2, 2\] needs bytes 0 to 143 of shards that hold 30; a shard is truncated/,
    ],
    [
      'bytes left over',
      (a) => a.files.set('group1-shard0.bin', new Uint8Array(shard(a).length + 4)),
      'its weights take 256 bytes and its shards hold 260; shards and manifest must belong together',
    ],
    ['a huge weight', (a) => (a.json.weightsManifest[0]!.weights[0]!.shape = [3, 3, 2e9, 2e9]), 'shards that hold 256'],
    [
      'a negative size',
      (a) => (a.json.weightsManifest[0]!.weights[0]!.shape = [-1]),
      'at most eight whole numbers of 0 or more',
    ],
    [
      'one shard twice',
      (a) => a.json.weightsManifest[0]!.paths.push('group1-shard0.bin'),
      'model.json: /weightsManifest/0/paths/1: shard "group1-shard0.bin" a second time; list it once [TFJS_MALFORMED]',
    ],
    [
      'weights that are not numbers',
      (a) => new DataView(shard(a).buffer).setFloat32(144, Number.NaN, true),
      'bias 0 is NaN',
    ],
    [
      'a type of weights',
      (a) => (a.json.weightsManifest[0]!.weights[0]!.dtype = 'complex64'),
      'dtype "complex64"; float32, int32, bool are read',
    ],
    [
      'no topology',
      (a) => (a.json.modelTopology = 5 as never),
      'model.json: /modelTopology: found 5; an object is needed',
    ],
    ['a class of model', (a) => (topologyOf(a).class_name = 'Graph'), 'Sequential, Model, Functional are read'],
    ['no layers', (a) => (topologyOf(a).config.layers = []), 'is no InputLayer of the model'],
    ['no links', (a) => (layerOf(a, 'flat').inbound_nodes = [[]]), 'it reads nothing'],
  ];
  test.each(cases)('%s', async (_name, change, message) => {
    const { artefact } = await saved(build);
    expect(importTfjs(artefact.json, filesOf(artefact), 'model.json').layers.length).toBe(3);
    change(artefact);
    expect(() => importTfjs(artefact.json, filesOf(artefact), 'model.json')).toThrow(message);
  });

  test('a reshape whose open size does not divide', () => {
    const layers = [{ class_name: 'Reshape', config: { batch_input_shape: [null, 3, 4], target_shape: [-1, 5] } }];
    const json = { modelTopology: { class_name: 'Sequential', config: { layers } }, weightsManifest: [] };
    expect(() => importTfjs(json, () => new Uint8Array(), 'model.json')).toThrow('shape [1, 2.4, 5]; every dimension');
    layers[0]!.config.target_shape = [-1, 2, 2];
    const graph = importTfjs(json, () => new Uint8Array(), 'model.json');
    expect(graph.tensors.get(graph.outputs[0]!)!.shape).toEqual([1, 3, 2, 2]);
  });

  test('models that call each other a million times', async () => {
    let inner: Record<string, unknown> = { class_name: 'Dropout', config: { name: 'd' } };
    for (let depth = 0; depth < 12; depth++) {
      inner = { class_name: 'Sequential', config: { name: `s${depth}`, layers: Array(8).fill(inner) } };
    }
    const json = {
      modelTopology: { ...inner, config: { ...(inner.config as object), build_input_shape: [null, 4] } },
      weightsManifest: [],
    };
    expect(() => importTfjs(json, () => new Uint8Array(), 'model.json')).toThrow(/more than 20000 layers/);
  });
});
