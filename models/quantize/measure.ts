import { Fault } from '../../specs/fault.ts';
import type { FloatGraph } from '../float.ts';
import { runFloatGraph } from '../float-reference.ts';
import { tensorElements } from '../shape.ts';
import { addValues, emptyHistogram, type Histogram } from './histogram.ts';

/** One calibration sample: the values of the only input (flat, NHWC), or of every input by tensor id. */
export type Sample = Float32Array | ReadonlyMap<number, Float32Array>;

/** What a pass over the calibration samples sees: every activation of one sample by tensor id. */
export type Visit = (values: ReadonlyMap<number, Float32Array>) => void;

/**
 * The values of a sample by tensor id, checked. `place` names the sample. Faults: QUANTIZE_INPUT_SIZE, QUANTIZE_NOT_FINITE.
 */
export function sampleInputs(graph: FloatGraph, sample: Sample, place: string): ReadonlyMap<number, Float32Array> {
  const inputs = sample instanceof Float32Array ? new Map([[graph.inputs[0]!, sample]]) : sample;
  for (const id of graph.inputs) {
    const { shape, name } = graph.tensors.get(id)!;
    const wanted = tensorElements(shape);
    const values = inputs.get(id);
    const where = graph.inputs.length === 1 ? place : `${place}, input ${name}`;
    if (values?.length !== wanted) {
      throw new Fault({
        code: 'QUANTIZE_INPUT_SIZE',
        place: where,
        cause: `it has ${values?.length ?? 0} values, and the network ${graph.name} takes ${wanted}`,
        wayOut: `give every input as ${wanted} values in the order of shape [${shape.join(', ')}]`,
      });
    }
    refuseNonFinite(values, where);
  }
  return inputs;
}

/**
 * Runs the float network on every sample, one after the other, and gathers what each tensor holds.
 * Faults: QUANTIZE_NO_CALIBRATION, QUANTIZE_INPUT_SIZE, QUANTIZE_NOT_FINITE.
 */
export function measure(graph: FloatGraph, calibration: readonly Sample[], visit: Visit): Map<number, Histogram> {
  refuseEmpty(graph, calibration);
  const histograms = new Map<number, Histogram>();
  for (const [index, sample] of calibration.entries()) {
    const place = `calibration input ${index}`;
    const values = runFloatGraph(graph, sampleInputs(graph, sample, place));
    for (const [id, found] of values) {
      refuseNonFinite(found, `${place}, tensor ${graph.tensors.get(id)!.name}`);
      const histogram = histograms.get(id) ?? emptyHistogram();
      histograms.set(id, histogram);
      addValues(histogram, found);
    }
    visit(values);
  }
  for (const [id, values] of graph.constants ?? []) {
    const histogram = emptyHistogram();
    addValues(histogram, values);
    histograms.set(id, histogram);
  }
  return histograms;
}

export function refuseEmpty(graph: FloatGraph, samples: readonly Sample[]): void {
  if (samples.length === 0) {
    throw new Fault({
      code: 'QUANTIZE_NO_CALIBRATION',
      place: graph.name,
      cause: 'quantisation was asked for with 0 calibration inputs',
      wayOut:
        'give at least one typical input (a hundred are usual): the ranges of the activations are measured on them',
    });
  }
}

export function refuseNonFinite(values: Float32Array, place: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new Fault({
    code: 'QUANTIZE_NOT_FINITE',
    place,
    cause: `the value at index ${at} is ${values[at]}`,
    wayOut: 'quantisation needs finite numbers: look for a division by zero or a diverged training run',
  });
}
