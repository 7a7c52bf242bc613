import { Fault } from '../../../specs/fault.ts';
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
}

/** Clocks from a sum to its byte. */
function scalerDepth(scaler: Scaler): number {
  if (scaler.kind === 'requantize') return rescalerDepth[scaler.scaling.kind];
  return scaler.kind === 'divide' ? 4 : 0;
}

/** Clocks from the last operand read to the first result in the output FIFO, counted along the pipeline in engine.ts. */
const pipelineLatency = (scaler: Scaler) => 4 + scalerDepth(scaler);

/** Clocks from taking a channel's last byte to its result in the output FIFO, counted along the pipeline of globalPoolEngine. */
const globalPoolLatency = (scaler: Scaler) => 1 + scalerDepth(scaler);

/** Clocks of a bytewise operation in front of its requantizer. */
const bytewiseLead = { rescale: 0, add: 4, sub: 4, mul: 2 } as const;

/** Clocks from taking a byte to its result in the output FIFO, counted along the pipelines in bytewise-engine.ts. */
function bytewiseLatency(operation: Operation): number {
  if (operation.kind === 'lookup') return 1;
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

function checkFolding(work: WindowWork, { pe, simd }: Folding): void {
  const { input, output, depthMultiplier } = work;
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
}

/** Output FIFO that lets passes follow each other without a gap while the next stage keeps taking bytes. */
function fifoDepthOf(passInterval: number, steps: number, latency: number, pe: number): number {
  const inFlight = Math.ceil((steps + latency + fifoLatency + pe) / passInterval);
  return Math.max(2, pe * inFlight);
}

/** A stage that has not been told yet where its bytes come from. */
export type Unplaced<S extends Stage> = S extends Stage ? Omit<S, 'sources'> : never;

/** Output FIFO of an engine that takes a byte and gives a result in every clock. */
const flowingDepth = (latency: number) => latency + fifoLatency + 1;

/** The engine of one layer under one folding. Errors: FOLDING_IMPOSSIBLE. */
export function windowStageOf(work: WindowWork, folding: Folding, extraPixels = 0): Unplaced<Stage> {
  checkFolding(work, folding);
  const { input, output, kernel, stride, dilation, padding, macs, scaler } = work;
  const base = { name: work.name, layers: work.layers, input, output, macs };
  if (isGlobalPool(work) && scaler.kind !== 'keep') {
    const latency = globalPoolLatency(scaler);
    const fifoDepth = flowingDepth(latency);
    const kind = 'globalPool';
    return { ...base, timing: kind, kind, pe: 1, simd: 1, multipliers: 0, latency, fifoDepth };
  }
  const { pe } = folding;
  const dense = work.reach === 'dense';
  const passes = passesOf(work, folding);
  const lanes = dense ? folding.simd : passes.lanes;
  const wordsPerPixel = Math.ceil(input.channels / lanes);
  const steps = kernel.height * kernel.width * (dense ? wordsPerPixel : 1);
  const passInterval = Math.max(steps, pe);
  const latency = pipelineLatency(scaler);
  return {
    ...base,
    timing: 'window',
    kind: dense ? 'conv' : work.weight === null ? 'pool' : 'depthwise',
    kernel,
    stride,
    dilation,
    padding,
    pe,
    simd: folding.simd,
    multipliers: work.weight === null ? 0 : pe * folding.simd,
    lanes,
    wordsPerPixel,
    results: passes.results,
    steps,
    passInterval,
    latency,
    fifoDepth: fifoDepthOf(passInterval, steps, latency, pe),
    bufferPixels: bufferNeeds(work).overlapped + extraPixels,
  };
}

const serial = { pe: 1, simd: 1, multipliers: 0 } as const;

export function bytewiseStageOf(work: BytewiseWork): Unplaced<BytewiseStage> {
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
    timing: 'bytewise',
    kind: operation.kind,
    latency,
    fifoDepth,
  };
}

export function turnsStageOf({ name, layers, input, output, macs, turns }: TurnsWork): Unplaced<TurnsStage> {
  const base = { name, layers, input, output, macs, ...serial };
  return { ...base, timing: 'turns', kind: 'concatenation', turns, latency: 0, fifoDepth: flowingDepth(0) };
}

/** A short row's results are still on their way out when the next row is complete. */
const rowFifo = (length: number) => length + Math.min(length, 8);

export function rowStageOf({ name, layers, input, output, macs }: RowWork): Unplaced<RowStage> {
  const length = input.channels;
  const base = { name, layers, input, output, macs, ...serial };
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
    timing: 'rearrange',
    kind,
    ...shape,
    latency: rearrangeLatency,
    fifoDepth: flowingDepth(rearrangeLatency),
    bufferBytes: bufferNeed(shape),
  };
}

/** Holds `depth` bytes of a stream back for a stage that also waits for another. */
export function queueStageOf(name: string, output: Stage['output'], source: number, depth: number): BytewiseStage {
  return {
    name,
    layers: [],
    sources: [source],
    input: output,
    output,
    macs: 0,
    ...serial,
    timing: 'bytewise',
    kind: 'queue',
    latency: 0,
    fifoDepth: depth,
  };
}

/** The stage of any work; only the window engine can be folded. */
export function stageOf(work: Work, folding: Folding, extraPixels = 0): Unplaced<Stage> {
  switch (work.form) {
    case 'window':
      return windowStageOf(work, folding, extraPixels);
    case 'bytewise':
      return bytewiseStageOf(work);
    case 'turns':
      return turnsStageOf(work);
    case 'row':
      return rowStageOf(work);
    case 'rearrange':
      return rearrangeStageOf(work);
  }
}

/** Clocks per inference in which the engine itself is occupied; bytes in and out take at least one clock each. */
export function stageClocks(stage: Unplaced<Stage>): number {
  const bytesOut = mapBytes(stage.output);
  if (stage.timing === 'turns') return bytesOut;
  const bytes = Math.max(mapBytes(stage.input), bytesOut);
  // A row enters, waits at least one clock, and keeps the unit busy.
  if (stage.timing === 'row') return (bytes / stage.length) * (stage.length + stage.busy);
  if (stage.timing !== 'window') return bytes;
  return Math.max(stage.output.height * stage.output.width * stage.results.length * stage.passInterval, bytes);
}
