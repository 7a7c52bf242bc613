import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Schedule, Stage } from '../../../hdl-gen/arch/architecture.ts';
import { stageClocks } from '../../../hdl-gen/arch/stream/stage.ts';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import type { Graph } from '../../../models/graph.ts';
import { importTflite } from '../../../models/import/tflite.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { needData, readBytes } from '../../support/data.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomChain } from '../../support/random-graph.ts';
import { conv3x3, dense, designOf, networkOf } from '../../support/small-networks.ts';

const slowest = ({ stages }: Schedule): number => Math.max(...stages.map(stageClocks));

const budgeted = (graph: Graph, multipliers: number): Schedule =>
  plan(graph, { ...designOf({}), parameters: { multipliers } }).schedule;

const random = fc
  .record({ graph: randomChain({ quantize: true, explicitPadding: true }), seed: fc.integer() })
  .map(({ graph, seed }) => plan(graph, randomRequest(graph, seed)).schedule);

test('the interval is the distance at which frames still leave after many more frames; the latency is the first frame alone', () => {
  fc.assert(
    fc.property(random, (schedule) => {
      const { latency, interval } = steadyState(schedule);
      const { lastOut } = simulateCycles(schedule, { frames: 40 });
      expect(lastOut.slice(30).map((clock, index) => clock - lastOut[29 + index]!)).toEqual(
        new Array<number>(10).fill(interval),
      );
      const alone = simulateCycles(schedule, { frames: 1 });
      expect(latency).toBe(alone.lastOut[0]! - alone.firstIn[0]!);
    }),
    { numRuns: 120 },
  );
});

/** The stage with another size of its input buffer, if it has one. */
function buffered(stage: Stage, size: (pixels: number) => number): Stage {
  return stage.timing === 'window' ? { ...stage, bufferPixels: size(stage.bufferPixels) } : stage;
}

test('the slowest stage bounds the interval, and with one more image of buffer it decides it alone', () => {
  fc.assert(
    fc.property(random, (schedule) => {
      expect(steadyState(schedule).interval).toBeGreaterThanOrEqual(slowest(schedule));
      const roomy = {
        stages: schedule.stages.map((stage) =>
          buffered(stage, (pixels) => pixels + stage.input.height * stage.input.width),
        ),
      };
      expect(steadyState(roomy).interval).toBe(slowest(schedule));
    }),
    { numRuns: 200 },
  );
});

test('a strided layer has room for the rows that it skips', () => {
  // Three rows of five are kept at a stride of 2; rows of one pixel of 4 bytes. 5 x 4 bytes enter in 20 clocks at the least; the
  // engine reads 3 windows x 3 taps x 2 words in 18. Without a place for the skipped row, input waits for windows to move on.
  const graph = networkOf([1, 5, 1, 4], {
    ...conv3x3(4, 1),
    kernel: { height: 3, width: 1 },
    stride: { height: 2, width: 1 },
    weights: new Int8Array(12).fill(1),
  });
  const { stages } = plan(graph, designOf({ conv2d_0: { pe: 1, simd: 2 } })).schedule;
  expect(steadyState({ stages }).interval).toBe(20);
  const cramped = stages.map((stage) => buffered(stage, (pixels) => pixels - 1));
  expect(steadyState({ stages: cramped }).interval).toBeGreaterThan(20);
});

test('digits: the planned buffers suffice for every budget, and a larger budget is never slower', () => {
  const { graph } = loadZoo('digits');
  let before = Number.POSITIVE_INFINITY;
  for (const multipliers of [8, 9, 11, 14, 18, 24, 32, 45, 64, 90, 128, 500]) {
    const schedule = budgeted(graph, multipliers);
    const { interval } = steadyState(schedule);
    expect({ multipliers, interval }).toEqual({ multipliers, interval: slowest(schedule) });
    expect(interval).toBeLessThanOrEqual(before);
    before = interval;
  }
});

needData(
  'kws: the slowest stage decides at 16, 64 and 256 multipliers',
  ['mlperf_kws/kws_ref_model.tflite'],
  (folder) => {
    const graph = importTflite(readBytes(folder, 'mlperf_kws/kws_ref_model.tflite'), 'kws_ref_model.tflite');
    const intervals = [16, 64, 256].map((multipliers) => {
      const schedule = budgeted(graph, multipliers);
      expect(schedule.stages.reduce((sum, stage) => sum + stage.multipliers, 0)).toBeLessThanOrEqual(multipliers);
      const { interval } = steadyState(schedule);
      expect({ multipliers, interval }).toEqual({ multipliers, interval: slowest(schedule) });
      return interval;
    });
    expect(intervals[0]! > intervals[1]! && intervals[1]! > intervals[2]!).toBe(true);
  },
);

test('where frames keep leaving at changing distances, the largest of them counts', () => {
  let changing = 0;
  for (let outputs = 1; outputs <= 5; outputs++) {
    const { stages } = plan(
      networkOf([1, 1], dense(1, outputs)),
      designOf({ fully_connected_0: { pe: 1, simd: 1 } }),
    ).schedule;
    for (let fifoDepth = outputs; fifoDepth <= 13; fifoDepth++) {
      // The planner would give 13 places. With fewer, whole frames run into the FIFO without a wait and the next one waits for all.
      const cramped = { stages: stages.map((stage) => ({ ...stage, fifoDepth })) };
      const { lastOut } = simulateCycles(cramped, { frames: 160 });
      const late = lastOut.slice(101).map((clock, index) => clock - lastOut[100 + index]!);
      if (Math.min(...late) < Math.max(...late)) changing++;
      expect({ outputs, fifoDepth, interval: steadyState(cramped).interval }).toEqual({
        outputs,
        fifoDepth,
        interval: Math.max(...late),
      });
    }
  }
  expect(changing).toBeGreaterThan(10);
});
