import { mapBytes, outputBeats, type Schedule } from '../../hdl-gen/arch/architecture.ts';
import { type CycleTrace, frameEnds, traceCycles } from './cycles.ts';

export interface SteadyState {
  /** Clocks from taking the first input byte to giving the last output byte, from idle. */
  readonly latency: number;
  /** Clocks per inference with frames back to back, once the pipeline is full. */
  readonly interval: number;
  /** The run that they were read from. */
  readonly trace: CycleTrace;
}

const mostFrames = 96;

/** One more than the frames that any single queue holds: a wait for its room comes around within so many frames. */
function framesAlike({ stages }: Schedule): number {
  const held = stages.map((stage) => {
    let frames = 0;
    if (stage.timing === 'window') frames = stage.bufferPixels / (stage.input.height * stage.input.width);
    if (stage.timing === 'rearrange') frames = stage.bufferBytes / mapBytes(stage.input);
    return Math.ceil(Math.max(frames, stage.fifoDepth / outputBeats(stage)));
  });
  return 1 + Math.max(2, ...held);
}

/**
 * Runs frames back to back until enough in a row leave at the same distance: three, or more where queues hold many small
 * frames. A design whose distances keep changing gets the largest of the second half of the run.
 */
export function steadyState(schedule: Schedule): SteadyState {
  const alike = framesAlike(schedule);
  for (let frames = 2 * alike; ; frames *= 2) {
    const trace = traceCycles(schedule, frames);
    const { firstIn, lastOut } = frameEnds(trace);
    const latency = lastOut[0]! - firstIn[0]!;
    const distances = lastOut.slice(1).map((clock, frame) => clock - lastOut[frame]!);
    const interval = distances.at(-1)!;
    if (distances.slice(-alike).every((distance) => distance === interval)) return { latency, interval, trace };
    if (frames >= mostFrames) {
      return { latency, interval: Math.max(...distances.slice(distances.length / 2)), trace };
    }
  }
}
