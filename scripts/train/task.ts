/** What a network of the zoo is trained for: its data, its layers, and the words of its model card. */

import type { Range } from '../../models/statistics.ts';
import type { LayersModel, TensorFlow } from '../../models/tf.ts';

/** Samples with their right classes, as the sensor gives them: one byte for each value. */
export interface Labelled {
  readonly count: number;
  /** [count, ...input shape]. */
  readonly bytes: Uint8Array | Int8Array;
  readonly labels: Uint8Array;
}

/** All that decides the weights, apart from the data, TensorFlow.js and the platform. */
export interface Recipe {
  /** Training samples. */
  readonly samples: number;
  readonly epochs: number;
  readonly batch: number;
  /** Of Adam, at the start; it falls to 0 along half a cosine. */
  readonly learningRate: number;
  /** Of the shuffling and, counted up layer by layer, of the initial weights. */
  readonly seed: number;
}

export interface Task {
  /** Name of the network: its folder in models/zoo and its script, `scripts/train/NAME.ts`. */
  readonly name: string;
  /** What it decides, one sentence. */
  readonly sentence: string;
  /** In output order. */
  readonly classes: readonly string[];
  /** Height, width, channels. */
  readonly inputShape: readonly [number, number, number];
  /** Deterministic for a seed; the first samples of a seed do not depend on how many are made. */
  readonly make: (count: number, seed: number) => Labelled;
  /** The real number that a byte stands for. */
  readonly real: (byte: number) => number;
  /** Reals of the smallest and the largest byte. The network's input scale follows from it; a byte then is one step. */
  readonly inputRange: Range;
  readonly build: (tf: TensorFlow, seed: number) => LayersModel;
  readonly recipe: Recipe;
  /** Where the data comes from, without the seeds. */
  readonly data: string;
  readonly use: string;
  readonly limits: string;
}

/** Seeds of the data: the network never sees the held-out samples, nor takes its activation ranges from them. */
export const trainingSeed = 1;
export const heldOutSeed = 2;
/** Samples on which the accuracies of the model card are measured. */
export const heldOutCount = 2000;
/** The first of them are kept in the repository. */
export const keptCount = 200;
/** Activation ranges are measured on this many training samples. */
const calibrationCount = 500;

export const inputSize = ({ inputShape }: Task): number => inputShape.reduce((a, b) => a * b, 1);

export const heldOut = (task: Task): Labelled => task.make(heldOutCount, heldOutSeed);

/** One sample as the float network takes it. */
export function realInput(task: Task, { bytes }: Labelled, index: number): Float32Array {
  const size = inputSize(task);
  return Float32Array.from(bytes.subarray(index * size, (index + 1) * size), task.real);
}

/** What the network is quantised on. */
export function calibrationInputs(task: Task): Float32Array[] {
  const data = task.make(calibrationCount, trainingSeed);
  return Array.from({ length: calibrationCount }, (_, i) => realInput(task, data, i));
}

/** All samples as the int8 network takes them, one after the other; `inputRange` makes this exact. */
export function quantizedInputs({ bytes }: Labelled): Int8Array {
  return bytes instanceof Int8Array ? bytes : Int8Array.from(bytes, (byte) => byte - 128);
}
