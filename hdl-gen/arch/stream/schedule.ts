import { type BytewiseStage, mapBytes, outside, type Stage } from '../architecture.ts';
import type { Network } from './network.ts';
import { bytesWaiting } from './queues.ts';
import { type Folding, queueStageOf, stageOf } from './stage.ts';
import type { WindowWork, Work } from './work.ts';

/** Pixels beyond the overlapped minimum: a strided layer skips rows, and takes the skipped ones while it works on a kept row. */
export function slackPixels(work: WindowWork): number {
  const { stride, input, output } = work;
  if (output.height * output.width === 1) return 0;
  return (stride.height - 1) * input.width + (stride.width - 1);
}

/** Room for a byte in every clock: one that is offered, and two on their way through the FIFO. */
const leastQueue = 3;

/**
 * Every work's stage in its place, with a queue in front of each port of a stage that joins streams where bytes can pile up. A
 * stream that several stages read always passes a queue on its way into a join: the join takes all its ports in one clock and
 * the fork gives to all its readers in one clock, and the two must not wait for each other within it.
 */
export function stagesOf({ works, inputTensor, inputBytes }: Network, foldings: readonly Folding[]): Stage[] {
  const stages: Stage[] = [];
  const readers = new Map<number, number>();
  for (const id of works.flatMap(({ sources }) => sources)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const streams = new Map<number, number>([[inputTensor, outside]]);
  const place = (stage: Stage): number => stages.push(stage) - 1;
  works.forEach((work, index) => {
    const sources = work.sources.map((id) => streams.get(id)!);
    const extraPixels = work.form === 'window' ? slackPixels(work) : 0;
    const stage: Stage = { ...stageOf(work, foldings[index]!, extraPixels), sources };
    if (sources.length === 1) {
      const [source] = sources as [number];
      // A unit that works on one row at a time takes nothing meanwhile: the next row gathers in front of it.
      const gathers = stage.timing === 'row' && mapBytes(stage.input) > stage.length;
      const from = gathers ? place(queueOf(work, 0, stage.input, source, leastQueue + stage.length)) : source;
      streams.set(work.outputTensor, place({ ...stage, sources: [from] }));
      return;
    }
    const waiting = bytesWaiting(stage, stages, inputBytes);
    const queued = sources.map((source, port) => {
      const shared = source === outside || readers.get(work.sources[port]!)! > 1;
      const room = shared ? 0 : stages[source]!.fifoDepth;
      const missing = waiting[port]! - room;
      if (!shared && missing <= 0) return source;
      return place(queueOf(work, port, stages[source]?.output ?? stage.input, source, Math.max(leastQueue, missing)));
    });
    streams.set(work.outputTensor, place({ ...stage, sources: queued }));
  });
  return stages;
}

function queueOf(work: Work, port: number, shape: Stage['output'], source: number, depth: number): BytewiseStage {
  return queueStageOf(`${work.name}_queue_${port}`, shape, source, depth);
}
