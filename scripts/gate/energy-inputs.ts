import type { TensorData } from '../../models/graph.ts';
import { Fault } from '../../specs/fault.ts';
import { chooseSamples, type SampleSource } from '../samples.ts';
import { sha256Of } from '../zoo/keep.ts';

/** Inputs beyond these would change nothing: an inference in steady state sees a few frames. */
export const mostInputs = 8;

/** Each costs an interval of simulation, and windows are drawn of all of them. */
const fewest = 2;
const most = 256;

/** Whole inputs that joules are found on. */
export interface EnergyInputs {
  readonly inputs: TensorData;
  readonly sha256: string;
  /** Which they are, in words. */
  readonly origin: string;
}

/** How many inputs were asked for. Errors: `SAMPLES_INVALID`. */
export function checkEnergySamples(samples: number | undefined): number | undefined {
  if (samples === undefined || (Number.isInteger(samples) && samples >= fewest && samples <= most)) return samples;
  throw new Fault({
    code: 'SAMPLES_INVALID',
    place: '--samples',
    cause: `found ${samples}`,
    wayOut: `give a whole number from ${fewest} to ${most}: inputs follow each other, and one alone would never change`,
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
