import { resultBeats, type Schedule, type Stage, type WindowStage } from '../../../hdl-gen/arch/architecture.ts';
import type { Times } from '../../cycle/times.ts';
import type { SteadyRun } from './span.ts';

/** Adds 1 in `count` clocks from `from` on. */
type Mark = (from: number, count: number) => void;

/**
 * Clocks in which operands of the passes are read; results of a pass leave `latency` clocks after its last operand. An early
 * pass reads as its pixel comes.
 */
function markPasses(mark: Mark, stage: WindowStage, { at }: Times): void {
  const beats = resultBeats(stage);
  for (let beat = 0, pass = 0; beat < at.length; beat += beats[pass % beats.length]!, pass++) {
    const isEarly = stage.early && pass % beats.length === 0;
    if (!isEarly) mark(at[beat]! - stage.latency - stage.steps + 1, stage.steps);
  }
}

function markStage(mark: Mark, stage: Stage, index: number, { trace }: SteadyRun): void {
  const written = trace.written[index]!;
  for (const { at } of [written, trace.popped[index]!, ...trace.taken[index]!]) {
    for (let beat = 0; beat < at.length; beat++) mark(at[beat]!, 1);
  }
  if (stage.timing === 'window') markPasses(mark, stage, written);
  if (stage.timing === 'row') {
    const row = stage.length / stage.outputWidth;
    for (let beat = 0; beat < written.at.length; beat += row) mark(written.at[beat]! - stage.busy, stage.busy);
  }
}

/**
 * What each stage does in each window of the span as its schedule says, no simulation needed: beats that it takes, writes
 * and gives, clocks in which it reads operands or works on a row. It tells busy windows from idle ones, in any unit.
 */
export function scheduleActivity(
  { stages }: Schedule,
  steady: SteadyRun,
  clocks: number,
): ReadonlyMap<string, Float64Array> {
  const { first, length } = steady.span;
  return new Map(
    stages.map((stage, index) => {
      const windows = new Float64Array(Math.ceil(length / clocks));
      const mark: Mark = (from, count) => {
        const end = Math.min(length, from + count - first);
        for (let clock = Math.max(0, from - first); clock < end; ) {
          const window = Math.floor(clock / clocks);
          const next = Math.min(end, (window + 1) * clocks);
          windows[window]! += next - clock;
          clock = next;
        }
      };
      markStage(mark, stage, index, steady);
      return [stage.name, windows];
    }),
  );
}
