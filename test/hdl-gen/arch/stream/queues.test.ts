import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stage } from '../../../../hdl-gen/arch/architecture.ts';
import { stageClocks } from '../../../../hdl-gen/arch/stream/stage.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { randomRequest } from '../../../support/random-folding.ts';
import { randomNetwork } from '../../../support/random-network.ts';

const seeds = fc.nat({ max: 1_000_000 });

const planOf = (seed: number): readonly Stage[] => {
  const graph = randomNetwork(seed);
  return plan(graph, randomRequest(graph, seed)).schedule.stages;
};

const withQueues = (stages: readonly Stage[], depth: (stage: Stage) => number): Stage[] =>
  stages.map((stage) => (stage.kind === 'queue' ? { ...stage, fifoDepth: depth(stage) } : stage));

test('a queue is never the reason for a stop: with much deeper ones the interval is the same', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const stages = planOf(seed);
      const { interval } = steadyState({ stages });
      expect(interval).toBeGreaterThanOrEqual(Math.max(...stages.map(stageClocks)));
      expect(steadyState({ stages: withQueues(stages, ({ fifoDepth }) => fifoDepth + 1000) }).interval).toBe(interval);
    }),
    { numRuns: 60 },
  );
});

test('and it is needed: with the least queues some networks slow down and some stop for good', () => {
  let slower = 0;
  let dead = 0;
  for (let seed = 0; seed < 40; seed++) {
    const stages = planOf(seed);
    const short = withQueues(stages, () => 3);
    try {
      simulateCycles({ stages: short }, { frames: 3 });
      if (steadyState({ stages: short }).interval > steadyState({ stages }).interval) slower++;
    } catch (error) {
      expect(String(error)).toContain('CYCLE_DEADLOCK');
      dead++;
    }
  }
  expect(slower).toBeGreaterThan(0);
  expect(dead).toBeGreaterThan(0);
});
