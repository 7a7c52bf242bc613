import type { SInt, UInt } from '../../lang/signal.ts';
import { addBit, type Columns, takeBit } from './columns.ts';

/**
 * a x b bit by bit (Baugh and Wooley): a product of two bits counts negative where exactly one of them is the sign of its number.
 * Operands of either kind.
 */
export function addBaughWooley(columns: Columns, a: UInt | SInt, b: UInt | SInt, name: string): void {
  const isSign = ({ kind, width }: UInt | SInt, bit: number) => kind === 'sint' && bit === width - 1;
  for (let i = 0; i < a.width; i++) {
    for (let j = 0; j < b.width && i + j < columns.width; j++) {
      const product = a.bit(i).and(b.bit(j)).as(`${name}_${i}_${j}`);
      if (isSign(a, i) === isSign(b, j)) addBit(columns, i + j, product);
      else takeBit(columns, i + j, product);
    }
  }
}

/**
 * a x b with b in digits of -2 to 2 (Booth, radix 4): half as many rows, each 0, a or 2a, complemented where the digit is negative.
 * A run of equal bits in b, as in small numbers of either sign, gives rows of 0.
 */
export function addBooth(columns: Columns, a: UInt | SInt, b: UInt | SInt, name: string): void {
  const [wideA, wideB] = [a, b].map((value) => (value.kind === 'uint' ? (value as UInt).toSInt() : (value as SInt)));
  const bitOfB = (at: number) => wideB!.bit(Math.min(at, wideB!.width - 1));
  // One bit more than a, for 2a.
  const rowBits = wideA!.width + 1;
  for (let low = 0; low < wideB!.width && low < columns.width; low += 2) {
    const digit = `${name}_digit_${low / 2}`;
    const [high, middle] = [bitOfB(low + 1), bitOfB(low)];
    const carry = low === 0 ? null : bitOfB(low - 1);
    const one = (carry === null ? middle : middle.xor(carry)).as(`${digit}_one`);
    // 2 where all below the sign are 1, -2 where none is.
    const two = (carry === null ? high.and(middle.not()) : high.xor(middle).and(middle.xor(carry).not())).as(
      `${digit}_two`,
    );
    const minus = (carry === null ? high : high.and(middle.and(carry).not())).as(`${digit}_minus`);
    for (let bit = 0; bit < rowBits && low + bit < columns.width; bit++) {
      const once = one.and(wideA!.bit(Math.min(bit, wideA!.width - 1)));
      const chosen = bit === 0 ? once : once.or(two.and(wideA!.bit(bit - 1)));
      const product = chosen.xor(minus).as(`${digit}_${bit}`);
      if (bit === rowBits - 1) takeBit(columns, low + bit, product);
      else addBit(columns, low + bit, product);
    }
    addBit(columns, low, minus);
  }
}
