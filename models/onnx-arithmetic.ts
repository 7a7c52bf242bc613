/**
 * Profile onnx-qlinear: float32 scales, rounding half to even. Every step is one correctly rounded float32 operation (a double
 * operation on float32 operands rounded once more gives the same). Source: onnx/docs/Operators.md, QuantizeLinear, DequantizeLinear.
 */

/** To the nearest whole number, halves to the even one; exact for every double. */
export function rintHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** saturate(rint(f32(value / scale)) + zeroPoint), both bounds included. */
export function quantized(value: number, scale: number, zeroPoint: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, rintHalfEven(Math.fround(value / scale)) + zeroPoint));
}

/** The real number of an integer: f32(f32(q - zeroPoint) * scale). */
export function dequantized(value: number, scale: number, zeroPoint: number): number {
  return Math.fround(Math.fround(value - zeroPoint) * scale);
}

/** f32(f32(input * weight) / output): the factor that turns a sum of products into steps of the output. */
export function requantizeFactor(inputScale: number, weightScale: number, outputScale: number): number {
  return Math.fround(Math.fround(inputScale * weightScale) / outputScale);
}

/** The logistic function in double. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
