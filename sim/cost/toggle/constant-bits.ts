import { type BitColumns, bitOp, type Literal } from './bit-program.ts';

/** A flip-flop, what it takes when its enable is open, and what it is after the reset. */
export interface ResetBit {
  readonly flipFlop: Literal;
  readonly loaded: Literal;
  readonly enable: Literal;
  readonly start: 0 | 1;
}

/** What a bit can be: 1 if 0, 2 if 1, 3 if either. */
type Possible = number;
const either: Possible = 3;

const of = (possible: Uint8Array, literal: Literal): Possible => {
  const own = possible[literal >> 1]!;
  return (literal & 1) === 0 ? own : (own >> 1) | ((own & 1) << 1);
};
const canBe = (zero: boolean | number, one: boolean | number): Possible => (zero ? 1 : 0) | (one ? 2 : 0);
const and = (x: Possible, y: Possible): Possible => canBe((x | y) & 1, x & y & 2);
const or = (x: Possible, y: Possible): Possible => canBe(x & y & 1, (x | y) & 2);
const xor = (x: Possible, y: Possible): Possible => (x === either || y === either ? either : x === y ? 1 : 2);

/** What every node can be, where sources are as `possible` has them already. */
function settlePossible({ op, a, b, c }: BitColumns, possible: Uint8Array): void {
  for (let node = 1; node < op.length; node++) {
    const own = op[node]!;
    if (own === bitOp.source) continue;
    const [x, y] = [of(possible, a[node]!), of(possible, b[node]!)];
    if (own === bitOp.and) possible[node] = and(x, y);
    else if (own === bitOp.xor) possible[node] = xor(x, y);
    else {
      const z = of(possible, c[node]!);
      if (own === bitOp.majority) possible[node] = or(and(x, y), and(or(x, y), z));
      else if (own === bitOp.andOr) possible[node] = or(and(x, y), z);
      else possible[node] = x === 1 ? z : x === 2 ? y : y | z;
    }
  }
}

/**
 * Flip-flops that never are anything but what the reset makes of them: all that have a reset are held to be such, until one of them
 * could load something else; what then is left keeps itself.
 */
export function constantFlipFlops(columns: BitColumns, bits: readonly ResetBit[]): ReadonlySet<Literal> {
  const possible = new Uint8Array(columns.op.length).fill(either);
  possible[0] = 1;
  let left = bits;
  for (const { flipFlop, start } of bits) possible[flipFlop >> 1] = 1 << start;
  for (;;) {
    settlePossible(columns, possible);
    const kept = left.filter(
      ({ loaded, enable, start }) => of(possible, enable) === 1 || of(possible, loaded) === 1 << start,
    );
    if (kept.length === left.length) return new Set(left.map(({ flipFlop }) => flipFlop));
    const still = new Set(kept);
    for (const bit of left) if (!still.has(bit)) possible[bit.flipFlop >> 1] = either;
    left = kept;
  }
}
