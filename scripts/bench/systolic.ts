import type { Design } from '../../hdl-gen/ir/design.ts';
import { cat, mux, sum } from '../../hdl-gen/lang/combine.ts';
import { when } from '../../hdl-gen/lang/control.ts';
import { ram } from '../../hdl-gen/lang/memory.ts';
import { design, generator, module } from '../../hdl-gen/lang/module.ts';
import type { SInt } from '../../hdl-gen/lang/signal.ts';
import { delay, reg } from '../../hdl-gen/lang/state.ts';
import { bool, sint, uint, vec } from '../../hdl-gen/lang/types.ts';

/** Operand words per tile. */
export const systolicDepth = 256;

const Element = module(
  'element',
  {
    in: { a: sint(8), b: sint(8), above: sint(32), shift: bool },
    out: { a_q: sint(8), b_q: sint(8), total: sint(32) },
  },
  ({ a, b, above, shift }) => {
    const total = reg('total', sint(32));
    total.next = mux(shift, above, total.addWrap(a.mul(b)));
    return { a_q: delay('a_q', a), b_q: delay('b_q', b), total };
  },
);

const Skew = generator(({ stages }: { readonly stages: number }) =>
  module(`skew_${stages}`, { in: { data: sint(8) }, out: { q: sint(8) } }, ({ data }) => {
    let q: SInt = data;
    for (let stage = 0; stage < stages; stage++) q = delay(`stage_${stage}`, q);
    return { q };
  }),
);

/**
 * Output-stationary int8 array of size x size: both operand memories stream skewed words through it, then the sums leave
 * through the bottom row into a checksum, and the next tile starts.
 */
export function systolicArray(size: number): Design {
  const drainFrom = systolicDepth + 2 * size;
  const period = drainFrom + size;
  const top = module(
    `systolic_${size}`,
    {
      in: { load: bool, address: uint(8), a: vec(size, sint(8)), b: vec(size, sint(8)), run: bool },
      out: { checksum: uint(32), tiles: uint(32) },
    },
    ({ load, address, a, b, run }) => {
      const wordsA = ram('words_a', vec(size, sint(8)), systolicDepth);
      const wordsB = ram('words_b', vec(size, sint(8)), systolicDepth);
      when(load, () => {
        wordsA.write(address, a);
        wordsB.write(address, b);
      });
      const clock = reg('clock', uint(10));
      const tiles = reg('tiles', uint(32));
      when(run, () => {
        clock.next = mux(clock.eq(period - 1), 0, clock.addWrap(1));
        when(clock.eq(period - 1), () => {
          tiles.next = tiles.addWrap(1);
        });
      });
      const streaming = delay('streaming', run.and(clock.lt(systolicDepth)));
      const shift = clock.ge(drainFrom).as('shift');
      const index = clock.bits(7, 0);
      const edge = (word: readonly SInt[], side: string): SInt[] =>
        word.map((value, at) => {
          const gated = mux(streaming, value, 0);
          return at === 0 ? gated : Skew({ stages: at })(`skew_${side}_${at}`, { data: gated }).q;
        });
      const rows = edge(wordsA.read(index), 'a');
      let down = edge(wordsB.read(index), 'b');
      let above: SInt[] | null = null;
      for (let row = 0; row < size; row++) {
        let across = rows[row]!;
        const totals: SInt[] = [];
        const lower: SInt[] = [];
        for (let column = 0; column < size; column++) {
          const made: { a_q: SInt; b_q: SInt; total: SInt } = Element(`element_${row}_${column}`, {
            a: across,
            b: down[column]!,
            above: above?.[column] ?? 0,
            shift,
          });
          across = made.a_q;
          lower.push(made.b_q);
          totals.push(made.total);
        }
        above = totals;
        down = lower;
      }
      const checksum = reg('checksum', uint(32));
      when(shift, () => {
        const rotated = cat(checksum.bits(30, 0), checksum.bits(31, 31));
        checksum.next = rotated.xor(
          sum(...above!)
            .wrap(32)
            .asUInt(),
        );
      });
      return { checksum, tiles };
    },
  );
  return design(top);
}
