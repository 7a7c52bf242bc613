/**
 * What a division by 2^k does with the part behind the point: `nearestAway` (halves away from zero), `nearestEven`
 * (halves to the even neighbour), `nearestUp` (halves towards plus infinity), `floor`, `ceil`, `zero` (towards zero).
 */
export type Rounding = (typeof roundings)[number];

export const roundings = ['nearestAway', 'nearestEven', 'nearestUp', 'floor', 'ceil', 'zero'] as const;

/** The rounded quotient value / 2^amount: the reference of `.round`, and what gives its exact width. */
export function roundedQuotient(value: bigint, amount: number, rounding: Rounding): bigint {
  const shift = BigInt(amount);
  const one = 1n << shift;
  const low = value >> shift;
  const rest = value - (low << shift);
  if (rest === 0n) return low;
  switch (rounding) {
    case 'floor':
      return low;
    case 'ceil':
      return low + 1n;
    case 'zero':
      return value < 0n ? low + 1n : low;
    default:
  }
  if (2n * rest !== one) return 2n * rest > one ? low + 1n : low;
  if (rounding === 'nearestUp') return low + 1n;
  if (rounding === 'nearestEven') return low % 2n === 0n ? low : low + 1n;
  return value < 0n ? low : low + 1n;
}
