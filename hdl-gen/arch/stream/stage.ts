import { Fault } from '../../../specs/fault.ts';
import type { Stage } from '../architecture.ts';
import { bufferNeeds } from './window.ts';
import type { Work } from './work.ts';

export interface Folding {
  /** Output channels computed in parallel. */
  readonly pe: number;
  /** Input channels read per clock (1 for channelwise layers). */
  readonly simd: number;
}

/** Clocks from the last operand read to the first result in the output FIFO, counted along the pipeline in engine.ts. */
export const pipelineLatency = { requantize: 9, divide: 8, globalPool: 5 } as const;

/** Clocks a byte rests in the output FIFO before the next stage can take it (synchronous-read memory and its output register). */
export const fifoLatency = 2;

/** Shape of a pass: how many passes one window takes and how many bytes each yields. */
function passesOf(work: Work, { pe }: Folding): { results: number[]; lanes: number } {
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

/** Whether the engine that adds bytes as they arrive can serve: one average over the whole map. */
export function isGlobalPool(work: Work): boolean {
  const { scaler, input, output, kernel } = work;
  return (
    scaler.kind === 'divide' &&
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

function checkFolding(work: Work, { pe, simd }: Folding): void {
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

/** The engine of one layer under one folding. Errors: FOLDING_IMPOSSIBLE. */
export function stageOf(work: Work, folding: Folding, extraPixels = 0): Stage {
  checkFolding(work, folding);
  const { input, output, kernel, stride, dilation, padding, macs } = work;
  const base = { name: work.name, layers: work.layers, input, output, kernel, stride, dilation, padding, macs };
  if (isGlobalPool(work)) {
    const latency = pipelineLatency.globalPool;
    return {
      ...base,
      kind: 'globalPool',
      pe: 1,
      simd: 1,
      multipliers: 0,
      lanes: 1,
      wordsPerPixel: input.channels,
      results: Array.from({ length: input.channels }, () => 1),
      steps: input.height * input.width,
      passInterval: input.height * input.width,
      latency,
      fifoDepth: latency + fifoLatency + 1,
      bufferPixels: 0,
    };
  }
  const { pe } = folding;
  const dense = work.reach === 'dense';
  const passes = passesOf(work, folding);
  const lanes = dense ? folding.simd : passes.lanes;
  const wordsPerPixel = Math.ceil(input.channels / lanes);
  const steps = kernel.height * kernel.width * (dense ? wordsPerPixel : 1);
  const passInterval = Math.max(steps, pe);
  const latency = pipelineLatency[work.scaler.kind];
  return {
    ...base,
    kind: dense ? 'conv' : work.weight === null ? 'pool' : 'depthwise',
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

/** Clocks per inference in which the engine itself is occupied; bytes in and out take at least one clock each. */
export function stageClocks(stage: Stage): number {
  const bytesIn = stage.input.height * stage.input.width * stage.input.channels;
  const bytesOut = stage.output.height * stage.output.width * stage.output.channels;
  const passes = stage.output.height * stage.output.width * stage.results.length * stage.passInterval;
  return Math.max(stage.kind === 'globalPool' ? bytesIn : passes, bytesIn, bytesOut);
}
