import { when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import { reg } from '../../lang/state.ts';
import { bool, type Type } from '../../lang/types.ts';
import { type StreamBlock, streamPorts, typeName } from './stream.ts';

const slice = generator(({ payload }: { readonly payload: Type }) =>
  module(`register_slice_${typeName(payload)}`, streamPorts(payload, payload), ({ up, down }) => {
    const valid = reg('valid', bool);
    const data = reg('data', payload, { init: null });
    const ready = valid.not().or(down.ready).as('ready');
    when(ready, () => {
      valid.next = up.valid;
      when(up.valid, () => {
        data.next = up.data;
      });
    });
    return { up: { ready }, down: { valid, data } };
  }),
);

/**
 * One register for valid and data: no path leads from `up` to `down`, one clock of latency, an item per clock. Ready
 * goes back without a register; put a SkidBuffer behind it to cut that path, too.
 */
export function RegisterSlice<T extends Type>(payload: T): StreamBlock<T, T> {
  return slice({ payload }) as unknown as StreamBlock<T, T>;
}
