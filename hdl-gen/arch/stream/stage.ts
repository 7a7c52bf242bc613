import type { Extent } from '../../../models/graph.ts';
import { Fault } from '../../../specs/fault.ts';
import { interpolatorDepth } from '../../library/interpolator.ts';
import { rescalerDepth } from '../../library/rescaler.ts';
import {
  type BytewiseStage,
  mapBytes,
  type RearrangeStage,
  type RowStage,
  type Stage,
  type TurnsStage,
} from '../architecture.ts';
import { bufferNeed } from './rearrange.ts';
import { softmaxClocks } from './softmax-clocks.ts';
import { releaseDepth } from './walk.ts';
import { bufferNeeds } from './window.ts';
import type { BytewiseWork, Operation, RearrangeWork, RowWork, Scaler, TurnsWork, WindowWork, Work } from './work.ts';

export interface Folding {
  /** Output channels computed in parallel. */
  readonly pe: number;
  /** Input channels read per clock (1 for channelwise layers). */
  readonly simd: number;
  /** Kernel taps read per clock, 1 when absent: some of a row that divide it, or whole rows that divide the kernel's height. */
  readonly taps?: number | undefined;
}

/** Clocks from a sum to its result. */
function scalerDepth(scaler: Scaler): number {
  if (scaler.kind === 'requantize') return rescalerDepth[scaler.scaling.kind];
  return scaler.kind === 'divide' ? 4 : 0;
}

/** Bytes of a beat that enter and leave a stage. */
export interface Widths {
  readonly input: number;
  readonly output: number;
}

const bitsOf = ({ inputBits, outputBits }: Work) => ({ inputBits, outputBits });

export const narrow: Widths = { input: 1, output: 1 };

/** Clocks from the last operand read to the first result in the output FIFO, counted along the pipeline in engine.ts. */
const pipelineLatency = (scaler: Scaler) => 4 + scalerDepth(scaler);

/** Clocks from taking a channel's last byte to its result in the output FIFO, counted along the pipeline of globalPoolEngine. */
const globalPoolLatency = (scaler: Scaler) => 1 + scalerDepth(scaler);

/** Clocks of a bytewise operation in front of its requantizer. */
const bytewiseLead = { rescale: 0, add: 4, sub: 4, mul: 2 } as const;

/** Clocks from taking a byte to its result in the output FIFO, counted along the pipelines in bytewise-engine.ts. */
function bytewiseLatency(operation: Operation): number {
  if (operation.kind === 'lookup') return 1;
  if (operation.kind === 'interpolate') return interpolatorDepth;
  return bytewiseLead[operation.kind] + rescalerDepth[operation.scaling.kind];
}

/** Clocks a byte rests in the output FIFO before the next stage can take it (synchronous-read memory and its output register). */
export const fifoLatency = 2;

/** Shape of a pass: how many passes one window takes and how many bytes each yields. */
function passesOf(work: WindowWork, { pe }: Folding): { results: number[]; lanes: number } {
  const { channels } = work.output;
  if (work.reach === 'dense' || pe >= work.depthMultiplier) {
    const results = Array.from({ length: Math.ceil(channels / pe) }, (_, pass) => Math.min(pe, channels - pass * pe));
    return { results, lanes: pe / work.depthMultiplier };
  }
  const perInput = Array.from({ length: Math.ceil(work.depthMultiplier / pe) }, (_, sub) =>
    Math.min(pe, work.depthMultiplier - sub * pe),
  );
  return { results: Array.from({ length: work.input.channels }, () => perInput).flat(), lanes: 1 };
}

/** Whether the engine that adds bytes as they arrive can serve: one sum of every channel over the whole map. */
export function isGlobalPool(work: WindowWork): boolean {
  const { scaler, input, output, kernel } = work;
  return (
    work.weight === null &&
    scaler.kind !== 'keep' &&
    output.height === 1 &&
    output.width === 1 &&
    kernel.height === input.height &&
    kernel.width === input.width &&
    work.padding.top === 0 &&
    work.padding.left === 0 &&
    // Each channel's sum is read and written back one clock apart.
    input.channels >= 2
  );
}

/** So many taps as rows and columns of the kernel; null when they are neither a part of a row nor whole rows. */
export function tapsAtOnce({ kernel, weight }: Pick<WindowWork, 'kernel' | 'weight'>, taps: number): Extent | null {
  if (taps === 1) return { height: 1, width: 1 };
  if (weight === null) return null;
  if (kernel.width % taps === 0) return { height: 1, width: taps };
  const rows = taps / kernel.width;
  return Number.isInteger(rows) && kernel.height % rows === 0 ? { height: rows, width: kernel.width } : null;
}

/** Its kernel taps read at once. Errors: FOLDING_IMPOSSIBLE. */
export function checkFolding(work: WindowWork, { pe, simd, taps = 1 }: Folding, widths: Widths): Extent {
  const { input, output, depthMultiplier, kernel } = work;
  const fail = (cause: string, wayOut: string): never => {
    throw new Fault({ code: 'FOLDING_IMPOSSIBLE', place: `folding of layer ${work.name}`, cause, wayOut });
  };
  if (!Number.isSafeInteger(pe) || pe < 1 || pe > output.channels) {
    fail(`pe is ${pe}`, `choose a whole number from 1 to its ${output.channels} output channels`);
  }
  const mostSimd = work.reach === 'dense' ? input.channels : 1;
  if (!Number.isSafeInteger(simd) || simd < 1 || simd > mostSimd) {
    fail(
      `simd is ${simd}`,
      mostSimd === 1
        ? 'it reads one input channel per output channel, so simd is 1'
        : `choose a whole number from 1 to its ${mostSimd} input channels`,
    );
  }
  if (work.reach === 'channelwise' && pe > depthMultiplier && pe % depthMultiplier !== 0) {
    fail(
      `pe is ${pe} with a depth multiplier of ${depthMultiplier}`,
      `choose at most ${depthMultiplier} or a multiple of it, so that a pass covers whole input channels`,
    );
  }
  const together = Number.isSafeInteger(taps) && taps >= 1 ? tapsAtOnce(work, taps) : null;
  if (together === null) {
    return fail(
      `taps is ${taps} with a kernel of ${kernel.height} x ${kernel.width}`,
      work.weight === null
        ? 'pools read one tap per clock'
        : `choose a divisor of its width, or its width times a divisor of its height`,
    );
  }
  const lanes = work.reach === 'dense' ? simd : Math.max(1, pe / depthMultiplier);
  if (lanes % widths.input !== 0) {
    fail(
      `it reads ${lanes} channels at once from a stream of ${widths.input} bytes a clock`,
      `choose ${work.reach === 'dense' ? 'simd' : 'pe'} so that it reads a multiple of ${widths.input} channels, or a narrower stream`,
    );
  }
  const perChannel = work.reach === 'channelwise' && pe < depthMultiplier ? depthMultiplier : output.channels;
  if (pe % widths.output !== 0 || perChannel % widths.output !== 0) {
    fail(
      `pe is ${pe} for ${perChannel} channels that leave ${widths.output} bytes a clock`,
      `choose a multiple of ${widths.output}, or a narrower stream`,
    );
  }
  return together;
}

/** Output FIFO that lets passes of so many beats follow each other without a gap while the next stage keeps taking them. */
function fifoDepthOf(passInterval: number, steps: number, latency: number, beats: number): number {
  const inFlight = Math.ceil((steps + latency + fifoLatency + beats) / passInterval);
  return Math.max(2, beats * inFlight);
}

/** Fully connected and pointwise layers read a pixel's words in the order in which they come. */
function startsEarly({ reach, kernel }: WindowWork, wordsPerPixel: number): boolean {
  return reach === 'dense' && kernel.height * kernel.width === 1 && wordsPerPixel > 1;
}

/** A stage that has not been told yet where its bytes come from. */
export type Unplaced<S extends Stage> = S extends Stage ? Omit<S, 'sources'> : never;

/** Output FIFO of an engine that takes a beat and gives one of results in every clock. */
const flowingDepth = (latency: number) => latency + fifoLatency + 1;

/** The engine of one layer under one folding. Errors: FOLDING_IMPOSSIBLE. */
export function windowStageOf(
  work: WindowWork,
  folding: Folding,
  widths: Widths = narrow,
  extraPixels = 0,
): Unplaced<Stage> {
  const { input, output, kernel, stride, dilation, padding, macs, scaler } = work;
  const ends = { input, output, inputWidth: widths.input, outputWidth: widths.output, ...bitsOf(work) };
  const base = { name: work.name, layers: work.layers, ...ends, macs };
  if (isGlobalPool(work) && scaler.kind !== 'keep') {
    checkFolding(work, folding, narrow);
    const latency = globalPoolLatency(scaler);
    const fifoDepth = flowingDepth(latency);
    const kind = 'globalPool';
    return { ...base, timing: kind, kind, pe: 1, simd: 1, multipliers: 0, latency, fifoDepth };
  }
  const taps = checkFolding(work, folding, widths);
  const { pe } = folding;
  const dense = work.reach === 'dense';
  const passes = passesOf(work, folding);
  const lanes = dense ? folding.simd : passes.lanes;
  const wordsPerPixel = Math.ceil(input.channels / lanes);
  const reads = taps.height * taps.width;
  const steps = ((kernel.height * kernel.width) / reads) * (dense ? wordsPerPixel : 1);
  const beats = pe / widths.output;
  const passInterval = Math.max(steps, beats);
  const latency = pipelineLatency(scaler);
  return {
    ...base,
    timing: 'window',
    kind: dense ? 'conv' : work.weight === null ? 'pool' : 'depthwise',
    kernel,
    stride,
    dilation,
    padding,
    taps,
    pe,
    simd: folding.simd,
    multipliers: work.weight === null ? 0 : pe * folding.simd * reads,
    lanes,
    wordsPerPixel,
    results: passes.results,
    steps,
    early: startsEarly(work, wordsPerPixel),
    passInterval,
    latency,
    fifoDepth: fifoDepthOf(passInterval, steps, latency, beats),
    bufferPixels: bufferNeeds(work).overlapped + extraPixels,
  };
}

const serial = { pe: 1, simd: 1, multipliers: 0 } as const;

export function bytewiseStageOf(work: BytewiseWork, width: number): Unplaced<BytewiseStage> {
  const { name, layers, input, output, macs, operation } = work;
  const latency = bytewiseLatency(operation);
  const fifoDepth = flowingDepth(latency);
  return {
    name,
    layers,
    input,
    output,
    macs,
    ...serial,
    inputWidth: width,
    outputWidth: width,
    ...bitsOf(work),
    timing: 'bytewise',
    kind: operation.kind,
    latency,
    fifoDepth,
  };
}

export function turnsStageOf(work: TurnsWork, width: number): Unplaced<TurnsStage> {
  const { name, layers, input, output, macs, turns } = work;
  const ends = { input, output, inputWidth: width, outputWidth: width, ...bitsOf(work) };
  const base = { name, layers, ...ends, macs, ...serial };
  return { ...base, timing: 'turns', kind: 'concatenation', turns, latency: 0, fifoDepth: flowingDepth(0) };
}

/** A short row's results are still on their way out when the next row is complete. */
const rowFifo = (length: number) => length + Math.min(length, 8);

export function rowStageOf(work: RowWork): Unplaced<RowStage> {
  const { name, layers, input, output, macs } = work;
  const length = input.channels;
  const base = { name, layers, input, output, macs, ...serial, inputWidth: 1, outputWidth: 1, ...bitsOf(work) };
  return { ...base, timing: 'row', kind: 'softmax', length, ...softmaxClocks(length), fifoDepth: rowFifo(length) };
}

/** Clocks from the read of a byte to its place in the output FIFO. */
const rearrangeLatency = 1;

export function rearrangeStageOf(work: RearrangeWork): Unplaced<RearrangeStage> {
  const { name, layers, input, output, macs, kind, walk, inserted } = work;
  const shape = { input, output, walk, inserted, releasedBy: releaseDepth(walk) };
  return {
    name,
    layers,
    macs,
    ...serial,
    inputWidth: 1,
    outputWidth: 1,
    ...bitsOf(work),
    timing: 'rearrange',
    kind,
    ...shape,
    latency: rearrangeLatency,
    fifoDepth: flowingDepth(rearrangeLatency),
    bufferBytes: bufferNeed(shape),
  };
}

/** What travels on a stream, and how many elements of how many bits at once. */
export interface Link {
  readonly shape: Stage['output'];
  readonly width: number;
  readonly bits: Stage['outputBits'];
}

/** Holds `depth` beats of a stream back for a stage that also waits for another. */
export function queueStageOf(name: string, { shape, width, bits }: Link, source: number, depth: number): BytewiseStage {
  return {
    name,
    layers: [],
    sources: [source],
    input: shape,
    output: shape,
    inputWidth: width,
    outputWidth: width,
    inputBits: bits,
    outputBits: bits,
    macs: 0,
    ...serial,
    timing: 'bytewise',
    kind: 'queue',
    latency: 0,
    fifoDepth: depth,
  };
}

/** The stage of any work; only the window engine can be folded. */
export function stageOf(work: Work, folding: Folding, widths: Widths = narrow, extraPixels = 0): Unplaced<Stage> {
  switch (work.form) {
    case 'window':
      return windowStageOf(work, folding, widths, extraPixels);
    case 'bytewise':
      return bytewiseStageOf(work, widths.output);
    case 'turns':
      return turnsStageOf(work, widths.output);
    case 'row':
      return rowStageOf(work);
    case 'rearrange':
      return rearrangeStageOf(work);
  }
}

/** Clocks per inference in which the engine itself is occupied; beats in and out take at least one clock each. */
export function stageClocks(stage: Unplaced<Stage>): number {
  const beatsOut = mapBytes(stage.output) / stage.outputWidth;
  if (stage.timing === 'turns') return beatsOut;
  const beats = Math.max(mapBytes(stage.input) / stage.inputWidth, beatsOut);
  // A row enters, waits at least one clock, and keeps the unit busy.
  if (stage.timing === 'row') return (beats / stage.length) * (stage.length + stage.busy);
  if (stage.timing !== 'window') return beats;
  return Math.max(stage.output.height * stage.output.width * stage.results.length * stage.passInterval, beats);
}
