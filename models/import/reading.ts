/** What the operator readers share: their input, their faults, and the options that several operators have. */
import { Fault } from '../../specs/fault.ts';
import { type Activation, activationRange, resolvePadding } from '../arithmetic.ts';
import type { Clamp, Extent, Padding, Tensor } from '../graph.ts';
import { lowestOf } from '../tensor-type.ts';
import type { Table } from './flatbuffer.ts';
import type { FileOperator, ModelFile } from './model-file.ts';

/** What every operator reader gets. */
export interface Reading {
  readonly model: ModelFile;
  readonly operator: FileOperator;
  /** The data, in the operator's order; what steers the operator is read on demand. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The first of each. */
  readonly input: Tensor;
  readonly output: Tensor;
}

export type Base = { readonly name: string; readonly input: number; readonly output: number };

const activations: readonly (Activation | undefined)[] = ['none', 'relu', 'reluN1To1', 'relu6'];

export function fault(reading: Reading, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place: reading.operator.place, cause, wayOut });
}

export function base(reading: Reading, prefix: string): Base {
  return { name: `${prefix}_${reading.operator.index}`, input: reading.input.id, output: reading.output.id };
}

/** The options table, which must be of the operator's own type (BuiltinOptions in the schema). */
export function optionsOf(reading: Reading, type: number): Table {
  const { options, optionsType } = reading.operator;
  if (options && optionsType === type) return options;
  const cause = options ? `its options are of type ${optionsType} instead of ${type}` : 'its options are missing';
  throw fault(reading, 'TFLITE_OPTION', cause, 'the file is damaged; export it again');
}

export function clampOf(reading: Reading, code: number): Clamp {
  const activation = activations[code];
  if (activation === undefined) {
    const wayOut = 'NONE, RELU, RELU_N1_TO_1 and RELU6 are supported';
    throw fault(reading, 'TFLITE_OPTION', `fused activation ${code}`, wayOut);
  }
  const { output } = reading;
  return activationRange(activation, output.scale, output.zeroPoint, lowestOf(output));
}

export function positive(reading: Reading, extent: Extent, what: string): Extent {
  if (extent.height > 0 && extent.width > 0) return extent;
  throw fault(
    reading,
    'TFLITE_OPTION',
    `${what} ${extent.height} x ${extent.width}`,
    `a ${what} of 1 or more is needed`,
  );
}

export function paddingOf(reading: Reading, code: number, kernel: Extent, stride: Extent, dilation: Extent): Padding {
  if (code !== 0 && code !== 1) {
    throw fault(reading, 'TFLITE_OPTION', `padding ${code}`, '0 (SAME) and 1 (VALID) are supported');
  }
  const { shape } = reading.input;
  if (shape.length !== 4) {
    throw fault(
      reading,
      'TFLITE_SHAPE',
      `input shape [${shape.join(', ')}]`,
      'batch, height, width, channels are needed',
    );
  }
  const mode = code === 0 ? 'same' : 'valid';
  const rows = resolvePadding(mode, shape[1]!, kernel.height, stride.height, dilation.height);
  const columns = resolvePadding(mode, shape[2]!, kernel.width, stride.width, dilation.width);
  if (rows.output < 1 || columns.output < 1) {
    const cause = `a ${kernel.height} x ${kernel.width} window with dilation ${dilation.height} x ${dilation.width} on an input of ${shape[1]} x ${shape[2]}`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'the window must fit into the input, or the padding be SAME');
  }
  return { top: rows.before, left: columns.before, bottom: rows.after, right: columns.after };
}
