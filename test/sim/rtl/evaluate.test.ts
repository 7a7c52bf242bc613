import { describe, expect, it } from 'vitest';
import type { NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { evaluateNode } from '../../../sim/rtl/evaluate.ts';

const u = (width: number) => ({ width, signed: false });
const s = (width: number) => ({ width, signed: true });
type Argument = readonly [format: { width: number; signed: boolean }, value: bigint];

/** [what, operation with result format, arguments, expected]; worked out by hand from the contract's sentences. */
const cases: readonly [string, object, readonly Argument[], bigint][] = [
  ['a constant wraps', { op: 'const', value: 300n, ...u(8) }, [], 44n],
  ['a constant wraps signed', { op: 'const', value: 200n, ...s(8) }, [], -56n],
  ['neg of the minimum fits one bit more', { op: 'neg', ...s(9) }, [[s(8), -128n]], 128n],
  ['neg of the minimum wraps', { op: 'neg', ...s(8) }, [[s(8), -128n]], -128n],
  ['neg of unsigned', { op: 'neg', ...u(4) }, [[u(4), 3n]], 13n],
  ['not of unsigned is negative before the wrap', { op: 'not', ...s(9) }, [[u(8), 5n]], -6n],
  ['not in its own width', { op: 'not', ...u(8) }, [[u(8), 5n]], 250n],
  ['extend keeps a negative integer', { op: 'extend', ...s(16) }, [[s(8), -3n]], -3n],
  ['extend reinterprets', { op: 'extend', ...u(8) }, [[s(8), -3n]], 253n],
  ['extend truncates', { op: 'extend', ...s(4) }, [[u(8), 0xf8n]], -8n],
  ['reduceAnd of all ones', { op: 'reduceAnd', ...u(1) }, [[s(5), -1n]], 1n],
  ['reduceAnd with a zero', { op: 'reduceAnd', ...u(1) }, [[u(5), 30n]], 0n],
  ['reduceOr', { op: 'reduceOr', ...u(1) }, [[s(5), -16n]], 1n],
  ['reduceOr of zero', { op: 'reduceOr', ...u(1) }, [[s(5), 0n]], 0n],
  ['reduceXor counts the pattern of a negative number', { op: 'reduceXor', ...u(1) }, [[s(5), -2n]], 0n],
  ['reduceXor odd', { op: 'reduceXor', ...u(1) }, [[s(5), -1n]], 1n],
  ['a truth value in one signed bit is -1', { op: 'reduceOr', ...s(1) }, [[u(5), 9n]], -1n],
  [
    'add mixes signs exactly',
    { op: 'add', ...s(10) },
    [
      [u(8), 255n],
      [s(8), -128n],
    ],
    127n,
  ],
  [
    'add wraps',
    { op: 'add', ...u(8) },
    [
      [u(8), 255n],
      [u(8), 2n],
    ],
    1n,
  ],
  [
    'sub goes below zero',
    { op: 'sub', ...s(9) },
    [
      [u(8), 0n],
      [u(8), 255n],
    ],
    -255n,
  ],
  [
    'mul mixes signs',
    { op: 'mul', ...s(16) },
    [
      [u(8), 255n],
      [s(8), -128n],
    ],
    -32640n,
  ],
  [
    'mul wraps at 64 bits',
    { op: 'mul', ...u(64) },
    [
      [u(64), 1n << 63n],
      [u(64), 3n],
    ],
    1n << 63n,
  ],
  [
    'and with a negative number',
    { op: 'and', ...u(16) },
    [
      [s(8), -1n],
      [u(16), 0xabcdn],
    ],
    0xabcdn,
  ],
  [
    'or with a negative number',
    { op: 'or', ...s(16) },
    [
      [s(8), -128n],
      [u(16), 3n],
    ],
    -125n,
  ],
  [
    'xor',
    { op: 'xor', ...s(8) },
    [
      [s(8), -1n],
      [s(8), 1n],
    ],
    -2n,
  ],
  [
    'eq compares integers, not patterns',
    { op: 'eq', ...u(1) },
    [
      [s(8), -1n],
      [u(8), 255n],
    ],
    0n,
  ],
  [
    'eq of equal integers',
    { op: 'eq', ...u(1) },
    [
      [s(9), 255n],
      [u(8), 255n],
    ],
    1n,
  ],
  [
    'lt is signed',
    { op: 'lt', ...u(1) },
    [
      [s(8), -1n],
      [u(8), 0n],
    ],
    1n,
  ],
  [
    'lt is strict',
    { op: 'lt', ...u(1) },
    [
      [u(8), 7n],
      [u(8), 7n],
    ],
    0n,
  ],
  [
    'shlBy',
    { op: 'shlBy', ...u(8) },
    [
      [u(8), 0x81n],
      [u(4), 1n],
    ],
    2n,
  ],
  [
    'shlBy beyond the width',
    { op: 'shlBy', ...u(8) },
    [
      [u(8), 255n],
      [u(40), 1n << 39n],
    ],
    0n,
  ],
  [
    'shrBy floors',
    { op: 'shrBy', ...s(8) },
    [
      [s(8), -3n],
      [u(4), 1n],
    ],
    -2n,
  ],
  [
    'shrBy far of a negative number',
    { op: 'shrBy', ...s(8) },
    [
      [s(8), -3n],
      [u(40), 1n << 39n],
    ],
    -1n,
  ],
  [
    'shrBy far of an unsigned number',
    { op: 'shrBy', ...u(8) },
    [
      [u(8), 255n],
      [u(8), 8n],
    ],
    0n,
  ],
  [
    'cat joins patterns',
    { op: 'cat', ...u(16) },
    [
      [s(8), -1n],
      [s(8), -2n],
    ],
    0xfffen,
  ],
  [
    'cat read signed',
    { op: 'cat', ...s(12) },
    [
      [s(4), -8n],
      [u(8), 1n],
    ],
    -2047n,
  ],
  ['shl by a constant', { op: 'shl', amount: 3, ...s(8) }, [[s(8), -17n]], 120n],
  ['shr by a constant floors', { op: 'shr', amount: 2, ...s(8) }, [[s(8), -1n]], -1n],
  ['slice takes the pattern', { op: 'slice', low: 2, ...u(3) }, [[s(8), -8n]], 6n],
  ['slice read signed', { op: 'slice', low: 4, ...s(4) }, [[u(8), 0x9fn]], -7n],
  ['slice beyond the pattern reads zeros', { op: 'slice', low: 6, ...u(4) }, [[s(8), -1n]], 3n],
  [
    'mux takes the first when 1',
    { op: 'mux', ...s(8) },
    [
      [u(1), 1n],
      [u(8), 200n],
      [s(8), 5n],
    ],
    -56n,
  ],
  [
    'mux takes the second when 0',
    { op: 'mux', ...s(8) },
    [
      [u(1), 0n],
      [u(8), 200n],
      [s(8), 5n],
    ],
    5n,
  ],
];

describe('the golden model, one operation at a time', () => {
  it.each(cases)('%s', (_, operation, args, expected) => {
    const nodes = args.map(([format]): NetNode => ({ op: 'const', value: 0n, ...format }));
    const node = { ...operation, args: args.map((_arg, index) => index) } as unknown as NetNode;
    expect(
      evaluateNode(
        node,
        nodes,
        args.map(([, value]) => value),
      ),
    ).toBe(expected);
  });
});
