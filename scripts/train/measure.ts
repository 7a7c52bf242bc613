/** How many samples a network gets right. */

import type { FloatGraph } from '../../models/float.ts';
import { runFloatOutput } from '../../models/float-reference.ts';
import type { Graph } from '../../models/graph.ts';
import { runReference } from '../../models/reference.ts';
import { inputSize, type Labelled, quantizedInputs, realInput, type Task } from './task.ts';

/** Index of the largest value, the first one of equals. */
export function largestIndex(values: Float32Array | Int8Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

export function countRightFloat(task: Task, graph: FloatGraph, data: Labelled): number {
  let right = 0;
  for (let i = 0; i < data.count; i++) {
    if (largestIndex(runFloatOutput(graph, realInput(task, data, i))) === data.labels[i]) right++;
  }
  return right;
}

/** For each sample whether the int8 network gets it right. */
export function rightInt8(task: Task, graph: Graph, data: Labelled): boolean[] {
  const inputs = quantizedInputs(data);
  const size = inputSize(task);
  return Array.from(data.labels, (label, i) => {
    const { output } = runReference(graph, inputs.subarray(i * size, (i + 1) * size));
    return largestIndex(output) === label;
  });
}
