import { cat, lit } from '../../lang/combine.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { uint } from '../../lang/types.ts';

/** A bit to add: a signal or a constant 1. */
type Bit = Bool | 'one';

/** A sum modulo 2^width, not yet added up: bits by weight (`bits[k]` count 2^k each), and a constant. */
export interface Columns {
  readonly width: number;
  readonly bits: readonly Bool[][];
  constant: bigint;
}

export function emptyColumns(width: number): Columns {
  return { width, bits: Array.from({ length: width }, () => []), constant: 0n };
}

/** Adds a bit of weight 2^column; what the sum has no room for falls off. */
export function addBit(columns: Columns, column: number, bit: Bool): void {
  columns.bits[column]?.push(bit);
}

/** Takes a bit of weight 2^column away: -x = not x - 1. */
export function takeBit(columns: Columns, column: number, bit: Bool): void {
  addBit(columns, column, bit.not());
  columns.constant -= 1n << BigInt(column);
}

export function addNumber(columns: Columns, value: UInt): void {
  for (let bit = 0; bit < value.width; bit++) addBit(columns, bit, value.bit(bit));
}

/** Adds a signed number: its sign bit counts negative. */
export function addSigned(columns: Columns, value: SInt): void {
  const sign = value.width - 1;
  for (let bit = 0; bit < sign; bit++) addBit(columns, bit, value.bit(bit));
  takeBit(columns, sign, value.bit(sign));
}

/** Sum and carry of two or three bits, in as few gates as constants allow. */
function adder(x: Bool, y: Bit, z: Bit | null): readonly [sum: Bool, carry: Bool] {
  if (y === 'one') return z === null ? [x.not(), x] : adder(x, z, y);
  if (z === null) return [x.xor(y), x.and(y)];
  if (z === 'one') return [x.xor(y).not(), x.or(y)];
  return [x.xor(y).xor(z), x.and(y).or(z.and(x.or(y)))];
}

/** Heights of Dadda's schedule below `tallest`, the greatest first: 2, 3, 4, 6, 9, 13, ... */
function schedule(tallest: number): number[] {
  const heights = [2];
  while (heights.at(-1)! < tallest) heights.push(Math.floor(heights.at(-1)! * 1.5));
  return heights.slice(0, -1).reverse();
}

/**
 * Dadda's compressor tree: full and half adders, no more than needed, until no column has more than two bits. The oldest bits of a
 * column go first, so that the depth stays logarithmic.
 */
function compressed({ width, bits, constant }: Columns, prefix: string): readonly Bit[][] {
  const modulus = BigInt.asUintN(width, constant);
  const columns = bits.map((column, weight): Bit[] =>
    (modulus >> BigInt(weight)) & 1n ? [...column, 'one'] : [...column],
  );
  const made = new Array<number>(width).fill(0);
  for (const height of schedule(Math.max(...columns.map(({ length }) => length), 2))) {
    for (let column = 0; column < width; column++) {
      const waiting = columns[column]!;
      while (waiting.length > height) {
        const three = waiting.length > height + 1;
        // Only one bit of a column can be constant.
        const [x, y, z = null] = waiting
          .splice(0, three ? 3 : 2)
          .sort((a, b) => Number(a === 'one') - Number(b === 'one'));
        const [sum, carry] = adder(x as Bool, y!, z);
        const name = `${column}_${made[column]!++}`;
        waiting.push(sum.as(`${prefix}sum_${name}`));
        columns[column + 1]?.push(carry.as(`${prefix}carry_${name}`));
      }
    }
  }
  return columns;
}

/** What is added last, behind sums and carries whose names begin with `prefix`: two numbers whose sum modulo 2^width is the columns' sum. */
export function twoRows(columns: Columns, prefix = ''): readonly [UInt, UInt] {
  const rows = compressed(columns, prefix);
  const row = (at: number): UInt =>
    cat(
      ...rows
        .map((column) => column[at])
        .map((bit) => (bit === undefined || bit === 'one' ? lit(uint(1), bit === 'one' ? 1 : 0) : bit))
        .reverse(),
    );
  return [row(0), row(1)];
}
