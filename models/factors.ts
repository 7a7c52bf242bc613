/** The fixed-point factors of layers without weights, from the scales of their tensors. Profile A. */
import { type Multiplier, quantizeMultiplier } from './arithmetic.ts';
import type { AddOrSub, Requantize, Tensor } from './graph.ts';

type Scaled = Pick<Tensor, 'scale' | 'type'>;

/** One multiplier for a whole tensor. */
export function requantizeOf({ multiplier, shift }: Multiplier): Requantize {
  return { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) };
}

/**
 * Factors of an addition or subtraction. Sources: CalculateOpDataAdd, which divides doubles, and CalculateOpDataSub, which
 * divides float32 values.
 */
export function addFactors(
  kind: AddOrSub['kind'],
  first: Scaled,
  second: Scaled,
  output: Scaled,
): Pick<AddOrSub, 'leftShift' | 'first' | 'second' | 'rescale'> {
  const precise = (value: number): number => (kind === 'add' ? value : Math.fround(value));
  const leftShift = output.type === 'int16' ? 15 : 20;
  const twice = precise(2 * Math.max(first.scale, second.scale));
  return {
    leftShift,
    first: quantizeMultiplier(precise(first.scale / twice)),
    second: quantizeMultiplier(precise(second.scale / twice)),
    rescale: quantizeMultiplier(precise(twice / precise(2 ** leftShift * output.scale))),
  };
}

/** Source: CalculateOpDataMul. */
export function mulFactor(first: Scaled, second: Scaled, output: Scaled): Multiplier {
  return quantizeMultiplier((first.scale * second.scale) / output.scale);
}

/** The product of the scales is rounded to float32, as in a fully connected layer with one scale. Source: GetQuantizedConvolutionMultipler. */
export function matMulFactor(first: Scaled, second: Scaled, output: Scaled): Multiplier {
  return quantizeMultiplier(Math.fround(first.scale * second.scale) / output.scale);
}

/** Rescaling of one tensor to another. Source: PrepareQuantizeReference. */
export function quantizeFactor(input: Scaled, output: Scaled): Multiplier {
  return quantizeMultiplier(input.scale / output.scale);
}

/** Rescaling by a relu that stands alone: the quotient is float32. Source: CalculateReluOpData. */
export function reluFactor(input: Scaled, output: Scaled): Multiplier {
  return quantizeMultiplier(Math.fround(input.scale / output.scale));
}

/** From the sum of `count` values to their mean in the output's scale. Source: reference_ops::QuantizedMeanOrSum. */
export function meanFactor(input: Scaled, output: Scaled, count: number): Multiplier {
  const { multiplier, shift } = quantizeMultiplier(input.scale / output.scale);
  const places = Math.min(31 - Math.clz32(count), 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(places)) / BigInt(count)), shift: shift - places };
}
