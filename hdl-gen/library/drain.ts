import { when } from '../lang/control.ts';
import { generator, module } from '../lang/module.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';
import { bitsFor } from './counter.ts';

/** Takes `pe` sums at once and hands out the first `count` of them, one per clock, starting one clock after `load`. */
export const Drain = generator(({ pe, bits }: { pe: number; bits: number }) =>
  module(
    `drain_${pe}x${bits}`,
    {
      in: { total: vec(pe, sint(bits)), load: bool, count: uint(bitsFor(pe)) },
      out: { valid: bool, value: sint(bits) },
    },
    ({ total, load, count }) => {
      const remaining = reg('remaining', uint(bitsFor(pe)));
      const valid = remaining.ne(0).as('valid_now');
      when(load, () => {
        remaining.next = count;
      }).elsewhen(valid, () => {
        remaining.next = remaining.subWrap(1);
      });
      const held = total.map((_, index) => reg(`held_${index}`, sint(bits), { init: null }));
      when(load, () => {
        for (const [index, register] of held.entries()) register.next = total[index]!;
      }).elsewhen(valid, () => {
        for (const [index, register] of held.slice(0, -1).entries()) register.next = held[index + 1]!;
      });
      return { valid, value: held[0]! };
    },
  ),
);
