import { outputBeats, outside, portBeats, type Stage, turnBeats } from '../architecture.ts';
import { rearrangeLaw } from './rearrange.ts';
import { freedPixels, lastNeededPixel } from './window.ts';

/**
 * How much of an earlier stream (where branches part) stands behind the beats of a stream, without any clock: the questions that
 * decide how deep a queue must be where the branches meet.
 */
interface Reach {
  /** Beats of the stream per frame. */
  readonly beats: number;
  /** Beats of the earlier stream that must have come before beat `index` of the run can exist. */
  need(index: number): number;
  /** Beats of the run that can exist once so many have come. */
  exist(come: number): number;
  /** The most that can have come while this stream has given `given` bytes and no more. */
  taken(given: number): number;
}

/** Streams of a frame repeat: a frame's beats depend on no other frame. */
function periodic(perFrame: Float64Array, earlierBeats: number): Pick<Reach, 'beats' | 'need' | 'exist'> {
  const beats = perFrame.length;
  return {
    beats,
    need: (index) => Math.floor(index / beats) * earlierBeats + perFrame[index % beats]!,
    exist(come) {
      const rest = come % earlierBeats;
      let low = 0;
      let high = beats;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (perFrame[middle]! <= rest) low = middle + 1;
        else high = middle;
      }
      return Math.floor(come / earlierBeats) * beats + low;
    },
  };
}

/** A stream seen from itself. */
function ownReach(beats: number): Reach {
  const perFrame = Float64Array.from({ length: beats }, (_, index) => index + 1);
  return { ...periodic(perFrame, beats), taken: (given) => given };
}

/** The same, with every answer about `taken` kept: a join asks both branches, which may part again and again on the way back. */
function remembering(reach: Reach): Reach {
  const known = new Map<number, number>();
  return {
    ...reach,
    taken(given) {
      const before = known.get(given);
      if (before !== undefined) return before;
      const most = reach.taken(given);
      known.set(given, most);
      return most;
    },
  };
}

/** For each port, how many of its beats have been consumed once the stage has given `results` results. */
function consumedBy(stage: Stage, port: number, results: number): number {
  if (stage.timing !== 'turns') return results;
  const turns = turnBeats(stage);
  const round = turns.reduce((sum, beats) => sum + beats, 0);
  const before = turns.slice(0, port).reduce((sum, beats) => sum + beats, 0);
  const own = turns[port]!;
  const within = Math.min(Math.max((results % round) - before, 0), own);
  return Math.floor(results / round) * own + within;
}

/** The stream that a stage gives, from those that enter it. */
function reachOf(stage: Stage, ports: readonly Reach[], earlierBeats: number): Reach {
  const [port] = ports as readonly [Reach, ...Reach[]];
  const beats = outputBeats(stage);
  const perFrame = new Float64Array(beats);
  const { output, input, fifoDepth } = stage;
  switch (stage.timing) {
    case 'window': {
      const pixels = output.height * output.width;
      const perPixel = beats / pixels;
      const beatsIn = input.channels / stage.inputWidth;
      const freed = new Int32Array(pixels);
      let latest = 0;
      for (let q = 0; q < pixels; q++) {
        const [row, column] = [Math.floor(q / output.width), q % output.width];
        freed[q] = freedPixels(stage, row, column);
        const last = (lastNeededPixel(stage, row, column) + 1) * beatsIn - 1;
        latest = Math.max(latest, port.need(last));
        perFrame.fill(latest, q * perPixel, (q + 1) * perPixel);
      }
      return {
        ...periodic(perFrame, earlierBeats),
        taken(given) {
          const q = Math.floor((given + fifoDepth) / perPixel);
          const free = Math.floor(q / pixels) * input.height * input.width + freed[q % pixels]!;
          return port.taken((free + stage.bufferPixels) * beatsIn);
        },
      };
    }
    case 'globalPool': {
      const frame = portBeats(stage, 0);
      for (let beat = 0; beat < beats; beat++) perFrame[beat] = port.need(frame - beats + beat);
      return {
        ...periodic(perFrame, earlierBeats),
        taken(given) {
          const results = given + fifoDepth;
          return port.taken(Math.floor(results / beats) * frame + frame - beats + (results % beats));
        },
      };
    }
    case 'rearrange': {
      const { needed, freed } = rearrangeLaw(stage);
      let latest = 0;
      for (let index = 0; index < beats; index++) {
        if (needed[index]! >= 0) latest = Math.max(latest, port.need(needed[index]!));
        perFrame[index] = latest;
      }
      return {
        ...periodic(perFrame, earlierBeats),
        taken(given) {
          const next = given + fifoDepth;
          const free = Math.floor(next / beats) * portBeats(stage, 0) + freed[next % beats]!;
          return port.taken(free + stage.bufferBytes);
        },
      };
    }
    case 'row':
      for (let index = 0; index < beats; index++) {
        perFrame[index] = port.need((Math.floor(index / stage.length) + 1) * stage.length - 1);
      }
      return {
        ...periodic(perFrame, earlierBeats),
        taken: (given) => port.taken((Math.floor((given + fifoDepth) / stage.length) + 1) * stage.length),
      };
    case 'bytewise':
    case 'turns':
      for (let index = 0; index < beats; index++) {
        for (const [number, each] of ports.entries()) {
          const count = consumedBy(stage, number, index + 1);
          if (count > 0) perFrame[index] = Math.max(perFrame[index]!, each.need(count - 1));
        }
      }
      return {
        ...periodic(perFrame, earlierBeats),
        taken: (given) =>
          Math.min(...ports.map((each, number) => each.taken(consumedBy(stage, number, given + fifoDepth)))),
      };
  }
}

/**
 * Beats that must have a place between each port of a stage and what feeds it. For every number of results given so far: the
 * beats that can be there while the stage waits for its other ports, which can let in as much as their paths hold, and
 * must let in what their next byte needs. With that much room no branch ever stops another.
 */
function waitingAt(stage: Stage, ports: readonly Reach[]): number[] {
  // Two frames show every constellation of the end of one with the begin of the next.
  const results = 2 * outputBeats(stage);
  const waiting = ports.map(() => 0);
  for (let given = 0; given < results; given++) {
    const consumed = ports.map((_, port) => consumedBy(stage, port, given));
    // What each port lets come before the stage is stopped by it, and what it needs for the next result.
    const come = ports.map((port, number) => {
      const at = consumed[number]!;
      const isNext = consumedBy(stage, number, given + 1) > at;
      return Math.max(port.taken(at), isNext ? port.need(at) : 0);
    });
    for (const [number, port] of ports.entries()) {
      const others = come.filter((_, other) => other !== number);
      waiting[number] = Math.max(waiting[number]!, port.exist(Math.max(...others)) - consumed[number]!);
    }
  }
  return waiting;
}

/** The latest stream through which every beat of all these streams has come; streams are numbered as in `Stage.sources`. */
function partingOf(stages: readonly Stage[], streams: readonly number[]): number {
  const common = (all: readonly ReadonlySet<number>[]): Set<number> =>
    new Set([...all[0]!].filter((stream) => all.every((each) => each.has(stream))));
  const through = new Map<number, ReadonlySet<number>>([[outside, new Set([outside])]]);
  stages.forEach(({ sources }, index) => {
    through.set(index, common(sources.map((source) => through.get(source)!)).add(index));
  });
  return Math.max(...common(streams.map((stream) => through.get(stream)!)));
}

/**
 * For each port of a stage that joins streams: the beats that can pile up in front of it. `stages` are those before it, `inputBytes`
 * those of a frame that enters the network, one by one.
 */
export function beatsWaiting(stage: Stage, stages: readonly Stage[], inputBytes: number): number[] {
  const parting = partingOf(stages, stage.sources);
  const beats = parting === outside ? inputBytes : outputBeats(stages[parting]!);
  const reach = new Map([[parting, ownReach(beats)]]);
  for (const [index, each] of stages.entries()) {
    if (index <= parting) continue;
    const ports = each.sources.map((source) => reach.get(source));
    if (ports.every((port) => port !== undefined)) reach.set(index, remembering(reachOf(each, ports, beats)));
  }
  return waitingAt(
    stage,
    stage.sources.map((source) => reach.get(source)!),
  );
}
