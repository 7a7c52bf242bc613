/** Constant operands of add, mul, concatenation and matrix products. */
import {
  addTensor,
  type Build,
  fault,
  meaningOf,
  pending,
  type Real,
  stepsOf,
  type Wanted,
  wantedOf,
  wholeRange,
} from './real.ts';

function place8(build: Build, id: number, wanted: Wanted, values: Int8Array): number {
  const { name, shape } = build.ir.tensors.get(id)!;
  const tensor = addTensor(build, name, shape, wanted);
  build.constants.set(tensor, values);
  return tensor;
}

/** A scale in which every value is a whole number of steps from -127 to 127, or null. */
function exactScale(values: Float32Array): number | null {
  let step = Number.POSITIVE_INFINITY;
  for (const value of values) if (value !== 0 && Math.abs(value) < step) step = Math.abs(value);
  if (step === Number.POSITIVE_INFINITY) return 1;
  const exact = (value: number): boolean => {
    const steps = Math.round(value / step);
    return Math.abs(steps) <= 127 && Math.fround(steps * step) === value;
  };
  return values.every(exact) ? step : null;
}

/** Integers of the file as they stand; floats in a scale that holds them exactly, or rounded where a scale is asked for. */
export function constantReal(build: Build, id: number, place: string): Real {
  const floats = build.ir.constants.get(id);
  if (!floats)
    throw fault(place, 'ONNX_VALUE', 'it reads a value that nothing made', 'the file is damaged; export it again');
  const integers = build.ir.integers.get(id);
  if (integers && (integers.type === 'int8' || integers.type === 'uint8')) {
    const wanted = wantedOf(integers, place);
    const values = Int8Array.from(integers.values, (value) => (wanted.unsigned ? value - 128 : value));
    return meaningOf(build, place8(build, id, wanted, values), `constant_${id}`, place);
  }
  const scale = exactScale(floats);
  if (scale !== null) {
    const wanted = { scale, zeroPoint: 0, unsigned: false, clamp: wholeRange };
    return meaningOf(
      build,
      place8(
        build,
        id,
        wanted,
        Int8Array.from(floats, (v) => stepsOf(v, wanted)),
      ),
      `constant_${id}`,
      place,
    );
  }
  return pending(place, [], null, (wanted) =>
    place8(
      build,
      id,
      wanted,
      Int8Array.from(floats, (value) => stepsOf(value, wanted)),
    ),
  );
}
