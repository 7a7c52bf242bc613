import { type BytewiseStage, mapBytes, outside, type Stage, turnBeats } from '../architecture.ts';
import type { Folded } from './fold.ts';
import type { Network } from './network.ts';
import { beatsWaiting } from './queues.ts';
import { type Link, queueStageOf, stageOf } from './stage.ts';
import { widthsOf } from './widths.ts';
import type { WindowWork, Work } from './work.ts';

/** Pixels beyond the overlapped minimum: a strided layer skips rows, and takes the skipped ones while it works on a kept row. */
export function slackPixels(work: WindowWork): number {
  const { stride, input, output } = work;
  if (output.height * output.width === 1) return 0;
  return (stride.height - 1) * input.width + (stride.width - 1);
}

/** A queue gives a beat in every clock only while so many are in it or on their way: one that is offered, two inside the FIFO. */
const leastQueue = 3;

/**
 * Every work's stage in its place, with a queue in front of each port of a stage that joins streams where beats can pile up. A
 * stream that several stages read always passes a queue on its way into a join: the join takes all its ports in one clock and
 * the fork gives to all its readers in one clock, and the two must not wait for each other within it.
 */
export function stagesOf({ works, inputTensor, inputBytes }: Network, { foldings, widths }: Folded): Stage[] {
  const stages: Stage[] = [];
  const readers = new Map<number, number>();
  for (const id of works.flatMap(({ sources }) => sources)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const streams = new Map<number, number>([[inputTensor, outside]]);
  const place = (stage: Stage): number => stages.push(stage) - 1;
  works.forEach((work, index) => {
    const sources = work.sources.map((id) => streams.get(id)!);
    const extraPixels = work.form === 'window' ? slackPixels(work) : 0;
    const stage: Stage = { ...stageOf(work, foldings[index]!, widthsOf(work, widths), extraPixels), sources };
    if (sources.length === 1) {
      const [source] = sources as [number];
      // A unit that works on one row at a time takes nothing meanwhile: the next row gathers in front of it.
      const gathers = stage.timing === 'row' && mapBytes(stage.input) > stage.length;
      const from = gathers
        ? place(
            queueOf(
              work,
              0,
              { shape: stage.input, width: 1, bits: stage.inputBits },
              source,
              leastQueue + stage.length,
            ),
          )
        : source;
      streams.set(work.outputTensor, place({ ...stage, sources: [from] }));
      return;
    }
    const waiting = beatsWaiting(stage, stages, inputBytes);
    const queued = sources.map((source, port) => {
      const shared = source === outside || readers.get(work.sources[port]!)! > 1;
      const room = shared ? 0 : stages[source]!.fifoDepth;
      // A port's next turn gathers while the others have theirs; the producer's FIFO is busy with what is on its way.
      const turn = stage.timing === 'turns' ? turnBeats(stage)[port]! : 0;
      const missing = Math.max(0, waiting[port]! - room) + turn;
      if (!shared && missing === 0) return source;
      const link = { shape: stages[source]?.output ?? stage.input, width: stage.inputWidth, bits: stage.inputBits };
      return place(queueOf(work, port, link, source, missing + leastQueue));
    });
    streams.set(work.outputTensor, place({ ...stage, sources: queued }));
  });
  return stages;
}

function queueOf(work: Work, port: number, link: Link, source: number, depth: number): BytewiseStage {
  return queueStageOf(`${work.name}_queue_${port}`, link, source, depth);
}
