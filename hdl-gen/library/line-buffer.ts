import type { ElementBits } from '../../models/tensor-type.ts';
import { mux } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import { ram } from '../lang/memory.ts';
import { generator, module } from '../lang/module.ts';
import type { SInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { bool, sint, uint, vec } from '../lang/types.ts';
import { unpackSigned, unpackUnsigned } from './beat.ts';
import { allOf, bitsFor, counter, nextCount, signedBitsFor } from './counter.ts';

export interface LineBufferParameters {
  /** Elements of one pixel. */
  readonly channels: number;
  /** Elements of one beat; divides `channels` and `lanes`. */
  readonly width: number;
  /** Elements of one memory word; a pixel starts a new word. */
  readonly lanes: number;
  /** Pixels that the buffer holds. */
  readonly pixels: number;
  /** Pixels of one image. */
  readonly imagePixels: number;
  /** Words read at once: as many memories with the same contents. */
  readonly reads: number;
  /** Tells how many words of the pixel that is coming in are there. */
  readonly countsWords: boolean;
  /** Bits of an element, 8 when absent. */
  readonly bits?: ElementBits;
}

export function lineBufferShape({
  channels,
  lanes,
  pixels,
  imagePixels,
}: Omit<LineBufferParameters, 'width' | 'reads' | 'countsWords' | 'bits'>) {
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
 * Takes a stream of beats, packs them into words of `lanes` elements and keeps the last `pixels` pixels in a ring. It counts the
 * pixels of the reader's image that are complete (`written`) and stops taking beats at `limit`. When the reader moves on to
 * the next image (`image_done`), counting goes on relative to that image; it is negative while pixels that no window reads
 * are still missing from the image before.
 */
export const LineBuffer = generator((parameters: LineBufferParameters) => {
  const { channels, width, lanes, imagePixels, pixels, reads, countsWords, bits = 8 } = parameters;
  const { words, wordsPerPixel, addressBits, countBits } = lineBufferShape(parameters);
  const beats = lanes / width;
  const kind = `${countsWords ? '_early' : ''}${bits === 8 ? '' : `_${bits}b`}`;
  const form = `${width === 1 ? '' : `_by_${width}`}${reads === 1 ? '' : `_${reads}reads`}${kind}`;
  return module(
    `line_buffer_${channels}ch_${pixels}of${imagePixels}px_${lanes}${form}`,
    {
      in: {
        in_valid: bool,
        in_data: sint(bits * width),
        limit: sint(countBits),
        image_done: bool,
        read_address: uint(addressBits * reads),
        read: bool,
      },
      out: {
        in_ready: bool,
        written: sint(countBits),
        word: vec(reads * lanes, sint(bits)),
        ...(countsWords ? { words_here: uint(bitsFor(wordsPerPixel - 1)) } : {}),
      },
    },
    ({ in_valid, in_data, limit, image_done, read_address, read }) => {
      const memories = Array.from({ length: reads }, (_, copy) =>
        ram(reads === 1 ? 'memory' : `memory_${copy}`, vec(lanes, sint(bits)), words),
      );
      const written = reg('written_pixels', sint(countBits));
      const ready = written.lt(limit);
      const take = in_valid.and(ready).as('take');

      const channel = counter('channel', channels / width, take);
      const lane = beats === 1 ? null : reg('lane', uint(bitsFor(beats - 1)));
      const pixelDone = allOf(take, channel.atLast).as('pixel_done');
      const laneAtLast = lane?.eq(beats - 1) ?? null;
      const full = laneAtLast === null || channel.atLast === null ? null : laneAtLast.or(channel.atLast);
      const wordDone = lane === null ? take : allOf(take, full).as('word_done');
      const word: SInt[] = [];
      for (let index = 0; index < beats - 1; index++) {
        const held = reg(`held_${index}`, sint(bits * width));
        const here = lane!.eq(index);
        when(take.and(here), () => {
          held.next = in_data;
        });
        word.push(...unpackSigned(mux(here, in_data, held), width));
      }
      word.push(...unpackSigned(in_data, width));
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
      for (const memory of memories) memory.write(writeAddress, word, { enable: wordDone });

      const counted = written.addWrap(pixelDone.toUInt().toSInt());
      written.next = mux(image_done, counted.subWrap(imagePixels), counted);
      const addresses = unpackUnsigned(read_address, reads);
      const here = countsWords ? counter('words_here', wordsPerPixel, wordDone).value! : null;
      const found = memories.flatMap((memory, copy) => memory.read(addresses[copy]!, { enable: read }));
      return { in_ready: ready, written, word: found, ...(here === null ? {} : { words_here: here }) };
    },
  );
});
