/** Operators that join several tensors. */
import type { Multiplier } from '../../arithmetic.ts';
import { addFactors, matMulFactor, mulFactor, requantizeOf } from '../../factors.ts';
import type { Layer, Tensor } from '../../graph.ts';
import { highestOf, lowestOf } from '../../tensor-type.ts';
import { readInt8, readInt32 } from '../flatbuffer.ts';
import { clampOf, fault, optionsOf, type Reading } from '../reading.ts';
import { resolveAxis } from './constants.ts';

/** BuiltinOptions numbers of the schema. */
const optionsType = { concatenation: 10, add: 11, mul: 21, sub: 28, batchMatMul: 101 } as const;

interface Joined {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly output: number;
}

function joined(reading: Reading, prefix: string): Joined {
  return {
    name: `${prefix}_${reading.operator.index}`,
    inputs: reading.inputs.map(({ id }) => id),
    output: reading.output.id,
  };
}

/** The kernels take factors below 1 for addends: an output scale far below the inputs' is a mistake. */
function belowOne(reading: Reading, factors: readonly Multiplier[]): void {
  if (factors.every(({ shift }) => shift <= 0)) return;
  const scales = [...reading.inputs, reading.output].map(({ scale }) => scale).join(', ');
  const wayOut = 'the output scale must be above 2^-19 of the larger input scale (2^-14 for int16); quantise again';
  throw fault(reading, 'TFLITE_QUANTIZATION', `scales ${scales}`, wayOut);
}

function operands(reading: Reading): [Tensor, Tensor] {
  return [reading.inputs[0]!, reading.inputs[1]!];
}

export function addOrSub(reading: Reading, kind: 'add' | 'sub'): Layer {
  const options = optionsOf(reading, optionsType[kind]);
  const factors = addFactors(kind, ...operands(reading), reading.output);
  belowOne(reading, [factors.first, factors.second, factors.rescale]);
  return { ...joined(reading, kind), kind, ...factors, clamp: clampOf(reading, readInt8(options, 0, 0)) };
}

export function mul(reading: Reading): Layer {
  const options = optionsOf(reading, optionsType.mul);
  const requantize = requantizeOf(mulFactor(...operands(reading), reading.output));
  return { ...joined(reading, 'mul'), kind: 'mul', requantize, clamp: clampOf(reading, readInt8(options, 0, 0)) };
}

export function concatenation(reading: Reading): Layer {
  const options = optionsOf(reading, optionsType.concatenation);
  const activation = readInt8(options, 1, 0);
  if (activation !== 0) {
    throw fault(reading, 'TFLITE_OPTION', `fused activation ${activation}`, 'a concatenation takes none');
  }
  const axis = resolveAxis(reading, readInt32(options, 0, 0), reading.output.shape.length);
  return { ...joined(reading, 'concatenation'), kind: 'concatenation', axis };
}

export function batchMatMul(reading: Reading): Layer {
  const options = optionsOf(reading, optionsType.batchMatMul);
  const { output } = reading;
  return {
    ...joined(reading, 'batch_matmul'),
    kind: 'batchMatMul',
    adjointFirst: readInt8(options, 0, 0) !== 0,
    adjointSecond: readInt8(options, 1, 0) !== 0,
    requantize: requantizeOf(matMulFactor(...operands(reading), output)),
    clamp: { min: lowestOf(output), max: highestOf(output) },
  };
}
