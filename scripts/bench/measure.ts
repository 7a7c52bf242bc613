import { Fault } from '../../specs/fault.ts';

/** How the embedded simulator runs: one stimulus or 16 at once, without and with toggle counts. */
export const modes = ['one', 'oneToggles', 'sixteen', 'sixteenToggles'] as const;
export type Mode = (typeof modes)[number];

export const stimuli = 16;

/** Seconds of processor time for the counted clocks, and something that tells a right run from a wrong one. */
export interface Run {
  readonly seconds: number;
  readonly result: number;
}

export interface SpeedResult {
  readonly clocks: number;
  readonly verilatorBuildSeconds: number;
  /** Clocks x stimuli per second of processor time, median. */
  readonly clocksPerSecond: Readonly<Record<'Verilator' | Mode, number>>;
  /** Over Verilator, which never counts toggles. */
  readonly ratios: Readonly<Record<Mode, number>>;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Processor time, as the peer measures it: others on the machine count less than in elapsed time. */
export function processorSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** The engine optimises in the background: runs until it had time for that. */
async function warmUp(work: () => Run): Promise<void> {
  for (let seconds = 0; seconds < 1; ) {
    seconds += work().seconds;
    // What was compiled in the background is taken over between two turns.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface Peer {
  readonly buildSeconds: number;
  measure(): Promise<Run>;
}

/**
 * Verilator and every mode turn by turn, `tries` times each. `clocks` is what one run counts for one stimulus. Fault
 * `BENCH_FAILED` where results differ.
 */
export async function measureSpeed(
  name: string,
  clocks: number,
  peer: Peer,
  own: Readonly<Record<Mode, () => Run>>,
  tries: number,
): Promise<SpeedResult> {
  const seconds: Record<'Verilator' | Mode, number[]> = {
    Verilator: [],
    one: [],
    oneToggles: [],
    sixteen: [],
    sixteenToggles: [],
  };
  for (const mode of modes) await warmUp(own[mode]);
  for (let attempt = 0; attempt < tries; attempt++) {
    const theirs = await peer.measure();
    seconds.Verilator.push(theirs.seconds);
    for (const mode of modes) {
      const ours = own[mode]();
      seconds[mode].push(ours.seconds);
      if (theirs.result === ours.result) continue;
      throw new Fault({
        code: 'BENCH_FAILED',
        kind: 'internal',
        place: name,
        cause: `the embedded simulator (${mode}) ends with ${ours.result}, Verilator with ${theirs.result}`,
        wayOut: 'compare both cycle by cycle',
      });
    }
  }
  const rate = (of: 'Verilator' | Mode, count: number): number => (count * clocks) / median(seconds[of]);
  const clocksPerSecond = {
    Verilator: rate('Verilator', 1),
    one: rate('one', 1),
    oneToggles: rate('oneToggles', 1),
    sixteen: rate('sixteen', stimuli),
    sixteenToggles: rate('sixteenToggles', stimuli),
  };
  const ratio = (mode: Mode): number => clocksPerSecond[mode] / clocksPerSecond.Verilator;
  return {
    clocks,
    verilatorBuildSeconds: peer.buildSeconds,
    clocksPerSecond,
    ratios: {
      one: ratio('one'),
      oneToggles: ratio('oneToggles'),
      sixteen: ratio('sixteen'),
      sixteenToggles: ratio('sixteenToggles'),
    },
  };
}
