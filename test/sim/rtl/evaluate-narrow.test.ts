import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { evaluateNode } from '../../../sim/rtl/evaluate.ts';
import { evaluateNarrow, isNarrow, wrapNarrow } from '../../../sim/rtl/evaluate-narrow.ts';
import { wrap } from '../../../sim/rtl/value.ts';
import { operations } from '../../support/operations.ts';

const width = fc.oneof(fc.constantFrom(1, 2, 8, 31, 32), fc.integer({ min: 1, max: 32 }));
const format = fc.record({ width, signed: fc.boolean() });
const integer = fc.oneof(
  fc.bigInt({ min: -(1n << 32n), max: 1n << 32n }),
  fc.constantFrom(0n, 1n, -1n, 2n, 31n, 32n, 33n, (1n << 31n) - 1n, 1n << 31n, (1n << 32n) - 1n),
);
const value = fc.record({ format, integer });

test.each(operations)('%s of up to 32 bits: the number is the integer of the golden model', (op) => {
  fc.assert(
    fc.property(
      format,
      fc.tuple(value, value, value),
      fc.oneof(fc.nat({ max: 40 }), fc.constantFrom(0, 1, 31, 32, 2000)),
      (own, given, amount) => {
        const count =
          op === 'mux'
            ? 3
            : ['add', 'sub', 'mul', 'and', 'or', 'xor', 'eq', 'lt', 'shlBy', 'shrBy', 'cat'].includes(op)
              ? 2
              : 1;
        const sources = given.slice(0, count).map((source, at) => ({
          ...source,
          format: op === 'mux' && at === 0 ? { width: 1, signed: false } : source.format,
        }));
        const inputs = sources.map(({ format: of }, input): NetNode => ({ op: 'input', input, ...of }));
        // Which fields an operation has follows from its name, which no type can say of a drawn one.
        const node = {
          op,
          ...own,
          args: sources.map((_, at) => at),
          ...(op === 'slice' ? { low: amount % (inputs[0]!.width + 1) } : { amount }),
        } as unknown as Extract<NetNode, { readonly args: readonly number[] }>;
        const nodes = [...inputs, node];
        const integers = sources.map((source) => wrap(source.integer, source.format));
        const numbers = Float64Array.from(integers, Number);
        const wanted = evaluateNode(node, nodes, integers);
        expect(evaluateNarrow(node, nodes, numbers)).toBe(Number(wanted));
      },
    ),
    { numRuns: process.env.JOULESMITH_EXHAUSTIVE === '1' ? 20_000 : 400 },
  );
});

test('a number means in a format what its integer means', () => {
  fc.assert(
    fc.property(format, integer, (of, given) => {
      expect(wrapNarrow(Number(given), of)).toBe(Number(wrap(given, of)));
    }),
  );
  expect([{ width: 32 }, { width: 33 }].map((of) => isNarrow({ ...of, signed: true }))).toEqual([true, false]);
});
