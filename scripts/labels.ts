import { basename } from 'node:path';
import { readBytes } from './files.ts';
import { isNpy, readNpyNumbers } from './npy.ts';

/** What is right for each sample. */
export interface Labels {
  /** Class numbers, or real values where the network estimates something. */
  readonly values: Float64Array;
  /** They are real values, not numbers of classes. */
  readonly real: boolean;
  /** Names of the classes in output order; empty when nobody says. */
  readonly classes: readonly string[];
  /** Where they come from, in words. */
  readonly origin: string;
}

/** Labels from a file: one byte each, or .npy of any type, of which floats are real values. Errors: NPY_INVALID. */
export function readLabels(path: string, classes: readonly string[]): Labels {
  const bytes = readBytes(path);
  const { type, values } = isNpy(bytes) ? readNpyNumbers(bytes, path) : { type: 'uint8' as const, values: bytes };
  const real = type === 'float32' || type === 'float64';
  return { values: Float64Array.from(values), real, classes, origin: basename(path) };
}
