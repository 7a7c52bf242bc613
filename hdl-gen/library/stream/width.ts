import { type Data, select } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import { reg } from '../../lang/state.ts';
import { type Type, uint, type Value, type VecType, vec } from '../../lang/types.ts';
import { bitsFor, nextCount } from '../counter.ts';
import { type StreamBlock, streamPorts, typeName } from './stream.ts';

interface Parameters {
  readonly payload: Type;
  readonly ratio: number;
}

const widener = generator(({ payload, ratio }: Parameters) =>
  module(`widener_${ratio}_${typeName(payload)}`, streamPorts(payload, vec(ratio, payload)), ({ up, down }) => {
    const lane = reg('lane', uint(bitsFor(ratio - 1)));
    const last = lane.eq(ratio - 1).as('last');
    const held = Array.from({ length: ratio - 1 }, (_, index) => reg(`held_${index}`, payload, { init: null }));
    const ready = last.not().or(down.ready).as('ready');
    when(up.valid.and(ready), () => {
      lane.next = nextCount(lane, ratio);
    });
    for (const [index, register] of held.entries()) {
      when(up.valid.and(lane.eq(index)), () => {
        register.next = up.data;
      });
    }
    return { up: { ready }, down: { valid: up.valid.and(last), data: [...held, up.data] } };
  }),
);

const narrower = generator(({ payload, ratio }: Parameters) =>
  module(`narrower_${ratio}_${typeName(payload)}`, streamPorts(vec(ratio, payload), payload), ({ up, down }) => {
    const lane = reg('lane', uint(bitsFor(ratio - 1)));
    when(up.valid.and(down.ready), () => {
      lane.next = nextCount(lane, ratio);
    });
    return {
      up: { ready: down.ready.and(lane.eq(ratio - 1)) },
      down: { valid: up.valid, data: select(lane, up.data as readonly Data[]) as Value<Type> },
    };
  }),
);

/**
 * Packs `ratio` items (at least 2) into one, the first at index 0. The last of them passes without a register, so that no
 * clock is lost: an item in per clock. A group that is not complete waits.
 */
export function Widener<T extends Type>(payload: T, ratio: number): StreamBlock<T, VecType<T>> {
  return widener({ payload, ratio }) as unknown as StreamBlock<T, VecType<T>>;
}

/** Hands out the `ratio` parts (at least 2) of every item, index 0 first. No latency, a part out per clock, no copy of the item. */
export function Narrower<T extends Type>(payload: T, ratio: number): StreamBlock<VecType<T>, T> {
  return narrower({ payload, ratio }) as unknown as StreamBlock<VecType<T>, T>;
}
