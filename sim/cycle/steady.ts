import type { Schedule } from '../../hdl-gen/arch/architecture.ts';
import { simulateCycles } from './cycles.ts';

export interface SteadyState {
  /** Clocks from taking the first input byte to giving the last output byte, from idle. */
  readonly latency: number;
  /** Clocks per inference with frames back to back, once the pipeline is full. */
  readonly interval: number;
}

const mostFrames = 96;

/**
 * Runs frames back to back until three in a row leave at the same distance. A design whose distances keep alternating gets
 * the largest of the second half of the run.
 */
export function steadyState(schedule: Schedule): SteadyState {
  for (let frames = 6; ; frames *= 2) {
    const { firstIn, lastOut } = simulateCycles(schedule, { frames });
    const latency = lastOut[0]! - firstIn[0]!;
    const distances = lastOut.slice(1).map((clock, frame) => clock - lastOut[frame]!);
    const [a, b, c] = distances.slice(-3);
    if (a === b && b === c) return { latency, interval: c! };
    if (frames >= mostFrames) return { latency, interval: Math.max(...distances.slice(distances.length / 2)) };
  }
}
