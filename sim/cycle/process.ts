import type { Stage } from '../../hdl-gen/arch/architecture.ts';
import { fifoLatency } from '../../hdl-gen/arch/stream/stage.ts';
import { freedPixels, lastNeededPixel } from '../../hdl-gen/arch/stream/window.ts';

/** Clocks of a run of tokens, in order; `count` of them are known. */
export interface Times {
  /** Doubles: long runs of slow designs pass 2^31 clocks. */
  readonly at: Float64Array;
  count: number;
}

/** One stage as a process: how far it has come. */
export interface Process {
  /** Clock in which each result enters the output FIFO. */
  readonly written: Times;
  /** Takes and starts as many tokens as the clocks known so far decide; true when it got further. */
  advance(): boolean;
}

/** Where a process's bytes come from: the FIFO of the stage before, or the outside. */
export type Feed =
  | { readonly kind: 'fifo'; readonly written: Times }
  /** Clock in which byte `index` is offered, given the clock in which the one before was taken; asked once per byte, in order. */
  | { readonly kind: 'source'; readonly offer: (previousTaken: number) => number };

/** Bytes that the feed can have offered so far. */
const offeredBy = (feed: Feed, total: number) => (feed.kind === 'fifo' ? feed.written.count : total);

const bytesOf = (shape: Stage['input']) => shape.height * shape.width * shape.channels;

export function times(length: number): Times {
  return { at: new Float64Array(length), count: 0 };
}

/** Takes the bytes up to `end`, each when it is offered, one per clock, none before clock `earliest`. */
function takeRun(feed: Feed, taken: Times, end: number, earliest: number): void {
  const { at } = taken;
  let index = taken.count;
  let previous = index === 0 ? -1 : at[index - 1]!;
  for (; index < end; index++) {
    const offered =
      feed.kind === 'fifo' ? Math.max(feed.written.at[index]! + fifoLatency, previous + 1) : feed.offer(previous);
    previous = Math.max(offered, earliest);
    at[index] = previous;
  }
  taken.count = index;
}

/**
 * The windowed engine. A byte is taken when its pixel has room: when the window that frees enough pixels has become current.
 * A pass starts one clock after the last byte its window needs, `passInterval` after the previous pass, and when the output
 * FIFO has room for all its results.
 */
export function windowProcess(stage: Stage, frames: number, feed: Feed, taken: Times, popped: Times): Process {
  const { input, output, results, steps, passInterval, latency, fifoDepth, bufferPixels } = stage;
  const pixelsIn = input.height * input.width;
  const pixelsOut = output.height * output.width;
  const passes = results.length;
  const needed = new Int32Array(pixelsOut);
  const freed = new Int32Array(pixelsOut);
  for (let row = 0; row < output.height; row++) {
    for (let column = 0; column < output.width; column++) {
      needed[row * output.width + column] = lastNeededPixel(stage, row, column);
      freed[row * output.width + column] = freedPixels(stage, row, column);
    }
  }
  const written = times(frames * bytesOf(output));
  const totalBytes = frames * bytesOf(input);
  const totalPasses = frames * pixelsOut * passes;
  /** Clock at which the window of each output pixel becomes current. */
  const windowAt = times(frames * pixelsOut + 1);
  windowAt.count = 1;
  let window = 0;
  let pass = 0;
  let lastStart = -passInterval;

  /** Input pixels free for good once window `q` of the run is current. */
  const freedBy = (q: number) => Math.floor(q / pixelsOut) * pixelsIn + freed[q % pixelsOut]!;

  /** Clock at which `pixel` has room, or null while unknown. */
  const roomFor = (pixel: number): number | null => {
    while (freedBy(window) <= pixel - bufferPixels) {
      if (window + 1 >= windowAt.count) return null;
      window++;
    }
    return windowAt.at[window]!;
  };

  const take = (): boolean => {
    const first = taken.count;
    const offered = offeredBy(feed, totalBytes);
    while (taken.count < offered) {
      const pixel = Math.floor(taken.count / input.channels);
      const room = roomFor(pixel);
      if (room === null) break;
      // Once its first byte has room, a pixel's other bytes have.
      takeRun(feed, taken, Math.min(offered, (pixel + 1) * input.channels), room);
    }
    return taken.count > first;
  };

  const start = (): boolean => {
    const first = pass;
    while (pass < totalPasses) {
      const q = Math.floor(pass / passes);
      const pixel = Math.floor(q / pixelsOut) * pixelsIn + needed[q % pixelsOut]!;
      const lastByte = (pixel + 1) * input.channels - 1;
      if (lastByte >= taken.count) break;
      const size = results[pass % passes]!;
      const credit = written.count + size - fifoDepth - 1;
      if (credit >= popped.count) break;
      let at = Math.max(lastStart + passInterval, taken.at[lastByte]! + 1);
      if (credit >= 0) at = Math.max(at, popped.at[credit]! + 1);
      for (let result = 0; result < size; result++) {
        written.at[written.count + result] = at + steps - 1 + latency + result;
      }
      written.count += size;
      lastStart = at;
      pass++;
      if (pass % passes === 0) windowAt.at[windowAt.count++] = at + steps;
    }
    return pass > first;
  };

  return {
    written,
    advance: () => {
      const took = take();
      return start() || took;
    },
  };
}

/** The engine that adds bytes as they arrive: only the last pixel's bytes yield results and need room in the output FIFO. */
export function globalPoolProcess(stage: Stage, frames: number, feed: Feed, taken: Times, popped: Times): Process {
  const { input, latency, fifoDepth } = stage;
  const frameBytes = bytesOf(input);
  const lastPixel = frameBytes - input.channels;
  const written = times(frames * input.channels);
  const totalBytes = frames * frameBytes;
  const advance = (): boolean => {
    const first = taken.count;
    const offered = offeredBy(feed, totalBytes);
    while (taken.count < offered) {
      const within = taken.count % frameBytes;
      if (within < lastPixel) {
        takeRun(feed, taken, Math.min(offered, taken.count - within + lastPixel), 0);
        continue;
      }
      const credit = written.count - fifoDepth;
      if (credit >= popped.count) break;
      takeRun(feed, taken, taken.count + 1, credit < 0 ? 0 : popped.at[credit]! + 1);
      written.at[written.count++] = taken.at[taken.count - 1]! + latency;
    }
    return taken.count > first;
  };
  return { written, advance };
}
