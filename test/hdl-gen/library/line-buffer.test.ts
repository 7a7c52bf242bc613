import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineBuffer, type LineBufferParameters, lineBufferShape } from '../../../hdl-gen/library/line-buffer.ts';
import { blockOf } from '../../support/block.ts';
import { seededRandom } from '../../support/random.ts';

/** What the buffer holds and says, in plain arrays. */
interface Model {
  /** Bytes of every word as they were packed; null where nothing has been written, or where a short word has no byte. */
  readonly memory: (number | null)[][];
  bytes: number[];
  address: number;
  channel: number;
  written: number;
}

const newModel = (parameters: LineBufferParameters): Model => ({
  memory: Array.from({ length: lineBufferShape(parameters).words }, () => new Array<null>(parameters.lanes).fill(null)),
  bytes: [],
  address: 0,
  channel: 0,
  written: 0,
});

/** Takes one byte: a pixel starts a new word, a full word or the pixel's last one goes to the next address of the ring. */
function take(model: Model, { channels, lanes }: LineBufferParameters, byte: number): void {
  model.bytes.push(byte);
  model.channel++;
  const pixelDone = model.channel === channels;
  if (pixelDone || model.bytes.length === lanes) {
    model.memory[model.address] = Array.from({ length: lanes }, (_, lane) => model.bytes[lane] ?? null);
    model.address = (model.address + 1) % model.memory.length;
    model.bytes = [];
  }
  if (pixelDone) {
    model.channel = 0;
    model.written++;
  }
}

const parameters: fc.Arbitrary<LineBufferParameters> = fc
  .record({
    beats: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 3 }),
    reads: fc.integer({ min: 1, max: 3 }),
    counted: fc.boolean(),
    pixels: fc.integer({ min: 1, max: 9 }),
    imagePixels: fc.integer({ min: 1, max: 12 }),
  })
  .chain(({ beats, width, counted, ...shape }) =>
    fc.integer({ min: 1, max: beats }).map((word) => ({
      ...shape,
      width,
      channels: beats * width,
      lanes: word * width,
      countsWords: counted && word < beats,
    })),
  );

test('packs, wraps around, stops at the limit and counts relative to the image, whatever the reader does', () => {
  fc.assert(
    fc.property(parameters, fc.integer(), fc.constantFrom(0.5, 1), (shape, seed, offering) => {
      const random = seededRandom(seed);
      const { words, countBits, addressBits } = lineBufferShape(shape);
      const { width, reads } = shape;
      const block = blockOf(LineBuffer(shape));
      const model = newModel(shape);
      let limit = shape.pixels;
      let word: (number | null)[] = [];
      for (let clock = 0; clock < 250; clock++) {
        const inValid = random.fraction() < offering;
        const beat = Array.from({ length: width }, () => random.integer(-128, 127));
        // The reader may leave an image as soon as its last window is complete: pixels that nothing reads may still be missing.
        const imageDone = model.written >= 0 && random.integer(0, 7) === 0;
        const addresses = Array.from({ length: reads }, () => random.integer(0, words - 1));
        const read = random.integer(0, 3) > 0;
        block.clock({
          in_valid: inValid,
          in_data: beat.reduceRight((all, byte) => all * 256 + (byte & 255), 0) - (beat.at(-1)! < 0 ? 256 ** width : 0),
          limit,
          image_done: imageDone,
          read_address: addresses.reduceRight((all, address) => all * 2 ** addressBits + address, 0),
          read,
        });
        const ready = model.written < limit;
        expect({ clock, ready: block.out('in_ready'), written: block.out('written') }).toEqual({
          clock,
          ready: ready ? 1 : 0,
          written: model.written,
        });
        if (shape.countsWords)
          expect({ clock, here: block.out('words_here') }).toEqual({
            clock,
            here: Math.floor(model.channel / shape.lanes),
          });
        for (const [lane, expected] of word.entries())
          if (expected !== null)
            expect({ clock, lane, byte: block.out(`word_${lane}`) }).toEqual({ clock, lane, byte: expected });
        // A read in the clock of a write to the same word gives the old word.
        if (read) word = addresses.flatMap((address) => model.memory[address]!);
        if (inValid && ready) for (const byte of beat) take(model, shape, byte);
        if (imageDone) model.written -= shape.imagePixels;
        const most = Math.min(shape.imagePixels + shape.pixels, 2 ** (countBits - 1) - 1);
        limit = random.integer(0, 5) === 0 ? random.integer(0, most) : Math.max(limit, model.written);
      }
    }),
    { numRuns: 80 },
  );
});

test('five channels in words of two: three words a pixel, the last one half used, the ring of two pixels wraps', () => {
  const shape = { channels: 5, width: 1, lanes: 2, pixels: 2, imagePixels: 100, reads: 1, countsWords: false };
  expect(lineBufferShape(shape)).toEqual({ wordsPerPixel: 3, words: 6, addressBits: 3, countBits: 8 });
  const block = blockOf(LineBuffer(shape));
  const idle = { in_valid: false, in_data: 0, limit: 3, image_done: false, read_address: 0, read: false };
  for (let byte = 1; byte <= 15; byte++) block.clock({ ...idle, in_valid: true, in_data: byte });
  const words: number[][] = [];
  for (let address = 0; address < 6; address++) {
    block.clock({ ...idle, read_address: address, read: true });
    block.clock(idle);
    words.push([block.out('word_0'), block.out('word_1')]);
  }
  // Pixel 2 (bytes 11 to 15) has overwritten pixel 0. Lanes beyond the last channel hold what passed last.
  expect(words.map((word, address) => (address % 3 === 2 ? word[0] : word))).toEqual([
    [11, 12],
    [13, 14],
    15,
    [6, 7],
    [8, 9],
    10,
  ]);
  block.clock({ ...idle, in_valid: true });
  expect([block.out('written'), block.out('in_ready')]).toEqual([3, 0]);
});

test('an image left with two pixels unread: the count turns negative and reaches 0 when the next image begins', () => {
  const block = blockOf(
    LineBuffer({ channels: 1, width: 1, lanes: 1, pixels: 3, imagePixels: 4, reads: 1, countsWords: false }),
  );
  const idle = { in_valid: false, in_data: 0, limit: 3, image_done: false, read_address: 0, read: false };
  block.clock({ ...idle, in_valid: true });
  block.clock({ ...idle, in_valid: true, image_done: true });
  const seen: number[] = [];
  for (let clock = 0; clock < 6; clock++) {
    block.clock({ ...idle, in_valid: true });
    seen.push(block.out('written'));
  }
  expect(seen).toEqual([-2, -1, 0, 1, 2, 3]);
  expect(block.out('in_ready')).toBe(0);
});
