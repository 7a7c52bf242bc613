/** Operators of one value: functions, activations that stand alone, rescaling. */
import { type Activation, activationRange, softmaxScaling } from '../../arithmetic.ts';
import { quantizeFactor, reluFactor, requantizeOf } from '../../factors.ts';
import type { Layer, Lookup } from '../../graph.ts';
import { leakyReluTable, logisticTable, tanhTable } from '../../lookup.ts';
import { highestOf, lowestOf } from '../../tensor-type.ts';
import { readFloat32 } from '../flatbuffer.ts';
import { base, fault, optionsOf, type Reading } from '../reading.ts';

const optionsType = { softmax: 9, leakyRelu: 75 } as const;

export function softmax(reading: Reading): Layer {
  const beta = readFloat32(optionsOf(reading, optionsType.softmax), 0, 0);
  const scaling = softmaxScaling(beta, reading.input.scale);
  if (scaling === null) {
    const cause = `beta ${beta} with input scale ${reading.input.scale}`;
    throw fault(reading, 'TFLITE_OPTION', cause, 'their product must be above 2^-26');
  }
  return { ...base(reading, 'softmax'), kind: 'softmax', beta, ...scaling };
}

export function quantize(reading: Reading): Layer {
  const { input, output } = reading;
  const requantize = requantizeOf(quantizeFactor(input, output));
  const clamp = { min: lowestOf(output), max: highestOf(output) };
  return { ...base(reading, 'quantize'), kind: 'quantize', requantize, clamp };
}

/** RELU and RELU_N1_TO_1 rescale like a quantize operator, with a tighter clamp. */
export function relu(reading: Reading, activation: Activation, prefix: string): Layer {
  const { input, output } = reading;
  const requantize = requantizeOf(reluFactor(input, output));
  const clamp = activationRange(activation, output.scale, output.zeroPoint, lowestOf(output));
  return { ...base(reading, prefix), kind: 'quantize', requantize, clamp };
}

/** RELU6 only clamps in TensorFlow Lite Micro, between 0 and 6 in the input's quantisation. */
export function relu6(reading: Reading): Layer {
  const { input, output } = reading;
  if (input.zeroPoint !== output.zeroPoint) {
    const cause = `zero point ${input.zeroPoint} becomes ${output.zeroPoint}`;
    const wayOut = 'RELU6 keeps scale and zero point in TensorFlow Lite Micro; put a QUANTIZE behind it';
    throw fault(reading, 'TFLITE_QUANTIZATION', cause, wayOut);
  }
  const requantize = requantizeOf({ multiplier: 1073741824, shift: 1 });
  const clamp = activationRange('relu6', input.scale, input.zeroPoint, lowestOf(output));
  return { ...base(reading, 'relu6'), kind: 'quantize', requantize, clamp };
}

function table(reading: Reading, prefix: string, name: Lookup['function'], values: Lookup['table'] | null): Layer {
  if (values === null) {
    const cause = `input scale ${reading.input.scale} with output scale ${reading.output.scale}`;
    throw fault(reading, 'TFLITE_QUANTIZATION', cause, 'the reference kernel does not compute so large a quotient');
  }
  return { ...base(reading, prefix), kind: 'lookup', function: name, table: values };
}

function refuseOutput(reading: Reading, wayOut: string): void {
  const { scale, zeroPoint } = reading.output;
  throw fault(reading, 'TFLITE_QUANTIZATION', `output scale ${scale} and zero point ${zeroPoint}`, wayOut);
}

export function logistic(reading: Reading): Layer {
  const { type, zeroPoint } = reading.output;
  if (type === 'int16') refuseWideOutput(reading);
  // The kernel writes scale 1/256 whatever the file says, and compares only the zero point.
  else if (zeroPoint !== -128) refuseOutput(reading, 'scale 1/256 and zero point -128 are needed');
  return table(reading, 'logistic', 'logistic', logisticTable(reading.input, reading.output));
}

export function tanh(reading: Reading): Layer {
  if (reading.output.type === 'int16') refuseWideOutput(reading);
  return table(reading, 'tanh', 'tanh', tanhTable(reading.input, reading.output));
}

function refuseWideOutput(reading: Reading): void {
  if (reading.output.scale !== 1 / 32768) refuseOutput(reading, 'int16 needs scale 1/32768');
}

export function leakyRelu(reading: Reading): Layer {
  const alpha = readFloat32(optionsOf(reading, optionsType.leakyRelu), 0, 0);
  return table(reading, 'leaky_relu', 'leakyRelu', leakyReluTable(reading.input, reading.output, alpha));
}
