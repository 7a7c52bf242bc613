import { type Logic, noLogic } from '../../ir/logic.ts';
import { bitsFor } from '../../library/counter.ts';
import { lineBufferShape } from '../../library/line-buffer.ts';
import { resultBeats, type WindowStage } from '../architecture.ts';
import { type LayerSums, weightForm } from './resources.ts';
import { sequencerLogic } from './sequencer-logic.ts';
import { type Tally, tally } from './tally.ts';
import { readsPadding } from './window.ts';
import type { WindowWork } from './work.ts';

type Window = Omit<WindowStage, 'sources'>;

/** The lanes of an engine side by side, all alike. */
export interface Lanes {
  readonly count: number;
  /** Products, or bytes of a pool, that a lane adds in one clock. */
  readonly terms: number;
  readonly kind: 'multiply' | 'sign' | 'sum' | 'maximum';
  readonly activationBits: number;
  readonly weightBits: number;
  readonly accumulatorBits: number;
}

/** `StreamFifo` of so many words. */
function fifoLogic(t: Tally, depth: number): void {
  t.counter(depth);
  t.counter(depth);
  const stored = bitsFor(depth);
  t.count(2 * stored);
  t.gate(stored);
  t.equal(stored);
}

function lineBufferLogic(t: Tally, stage: Window): void {
  const { input, inputWidth, inputBits, lanes, bufferPixels, wordsPerPixel, early } = stage;
  const shape = { channels: input.channels, lanes, pixels: bufferPixels, imagePixels: input.height * input.width };
  const { countBits, words } = lineBufferShape(shape);
  t.compare(countBits);
  t.count(2 * countBits);
  t.mux(countBits);
  t.counter(input.channels / inputWidth);
  const beats = lanes / inputWidth;
  t.counter(beats);
  t.equal((beats - 1) * bitsFor(beats - 1));
  t.mux((beats - 1) * inputBits * inputWidth);
  t.counter(words);
  if (early) t.counter(wordsPerPixel);
}

function drainLogic(t: Tally, { pe, outputWidth }: Window): void {
  const groups = pe / outputWidth;
  const bits = bitsFor(groups);
  t.equal(bits);
  t.count(bits);
  t.gate(bits);
  if (groups === 1) return;
  t.count(bitsFor(groups - 1));
  t.gate(bitsFor(groups - 1));
}

/** A part of an engine: what it is made of, its memories aside. */
export interface EnginePart {
  /** The instance inside the engine; null for what stands around the instances. All lanes are one part. */
  readonly instance: string | null;
  readonly logic: Logic;
  readonly lanes?: Lanes;
  /** Bits of multiplexers of two that choose which of the drain's sums leave. */
  readonly choice?: number;
}

/** The parts of a window engine in closed form, without describing it. `scalers` are what no folding changes. */
export function windowParts(
  work: WindowWork,
  stage: Window,
  sums: LayerSums,
  scalers: readonly EnginePart[],
): EnginePart[] {
  const { pe, simd, lanes, outputWidth, inputBits, fifoDepth, steps } = stage;
  const { accumulatorBits } = sums;
  const reads = stage.taps.height * stage.taps.width;
  const part = (instance: string, count: (t: Tally) => void): EnginePart => {
    const t = tally();
    count(t);
    return { instance, logic: t.logic() };
  };
  const own = tally();
  if (readsPadding(stage)) own.gate(reads * lanes * inputBits);
  const beats = resultBeats({ ...stage, sources: [] });
  if (work.weight !== null) own.counter(beats.length * steps);
  const kind = work.reduce === 'maximum' ? 'maximum' : work.weight === null ? 'sum' : sums.small ? 'sign' : 'multiply';
  return [
    { instance: null, logic: own.logic() },
    { instance: 'sequencer', logic: sequencerLogic(stage) },
    part('line_buffer', (t) => lineBufferLogic(t, stage)),
    {
      instance: 'lanes',
      logic: noLogic,
      lanes: {
        count: pe,
        terms: work.weight === null ? 1 : simd * reads,
        kind,
        activationBits: inputBits,
        weightBits: weightForm(stage, sums).weight,
        accumulatorBits,
      },
    },
    {
      ...part('drain', (t) => drainLogic(t, stage)),
      choice: accumulatorBits * outputWidth * (pe / outputWidth - 1),
    },
    ...scalers,
    part('output_fifo', (t) => fifoLogic(t, fifoDepth)),
  ];
}
