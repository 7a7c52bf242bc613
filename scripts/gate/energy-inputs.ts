import type { TensorData } from '../../models/graph.ts';
import { Fault } from '../../specs/fault.ts';
import { asTyped } from '../option-words.ts';
import { chooseSamples, type SampleSource } from '../samples.ts';
import { sha256Of } from '../zoo/keep.ts';

/** Inputs beyond these would change nothing: an inference in steady state sees a few frames. */
export const mostInputs = 8;

/** Inputs follow each other: one alone would never change. */
export const fewestSamples = 2;

/** Each costs an interval of simulation, and windows are drawn of all of them. */
export const mostSamples = 256;

/** Whole inputs that joules are found on. */
export interface EnergyInputs {
  readonly inputs: TensorData;
  readonly sha256: string;
  /** Which they are, in words. */
  readonly origin: string;
}

/** How many inputs were asked for. Errors: `SAMPLES_INVALID`. */
export function checkEnergySamples(samples: number | undefined): number | undefined {
  const isWhole = Number.isInteger(samples);
  if (samples === undefined || (isWhole && samples >= fewestSamples && samples <= mostSamples)) return samples;
  const range = `give a whole number from ${fewestSamples} to ${mostSamples}`;
  const reason =
    samples === 1
      ? ': inputs follow each other, and one alone would never change'
      : isWhole && samples > mostSamples
        ? ': each is simulated for a whole interval'
        : '';
  throw new Fault({
    code: 'SAMPLES_INVALID',
    place: '--samples',
    cause: `found ${asTyped(samples)}`,
    wayOut: `${range}${reason}`,
  });
}

/** The first inputs that come with a model, else seeded random ones; `samples` of them. Errors: `SAMPLES_INVALID`. */
export function energyInputs(model: SampleSource, samples: number | undefined): EnergyInputs {
  const found = chooseSamples(model, {}, samples ?? mostInputs);
  if (samples !== undefined && found.count < samples) {
    throw new Fault({
      code: 'SAMPLES_INVALID',
      place: '--samples',
      cause: `found ${samples}, and only ${found.count} inputs come with the model (${found.origin})`,
      wayOut: `give at most ${found.count}`,
    });
  }
  const count = Math.min(found.count, samples ?? mostInputs);
  const inputs = found.inputs.subarray(0, (found.inputs.length / found.count) * count);
  const origin = count === found.count ? found.origin : `the first ${count} of ${found.origin}`;
  return { inputs, sha256: sha256Of(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength)), origin };
}
