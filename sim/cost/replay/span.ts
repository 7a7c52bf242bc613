import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../../models/graph.ts';
import { Fault } from '../../../specs/fault.ts';
import { type CycleTrace, frameEnds, traceCycles } from '../../cycle/cycles.ts';
import type { Times } from '../../cycle/times.ts';

/** Clocks of inferences in steady state, inputs back to back: `first` up to, not including, `first + length`. */
export interface Span {
  /** Inferences to feed so that the span lies in the midst of work. */
  readonly frames: number;
  readonly first: number;
  readonly length: number;
}

const mostFrames = 96;

/** How many of the ascending clocks come before `clock`. */
function sortedIndex(at: Float64Array, clock: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle]! < clock) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether so many frames' share of the beats moves in the clocks from `first` to `last`. */
function moves({ at }: Times, inferences: number, frames: number, first: number, last: number): boolean {
  const beats = sortedIndex(at, last + 1) - sortedIndex(at, first);
  return beats * frames === at.length * inferences;
}

/** Whether every stream of the design moves so many frames from `first` to `last`: no stage still fills, none runs dry. */
function allAtWork(
  { frames, input, written, popped }: CycleTrace,
  inferences: number,
  first: number,
  last: number,
): boolean {
  return [input, ...written, ...popped].every((stream) => moves(stream, inferences, frames, first, last));
}

/** A span and when every beat of the run moves of which it is a part. */
export interface SteadyRun {
  readonly span: Span;
  readonly trace: CycleTrace;
}

/**
 * As long as so many inferences in steady state, early in a run but with every stage at work on exactly that many: a stage far
 * from the output is frames ahead of it. From the clock after one inference's last output to that of a later one; `from` the
 * first inference on that leaves a filled pipeline, or the one before, where every stage has done as much already while the
 * pipeline filled. A design whose distances keep changing gets the last such stretch of a long run during which inputs still
 * come.
 */
export function steadyRun(
  { schedule }: Pick<Accelerator, 'schedule'>,
  inferences = 1,
  from: 'filling' | 'filled' = 'filled',
): SteadyRun {
  for (let frames = 4 * inferences; ; frames *= 2) {
    const trace = traceCycles(schedule, frames);
    const { firstIn, lastOut } = frameEnds(trace);
    const upTo = (frame: number, length: number): SteadyRun => ({
      // One frame more than has begun waits at the door, as it would for ever.
      span: {
        frames: 1 + firstIn.filter((clock) => clock <= lastOut[frame]!).length,
        first: lastOut[frame]! + 1 - length,
        length,
      },
      trace,
    });
    const lengthTo = (frame: number): number => lastOut[frame]! - lastOut[frame - inferences]!;
    const isSteady = (frame: number, length: number): boolean =>
      length <= lastOut[frame]! && allAtWork(trace, inferences, lastOut[frame]! + 1 - length, lastOut[frame]!);
    const fed = lastOut.flatMap((clock, frame) => (frame >= inferences && clock < firstIn.at(-1)! ? [frame] : []));
    const found = fed.find((frame) => isSteady(frame, lengthTo(frame)));
    if (found !== undefined) {
      const length = lengthTo(found);
      return from === 'filling' && isSteady(found - 1, length) ? upTo(found - 1, length) : upTo(found, length);
    }
    if (frames >= mostFrames + 4 * inferences) return upTo(fed.at(-1)!, lengthTo(fed.at(-1)!));
  }
}

/** As many inputs as the span needs, from the first on, beginning anew when they are used up. Errors: `SIM_STREAM`. */
export function inputsFor({ frames }: Span, inputs: TensorData, inputBytes: number): TensorData {
  if (inputs.length === 0 || inputs.length % inputBytes !== 0) {
    throw new Fault({
      code: 'SIM_STREAM',
      place: 'inputs of the energy run',
      cause: `${inputs.length} bytes are not whole inputs of ${inputBytes} bytes`,
      wayOut: 'give at least one whole input',
    });
  }
  const found = inputs instanceof Int16Array ? new Int16Array(frames * inputBytes) : new Int8Array(frames * inputBytes);
  for (let at = 0; at < found.length; at++) found[at] = inputs[at % inputs.length]!;
  return found;
}
