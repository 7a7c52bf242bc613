import type { BitBuilder, Literal } from './bit-program.ts';

const not = (literal: Literal): Literal => literal ^ 1;

/** The sum modulo 2^width of two numbers of that width and a carry: Brent and Kung's prefix adder, as synthesis makes it. */
export function addBits(
  builder: BitBuilder,
  x: readonly Literal[],
  y: readonly Literal[],
  carry: Literal,
): { readonly sum: Literal[]; readonly carryOut: Literal } {
  const width = x.length;
  const half: Literal[] = [];
  const generate: Literal[] = [];
  for (let at = 0; at < width; at++) half.push(builder.xor(x[at]!, y[at]!, 'propagate'));
  for (let at = 0; at < width; at++) generate.push(builder.and(x[at]!, y[at]!, 'propagate'));
  const pass = [...half];
  if (width > 0) generate[0] = builder.majority(x[0]!, y[0]!, carry, 'propagate');
  const join = (at: number, from: number): void => {
    generate[at] = builder.andOr(pass[at]!, generate[from]!, generate[at]!, 'propagate');
    pass[at] = builder.and(pass[at]!, pass[from]!, 'propagate');
  };
  for (let step = 1; step < width; step *= 2) {
    for (let at = 2 * step - 1; at < width; at += 2 * step) join(at, at - step);
  }
  for (let step = 2 ** Math.floor(Math.log2(Math.max(1, width))); step >= 1; step /= 2) {
    for (let at = 3 * step - 1; at < width; at += 2 * step) join(at, at - step);
  }
  const sum: Literal[] = [];
  for (let at = 0; at < width; at++) sum.push(builder.xor(half[at]!, at === 0 ? carry : generate[at - 1]!, 'total'));
  return { sum, carryOut: width === 0 ? carry : generate[width - 1]! };
}

/** x - y modulo 2^width, and whether y is at most x as unsigned numbers. */
export function subtractBits(builder: BitBuilder, x: readonly Literal[], y: readonly Literal[]) {
  const { sum, carryOut } = addBits(builder, x, y.map(not), 1);
  return { difference: sum, isAtLeast: carryOut };
}

/**
 * Sum of columns of bits modulo 2^width: full adders, a layer after the other, until two bits are left in each, then one
 * adder.
 */
export function sumColumns(builder: BitBuilder, bits: readonly (readonly Literal[])[]): Literal[] {
  const width = bits.length;
  let rows = Array.from({ length: Math.max(2, ...bits.map(({ length }) => length)) }, (_, row) =>
    bits.map((column) => column[row] ?? 0),
  );
  while (rows.length > 2) {
    const next: Literal[][] = [];
    for (let row = 0; row + 2 < rows.length; row += 3) {
      const [x, y, z] = [rows[row]!, rows[row + 1]!, rows[row + 2]!];
      const sum: Literal[] = [];
      for (let at = 0; at < width; at++) sum.push(builder.xor(builder.xor(x[at]!, y[at]!, 'sum'), z[at]!, 'sum'));
      const carry: Literal[] = [0];
      for (let at = 0; at < width - 1; at++) carry.push(builder.majority(x[at]!, y[at]!, z[at]!, 'carry'));
      next.push(sum, carry);
    }
    rows = [...next, ...rows.slice(rows.length - (rows.length % 3))];
  }
  return addBits(builder, rows[0]!, rows[1]!, 0).sum;
}

/**
 * x times y modulo 2^width as synthesis makes it: `x` has that width, signs included; a row of it for each bit of `y`,
 * the row of a sign taken away.
 */
export function multiplyBits(
  builder: BitBuilder,
  x: readonly Literal[],
  y: readonly Literal[],
  ySigned: boolean,
): Literal[] {
  const width = x.length;
  const columns: Literal[][] = Array.from({ length: width }, () => []);
  y.slice(0, width).forEach((bit, row) => {
    const isSign = ySigned && row === y.length - 1;
    if (isSign) columns[row]!.unshift(bit);
    for (let at = row; at < width; at++) {
      const own = x[at - row]!;
      columns[at]!.push(builder.and(isSign ? not(own) : own, bit, 'product'));
    }
  });
  return sumColumns(builder, columns);
}

/** All bits joined by one operation, in a tree; what changes nothing, where there are none. */
export function reduceBits(builder: BitBuilder, op: 'and' | 'or' | 'xor', bits: readonly Literal[]): Literal {
  let layer = bits;
  if (layer.length === 0) return op === 'and' ? 1 : 0;
  while (layer.length > 1) {
    const next: Literal[] = [];
    for (let at = 0; at + 1 < layer.length; at += 2) {
      next.push(builder[op](layer[at]!, layer[at + 1]!, op === 'xor' ? 'parity' : 'logic'));
    }
    if (layer.length % 2 === 1) next.push(layer.at(-1)!);
    layer = next;
  }
  return layer[0]!;
}

export function equalBits(builder: BitBuilder, x: readonly Literal[], y: readonly Literal[]): Literal {
  const same: Literal[] = [];
  for (let at = 0; at < x.length; at++) same.push(not(builder.xor(x[at]!, y[at]!, 'logic')));
  return reduceBits(builder, 'and', same);
}

export function selectBits(
  builder: BitBuilder,
  condition: Literal,
  one: readonly Literal[],
  zero: readonly Literal[],
): Literal[] {
  const found: Literal[] = [];
  for (let at = 0; at < one.length; at++) found.push(builder.select(condition, one[at]!, zero[at]!));
  return found;
}
