import { type Data, lit, mux, select } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { generator, type ModuleConstructor, module } from '../../lang/module.ts';
import type { Bool, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { bool, type Type, uint, type Value, type VecType, vec } from '../../lang/types.ts';
import { bitsFor } from '../counter.ts';
import { type Back, type Forward, stream, typeName } from './stream.ts';

export type ArbiterBlock<T extends Type> = ModuleConstructor<
  { readonly up: VecType<Forward<T>>; readonly down: Back },
  { readonly up: VecType<Back>; readonly down: Forward<T> }
>;

/** Number of the first of the ways `from`, `from + 1`, ... whose signal is 1; the last number when none is. */
function firstOf(signals: readonly Bool[], from: number, bits: number): UInt {
  let first = lit(uint(bits), from + signals.length - 1);
  for (let at = signals.length - 2; at >= 0; at--) first = mux(signals[at]!, lit(uint(bits), from + at), first);
  return first;
}

const anyOf = (signals: readonly Bool[]): Bool => signals.reduce((some, one) => some.or(one));

const arbiter = generator(({ payload, ways }: { readonly payload: Type; readonly ways: number }) => {
  const { forward, back } = stream(payload);
  const bits = bitsFor(ways - 1);
  return module(
    `arbiter_${ways}_${typeName(payload)}`,
    { in: { up: vec(ways, forward), down: back }, out: { up: vec(ways, back), down: forward } },
    ({ up, down }) => {
      const granted = reg('granted', uint(bits), { init: ways - 1 });
      // An item that was offered stays in front until it is taken.
      const locked = reg('locked', bool);
      const valids = up.map((way) => way.valid);
      // Whoever comes behind the one that was served goes first; way 0 is behind nobody.
      const later = valids.slice(1).map((valid, at) => valid.and(granted.lt(at + 1)).as(`later_${at + 1}`));
      const turn = mux(anyOf(later), firstOf(later, 1, bits), firstOf(valids, 0, bits));
      const choice = mux(locked, granted, turn).as('choice');
      const valid = anyOf(valids).as('any_valid');
      when(valid, () => {
        granted.next = choice;
        locked.next = down.ready.not();
      });
      const data = select(
        choice,
        up.map((way) => way.data as Data),
      ) as Value<Type>;
      return {
        up: up.map((_, way) => ({ ready: down.ready.and(choice.eq(way)) })),
        down: { valid, data },
      };
    },
  );
});

/**
 * Several streams (at least 2) into one, in turn: a way that waits is served after at most one item of every other way. No latency,
 * an item per clock.
 */
export function Arbiter<T extends Type>(payload: T, ways: number): ArbiterBlock<T> {
  return arbiter({ payload, ways }) as unknown as ArbiterBlock<T>;
}
