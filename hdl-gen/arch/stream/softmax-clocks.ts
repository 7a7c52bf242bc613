/** Turns of the divider: one in which the last exponentials come home, the first guess, two for each of three Newton steps. */
export const turns = 8;
/** Clocks of a turn: load the factors, multiply, use the product. */
export const parts = 3;

/**
 * Clocks of a row of `length` bytes, counted from the one in which it is complete and has room: `latency` to its first result in
 * the output FIFO, `busy` until the next row may begin to enter.
 */
export function softmaxClocks(length: number): { readonly latency: number; readonly busy: number } {
  const divided = 1 + length + turns * parts;
  return { latency: divided + 5, busy: divided + length };
}
