import { halfMultiplier } from '../../models/check-power-of-two.ts';
import type { Clamp, Profile, Requantize } from '../../models/graph.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import { requantizer } from './requantizer.ts';
import { type Roundings, shiftRequantizer, shiftRequantizerDepth } from './shift-requantizer.ts';
import { wideRequantizer, wideRequantizerDepth } from './wide-requantizer.ts';

/**
 * How a layer's sums come to the output's scale: by a fixed-point factor per channel, by one of 15 bits that 64-bit sums take, or by
 * shifts alone.
 */
export type Scaling =
  | { readonly kind: 'multiply' | 'multiplyWide'; readonly multiplier: Int32Array; readonly shift: Int32Array }
  | { readonly kind: 'shift'; readonly shift: Int32Array; readonly roundings: Roundings };

/** Profiles whose rescaling hardware computes. */
export type HardwareProfile = Exclude<Profile, 'onnx-qlinear'>;

/** The cheapest hardware that computes exactly what the profile says. */
export function scalingOf({ multiplier, shift }: Requantize, profile: HardwareProfile): Scaling {
  if (profile === 'power-of-two') return { kind: 'shift', shift, roundings: 'once' };
  if (multiplier.every((value) => value === halfMultiplier)) return { kind: 'shift', shift, roundings: 'twice' };
  return { kind: 'multiply', multiplier, shift };
}

/** For 64-bit sums of int16 layers. */
export const wideScalingOf = ({ multiplier, shift }: Requantize): Scaling => ({
  kind: 'multiplyWide',
  multiplier,
  shift,
});

/** Bits that a sum with its bias has at most, as the reference defines it. */
export const mostSumBits = (scaling: Scaling): number => (scaling.kind === 'multiplyWide' ? 48 : 32);

/** Clocks from a sum to its result. */
export const rescalerDepth: Readonly<Record<Scaling['kind'], number>> = {
  multiply: 5,
  multiplyWide: wideRequantizerDepth,
  shift: shiftRequantizerDepth,
};

interface RescalerParameters {
  readonly bias: BigInt64Array;
  readonly valueBits: number;
  readonly biasedBits: number;
  readonly zeroPoint: number;
  readonly clamp: Clamp;
  /** Bits of the result. */
  readonly outputBits: ElementBits;
}

/** The requantizer of a scaling: one value per clock, `rescalerDepth` clocks deep. */
export function rescaler(name: string, scaling: Scaling, parameters: RescalerParameters) {
  if (scaling.kind === 'shift') return shiftRequantizer(name, { ...parameters, ...scaling });
  if (scaling.kind === 'multiplyWide') return wideRequantizer(name, { ...parameters, ...scaling });
  return requantizer(name, { ...parameters, ...scaling });
}
