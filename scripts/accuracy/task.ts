import { areaUnderCurve, type Classification, classify, meanSquaredError } from '../../models/accuracy.ts';
import { Fault } from '../../specs/fault.ts';
import type { Labels } from '../labels.ts';

/**
 * How outputs are judged. `classification`: the largest output names the class. `reconstruction`: the output repeats the input
 * (an autoencoder), its squared error is the score. `regression`: the outputs estimate real values.
 */
export type Task = 'classification' | 'reconstruction' | 'regression';
export const tasks: readonly Task[] = ['classification', 'reconstruction', 'regression'];

/** One sample: real values of the network's input and output. */
export interface Answer {
  readonly input: Float32Array;
  readonly output: Float32Array;
}

export interface Reconstruction {
  readonly samples: number;
  /** Mean over the samples of each one's mean squared error. */
  readonly meanSquaredError: number;
  /** Of the labelled groups: anomalies (label 1) against the others (0) by their error; null when there is no such pair. */
  readonly areaUnderCurve: number | null;
  /** Samples that share one label: several windows of one recording; their errors are averaged. */
  readonly samplesPerLabel: number;
}

export interface Regression {
  readonly samples: number;
  readonly meanSquaredError: number;
  readonly meanAbsoluteError: number;
}

export type Judgement =
  | ({ readonly task: 'classification' } & Classification)
  | ({ readonly task: 'reconstruction' } & Reconstruction)
  | ({ readonly task: 'regression' } & Regression);

function labelsFault(labels: Labels, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'LABELS', place: labels.origin, cause, wayOut });
}

/** What the shapes and labels say the network does. */
export function taskOf(labels: Labels | null, inputs: number, outputs: number, endsInSoftmax: boolean): Task {
  if (labels?.real === true) return 'regression';
  const binary = labels === null || labels.values.every((label) => label === 0 || label === 1);
  return inputs === outputs && outputs > 1 && binary && !endsInSoftmax ? 'reconstruction' : 'classification';
}

function needLabels(labels: Labels | null, task: Task): Labels {
  if (labels !== null) return labels;
  throw new Fault({
    code: 'LABELS_MISSING',
    place: '--labels',
    cause: `nothing says what is right, and no labels came with the model (task: ${task})`,
    wayOut: 'give them with --labels F: one byte per sample, or .npy',
  });
}

/** The labels of the first `samples`; `wanted` per sample. */
function fitting(labels: Labels, all: number, samples: number, wanted: number): Float64Array {
  const { values } = labels;
  if (values.length === all * wanted) return values.subarray(0, samples * wanted);
  throw labelsFault(
    labels,
    `${values.length} labels for ${all} samples${wanted === 1 ? '' : ` of ${wanted} values`}`,
    `give ${all * wanted}; a wrong --dtype also changes the number of samples`,
  );
}

/** Which class each sample was given. */
export function judgeClasses(found: readonly number[], outputs: number, given: Labels | null, all: number): Judgement {
  const labels = needLabels(given, 'classification');
  if (outputs < 2) {
    throw labelsFault(labels, 'a network of one output names no class', 'give real values as labels (.npy of floats)');
  }
  const expected = [...fitting(labels, all, found.length, 1)];
  const wrong = expected.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < outputs));
  if (wrong >= 0) {
    throw labelsFault(labels, `label ${expected[wrong]} of sample ${wrong}`, `the classes are 0 to ${outputs - 1}`);
  }
  return { task: 'classification', ...classify(found, expected) };
}

/** `errors`: of each sample. Labels may speak of groups of consecutive samples. */
export function judgeReconstruction(errors: readonly number[], labels: Labels | null, all: number): Judgement {
  const samples = errors.length;
  const sum = errors.reduce((total, error) => total + error, 0);
  const figures = { task: 'reconstruction', samples, meanSquaredError: sum / samples } as const;
  if (labels === null) return { ...figures, areaUnderCurve: null, samplesPerLabel: 1 };
  const size = all / labels.values.length;
  if (!Number.isInteger(size)) {
    throw labelsFault(
      labels,
      `${labels.values.length} labels for ${all} samples`,
      'give one per sample or per group of samples',
    );
  }
  // A group that was not run to its end has no score.
  const groups = Math.floor(samples / size);
  const scores = Array.from({ length: groups }, (_, group) =>
    errors.slice(group * size, (group + 1) * size).reduce((total, error) => total + error / size, 0),
  );
  const positive = [...labels.values.subarray(0, groups)].map((label) => label === 1);
  return { ...figures, areaUnderCurve: areaUnderCurve(scores, positive), samplesPerLabel: size };
}

export function judgeRegression(estimates: readonly Float32Array[], given: Labels | null, all: number): Judgement {
  const labels = needLabels(given, 'regression');
  const wanted = estimates[0]!.length;
  const right = fitting(labels, all, estimates.length, wanted);
  let squares = 0;
  let differences = 0;
  for (const [sample, estimate] of estimates.entries()) {
    const values = right.subarray(sample * wanted, (sample + 1) * wanted);
    squares += meanSquaredError(estimate, values);
    for (const [at, value] of values.entries()) differences += Math.abs(estimate[at]! - value) / wanted;
  }
  const samples = estimates.length;
  return {
    task: 'regression',
    samples,
    meanSquaredError: squares / samples,
    meanAbsoluteError: differences / samples,
  };
}
