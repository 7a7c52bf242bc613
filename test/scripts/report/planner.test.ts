import { expect, test } from 'vitest';
import { bottleneckSentence, idleSentence, nextSentence } from '../../../scripts/report/planner.ts';
import type { Result } from '../../../specs/result.ts';
import { sampleResult } from '../../support/results.ts';

const sample = sampleResult({ name: 'a', architecture: 'stream', multipliers: 64 });
const sentences = (parts: Partial<Result>): string[] => {
  const stages = sample.stages.map((stage, index) => ({ ...stage, cycles: index < 3 ? 1000 : 10 }));
  const result = { ...sample, stages, multipliers: 60, cycles: { latency: 2000, interval: 1001 }, ...parts };
  return [bottleneckSentence(result), idleSentence(result), nextSentence(result)];
};

test('bottleneck, idle multipliers and the next step, in words', () => {
  const next = { multipliers: 65, interval: 800, layer: 'pw2', widened: ['conv1', 'dw2', 'pw2', 'dw3'] };
  const plan = { bottleneck: ['conv1', 'dw2', 'pw2'], idleMultipliers: 5.65, unspentMultipliers: 4, next };
  expect(sentences({ plan })).toEqual([
    'conv1, dw2 and 1 more are occupied for 1,000 of the 1,001 clocks of an inference',
    'on average 5.65 of 60 multipliers have nothing to do; 4 more that the budget allows would make nothing faster and are left out',
    '5 more multipliers (65 in all) would bring the interval to 800 clocks (20.1 % less), by widening conv1, dw2 and 2 more; the slowest stage would still be pw2',
  ]);
});

test('one bottleneck that no folding makes faster, and no multipliers at all', () => {
  const plan = { bottleneck: ['conv1'], idleMultipliers: 0, unspentMultipliers: null, next: null };
  expect(sentences({ plan, multipliers: 0 })).toEqual([
    'conv1 is occupied for 1,000 of the 1,001 clocks of an inference',
    'there are no multipliers',
    'no folding makes conv1 faster',
  ]);
});

test('foldings that were given may hold more than the next step needs', () => {
  const next = { multipliers: 50, interval: 800, layer: 'dw2', widened: ['dw2'] };
  const plan = { bottleneck: ['conv1', 'dw2'], idleMultipliers: 20, unspentMultipliers: 1, next };
  expect(sentences({ plan }).slice(1)).toEqual([
    'on average 20.0 of 60 multipliers have nothing to do; 1 more that the budget allows would make nothing faster and is left out',
    '50 multipliers would bring the interval to 800 clocks (20.1 % less), by widening dw2; the slowest stage would still be dw2',
  ]);
});

test('one of a thing is one of a thing, and a stage that is never free is said to be so', () => {
  const next = { multipliers: 2, interval: 1, layer: 'dw2', widened: ['conv1'] };
  const plan = { bottleneck: ['conv1'], idleMultipliers: 0, unspentMultipliers: null, next };
  expect(sentences({ plan, multipliers: 1, cycles: { latency: 2000, interval: 1000 } })).toEqual([
    'conv1 is occupied in every one of the 1,000 clocks of an inference',
    'no multiplier is ever idle',
    '1 more multiplier (2 in all) would bring the interval to 1 clock (99.9 % less), by widening conv1; the slowest stage would then be dw2',
  ]);
  expect(sentences({ plan: { ...plan, idleMultipliers: 0.5 }, multipliers: 1 })[1]).toBe(
    'on average 0.500 of 1 multiplier has nothing to do',
  );
});
