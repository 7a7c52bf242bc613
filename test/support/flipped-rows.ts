import { type Rows, rowsBetween, rowWords } from '../../sim/cost/replay/rows.ts';

/** The same rows with one bit of one value the other way round. */
export function flipped(rows: Rows, row: number, column: number, bit: number): Rows {
  const spoilt = rowsBetween(rows, 0, rows.length);
  spoilt.words[row * rowWords(rows) + rows.start[column]! + (bit >> 5)]! ^= 1 << (bit & 31);
  return spoilt;
}
