import { mapBytes, outputBeats, portBeats, resultBeats, type Stage } from '../../hdl-gen/arch/architecture.ts';
import type { CycleTrace } from './cycles.ts';
import { creditFor } from './times.ts';

/**
 * Called for every piece of a stage's work in order: an inference's number, the clock in which it starts, the clocks that it occupies
 * the engine, and the clock from which its results had room in the output FIFO. A piece that starts no earlier than that clock, and
 * not at once after the one before, has waited for room; otherwise it has waited for bytes.
 */
export type VisitWork = (frame: number, start: number, clocks: number, room: number) => void;

/** Walks through what a stage does in a run: passes, rows, or beats that move. */
export function eachWork(stage: Stage, index: number, trace: CycleTrace, visit: VisitWork): void {
  const written = trace.written[index]!;
  const popped = trace.popped[index]!;
  const [taken] = trace.taken[index]!;
  const { frames } = trace;
  const { latency, fifoDepth } = stage;
  const room = (result: number) => creditFor(result, fifoDepth, popped);
  const beatsOut = outputBeats(stage);
  switch (stage.timing) {
    case 'window': {
      const results = resultBeats(stage);
      const perFrame = stage.output.height * stage.output.width * results.length;
      let first = 0;
      for (let pass = 0; pass < frames * perFrame; pass++) {
        const size = results[pass % results.length]!;
        // Its last operand read is known; one that waits for words in between counts as if it read in a row.
        const start = written.at[first]! - latency - stage.steps + 1;
        visit(Math.floor(pass / perFrame), start, stage.passInterval, room(first + size - 1));
        first += size;
      }
      return;
    }
    case 'row': {
      const rows = portBeats(stage, 0) / stage.length;
      for (let row = 0; row < frames * rows; row++) {
        const frame = Math.floor(row / rows);
        const begin = row * stage.length;
        // A row enters while nothing else happens.
        for (let beat = begin; beat < begin + stage.length; beat++) visit(frame, taken!.at[beat]!, 1, 0);
        visit(frame, written.at[begin]! - latency, stage.busy, room(begin + stage.length - 1));
      }
      return;
    }
    case 'globalPool': {
      const perFrame = portBeats(stage, 0);
      const lastPixel = perFrame - beatsOut;
      for (let beat = 0; beat < frames * perFrame; beat++) {
        const within = beat % perFrame;
        const frame = Math.floor(beat / perFrame);
        visit(frame, taken!.at[beat]!, 1, within < lastPixel ? 0 : room(frame * beatsOut + within - lastPixel));
      }
      return;
    }
    case 'rearrange': {
      const bytesIn = mapBytes(stage.input);
      if (bytesIn > beatsOut) {
        for (let byte = 0; byte < frames * bytesIn; byte++) visit(Math.floor(byte / bytesIn), taken!.at[byte]!, 1, 0);
        return;
      }
      break;
    }
    case 'bytewise':
    case 'turns':
      break;
  }
  for (let result = 0; result < frames * beatsOut; result++) {
    visit(Math.floor(result / beatsOut), written.at[result]! - latency, 1, room(result));
  }
}

/** Clock in which each stage takes the first beat of a frame, on whichever port. */
export function firstTake(stage: Stage, index: number, trace: CycleTrace, frame: number): number {
  return Math.min(...stage.sources.map((_, port) => trace.taken[index]![port]!.at[frame * portBeats(stage, port)]!));
}
