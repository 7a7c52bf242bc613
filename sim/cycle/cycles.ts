import type { Schedule } from '../../hdl-gen/arch/architecture.ts';
import { fifoLatency } from '../../hdl-gen/arch/stream/stage.ts';
import { isPaused, noPauses, type Pauses, stepPause } from '../../hdl-gen/emit/pause.ts';
import { Fault } from '../../specs/fault.ts';
import { type Feed, globalPoolProcess, type Process, times, windowProcess } from './process.ts';

export interface CycleRun {
  readonly frames: number;
  readonly pauses?: { readonly input: Pauses; readonly output: Pauses };
}

export interface CycleResult {
  /** Clock in which the first input byte of each frame is taken; clock 0 is the first edge after reset. */
  readonly firstIn: number[];
  /** Clock in which the last output byte of each frame is taken. */
  readonly lastOut: number[];
  /** Clock in which every output byte is taken. */
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

/**
 * Exact clocks of a run, from the schedule alone: token by token, every stage's takes and starts follow from clocks already known.
 * Equal to the generated hardware, clock for clock, under any pauses. Errors: CYCLE_DEADLOCK if no stage can move (a defect of the plan).
 */
export function simulateCycles(schedule: Schedule, run: CycleRun): CycleResult {
  const { frames } = run;
  const input = run.pauses?.input ?? noPauses;
  const output = run.pauses?.output ?? noPauses;
  const sizes = schedule.stages.map((stage) => frames * stage.input.height * stage.input.width * stage.input.channels);
  const last = schedule.stages.at(-1)!;
  const outputBytes = last.output.height * last.output.width * last.output.channels;
  const links = [...sizes, frames * outputBytes].map(times);
  const processes: Process[] = [];
  for (const [index, stage] of schedule.stages.entries()) {
    const feed: Feed = index === 0 ? source(input) : { kind: 'fifo', written: processes[index - 1]!.written };
    const make = stage.kind === 'globalPool' ? globalPoolProcess : windowProcess;
    processes.push(make(stage, frames, feed, links[index]!, links[index + 1]!));
  }
  const sink = links.at(-1)!;
  const final = processes.at(-1)!;
  const ready = pauseWalk(output);
  const drain = (): boolean => {
    const first = sink.count;
    while (sink.count < final.written.count) {
      const previous = sink.count === 0 ? -1 : sink.at[sink.count - 1]!;
      sink.at[sink.count] = ready(Math.max(final.written.at[sink.count]! + fifoLatency, previous + 1));
      sink.count++;
    }
    return sink.count > first;
  };
  while (sink.count < frames * outputBytes) {
    let moved = false;
    for (const process of processes) moved = process.advance() || moved;
    moved = drain() || moved;
    if (!moved) {
      throw new Fault({
        code: 'CYCLE_DEADLOCK',
        place: `cycle model, output byte ${sink.count}`,
        cause: 'no stage can take a byte or start a pass',
        wayOut: 'report this plan: buffers or FIFOs are too small, which the planner must never allow',
        kind: 'internal',
      });
    }
  }
  const inputBytes = sizes[0]! / frames;
  const frameNumbers = Array.from({ length: frames }, (_, frame) => frame);
  return {
    firstIn: frameNumbers.map((frame) => links[0]!.at[frame * inputBytes]!),
    lastOut: frameNumbers.map((frame) => sink.at[(frame + 1) * outputBytes - 1]!),
    outputClocks: sink.at,
  };
}
