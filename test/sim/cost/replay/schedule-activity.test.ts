import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputBeats, portBeats, type Stage } from '../../../../hdl-gen/arch/architecture.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { scheduleActivity } from '../../../../sim/cost/replay/schedule-activity.ts';
import { steadyRun } from '../../../../sim/cost/replay/span.ts';
import { activeClocks } from '../../../../sim/cost/stage-work.ts';
import { randomRequest } from '../../../support/random-folding.ts';
import { randomChain } from '../../../support/random-graph.ts';
import { dense, designOf, networkOf } from '../../../support/small-networks.ts';

/** Beats that an inference moves through a stage: taken on its ports, written and given. */
const beatsOf = (stage: Stage): number =>
  stage.sources.reduce((sum, _, port) => sum + portBeats(stage, port), 0) + 2 * outputBeats(stage);

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

test('over all windows every stage has the beats of one inference, and no more than the clocks in which it works beside', () => {
  fc.assert(
    fc.property(
      randomChain({ quantize: true, explicitPadding: true }),
      fc.integer(),
      fc.integer({ min: 1, max: 40 }),
      (graph, seed, clocks) => {
        const { schedule } = plan(graph, randomRequest(graph, seed));
        const steady = steadyRun({ schedule });
        const activity = scheduleActivity(schedule, steady, clocks);
        for (const stage of schedule.stages) {
          const windows = activity.get(stage.name)!;
          expect(windows).toHaveLength(Math.ceil(steady.span.length / clocks));
          expect(sum(windows)).toBeGreaterThanOrEqual(beatsOf(stage));
          expect(sum(windows)).toBeLessThanOrEqual(beatsOf(stage) + activeClocks(stage));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('operands are read in so many clocks a pass; a stage that waits for its input does nothing meanwhile', () => {
  const network = networkOf([1, 1, 1, 12], dense(12, 12), dense(12, 2));
  const request = designOf({ fully_connected_0: { pe: 1, simd: 1 }, fully_connected_1: { pe: 2, simd: 12 } });
  const { schedule } = plan(network, request);
  const activity = scheduleActivity(schedule, steadyRun({ schedule }), 4);
  const [slow, quick] = schedule.stages.map(({ name }) => activity.get(name)!);
  // 144 products one by one; the other is at work in a few clocks of as many.
  expect(sum(slow!)).toBeGreaterThan(120);
  expect([...quick!].filter((windowActivity) => windowActivity === 0).length).toBeGreaterThan(quick!.length / 2);
});
