import type {
  BytewiseStage,
  GlobalPoolStage,
  RowStage,
  Stage,
  TurnsStage,
  WindowStage,
} from '../../hdl-gen/arch/architecture.ts';
import { outputBeats, portBeats, resultBeats, turnBeats } from '../../hdl-gen/arch/architecture.ts';
import { freedPixels, lastNeededPixel } from '../../hdl-gen/arch/stream/window.ts';
import type { Link, Reader } from './link.ts';
import { creditFor, offeredBy, offerOf, type Times, times } from './times.ts';

/** One stage as a process: how far it has come. */
export interface Process {
  /** For a stage that takes its only input's bytes as the link allows; null for one that takes them itself, several ports at once. */
  readonly reader: Reader | null;
  /** Does as much as the clocks known so far decide; true when it got further. */
  advance(): boolean;
}

/** A stage among its neighbours. */
export interface Place<S extends Stage> {
  readonly stage: S;
  readonly frames: number;
  /** The links it reads, one per port. */
  readonly ports: readonly Link[];
  /** Clock in which each of its results enters its output FIFO, and leaves it. */
  readonly written: Times;
  readonly popped: Times;
}

/**
 * The windowed engine. A byte is taken when its pixel has room: when the window that frees enough pixels has become current.
 * A pass starts one clock after the last byte its window needs (`early`: its first word, and it waits for each next one),
 * `passInterval` after the previous pass, and when the output FIFO has room for all its results.
 */
export function windowProcess({ stage, frames, ports, written, popped }: Place<WindowStage>): Process {
  const { input, output, steps, passInterval, early, latency, fifoDepth, bufferPixels } = stage;
  const results = resultBeats(stage);
  const beatsPerPixel = input.channels / stage.inputWidth;
  const beatsPerWord = stage.lanes / stage.inputWidth;
  const { taken } = ports[0]!;
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
  const totalPasses = frames * pixelsOut * passes;
  /** Clock at which the window of each output pixel becomes current. */
  const windowAt = times(frames * pixelsOut + 1);
  windowAt.count = 1;
  let window = 0;
  let pass = 0;
  /** Clock of the last operand read; a pass without waits reads in `steps` clocks in a row. */
  let lastRead = steps - 1 - passInterval;

  /** Input pixels free for good once window `q` of the run is current. */
  const freedBy = (q: number) => Math.floor(q / pixelsOut) * pixelsIn + freed[q % pixelsOut]!;

  const reader: Reader = {
    room(index) {
      const pixel = Math.floor(index / beatsPerPixel);
      while (freedBy(window) <= pixel - bufferPixels) {
        if (window + 1 >= windowAt.count) return -1;
        window++;
      }
      return windowAt.at[window]!;
    },
    // Once its first beat has room, a pixel's other beats have.
    roomEnd: (index) => (Math.floor(index / beatsPerPixel) + 1) * beatsPerPixel,
  };

  /** Clock in which the last word of a pixel is read, when each word is read as soon as it has come. */
  const readsUntil = (firstBeat: number, lastBeat: number, from: number): number => {
    let at = from - 1;
    for (let step = 1; step <= steps; step++) {
      at = Math.max(at, taken.at[Math.min(firstBeat + step * beatsPerWord - 1, lastBeat)]!) + 1;
    }
    return at;
  };

  const advance = (): boolean => {
    const first = pass;
    while (pass < totalPasses) {
      const q = Math.floor(pass / passes);
      const pixel = Math.floor(q / pixelsOut) * pixelsIn + needed[q % pixelsOut]!;
      const lastBeat = (pixel + 1) * beatsPerPixel - 1;
      if (lastBeat >= taken.count) break;
      const free = lastRead + 1 + passInterval - steps;
      const size = results[pass % passes]!;
      const credit = creditFor(written.count + size - 1, fifoDepth, popped);
      if (credit < 0) break;
      lastRead = early
        ? readsUntil(pixel * beatsPerPixel, lastBeat, Math.max(free, credit))
        : Math.max(free, taken.at[lastBeat]! + 1, credit) + steps - 1;
      for (let result = 0; result < size; result++) {
        written.at[written.count + result] = lastRead + latency + result;
      }
      written.count += size;
      pass++;
      if (pass % passes === 0) windowAt.at[windowAt.count++] = lastRead + 1;
    }
    return pass > first;
  };
  return { reader, advance };
}

/** The engine that adds beats as they arrive: only the last pixel's beats yield results and need room in the output FIFO. */
export function globalPoolProcess({ stage, frames, ports, written, popped }: Place<GlobalPoolStage>): Process {
  const { latency, fifoDepth } = stage;
  const { taken } = ports[0]!;
  const perFrame = portBeats(stage, 0);
  const perPixel = outputBeats(stage);
  const lastPixel = perFrame - perPixel;
  const reader: Reader = {
    room(index) {
      const within = index % perFrame;
      if (within < lastPixel) return 0;
      return creditFor(Math.floor(index / perFrame) * perPixel + within - lastPixel, fifoDepth, popped);
    },
    roomEnd: (index) => (index % perFrame < lastPixel ? index - (index % perFrame) + lastPixel : index + 1),
  };
  const advance = (): boolean => {
    const first = written.count;
    while (written.count < frames * perPixel) {
      const frame = Math.floor(written.count / perPixel);
      const beat = frame * perFrame + lastPixel + (written.count % perPixel);
      if (beat >= taken.count) break;
      written.at[written.count++] = taken.at[beat]! + latency;
    }
    return written.count > first;
  };
  return { reader, advance };
}

/** One beat in, one of results out; with several ports a beat of each is taken in the same clock. */
export function bytewiseProcess({ stage, ports, written, popped }: Place<BytewiseStage>): Process {
  const { latency, fifoDepth } = stage;
  const [first, ...others] = ports;
  if (others.length === 0) {
    const reader: Reader = {
      room: (index) => creditFor(index, fifoDepth, popped),
      roomEnd: (index) => index + 1,
    };
    const { taken } = first!;
    const advance = (): boolean => {
      const before = written.count;
      for (; written.count < taken.count; written.count++) {
        written.at[written.count] = taken.at[written.count]! + latency;
      }
      return written.count > before;
    };
    return { reader, advance };
  }
  const advance = (): boolean => {
    const before = written.count;
    for (;;) {
      const index = written.count;
      if (ports.some(({ feed, total }) => offeredBy(feed, total) <= index)) break;
      const credit = creditFor(index, fifoDepth, popped);
      if (credit < 0) break;
      const previous = index === 0 ? -1 : first!.taken.at[index - 1]!;
      const clock = ports.reduce((latest, { feed }) => Math.max(latest, offerOf(feed, index, previous)), credit);
      for (const { taken } of ports) {
        taken.at[index] = clock;
        taken.count = index + 1;
      }
      written.at[index] = clock + latency;
      written.count = index + 1;
    }
    return written.count > before;
  };
  return { reader: null, advance };
}

/** Beats of the ports in turns, one per clock in all. */
export function turnsProcess({ stage, ports, written, popped }: Place<TurnsStage>): Process {
  const { latency, fifoDepth } = stage;
  const turns = turnBeats(stage);
  let port = 0;
  let left = turns[0]!;
  let last = -1;
  const advance = (): boolean => {
    const before = written.count;
    for (;;) {
      const { feed, total, taken } = ports[port]!;
      const index = taken.count;
      if (written.count === written.at.length || offeredBy(feed, total) <= index) break;
      const credit = creditFor(written.count, fifoDepth, popped);
      if (credit < 0) break;
      const previous = index === 0 ? -1 : taken.at[index - 1]!;
      last = Math.max(offerOf(feed, index, previous), last + 1, credit);
      taken.at[index] = last;
      taken.count = index + 1;
      written.at[written.count++] = last + latency;
      left -= 1;
      if (left === 0) {
        port = (port + 1) % ports.length;
        left = turns[port]!;
      }
    }
    return written.count > before;
  };
  return { reader: null, advance };
}

/** A row enters, one byte a clock; when it is complete and its results have room, the unit works on it and nothing enters. */
export function rowProcess({ stage, frames, ports, written, popped }: Place<RowStage>): Process {
  const { length, latency, busy, fifoDepth } = stage;
  const { taken } = ports[0]!;
  const rows = (frames * portBeats(stage, 0)) / length;
  /** Clock in which each row starts. */
  const starts = times(rows);
  const reader: Reader = {
    room(index) {
      const row = Math.floor(index / length);
      if (row === 0) return 0;
      return row - 1 < starts.count ? starts.at[row - 1]! + busy : -1;
    },
    roomEnd: (index) => (Math.floor(index / length) + 1) * length,
  };
  const advance = (): boolean => {
    const before = starts.count;
    while (starts.count < rows) {
      const lastByte = (starts.count + 1) * length - 1;
      const credit = creditFor(lastByte, fifoDepth, popped);
      if (lastByte >= taken.count || credit < 0) break;
      const start = Math.max(taken.at[lastByte]! + 1, credit);
      starts.at[starts.count++] = start;
      for (let result = 0; result < length; result++) written.at[written.count++] = start + latency + result;
    }
    return starts.count > before;
  };
  return { reader, advance };
}
