import { outputBeats, type Schedule, type Stage } from '../../hdl-gen/arch/architecture.ts';
import type { Timeline, TimelineSpan, TimelineWindow } from '../../specs/result.ts';
import { type CycleTrace, frameEnds, traceCycles } from './cycles.ts';
import { eachWork, firstTake } from './work-items.ts';

/** A window shows pauses from this share of its length on. */
const shortestPause = 1 / 100;

interface Shown {
  readonly begin: number;
  readonly clocks: number;
  /** The inference that is number 0 there. */
  readonly frame: number;
  /** Whether other inferences are shown as well. */
  readonly all: boolean;
}

/** Clocks of [from, to) inside [begin, end). */
const inside = (from: number, to: number, begin: number, end: number) =>
  Math.max(0, Math.min(to, end) - Math.max(from, begin));

function spansOf(stage: Stage, index: number, trace: CycleTrace, shown: Shown): TimelineSpan[] {
  const { begin, clocks } = shown;
  const end = begin + clocks;
  const spans: TimelineSpan[] = [];
  let last: { inference: number; from: number; to: number; working: number; blocked: number } | null = null;
  /** End of the piece before, on whichever inference: the engine has been free since. */
  let free = 0;
  eachWork(stage, index, trace, (frame, start, length, room) => {
    const pause = { from: free, to: start };
    const to = start + length;
    free = Math.max(free, to);
    if ((!shown.all && frame !== shown.frame) || to <= begin || pause.from >= end) return;
    const inference = frame - shown.frame;
    const late = room > pause.from && room >= start;
    const waited = late ? inside(pause.from, pause.to, begin, end) : 0;
    const working = inside(start, to, begin, end);
    const joins = last !== null && last.inference === inference && start - begin - last.to < shortestPause * clocks;
    if (joins) {
      last!.blocked += waited;
      last!.to = Math.min(start, end) - begin;
    } else if (waited >= shortestPause * clocks) {
      const from = Math.max(pause.from, begin) - begin;
      spans.push({ inference, from, to: from + waited, working: 0, blocked: waited });
    }
    if (working === 0) return;
    if (!joins) {
      last = { inference, from: Math.max(start, begin) - begin, to: 0, working: 0, blocked: 0 };
      spans.push(last);
    }
    last!.working += working;
    last!.to = Math.min(to, end) - begin;
  });
  return spans;
}

function windowOf({ stages }: Schedule, trace: CycleTrace, shown: Shown): TimelineWindow {
  return {
    clocks: shown.clocks,
    stages: stages.map((stage, index) => ({
      stage: stage.name,
      enters: firstTake(stage, index, trace, shown.frame) - shown.begin,
      leaves: trace.popped[index]!.at[(shown.frame + 1) * outputBeats(stage) - 1]! - shown.begin,
      spans: spansOf(stage, index, trace, shown),
    })),
  };
}

/** Frames that enter after the one with which the window begins: two intervals show two of them, and buffers let others in early. */
const framesAfter = 4;

/** Whether every result that enters a FIFO in the two intervals from `begin` on has come exactly an interval after the inference before. */
function isSteady({ stages }: Schedule, { written }: CycleTrace, begin: number, interval: number): boolean {
  return stages.every((stage, index) => {
    const { at } = written[index]!;
    const beats = outputBeats(stage);
    let result = at.findIndex((clock) => clock >= begin);
    if (result < beats) return false;
    for (; result < at.length && at[result]! < begin + 2 * interval; result++) {
      if (at[result]! - at[result - beats]! !== interval) return false;
    }
    return result < at.length;
  });
}

/** Runs of so many frames settle, or never do. */
const mostFrames = 96;

/** Which stage is busy when. `trace` is of inferences back to back; a longer one is made where it ends before the last stage is in step. */
export function timelineOf(schedule: Schedule, trace: CycleTrace, interval: number): Timeline {
  let run = trace;
  const beginOf = ({ frames }: CycleTrace) => Math.max(0, frames - 1 - framesAfter);
  const steadyFrom = (trace: CycleTrace) => frameEnds(trace).firstIn[beginOf(trace)]!;
  while (!isSteady(schedule, run, steadyFrom(run), interval) && run.frames < mostFrames) {
    run = traceCycles(schedule, 2 * run.frames);
  }
  const frame = beginOf(run);
  const { firstIn, lastOut } = frameEnds(run);
  const first = { begin: firstIn[0]!, clocks: lastOut[0]! - firstIn[0]! + 1, frame: 0, all: false };
  const steady = { begin: firstIn[frame]!, clocks: 2 * interval, frame, all: true };
  return { first: windowOf(schedule, run, first), steady: windowOf(schedule, run, steady) };
}
