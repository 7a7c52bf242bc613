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
  const half = x.map((bit, at) => builder.xor(bit, y[at]!, 'propagate'));
  const generate = x.map((bit, at) => builder.and(bit, y[at]!, 'propagate'));
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
  const sum = half.map((bit, at) => builder.xor(bit, at === 0 ? carry : generate[at - 1]!, 'total'));
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
    for (let at = 0; at + 2 < rows.length; at += 3) {
      const [x, y, z] = [rows[at]!, rows[at + 1]!, rows[at + 2]!];
      next.push(x.map((bit, weight) => builder.xor(builder.xor(bit, y[weight]!, 'sum'), z[weight]!, 'sum')));
      const carry = x.map((bit, weight) => builder.majority(bit, y[weight]!, z[weight]!, 'carry'));
      next.push([0, ...carry.slice(0, width - 1)]);
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

export function reduceBits(
  bits: readonly Literal[],
  join: (a: Literal, b: Literal) => Literal,
  none: Literal,
): Literal {
  let layer = [...bits];
  if (layer.length === 0) return none;
  while (layer.length > 1) {
    const next: Literal[] = [];
    for (let at = 0; at < layer.length; at += 2) {
      next.push(at + 1 < layer.length ? join(layer[at]!, layer[at + 1]!) : layer[at]!);
    }
    layer = next;
  }
  return layer[0]!;
}

export function equalBits(builder: BitBuilder, x: readonly Literal[], y: readonly Literal[]): Literal {
  const same = x.map((bit, at) => not(builder.xor(bit, y[at]!, 'logic')));
  return reduceBits(same, (a, b) => builder.and(a, b, 'logic'), 1);
}
