import { describe, expect, test } from 'vitest';
import type { FloatGraph } from '../../models/float.ts';
import { floatFromKeras } from '../../models/float-keras.ts';
import { runFloatOutput } from '../../models/float-reference.ts';
import { kerasLayers, loadTensorFlow, type TensorFlow } from '../../models/tf.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { digits } from '../../scripts/train/digits-task.ts';
import { registerGradients } from '../../scripts/train/gradients.ts';
import { realInput } from '../../scripts/train/task.ts';
import { predict } from '../../scripts/train/train-model.ts';
import { seededRandom } from '../support/random.ts';
import { randomise } from '../support/tfjs-artefact.ts';

const hasNative = await import('@tensorflow/tfjs-node' as string).then(
  () => true,
  () => false,
);

describe('loading TensorFlow.js', () => {
  test('takes the native backend when it is installed, else WebAssembly', async () => {
    const { backend, version } = await loadTensorFlow();
    expect(backend).toBe(hasNative ? 'tensorflow' : 'wasm');
    expect(version).toMatch(/^4\./);
  });

  test.skipIf(hasNative)('says what was tried when nothing works', async () => {
    await expect(loadTensorFlow(['tensorflow'])).rejects.toThrow(
      /^TensorFlow\.js: no backend could be loaded \(tensorflow: .*tfjs-node.*\); run npm install in the project folder and try again \[TENSORFLOW_UNAVAILABLE\]$/,
    );
  });
});

type Layers = TensorFlow['layers']['layers'];
type SequentialArgs = NonNullable<Parameters<TensorFlow['layers']['sequential']>[0]>;
type Layer = NonNullable<SequentialArgs['layers']>[number];

const models: Record<string, (l: Layers) => Layer[]> = {
  'convolutions of all strides, paddings and dilations': (l) => [
    l.conv2d({
      inputShape: [11, 9, 3],
      filters: 4,
      kernelSize: [3, 2],
      strides: [2, 1],
      padding: 'same',
      activation: 'relu',
    }),
    l.conv2d({ filters: 5, kernelSize: 2, dilationRate: 2, padding: 'valid', activation: 'relu6' }),
    l.conv2d({ filters: 3, kernelSize: 1 }),
  ],
  'depthwise with a multiplier, batch normalisation and ReLU of its own': (l) => [
    l.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, padding: 'same', useBias: false }),
    l.batchNormalization({}),
    l.reLU(),
    l.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2, padding: 'same' }),
    l.batchNormalization({ scale: false, epsilon: 0.01 }),
    l.reLU({ maxValue: 6 }),
    l.depthwiseConv2d({ kernelSize: 2, useBias: false }),
    l.batchNormalization({ center: false }),
    l.activation({ activation: 'relu' }),
  ],
  'pooling, flattening and dense layers': (l) => [
    l.averagePooling2d({ inputShape: [9, 7, 3], poolSize: [3, 2], strides: [2, 2], padding: 'same' }),
    l.averagePooling2d({ poolSize: 2 }),
    l.flatten(),
    l.dense({ units: 6, activation: 'relu' }),
    l.dropout({ rate: 0.5 }),
    l.dense({ units: 4, useBias: false }),
    l.batchNormalization({}),
    l.softmax(),
  ],
  'global pooling and a dense softmax': (l) => [
    l.conv2d({ inputShape: [6, 6, 1], filters: 4, kernelSize: 3 }),
    l.globalAveragePooling2d({}),
    l.dense({ units: 5, activation: 'softmax' }),
  ],
};

describe('the float reference', () => {
  test.each(Object.keys(models))('equals TensorFlow.js within 1e-4: %s', async (name) => {
    const tf = await loadTensorFlow(['wasm']);
    const random = seededRandom(4);
    const model = tf.layers.sequential({ layers: models[name]!(tf.layers.layers) });
    randomise(tf, model, random);
    const graph = floatFromKeras('net', kerasLayers(model));
    const shape = model.inputs[0]!.shape.slice(1) as number[];
    const size = shape.reduce((a, b) => a * b, 1);
    for (let sample = 0; sample < 5; sample++) {
      const input = Float32Array.from({ length: size }, () => random.fraction() * 2 - 1);
      const expected = (
        model.predict(tf.core.tensor(input, [1, ...shape])) as ReturnType<typeof tf.core.tensor>
      ).dataSync();
      const found = runFloatOutput(graph, input);
      expect(found.length).toBe(expected.length);
      for (const [i, value] of found.entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(expected[i]!)));
      }
      expect(found.some((value) => value !== 0 && value !== found[0])).toBe(true);
    }
  });

  test('equals TensorFlow.js within 1e-4 on drawings, for the network of the zoo before training', async () => {
    const tf = await loadTensorFlow(['wasm']);
    const model = digits.build(tf, 1);
    randomise(tf, model, seededRandom(6));
    const graph = floatFromKeras('digits', kerasLayers(model));
    const shapes = (g: FloatGraph) => [...g.tensors.values()].map(({ shape }) => shape);
    expect(shapes(graph)).toEqual(shapes(loadZoo('digits').float));
    const drawings = digits.make(20, 5);
    const expected = predict(tf, model, digits, drawings, drawings.count);
    for (let i = 0; i < drawings.count; i++) {
      const found = runFloatOutput(graph, realInput(digits, drawings, i));
      for (const [c, value] of found.entries())
        expect(Math.abs(value - expected[10 * i + c]!)).toBeLessThanOrEqual(1e-4);
    }
  });

  test('refuses an input of the wrong size', async () => {
    const tf = await loadTensorFlow(['wasm']);
    const model = tf.layers.sequential({ layers: models['global pooling and a dense softmax']!(tf.layers.layers) });
    const graph = floatFromKeras('net', kerasLayers(model));
    expect(() => runFloatOutput(graph, new Float32Array(5))).toThrow(
      /^net: an input of 5 values was given to a network that takes 36; give exactly 36 values, in the order of shape \[1, 6, 6, 1\] \[FLOAT_INPUT_SIZE\]$/,
    );
  });
});

describe('layers without a counterpart are refused by name', () => {
  const cases: [string, (l: Layers) => Layer[], RegExp][] = [
    [
      'a class and an activation, all at once',
      (l) => [
        l.conv2d({ inputShape: [4, 4, 1], filters: 1, kernelSize: 1, activation: 'swish', name: 'first' }),
        l.layerNormalization({ name: 'second' }),
      ],
      /^net: the model needs activation "swish" of layer 0 \(Conv2D "first"\); layer 1 \(LayerNormalization "second"\); supported are .* \[TFJS_UNSUPPORTED\]$/,
    ],
    [
      'a bound of ReLU',
      (l) => [l.dense({ inputShape: [4], units: 2 }), l.reLU({ maxValue: 5, name: 'bound' })],
      /^net: layer 1 \(ReLU "bound"\): max_value 5 has no counterpart here; none or 6 would be understood/,
    ],
    [
      'an open input size',
      (l) => [l.conv2d({ inputShape: [null, 4, 1], filters: 1, kernelSize: 1 })],
      /^net: input shape \[null,null,4,1\] has no counterpart here; a first layer with fixed sizes/,
    ],
  ];
  test.each(cases)('%s', async (_name, build, message) => {
    const tf = await loadTensorFlow(['wasm']);
    const model = tf.layers.sequential({ layers: build(tf.layers.layers) });
    expect(() => floatFromKeras('net', kerasLayers(model))).toThrow(message);
  });
});

describe('the gradients that WebAssembly lacks', () => {
  test.each([
    ['same', 1],
    ['same', 2],
    ['valid', 2],
  ] as const)('equal those of the plain backend: padding %s, stride %i', async (padding, stride) => {
    const random = seededRandom(8);
    const reals = (count: number) => Float32Array.from({ length: count }, () => random.fraction() - 0.5);
    const [x, w, d] = [reals(2 * 11 * 10 * 3), reals(3 * 3 * 3 * 4), reals(3 * 3 * 3)];
    const results: Float32Array[][] = [];
    for (const backend of ['cpu', 'wasm'] as const) {
      const tf = await loadTensorFlow([backend]);
      registerGradients(tf);
      const { core } = tf;
      const loss = (
        images: ReturnType<typeof core.tensor>,
        filter: ReturnType<typeof core.tensor>,
        each: ReturnType<typeof core.tensor>,
      ) => {
        const a = core.depthwiseConv2d(images as never, each as never, stride, padding);
        const b = core.conv2d(a as never, filter as never, stride, padding);
        return core.sum(core.square(b)) as ReturnType<typeof core.scalar>;
      };
      const gradients = core.grads(loss as never)([
        core.tensor(x, [2, 11, 10, 3]),
        core.tensor(w, [3, 3, 3, 4]),
        core.tensor(d, [3, 3, 3, 1]),
      ]);
      results.push(gradients.map((g) => Float32Array.from(g.dataSync())));
    }
    const [plain, fast] = results as [Float32Array[], Float32Array[]];
    for (const [i, gradient] of plain.entries()) {
      expect(gradient.some((value) => Math.abs(value) > 0.01)).toBe(true);
      for (const [j, value] of gradient.entries()) expect(fast[i]![j]!).toBeCloseTo(value, 4);
    }
  });
});
