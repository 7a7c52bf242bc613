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

/** Whether so many frames' share of the beats moves in the clocks from `first` to `last`. */
function moves({ at }: Times, inferences: number, frames: number, first: number, last: number): boolean {
  let beats = 0;
  for (const clock of at) if (clock >= first && clock <= last) beats++;
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

/**
 * From the clock after one inference's last output to that of a later one, early in a run but with every stage at work on
 * exactly that many inferences: a stage far from the output is frames ahead of it. A design whose distances keep changing
 * gets the last such stretch of a long run during which inputs still come.
 */
export function steadySpan({ schedule }: Pick<Accelerator, 'schedule'>, inferences = 1): Span {
  for (let frames = 4 * inferences; ; frames *= 2) {
    const trace = traceCycles(schedule, frames);
    const { firstIn, lastOut } = frameEnds(trace);
    // One frame more than has begun waits at the door, as it would for ever.
    const spanTo = (frame: number): Span => ({
      frames: 1 + firstIn.filter((clock) => clock <= lastOut[frame]!).length,
      first: lastOut[frame - inferences]! + 1,
      length: lastOut[frame]! - lastOut[frame - inferences]!,
    });
    const fed = lastOut.flatMap((clock, frame) => (frame >= inferences && clock < firstIn.at(-1)! ? [frame] : []));
    const found = fed.find((frame) => allAtWork(trace, inferences, lastOut[frame - inferences]! + 1, lastOut[frame]!));
    if (found !== undefined) return spanTo(found);
    if (frames >= mostFrames + 4 * inferences) return spanTo(fed.at(-1)!);
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
