import { when } from '../lang/control.ts';
import { ram } from '../lang/memory.ts';
import { generator, module } from '../lang/module.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint } from '../lang/types.ts';
import { bitsFor, pointer } from './counter.ts';

/**
 * Byte FIFO with a valid/ready output, in a memory with synchronous read. The writer keeps count of the room itself
 * (credits), so there is no `full`. A byte written into an empty FIFO is offered two clocks later; then one per clock.
 */
export const StreamFifo = generator(({ width, depth }: { width: number; depth: number }) =>
  module(
    `stream_fifo_${width}x${depth}`,
    {
      in: { write: bool, write_data: sint(width), out_ready: bool },
      out: { out_valid: bool, out_data: sint(width) },
    },
    ({ write, write_data, out_ready }) => {
      const memory = ram('memory', sint(width), depth);
      const writeAddress = pointer('write_address', depth);
      const readAddress = pointer('read_address', depth);
      const stored = reg('stored', uint(bitsFor(depth)));
      const valid = reg('valid', bool);

      const fetch = stored.ne(0).and(valid.not().or(out_ready)).as('fetch');
      const head = memory.read(readAddress.at, { enable: fetch });
      memory.write(writeAddress.at, write_data, { enable: write });

      when(write, () => {
        writeAddress.advance();
      });
      when(fetch, () => {
        readAddress.advance();
        valid.next = true;
      }).elsewhen(out_ready, () => {
        valid.next = false;
      });
      when(write.and(fetch.not()), () => {
        stored.next = stored.addWrap(1);
      }).elsewhen(fetch.and(write.not()), () => {
        stored.next = stored.subWrap(1);
      });
      return { out_valid: valid, out_data: head };
    },
  ),
);
