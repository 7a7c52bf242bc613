/**
 * Networks trained on digits that people wrote, from data sets that stay where they are: the networks only serve to measure
 * the quantiser and are not kept.
 */
import { join } from 'node:path';
import type { LayersModel, TensorFlow } from '../../models/tf.ts';
import { readBytes } from '../files.ts';
import { seededRandom, shuffledIndices } from './random.ts';
import { buildSeparable } from './separable-network.ts';
import { type Labelled, type Recipe, type Task, trainingSeed } from './task.ts';

interface DataSet {
  readonly images: string;
  readonly labels: string;
  readonly side: number;
  readonly brightest: number;
  /** So many images train, the others are held out. */
  readonly training: number;
  readonly words: string;
}

/** Files of the data folder (JOULESMITH_DATA). */
const mnist: DataSet = {
  images: 'mnist/t10k_first1000_images_u8.bin',
  labels: 'mnist/t10k_first1000_labels_u8.bin',
  side: 28,
  brightest: 255,
  training: 500,
  words: 'the first 1,000 test images of MNIST',
};
const optical: DataSet = {
  images: 'sklearn_digits/images_u8_1797x64.bin',
  labels: 'sklearn_digits/labels_u8.bin',
  side: 8,
  brightest: 16,
  training: 1000,
  words: 'the optical digits of the UCI repository as scikit-learn has them',
};

export const scannedFiles: readonly string[] = [mnist, optical].flatMap(({ images, labels }) => [images, labels]);

const splitSeed = 7;

/** Training images come first in a shuffled order that never changes; the seed says which part is asked for. */
function splitOf(folder: string, set: DataSet): Task['make'] {
  const images = readBytes(join(folder, set.images));
  const labels = readBytes(join(folder, set.labels));
  const order = shuffledIndices(labels.length, seededRandom(splitSeed));
  const size = set.side * set.side;
  return (count, seed): Labelled => {
    const part = seed === trainingSeed ? order.subarray(0, set.training) : order.subarray(set.training);
    const chosen = part.subarray(0, count);
    const bytes = new Uint8Array(chosen.length * size);
    for (const [i, index] of chosen.entries()) bytes.set(images.subarray(index * size, (index + 1) * size), i * size);
    return { count: chosen.length, bytes, labels: Uint8Array.from(chosen, (index) => labels[index]!) };
  };
}

/** Two convolutions with strides, then one fully connected layer. */
function plainConvolutions(tf: TensorFlow, seed: number, side: number): LayersModel {
  const { layers, initializers, sequential } = tf.layers;
  let drawn = seed;
  const kernelInitializer = () => initializers.heNormal({ seed: drawn++ });
  const convolution = { kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' } as const;
  const model = sequential();
  const inputShape = [side, side, 1];
  model.add(layers.conv2d({ ...convolution, filters: 8, inputShape, kernelInitializer: kernelInitializer() }));
  model.add(layers.conv2d({ ...convolution, filters: 16, kernelInitializer: kernelInitializer() }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 10, activation: 'softmax', kernelInitializer: kernelInitializer() }));
  return model;
}

/** Fully connected layers only. */
function perceptron(tf: TensorFlow, seed: number, side: number): LayersModel {
  const { layers, initializers, sequential } = tf.layers;
  let drawn = seed;
  const kernelInitializer = () => initializers.heNormal({ seed: drawn++ });
  const model = sequential();
  model.add(layers.flatten({ inputShape: [side, side, 1] }));
  model.add(layers.dense({ units: 32, activation: 'relu', kernelInitializer: kernelInitializer() }));
  model.add(layers.dense({ units: 24, activation: 'relu', kernelInitializer: kernelInitializer() }));
  model.add(layers.dense({ units: 10, activation: 'softmax', kernelInitializer: kernelInitializer() }));
  return model;
}

/** Batch-normalised convolutions, one with relu and one with relu6, and average pooling between them. */
function pooled(tf: TensorFlow, seed: number, side: number): LayersModel {
  const { layers, initializers, sequential } = tf.layers;
  let drawn = seed;
  const kernelInitializer = () => initializers.heNormal({ seed: drawn++ });
  const convolution = { kernelSize: 3, padding: 'same', useBias: false } as const;
  const model = sequential();
  const inputShape = [side, side, 1];
  model.add(
    layers.conv2d({ ...convolution, strides: 2, filters: 8, inputShape, kernelInitializer: kernelInitializer() }),
  );
  model.add(layers.batchNormalization({ momentum: 0.95 }));
  model.add(layers.reLU());
  model.add(layers.averagePooling2d({ poolSize: 2 }));
  model.add(layers.conv2d({ ...convolution, filters: 16, kernelInitializer: kernelInitializer() }));
  model.add(layers.batchNormalization({ momentum: 0.95 }));
  model.add(layers.reLU({ maxValue: 6 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 10, activation: 'softmax', kernelInitializer: kernelInitializer() }));
  return model;
}

/** Batch-normalised depthwise and pointwise convolutions with relu6. */
function separable(tf: TensorFlow, seed: number, side: number): LayersModel {
  const quarter = Math.ceil(Math.ceil(side / 2) / 2);
  return buildSeparable(tf, seed, {
    inputShape: [side, side, 1],
    stem: { kernel: [3, 3], stride: [2, 2], filters: 8 },
    kernel: [3, 3],
    stages: [
      { stride: [2, 2], filters: 16 },
      { stride: [1, 1], filters: 24 },
    ],
    pool: [quarter, quarter],
    classes: 10,
  });
}

function taskOf(
  name: string,
  folder: string,
  set: DataSet,
  build: (tf: TensorFlow, seed: number, side: number) => LayersModel,
  recipe: Omit<Recipe, 'samples'>,
): Task {
  return {
    name,
    sentence: `Reads a handwritten digit from a grey image of ${set.side} x ${set.side} pixels.`,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    inputShape: [set.side, set.side, 1],
    make: splitOf(folder, set),
    real: (byte) => byte / set.brightest,
    inputRange: { min: 0, max: 1 },
    build: (tf, seed) => build(tf, seed, set.side),
    recipe: { samples: set.training, ...recipe },
    data: set.words,
    use: 'It measures what quantisation costs and is not kept.',
    limits: 'It has seen few images.',
  };
}

/** Four small networks on two data sets of the folder. Errors: FILE_MISSING. */
export function scannedTasks(folder: string): Task[] {
  const recipe = { batch: 20, learningRate: 0.005 };
  return [
    taskOf('mnist_convolutions', folder, mnist, plainConvolutions, { ...recipe, epochs: 12, seed: 1 }),
    taskOf('mnist_pooled', folder, mnist, pooled, { ...recipe, epochs: 12, seed: 2 }),
    taskOf('optical_perceptron', folder, optical, perceptron, { ...recipe, epochs: 25, seed: 3 }),
    taskOf('optical_separable', folder, optical, separable, { ...recipe, epochs: 10, learningRate: 0.01, seed: 4 }),
  ];
}
