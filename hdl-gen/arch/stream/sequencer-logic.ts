import type { Logic } from '../../ir/logic.ts';
import { bitsFor, signedBitsFor } from '../../library/counter.ts';
import { lineBufferShape } from '../../library/line-buffer.ts';
import { resultBeats, type WindowStage } from '../architecture.ts';
import { tally } from './tally.ts';
import { effectiveExtent, readsPadding } from './window.ts';

/** A loop of the walk: whether it has a step, and what a position that it moves adds up. */
interface Move {
  readonly steps: boolean;
  readonly by: (() => void) | null;
}

/** What the sequencer of a window engine is made of, in closed form: the reading of `Sequencer` without describing it. */
export function sequencerLogic(stage: Omit<WindowStage, 'sources'>): Logic {
  const { input, output, kernel, stride, dilation, padding, taps, wordsPerPixel, bufferPixels, fifoDepth } = stage;
  const t = tally();
  const dense = stage.kind === 'conv';
  const results = resultBeats({ ...stage, sources: [] });
  const passes = results.length;
  const reads = taps.height * taps.width;
  const padded = readsPadding(stage);
  const words = bufferPixels * wordsPerPixel;
  const addressBits = bitsFor(words - 1);
  const shape = { channels: input.channels, lanes: 1, pixels: bufferPixels, imagePixels: input.height * input.width };
  const { countBits } = lineBufferShape(shape);

  const columns = kernel.width / taps.width;
  const rows = kernel.height / taps.height;
  for (const size of [dense ? wordsPerPixel : 1, columns, rows, dense ? passes : passes / wordsPerPixel])
    t.counter(size);
  for (const size of [dense ? 1 : wordsPerPixel, output.width, output.height]) t.counter(size);

  const steps = [columns > 1, rows > 1, passes > 1, output.width > 1, output.height > 1];
  /** `nestedPosition`: a register for each loop that moves it, which every loop around it sets back. */
  const position = (moves: readonly (Move['by'] | undefined)[], bits: number): void => {
    for (const [index, by] of moves.entries()) {
      if (by === undefined || by === null || steps[index] !== true) continue;
      by();
      t.mux(bits * steps.slice(index + 1).filter((stepped) => stepped).length);
      t.gate(bits);
    }
  };
  const pixel = wordsPerPixel;
  const forward = (pixels: number) => () => t.advance(addressBits, pixels * pixel, words);
  forward(input.height * input.width)();
  position(
    [
      forward(dilation.width * taps.width),
      forward(dilation.height * taps.height * input.width),
      undefined,
      forward(stride.width),
      forward(stride.height * input.width),
    ],
    addressBits,
  );
  for (let tap = 1; tap < reads; tap++) {
    forward(Math.floor(tap / taps.width) * dilation.height * input.width + (tap % taps.width) * dilation.width)();
  }
  if (wordsPerPixel > 1) t.add(reads * addressBits);

  const coordinate = (scale: number, size: number, pad: number, strideBy: number, outputs: number, extent: number) => {
    const low = -pad * scale;
    const high = Math.max(((outputs - 1) * strideBy - pad + extent - 1) * scale, (size - 1) * scale);
    return { bits: signedBitsFor(low, high), low, high: ((outputs - 1) * strideBy - pad) * scale };
  };
  const windowRows = effectiveExtent(kernel.height, dilation.height);
  const windowColumns = effectiveExtent(kernel.width, dilation.width);
  const row = coordinate(input.width, input.height, padding.top, stride.height, output.height, windowRows);
  const column = coordinate(1, input.width, padding.left, stride.width, output.width, windowColumns);
  const adder = (bits: number) => () => t.count(bits);
  position([undefined, padded ? adder(row.bits) : undefined, undefined, undefined, adder(row.bits)], row.bits);
  position([padded ? adder(column.bits) : undefined, undefined, undefined, adder(column.bits)], column.bits);

  /** `within`: bounds that the value can pass. */
  const within = (range: { low: number; high: number }, bits: number, low: number, high: number): void => {
    if (range.low < low) t.gate(bits);
    if (range.high > high) {
      t.compare(bits);
      t.gate(bits);
    }
  };
  const lastRow = (input.height - 1) * input.width;
  const pixels = input.height * input.width;
  const shifted = (range: typeof row, by: number, high: number) => {
    if (by !== 0) t.count(range.bits + 1);
    within({ low: range.low + by, high: range.high + by }, range.bits + 1, 0, high);
  };
  const still = output.height * output.width === 1;
  if (!still) {
    shifted(row, (windowRows - 1) * input.width, lastRow);
    shifted(column, windowColumns - 1, input.width - 1);
    t.add(row.bits);
    within(column, column.bits, 0, input.width);
    t.add(row.bits);
    if (row.low < 0) t.gate(row.bits);
    const highest = Math.max(0, row.high) + Math.max(0, column.high);
    within({ low: 0, high: highest }, countBits, 0, pixels);
    t.count(countBits);
  }
  t.compare(countBits);
  if (stage.early) {
    t.equal(2 * countBits);
    t.compare(bitsFor(wordsPerPixel - 1));
  }

  const reserved = bitsFor(fifoDepth);
  const uneven = results.some((beats) => beats !== results[0]);
  t.compare(reserved * (uneven ? 2 : 1));
  t.add(reserved);
  t.count(reserved);
  t.gate(reserved);
  const rest = stage.passInterval - stage.steps;
  if (rest > 0) {
    const bits = bitsFor(rest);
    t.equal(bits);
    t.count(bits);
    t.gate(bits);
  }
  if (padded) {
    // Below 0 is a bit; beyond the last row or column is a comparison.
    for (let tap = 0; tap < reads; tap++) {
      if (tap >= taps.width) t.count(row.bits);
      if (tap % taps.width > 0) t.count(column.bits);
      t.compare(row.bits + column.bits);
    }
  }
  return t.logic();
}
