import type { BlockDevice } from '../../../specs/design.ts';
import type { MemoryStyle } from '../../ir/design.ts';
import { bitsFor, signedBitsFor } from '../../library/counter.ts';
import { lineBufferShape } from '../../library/line-buffer.ts';
import { type LogicalMemory, partName, partsOf } from '../../memory/pack.ts';
import { resultBeats, type WindowStage } from '../architecture.ts';
import { type SumTables, tapCounts } from './tables.ts';
import { effectiveExtent, readsPadding } from './window.ts';
import type { WindowWork } from './work.ts';

/** A memory of an engine, named by the instances that lead to it. */
export interface EngineMemory extends LogicalMemory {
  readonly path: readonly string[];
  readonly name: string;
  /** Where the device is known. */
  readonly style?: MemoryStyle;
}

/** What holds state in an engine. */
export interface Resources {
  /** Flip-flops, the registers behind the memories' read ports included; of these, those of the lanes. */
  readonly registerBits: number;
  readonly laneBits: number;
  readonly memories: readonly EngineMemory[];
}

type Window = Omit<WindowStage, 'sources'>;

/** What is the same for all foldings of a layer. */
export interface LayerSums extends Pick<SumTables, 'accumulatorBits' | 'weightBits'> {
  /** All weights are -1, 0 or 1; and none is 0. */
  readonly small: boolean;
  readonly signs: boolean;
}

/** Bits of a counter, an address or a pointer over so many values; none when there is one value. */
const counts = (size: number): number => (size > 1 ? bitsFor(size - 1) : 0);

/** Bits of a weight as it is stored, and of a product. See `storedWeights`. */
export function weightForm({ simd, lanes, wordsPerPixel, input, kind, inputBits }: Window, sums: LayerSums) {
  if (!sums.small) return { weight: sums.weightBits, product: inputBits + sums.weightBits };
  const whole = kind === 'depthwise' || (simd === lanes && wordsPerPixel * lanes === input.channels);
  return { weight: sums.signs && whole ? 1 : 2, product: inputBits + 1 };
}

/** Positions of the kernel's taps and of the windows: one register for each loop that moves them. */
function positionBits(stage: Window, padded: boolean): number {
  const { input, output, kernel, stride, dilation, padding, taps, wordsPerPixel, bufferPixels } = stage;
  const moves = (length: number) => (length > 1 ? 1 : 0);
  const tap = { row: moves(kernel.height / taps.height), column: moves(kernel.width / taps.width) };
  const window = { row: moves(output.height), column: moves(output.width) };
  const address = bitsFor(bufferPixels * wordsPerPixel - 1);
  const coordinate = (scale: number, size: number, pad: number, step: number, outputs: number, extent: number) =>
    signedBitsFor(-pad * scale, Math.max(((outputs - 1) * step - pad + extent - 1) * scale, (size - 1) * scale));
  const rows = effectiveExtent(kernel.height, dilation.height);
  const columns = effectiveExtent(kernel.width, dilation.width);
  const row = coordinate(input.width, input.height, padding.top, stride.height, output.height, rows);
  const column = coordinate(1, input.width, padding.left, stride.width, output.width, columns);
  return (
    address * (1 + tap.row + tap.column + window.row + window.column) +
    row * (window.row + (padded ? tap.row : 0)) +
    column * (window.column + (padded ? tap.column : 0))
  );
}

function sequencerBits(stage: Window, padded: boolean): number {
  const { output, kernel, taps, wordsPerPixel, steps, passInterval, fifoDepth } = stage;
  const dense = stage.kind === 'conv';
  const passes = stage.results.length;
  const rest = passInterval - steps;
  return (
    counts(dense ? wordsPerPixel : 1) +
    counts(kernel.width / taps.width) +
    counts(kernel.height / taps.height) +
    counts(dense ? passes : passes / wordsPerPixel) +
    counts(dense ? 1 : wordsPerPixel) +
    counts(output.width) +
    counts(output.height) +
    positionBits(stage, padded) +
    bitsFor(fifoDepth) +
    (rest > 0 ? bitsFor(rest) : 0) +
    (steps > 1 ? 1 : 0)
  );
}

function lineBufferBits(stage: Window, reads: number): number {
  const { input, inputWidth, inputBits, lanes, bufferPixels, wordsPerPixel, early } = stage;
  const shape = { channels: input.channels, lanes, pixels: bufferPixels, imagePixels: input.height * input.width };
  const { addressBits, countBits } = lineBufferShape(shape);
  const beats = lanes / inputWidth;
  return (
    countBits +
    counts(input.channels / inputWidth) +
    counts(beats) +
    (beats - 1) * inputBits * inputWidth +
    addressBits +
    (early ? counts(wordsPerPixel) : 0) +
    reads * lanes * inputBits
  );
}

/** `scalers`: what the requantizers or averagers of a beat hold, which no folding changes. Equal to the netlist's, bit for bit. */
export function windowResources(work: WindowWork, stage: Window, sums: LayerSums, scalers: Resources): Resources {
  const { pe, simd, lanes, outputWidth, results, steps, fifoDepth, bufferPixels, wordsPerPixel } = stage;
  const { accumulatorBits } = sums;
  const reads = stage.taps.height * stage.taps.width;
  const padded = readsPadding(stage);
  const groups = pe / outputWidth;
  const memories: EngineMemory[] = [...scalers.memories];
  const form = weightForm(stage, sums);
  let laneBits = pe * (stage.inputBits + accumulatorBits);
  let weightBits = 0;
  if (work.weight !== null) {
    const wordBits = pe * simd * reads * form.weight;
    const words = results.length * steps;
    memories.push({ path: [], name: 'weights', kind: 'rom', words, wordBits, elementBits: form.weight });
    weightBits = counts(words) + wordBits;
    laneBits = pe * (simd * reads * form.product + accumulatorBits);
  }
  for (let copy = 0; copy < reads; copy++) {
    const name = reads === 1 ? 'memory' : `memory_${copy}`;
    const size = {
      words: bufferPixels * wordsPerPixel,
      wordBits: stage.inputBits * lanes,
      elementBits: stage.inputBits,
    };
    memories.push({ path: ['line_buffer'], name, kind: 'ram', ...size });
  }
  const beatBits = stage.outputBits * outputWidth;
  const beat = { words: fifoDepth, wordBits: beatBits, elementBits: beatBits };
  memories.push({ path: ['output_fifo'], name: 'memory', kind: 'ram', ...beat });
  const uneven = resultBeats({ ...stage, sources: [] }).some((beats) => beats !== groups);
  const averaged = work.scaler.kind === 'divide' && padded ? tapCounts({ ...stage, sources: [] }) : [];
  const control =
    // multiply, accumulate; first: operand, product; last: operand, product, load.
    7 +
    (padded ? reads : 0) +
    (uneven ? 3 * bitsFor(groups) : 0) +
    (averaged.length > 1 ? 2 * bitsFor(averaged.at(-1)!) + 1 : 0);
  const drain = bitsFor(groups) + pe * accumulatorBits + counts(groups);
  const fifo = 2 * counts(fifoDepth) + bitsFor(fifoDepth) + 1 + beat.wordBits;
  return {
    registerBits:
      control +
      weightBits +
      laneBits +
      drain +
      fifo +
      lineBufferBits(stage, reads) +
      sequencerBits(stage, padded) +
      scalers.registerBits,
    laneBits,
    memories,
  };
}

/** The same on a device: memories in their styles, tables cut as `placeMemories` cuts them, with what puts their words together. */
export function placeResources(resources: Resources, device: BlockDevice): Resources {
  let { registerBits } = resources;
  const memories = resources.memories.flatMap((memory): EngineMemory[] => {
    const parts = partsOf(device, memory);
    for (const { firstWord, wordBits } of parts) if (firstWord > 0) registerBits += 1 + wordBits;
    return parts.map(({ words, wordBits, style }, index) => ({
      ...memory,
      name: partName(memory.name, index, parts.length),
      words,
      wordBits,
      style,
    }));
  });
  return { ...resources, registerBits, memories };
}
