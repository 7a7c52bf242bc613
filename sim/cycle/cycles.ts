import { outputBeats, outside, portBeats, type Schedule, type Stage } from '../../hdl-gen/arch/architecture.ts';
import { isPaused, noPauses, type Pauses, stepPause } from '../../hdl-gen/emit/pause.ts';
import { Fault } from '../../specs/fault.ts';
import { advanceLink, type Link, link } from './link.ts';
import {
  bytewiseProcess,
  globalPoolProcess,
  type Place,
  type Process,
  rowProcess,
  turnsProcess,
  windowProcess,
} from './process.ts';
import { rearrangeProcess } from './rearrange.ts';
import { type Feed, offerOf, type Times, times } from './times.ts';

export interface CycleRun {
  readonly frames: number;
  readonly pauses?: { readonly input: Pauses; readonly output: Pauses };
}

export interface CycleResult {
  /** Clock in which the first input byte of each frame is taken; clock 0 is the first edge after reset. */
  readonly firstIn: number[];
  /** Clock in which the last output byte of each frame is taken. */
  readonly lastOut: number[];
  /** Clock in which every input byte is taken. */
  readonly inputClocks: Float64Array;
  /** Clock in which every output byte is first offered, and taken. */
  readonly outputOffers: Float64Array;
  readonly outputClocks: Float64Array;
}

/** Walks one side's pause pattern; asked for ever later clocks. */
function pauseWalk(pauses: Pauses): (from: number) => number {
  let clock = 0;
  let state = pauses.seed >>> 0;
  return (from) => {
    if (pauses.probability === 0) return from;
    while (clock < from || isPaused(state, pauses)) {
      state = stepPause(state);
      clock++;
    }
    return clock;
  };
}

/** The outside offers a byte in the first free clock after the previous one was taken, and holds it. */
function source(pauses: Pauses): Feed {
  const next = pauseWalk(pauses);
  return { kind: 'source', offer: (previousTaken) => next(previousTaken + 1) };
}

function processOf(stage: Stage, place: Omit<Place<Stage>, 'stage'>): Process {
  switch (stage.timing) {
    case 'window':
      return windowProcess({ ...place, stage });
    case 'globalPool':
      return globalPoolProcess({ ...place, stage });
    case 'bytewise':
      return bytewiseProcess({ ...place, stage });
    case 'turns':
      return turnsProcess({ ...place, stage });
    case 'row':
      return rowProcess({ ...place, stage });
    case 'rearrange':
      return rearrangeProcess({ ...place, stage });
  }
}

/** When every beat of a run moved: clocks by stage, in the order of the schedule. */
export interface CycleTrace {
  readonly frames: number;
  /** Clock in which each beat of the network's input is taken. */
  readonly input: Times;
  /** Clock in which each result enters the stage's output FIFO, and leaves it. */
  readonly written: readonly Times[];
  readonly popped: readonly Times[];
  /** Clock in which each beat is taken on each port of the stage. */
  readonly taken: readonly (readonly Times[])[];
  readonly inputBeats: number;
}

/** A link per stream: the input's first, then what each stage gives. */
interface Run {
  readonly trace: CycleTrace;
  readonly sink: Link;
}

function runCycles({ stages }: Schedule, run: CycleRun): Run {
  const { frames } = run;
  const ready = pauseWalk(run.pauses?.output ?? noPauses);
  const entering = stages.find(({ sources }) => sources.includes(outside))!;
  const inputBeats = portBeats(entering, entering.sources.indexOf(outside));
  // The input first, then what each stage gives.
  const links = [link(source(run.pauses?.input ?? noPauses), frames * inputBeats)];
  const writings: Times[] = [];
  for (const [index, stage] of stages.entries()) {
    const total = frames * outputBeats(stage);
    const written = times(total);
    writings.push(written);
    links.push(link({ kind: 'fifo', written }, total, index === stages.length - 1 ? ready : null));
  }
  const processes = stages.map((stage, index) => {
    const own = links[index + 1]!;
    const ports = stage.sources.map((from) => links[from + 1]!);
    const process = processOf(stage, { frames, ports, written: writings[index]!, popped: own.taken });
    if (process.reader !== null) ports[0]!.readers.push(process.reader);
    return process;
  });
  // A stage that takes from several ports at once does so itself.
  const own = links.filter(({ readers, ready }) => readers.length > 0 || ready !== null);
  const sink = links.at(-1)!;
  while (sink.taken.count < sink.total) {
    let moved = false;
    // Rounds are many and short: no iterators.
    for (let at = 0; at < own.length; at++) moved = advanceLink(own[at]!) || moved;
    for (let at = 0; at < processes.length; at++) moved = processes[at]!.advance() || moved;
    if (!moved) {
      throw new Fault({
        code: 'CYCLE_DEADLOCK',
        place: `cycle model, output byte ${sink.taken.count}`,
        cause: 'no stage can take a byte or start a pass',
        wayOut: 'report this plan: buffers or FIFOs are too small, which the planner must never allow',
        kind: 'internal',
      });
    }
  }
  const trace = {
    frames,
    input: links[0]!.taken,
    written: writings,
    popped: stages.map((_, index) => links[index + 1]!.taken),
    taken: stages.map(({ sources }) => sources.map((from) => links[from + 1]!.taken)),
    inputBeats,
  };
  return { trace, sink };
}

/** Every beat of a run with the sides never pausing. Errors: CYCLE_DEADLOCK. */
export function traceCycles(schedule: Schedule, frames: number): CycleTrace {
  return runCycles(schedule, { frames }).trace;
}

/** When each frame began to enter and had left. */
export function frameEnds({ frames, input, popped, inputBeats }: CycleTrace): Pick<CycleResult, 'firstIn' | 'lastOut'> {
  const out = popped.at(-1)!;
  const outputBeats = out.at.length / frames;
  const numbers = Array.from({ length: frames }, (_, frame) => frame);
  return {
    firstIn: numbers.map((frame) => input.at[frame * inputBeats]!),
    lastOut: numbers.map((frame) => out.at[(frame + 1) * outputBeats - 1]!),
  };
}

/**
 * Exact clocks of a run, from the schedule alone: token by token, every stage's takes and starts follow from clocks already known.
 * Equal to the generated hardware, clock for clock, under any pauses. Errors: CYCLE_DEADLOCK if no stage can move (a defect of the plan).
 */
export function simulateCycles(schedule: Schedule, run: CycleRun): CycleResult {
  const { trace, sink } = runCycles(schedule, run);
  const outputOffers = sink.taken.at.map((_, byte, taken) =>
    offerOf(sink.feed, byte, byte === 0 ? -1 : taken[byte - 1]!),
  );
  return {
    ...frameEnds(trace),
    inputClocks: trace.input.at,
    outputOffers,
    outputClocks: sink.taken.at,
  };
}
