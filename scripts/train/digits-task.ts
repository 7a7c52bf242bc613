/** The task of the built-in network: read a drawn digit. What training, the model card and the tests must agree on. */

import type { FloatGraph } from '../../models/float.ts';
import { runFloatOutput } from '../../models/float-reference.ts';
import type { Graph } from '../../models/graph.ts';
import { runReference } from '../../models/reference.ts';
import { type Drawings, drawDigits, drawingSide } from './draw-digit.ts';

export const pixelsPerDrawing = drawingSide * drawingSide;
export const classes = 10;
/** Seeds of the drawings: the network never sees the held-out ones, nor takes its activation ranges from them. */
export const trainingSeed = 1;
export const heldOutSeed = 2;
/** Drawings on which the accuracies of the model card are measured. */
export const heldOutCount = 2000;
/** The first of them are kept in the repository. */
export const keptCount = 200;

/** Activation ranges are measured on this many training drawings. */
const calibrationCount = 500;

export const heldOutDrawings = (): Drawings => drawDigits(heldOutCount, heldOutSeed);

/** One drawing as the float network takes it: 0 is paper, 1 is ink. */
export function realPixels(drawings: Drawings, index: number): Float32Array {
  const bytes = drawings.pixels.subarray(index * pixelsPerDrawing, (index + 1) * pixelsPerDrawing);
  return Float32Array.from(bytes, (byte) => byte / 255);
}

/** What the network is quantised on. The first drawings of a seed do not depend on how many are drawn. */
export function calibrationInputs(): Float32Array[] {
  const drawings = drawDigits(calibrationCount, trainingSeed);
  return Array.from({ length: calibrationCount }, (_, i) => realPixels(drawings, i));
}

/** All drawings as the int8 network takes them, one after the other. Scale 1/255 and zero point -128 make this exact. */
export function quantizedPixels(drawings: Drawings): Int8Array {
  return Int8Array.from(drawings.pixels, (byte) => byte - 128);
}

/** Index of the largest value, the first one of equals. */
export function largestIndex(values: Float32Array | Int8Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** How many of the drawings the float network reads right. */
export function countRightFloat(graph: FloatGraph, drawings: Drawings): number {
  let right = 0;
  for (let i = 0; i < drawings.count; i++) {
    if (largestIndex(runFloatOutput(graph, realPixels(drawings, i))) === drawings.labels[i]) right++;
  }
  return right;
}

/** How many of the samples (concatenated) the int8 network reads right. */
export function countRightInt8(graph: Graph, samples: Int8Array, labels: Uint8Array): number {
  let right = 0;
  for (const [i, label] of labels.entries()) {
    const input = samples.subarray(i * pixelsPerDrawing, (i + 1) * pixelsPerDrawing);
    if (largestIndex(runReference(graph, input).output) === label) right++;
  }
  return right;
}
