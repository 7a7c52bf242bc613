import { when } from '../../lang/control.ts';
import { ram } from '../../lang/memory.ts';
import { generator, module } from '../../lang/module.ts';
import { reg } from '../../lang/state.ts';
import { bool, type Type, uint } from '../../lang/types.ts';
import { bitsFor, pointer } from '../counter.ts';
import { type StreamBlock, streamPorts, typeName } from './stream.ts';

const queue = generator(({ payload, depth }: { readonly payload: Type; readonly depth: number }) =>
  module(`queue_${depth}_${typeName(payload)}`, streamPorts(payload, payload), ({ up, down }) => {
    const memory = ram('memory', payload, depth);
    const writeAddress = pointer('write_address', depth);
    const readAddress = pointer('read_address', depth);
    const stored = reg('stored', uint(bitsFor(depth)));
    const valid = reg('valid', bool);

    const ready = stored.ne(depth).as('ready');
    const put = up.valid.and(ready).as('put');
    const fetch = stored.ne(0).and(valid.not().or(down.ready)).as('fetch');
    const data = memory.read(readAddress.at, { enable: fetch });
    when(put, () => {
      memory.write(writeAddress.at, up.data);
      writeAddress.advance();
    });
    when(fetch, () => {
      readAddress.advance();
      valid.next = true;
    }).elsewhen(down.ready, () => {
      valid.next = false;
    });
    when(put.and(fetch.not()), () => {
      stored.next = stored.addWrap(1);
    }).elsewhen(fetch.and(put.not()), () => {
      stored.next = stored.subWrap(1);
    });
    return { up: { ready }, down: { valid, data } };
  }),
);

/**
 * First-in first-out queue of `depth` items in a memory, and one more in its read register. Two clocks of latency, an item
 * per clock from a depth of 2 on. Both directions are cut: ready does not depend on `down.ready` in the same clock.
 */
export function Queue<T extends Type>(payload: T, depth: number): StreamBlock<T, T> {
  return queue({ payload, depth }) as unknown as StreamBlock<T, T>;
}
