import { select } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { generator, module } from '../lang/module.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';
import { packSigned } from './beat.ts';
import { bitsFor } from './counter.ts';

export interface DrainParameters {
  readonly pe: number;
  /** Sums that leave in one clock; divides `pe`. */
  readonly width: number;
  readonly bits: number;
}

/** Takes `pe` sums at once and hands out the first `count` groups of `width`, one per clock, starting one clock after `load`. */
export const Drain = generator(({ pe, width, bits }: DrainParameters) =>
  module(
    width === 1 ? `drain_${pe}x${bits}` : `drain_${pe}x${bits}_by_${width}`,
    {
      in: { total: vec(pe, sint(bits)), load: bool, count: uint(bitsFor(pe / width)) },
      out: { valid: bool, value: sint(width * bits) },
    },
    ({ total, load, count }) => {
      const remaining = reg('remaining', uint(bitsFor(pe / width)));
      const valid = remaining.ne(0).as('valid_now');
      when(load, () => {
        remaining.next = count;
      }).elsewhen(valid, () => {
        remaining.next = remaining.subWrap(1);
      });
      // Sums stay where they are and the group is chosen: a chain that shifts needs a multiplexer, and moves, in front of every bit.
      const held = total.map((_, index) => reg(`held_${index}`, sint(bits), { init: null }));
      when(load, () => {
        for (const [index, register] of held.entries()) register.next = total[index]!;
      });
      const groups = Array.from({ length: pe / width }, (_, group) =>
        packSigned(held.slice(group * width, (group + 1) * width)),
      );
      if (groups.length === 1) return { valid, value: groups[0]! };
      const position = reg('position', uint(bitsFor(groups.length - 1)), { init: null });
      when(load, () => {
        position.next = 0;
      }).elsewhen(valid, () => {
        position.next = position.addWrap(1);
      });
      return { valid, value: select(position, groups) };
    },
  ),
);
