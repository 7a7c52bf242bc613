/** How many tensors each operator names, and which of them are data; the others are weights or constants that steer it. */
import { Fault } from '../../../specs/fault.ts';
import type { FileOperator } from '../model-file.ts';

interface Operands {
  /** Positions of the data among the inputs; `all` for any number. */
  readonly data: readonly number[] | 'all';
  readonly least: number;
  readonly most: number;
  /** Several outputs are possible. */
  readonly splits?: true;
}

const first: readonly number[] = [0];
const one: Operands = { data: first, least: 1, most: 1 };
const two: Operands = { data: [0, 1], least: 2, most: 2 };
const steered: Operands = { data: first, least: 2, most: 2 };

const operands: Readonly<Record<string, Operands>> = {
  // Without weights the reader says what is missing.
  CONV_2D: { data: first, least: 1, most: 3 },
  DEPTHWISE_CONV_2D: { data: first, least: 1, most: 3 },
  FULLY_CONNECTED: { data: first, least: 1, most: 3 },
  ADD: two,
  SUB: two,
  MUL: two,
  BATCH_MATMUL: two,
  CONCATENATION: { data: 'all', least: 1, most: 16 },
  MEAN: steered,
  PAD: steered,
  PADV2: { data: first, least: 3, most: 3 },
  RESIZE_NEAREST_NEIGHBOR: steered,
  TRANSPOSE: steered,
  EXPAND_DIMS: steered,
  RESHAPE: { data: first, least: 1, most: 2 },
  SLICE: { data: first, least: 3, most: 3 },
  STRIDED_SLICE: { data: first, least: 4, most: 4 },
  SPLIT: { data: [1], least: 2, most: 2, splits: true },
  SPLIT_V: { data: first, least: 3, most: 3, splits: true },
};

/** Positions of the data among the operator's inputs. Faults when it names too few or too many tensors. */
export function dataPositions(operator: FileOperator): readonly number[] {
  const { data, least, most, splits } = operands[operator.name] ?? one;
  const given = operator.inputs.length;
  const outputs = operator.outputs.length;
  if (given >= least && given <= most && (outputs === 1 || (splits && outputs > 1))) {
    return data === 'all' ? operator.inputs.map((_, at) => at) : data;
  }
  throw new Fault({
    code: 'TFLITE_OPERANDS',
    place: operator.place,
    cause: `${given} inputs and ${outputs} outputs`,
    wayOut: `${least} to ${most} inputs and ${splits ? 'at least 1 output' : '1 output'} are needed`,
  });
}
