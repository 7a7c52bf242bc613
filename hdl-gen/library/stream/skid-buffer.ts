import { when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import { reg } from '../../lang/state.ts';
import { bool, type Type } from '../../lang/types.ts';
import { choose, type StreamBlock, streamPorts, typeName } from './stream.ts';

const skid = generator(({ payload }: { readonly payload: Type }) =>
  module(`skid_buffer_${typeName(payload)}`, streamPorts(payload, payload), ({ up, down }) => {
    const full = reg('full', bool);
    const held = reg('held', payload, { init: null });
    const valid = full.or(up.valid).as('valid');
    full.next = valid.and(down.ready.not());
    when(up.valid.and(full.not()).and(down.ready.not()), () => {
      held.next = up.data;
    });
    return { up: { ready: full.not() }, down: { valid, data: choose(full, held, up.data) } };
  }),
);

/**
 * One register that catches the item that comes in the clock where `down` stops: no path leads from `down.ready` to
 * `up.ready`. No latency, an item per clock.
 */
export function SkidBuffer<T extends Type>(payload: T): StreamBlock<T, T> {
  return skid({ payload }) as unknown as StreamBlock<T, T>;
}
