/** Width and sign of a value: every canonical value of the simulator lies in `[minimum, maximum]` of its format. */
export interface Format {
  readonly width: number;
  readonly signed: boolean;
}

/** The integer that `width` bits of `value` mean: two's complement wrap-around into the format. */
export function wrap(value: bigint, format: Format): bigint {
  return format.signed ? BigInt.asIntN(format.width, value) : BigInt.asUintN(format.width, value);
}

/** The bits of a value as a non-negative integer. */
export function pattern(value: bigint, format: Format): bigint {
  return BigInt.asUintN(format.width, value);
}

export function minimum(format: Format): bigint {
  return format.signed ? -(1n << BigInt(format.width - 1)) : 0n;
}

export function maximum(format: Format): bigint {
  return (1n << BigInt(format.signed ? format.width - 1 : format.width)) - 1n;
}
