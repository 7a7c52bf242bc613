import fc from 'fast-check';
import { expect, test } from 'vitest';
import { design, module } from '../../../../hdl-gen/lang/module.ts';
import { bool, uint } from '../../../../hdl-gen/lang/types.ts';
import { shellInstances } from '../../../../sim/cost/replay/instances.ts';
import { type Rows, rowWords } from '../../../../sim/cost/replay/rows.ts';
import { bitsOfDesign } from '../../../../sim/cost/toggle/bits-of-design.ts';
import type { ToggleCounts } from '../../../../sim/cost/toggle/count-toggles.ts';
import { windowCounter } from '../../../../sim/cost/toggle/shell-toggles.ts';
import { wordStarts, writeWords } from '../../../../sim/rtl/reading.ts';

const nothing: ToggleCounts = {
  clocks: 0,
  rests: true,
  wanted: new Float64Array(0),
  glitches: new Float64Array(0),
  open: new Float64Array(0),
};

function rowsOf(widths: readonly number[], values: readonly (readonly bigint[])[]): Rows {
  const start = wordStarts(widths);
  const each = rowWords({ start });
  const words = new Int32Array(values.length * each);
  values.forEach((row, at) => {
    row.forEach((value, column) => {
      writeWords(value, words, at * each + start[column]!, at * each + start[column + 1]!);
    });
  });
  return { length: values.length, start, words };
}

test('every bit of every recorded value reaches the counter in its clock; behind the last row it stays, and what is not recorded is 0', () => {
  const widths = fc.tuple(fc.constantFrom(1, 7, 31, 32), fc.constantFrom(33, 64, 65, 100));
  const lengths = fc.array(fc.constantFrom(2, 5, 31, 32, 33, 64, 70), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      widths,
      lengths,
      fc.infiniteStream(fc.bigInt({ min: 0n, max: (1n << 100n) - 1n })),
      (own, all, drawn) => {
        const [narrow, wide] = own;
        const top = design(
          module(
            'pair',
            { in: { a: uint(narrow), apart: bool, b: uint(wide) }, out: { y: bool, z: bool } },
            ({ a, apart, b }) => ({
              y: a.reduceXor(),
              z: b.reduceXor().and(apart.not()),
            }),
          ),
        );
        const instance = shellInstances(top)[0]!;
        let seen: (source: string) => Int32Array = () => new Int32Array(0);
        const toggles = windowCounter(
          bitsOfDesign(top),
          (streams) => {
            seen = streams;
            return nothing;
          },
          instance,
          // A column that nobody asks for stands between them.
          new Map([
            ['b', 0],
            ['a', 2],
          ]),
        );
        for (const length of all) {
          // Now and then a value stays: what rests is written another way.
          let last = [0n, 0n, 0n];
          const values = Array.from({ length }, () => {
            const next = [wide, 5, narrow].map((width) => BigInt.asUintN(width, drawn.next().value));
            last = next.map((value, at) => ((value ^ (value >> 1n)) % 3n === 0n ? value : last[at]!));
            return last;
          });
          toggles(rowsOf([wide, 5, narrow], values));
          const blocks = Math.ceil(length / 32);
          for (const [source, width, column] of [
            ['b', wide, 0],
            ['a', narrow, 2],
          ] as const) {
            const bits = seen(source);
            expect(bits).toHaveLength(width * blocks);
            for (let bit = 0; bit < width; bit++) {
              for (let clock = 0; clock < 32 * blocks; clock++) {
                const value = values[Math.min(clock, length - 1)]![column]!;
                const wanted = Number((value >> BigInt(bit)) & 1n);
                if (((bits[bit * blocks + (clock >> 5)]! >>> (clock & 31)) & 1) !== wanted)
                  expect.fail(`${source}[${bit}] in clock ${clock} of ${length} is not ${wanted}`);
              }
            }
          }
          expect(seen('apart').every((word) => word === 0)).toBe(true);
        }
      },
    ),
    { numRuns: process.env.JOULESMITH_EXHAUSTIVE === '1' ? 500 : 40 },
  );
});
