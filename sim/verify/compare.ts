import type { Shape, TensorData } from '../../models/graph.ts';
import { tensorElements } from '../../models/shape.ts';
import type { Mismatch } from '../../specs/result.ts';

/** The elements of one tensor over several samples, as expected and as found. */
export interface Observation {
  readonly level: string;
  /** The layer that computes the tensor. */
  readonly layer: string;
  /** Shape of one sample's tensor, NHWC. */
  readonly shape: Shape;
  /** Samples concatenated; `found` may hold fewer samples than `expected`. */
  readonly expected: TensorData;
  readonly found: TensorData;
  /** Clock of every found element; null where no clock exists. */
  readonly cycles: Int32Array | null;
}

export interface Comparison {
  /** Per sample: is every element equal? */
  readonly equal: readonly boolean[];
  readonly first: Mismatch | null;
}

/** Flat index in C order to one index per axis. */
export function positionOf(index: number, shape: Shape): number[] {
  const position: number[] = [];
  let rest = index;
  for (const side of [...shape].reverse()) {
    position.unshift(rest % side);
    rest = Math.floor(rest / side);
  }
  return position;
}

/** Equality, element for element; a tolerance exists nowhere. */
export function compareBytes(observation: Observation): Comparison {
  const { level, layer, shape, expected, found, cycles } = observation;
  const size = tensorElements(shape);
  const equal: boolean[] = [];
  let first: Mismatch | null = null;
  for (let sample = 0; sample * size < found.length; sample++) {
    const start = sample * size;
    let index = 0;
    while (index < size && found[start + index] === expected[start + index]) index++;
    equal.push(index === size);
    if (index < size && first === null) {
      const position = positionOf(index, shape);
      first = {
        level,
        sample,
        layer,
        index,
        position,
        channel: position.at(-1) ?? 0,
        cycle: cycles === null ? null : cycles[start + index]!,
        expected: expected[start + index]!,
        found: found[start + index]!,
      };
    }
  }
  return { equal, first };
}
