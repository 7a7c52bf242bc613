/**
 * Digits that are not zero in the canonical signed digit form of a whole number of up to 28 bits: the fewest powers of two that
 * add and subtract to it, so a multiplier by this constant needs one adder less. The form (no two neighbouring digits differ
 * from zero): G. W. Reitwiesner, Binary Arithmetic, Advances in Computers 1, 1960. Its digits are the bits in which n and 3n
 * differ: H. Prodinger, On binary representations of integers with digits -1, 0, 1, Integers 0, 2000.
 */
export function csdDigits(value: number): number {
  const size = Math.abs(value);
  let bits = size ^ (3 * size);
  let digits = 0;
  for (; bits !== 0; bits &= bits - 1) digits += 1;
  return digits;
}
