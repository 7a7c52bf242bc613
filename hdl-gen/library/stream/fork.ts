import { when } from '../../lang/control.ts';
import { generator, type ModuleConstructor, module } from '../../lang/module.ts';
import { reg } from '../../lang/state.ts';
import { bool, type Type, type VecType, vec } from '../../lang/types.ts';
import { type Back, type Forward, stream, typeName } from './stream.ts';

export type ForkBlock<T extends Type> = ModuleConstructor<
  { readonly up: Forward<T>; readonly down: VecType<Back> },
  { readonly up: Back; readonly down: VecType<Forward<T>> }
>;

const fork = generator(({ payload, ways }: { readonly payload: Type; readonly ways: number }) => {
  const { forward, back } = stream(payload);
  return module(
    `fork_${ways}_${typeName(payload)}`,
    { in: { up: forward, down: vec(ways, back) }, out: { up: back, down: vec(ways, forward) } },
    ({ up, down }) => {
      const done = reg('done', vec(ways, bool));
      const taken = down.map(({ ready }, way) => done[way]!.or(ready).as(`taken_${way}`));
      const all = taken.reduce((so_far, one) => so_far.and(one)).as('all');
      when(up.valid, () => {
        for (const [way, register] of done.entries()) register.next = taken[way]!.and(all.not());
      });
      return {
        up: { ready: all },
        down: done.map((before) => ({ valid: up.valid.and(before.not()), data: up.data })),
      };
    },
  );
});

/**
 * Every item goes to all ways, to each as soon as it is ready (a way that has the item does not see it again). No
 * latency, an item per clock.
 */
export function Fork<T extends Type>(payload: T, ways: number): ForkBlock<T> {
  return fork({ payload, ways }) as unknown as ForkBlock<T>;
}
