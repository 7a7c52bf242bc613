import { mux } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { ram } from '../lang/memory.ts';
import { generator, module } from '../lang/module.ts';
import type { SInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';
import { allOf, bitsFor, counter, nextCount, signedBitsFor } from './counter.ts';

export interface LineBufferParameters {
  /** Bytes of one pixel. */
  readonly channels: number;
  /** Bytes of one memory word; a pixel starts a new word. */
  readonly lanes: number;
  /** Pixels that the buffer holds. */
  readonly pixels: number;
  /** Pixels of one image. */
  readonly imagePixels: number;
}

export function lineBufferShape({ channels, lanes, pixels, imagePixels }: LineBufferParameters) {
  const wordsPerPixel = Math.ceil(channels / lanes);
  const words = pixels * wordsPerPixel;
  return {
    wordsPerPixel,
    words,
    addressBits: bitsFor(words - 1),
    countBits: signedBitsFor(-imagePixels, imagePixels + pixels),
  };
}

/**
 * Takes a stream of bytes, packs them into words of `lanes` and keeps the last `pixels` pixels in a ring. It counts the
 * pixels of the reader's image that are complete (`written`) and stops taking bytes at `limit`. When the reader moves on to
 * the next image (`image_done`), counting goes on relative to that image; it is negative while pixels that no window reads
 * are still missing from the image before.
 */
export const LineBuffer = generator((parameters: LineBufferParameters) => {
  const { channels, lanes, imagePixels, pixels } = parameters;
  const { words, addressBits, countBits } = lineBufferShape(parameters);
  return module(
    `line_buffer_${channels}ch_${pixels}of${imagePixels}px_${lanes}`,
    {
      in: {
        in_valid: bool,
        in_data: sint(8),
        limit: sint(countBits),
        image_done: bool,
        read_address: uint(addressBits),
        read: bool,
      },
      out: { in_ready: bool, written: sint(countBits), word: vec(lanes, sint(8)) },
    },
    ({ in_valid, in_data, limit, image_done, read_address, read }) => {
      const memory = ram('memory', vec(lanes, sint(8)), words);
      const written = reg('written_pixels', sint(countBits));
      const ready = written.lt(limit);
      const take = in_valid.and(ready).as('take');

      const channel = counter('channel', channels, take);
      const lane = lanes === 1 ? null : reg('lane', uint(bitsFor(lanes - 1)));
      const pixelDone = allOf(take, channel.atLast).as('pixel_done');
      const laneAtLast = lane?.eq(lanes - 1) ?? null;
      const full = laneAtLast === null || channel.atLast === null ? null : laneAtLast.or(channel.atLast);
      const wordDone = lane === null ? take : allOf(take, full).as('word_done');
      const word: SInt[] = [];
      for (let index = 0; index < lanes - 1; index++) {
        const held = reg(`held_${index}`, sint(8));
        const here = lane!.eq(index);
        when(take.and(here), () => {
          held.next = in_data;
        });
        word.push(mux(here, in_data, held));
      }
      word.push(in_data);
      if (lane !== null) {
        when(wordDone, () => {
          lane.next = 0;
        }).elsewhen(take, () => {
          lane.next = lane.addWrap(1);
        });
      }

      const writeAddress = reg('write_address', uint(addressBits));
      when(wordDone, () => {
        writeAddress.next = nextCount(writeAddress, words);
      });
      memory.write(writeAddress, word, { enable: wordDone });

      const counted = written.addWrap(pixelDone.toUInt().toSInt());
      written.next = mux(image_done, counted.subWrap(imagePixels), counted);
      return { in_ready: ready, written, word: memory.read(read_address, { enable: read }) };
    },
  );
});
