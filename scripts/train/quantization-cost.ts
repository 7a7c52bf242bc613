/** What quantisation costs a trained network: samples read right in float and in several integer forms. */
import type { FloatGraph } from '../../models/float.ts';
import type { QuantizeOptions } from '../../models/quantize/options.ts';
import { quantizeGraph } from '../../models/quantize.ts';
import { quantizeValues } from '../../models/quantize-range.ts';
import { runReference } from '../../models/reference.ts';
import { countRightFloat, largestIndex } from './measure.ts';
import { calibrationInputs, type Labelled, realInput, type Task } from './task.ts';

/** The forms that docs/quantiser.md compares. */
export const forms: Readonly<Record<string, QuantizeOptions>> = {
  int8: {},
  'int8, bias corrected': { correctBias: true },
  'int8, equalised': { equalize: true },
  'int8, least squared error': { calibrator: 'meanSquaredError' },
  'int8, percentile': { calibrator: 'percentile' },
  'int8, powers of two': { powerOfTwo: true },
  'int8, one weight scale': { weights: 'perTensor' },
  'int4 weights': { weightBits: 4 },
  'int4 weights, bias as it is': { weightBits: 4, correctBias: false },
  'int4 weights, equalised': { weightBits: 4, equalize: true },
  'int4 weights, powers of two': { weightBits: 4, powerOfTwo: true },
  'int4 weights, one weight scale': { weightBits: 4, weights: 'perTensor' },
  'int4 weights, one weight scale, equalised': { weightBits: 4, weights: 'perTensor', equalize: true },
  'ternary weights': { weightBits: 2 },
};

export interface Cost {
  readonly network: string;
  /** Held-out samples. */
  readonly samples: number;
  /** Fractions read right. */
  readonly float: number;
  readonly forms: Readonly<Record<string, number>>;
}

const calibrated = 200;

/** The network in each of the named forms, on held-out samples; ranges come from training samples. */
export function quantizationCost(task: Task, float: FloatGraph, data: Labelled, names: readonly string[]): Cost {
  const inputs = Array.from({ length: data.count }, (_, i) => realInput(task, data, i));
  const calibration = calibrationInputs(task).slice(0, calibrated);
  const rightIn = (name: string): number => {
    const graph = quantizeGraph(float, calibration, { inputRange: task.inputRange, ...forms[name] });
    const port = graph.tensors.get(graph.inputs[0]!)!;
    const right = inputs.filter((input, i) => {
      return largestIndex(runReference(graph, quantizeValues(input, port)).output) === data.labels[i];
    });
    return right.length / data.count;
  };
  return {
    network: task.name,
    samples: data.count,
    float: countRightFloat(task, float, data) / data.count,
    forms: Object.fromEntries(names.map((name) => [name, rightIn(name)])),
  };
}
