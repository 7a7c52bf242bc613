import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stage } from '../../../../hdl-gen/arch/architecture.ts';
import { stageClocks } from '../../../../hdl-gen/arch/stream/stage.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { seededRandom } from '../../../support/random.ts';
import { randomRequest } from '../../../support/random-folding.ts';
import { smaller } from '../../../support/random-moving.ts';
import { finished, randomNetwork, Sketch } from '../../../support/random-network.ts';
import { designOf } from '../../../support/small-networks.ts';

const seeds = fc.nat({ max: 1_000_000 });

const planOf = (seed: number): readonly Stage[] => {
  const graph = randomNetwork(seed);
  return plan(graph, randomRequest(graph, seed)).schedule.stages;
};

const withQueues = (stages: readonly Stage[], depth: (stage: Stage) => number): Stage[] =>
  stages.map((stage) => (stage.kind === 'queue' ? { ...stage, fifoDepth: depth(stage) } : stage));

test('a queue is never the reason for a stop: with much deeper ones the interval is the same', () => {
  // The first three were once too shallow: a turn that gathers, room that a full pass kept, the clocks inside a queue.
  const fixed = [402_411, 2_336, 6_206];
  for (const seed of [
    ...fixed,
    ...Array.from({ length: process.env.JOULESMITH_EXHAUSTIVE === '1' ? 3_000 : 80 }, (_, index) => index),
  ]) {
    const stages = planOf(seed);
    const { interval } = steadyState({ stages });
    expect(interval).toBeGreaterThanOrEqual(Math.max(...stages.map(stageClocks)));
    const deeper = steadyState({ stages: withQueues(stages, ({ fifoDepth }) => fifoDepth + 1000) });
    expect({ seed, interval: deeper.interval }).toEqual({ seed, interval });
  }
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

test('beside a branch that turns its bytes around the queue holds what the ring does: the slowest stage decides the interval', () => {
  let shorter = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const sketch = new Sketch(seededRandom(seed));
      const { random } = sketch;
      const input = sketch.tensor([1, random.integer(1, 6), random.integer(1, 6), random.integer(1, 4)]);
      const other = random.fraction() < 0.3 ? smaller(sketch, input) : sketch.turned(sketch.turned(input));
      const graph = finished(sketch, 'beside', input, sketch.elementwise(other, input));
      const foldings = Object.fromEntries(
        graph.layers.flatMap(({ kind, name }) => (kind === 'mean' ? [[name, { pe: 1, simd: 1 }]] : [])),
      );
      const { stages } = plan(graph, designOf(foldings)).schedule;
      const { interval } = steadyState({ stages });
      expect(steadyState({ stages: withQueues(stages, ({ fifoDepth }) => fifoDepth + 1000) }).interval).toBe(interval);
      if (stages.every(({ timing }) => timing !== 'window')) {
        expect(interval).toBe(Math.max(...stages.map(stageClocks)));
        try {
          const short = withQueues(stages, () => 3);
          if (steadyState({ stages: short }).interval > interval) shorter++;
        } catch (error) {
          expect(String(error)).toContain('CYCLE_DEADLOCK');
          shorter++;
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(shorter).toBeGreaterThan(20);
});

test('a skip over twenty residual blocks is planned in no time: answers about branches are kept', () => {
  const sketch = new Sketch(seededRandom(1));
  const input = sketch.tensor([1, 3, 3, 2]);
  let inner = input;
  for (let block = 0; block < 20; block++) {
    inner = sketch.elementwise(inner, sketch.convolution(inner, 'conv2d', true, 2));
  }
  const graph = finished(sketch, 'skips', input, sketch.elementwise(input, inner));
  // Asking both branches of every block anew would take 2^20 times 18 questions for each result.
  const { stages } = plan(graph, { ...designOf({}), parameters: { multipliers: 200, prune: false } }).schedule;
  expect(stages.filter(({ kind }) => kind === 'queue')).toHaveLength(21);
}, 20_000);
