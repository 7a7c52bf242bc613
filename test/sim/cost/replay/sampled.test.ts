import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { hasLogic, namesOf, shellInstances } from '../../../../sim/cost/replay/instances.ts';
import { replayPlan, sampledBy, samplingWithin } from '../../../../sim/cost/replay/sampled.ts';
import { steadyRun } from '../../../../sim/cost/replay/span.ts';
import { defaultSampling } from '../../../../sim/cost/replay/strata.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { randomInt8s, seededRandom } from '../../../support/random.ts';
import { randomRequest } from '../../../support/random-folding.ts';
import { randomNetwork } from '../../../support/random-network.ts';
import { dense, designOf, networkOf } from '../../../support/small-networks.ts';

const accelerator = (inputs: number) =>
  buildAccelerator(networkOf([1, inputs], dense(inputs, 2)), designOf({ fully_connected_0: { pe: 2, simd: 1 } }));

test('an interval that is shorter than a window is one window, and draws what it draws', () => {
  const short = accelerator(3);
  expect(steadyState(short.schedule).interval).toBeLessThan(defaultSampling.clocks);
  const sampling = samplingWithin(short, defaultSampling);
  expect(sampling).toEqual({ ...defaultSampling, clocks: steadyState(short.schedule).interval });
  const inputs = Int8Array.from({ length: 30 }, (_, index) => 17 * index);
  const stages = sampledBy({ accelerator: short, inputs, sampling }, ({ own }) => () => {
    return own.map(() => ({ logic: 1, wires: 0, clock: 0, clockTree: 0, leakage: 0 }));
  });
  expect(stages.map(({ stage, windows }) => ({ stage, windows }))).toEqual(
    stages.map(({ stage }) => ({ stage, windows: 1 })),
  );
  for (const { estimate, instances } of stages) expect(estimate.mean).toBe(instances.length);
});

test('longer intervals keep the windows', () => {
  expect(samplingWithin(accelerator(40), defaultSampling)).toEqual(defaultSampling);
});

test('over several inferences windows may be shorter, so that none or few clocks are left over', () => {
  for (const inputs of [3, 5, 11, 40]) {
    const own = accelerator(inputs);
    const length = 8 * steadyState(own.schedule).interval;
    const { clocks } = samplingWithin(own, { ...defaultSampling, clocks: 31, inferences: 8 });
    expect(clocks).toBeLessThanOrEqual(Math.min(31, length));
    expect(2 * clocks).toBeGreaterThan(Math.min(31, length));
    const leftOver = Array.from({ length: 16 }, (_, at) => length % (16 + at));
    if (length >= 31) expect(length % clocks).toBe(Math.min(...leftOver));
  }
});

test('the toggles of all inputs are the same whichever of them comes first', () => {
  const own = accelerator(40);
  const inputs = Int8Array.from({ length: 4 * 40 }, (_, index) => (index * index * 17) >> 3);
  const sampling = samplingWithin(own, { ...defaultSampling, clocks: 8, inferences: 4 });
  const moving = (first: number) => {
    const turned = Int8Array.from({ length: inputs.length }, (_, at) => inputs[(at + 40 * first) % inputs.length]!);
    const { stages } = replayPlan({ accelerator: own, inputs: turned, sampling });
    return stages.map(({ stage, activity }) => ({ stage, bits: activity.reduce((sum, bits) => sum + bits, 0) }));
  };
  const found = moving(0);
  expect(found.every(({ bits }) => bits > 0)).toBe(true);
  for (const first of [1, 2, 3]) expect(moving(first)).toEqual(found);
});

test('no clock behind the last window is left out where windows of at most half as many clocks less can be whole', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 60 }), (clocks, inputs) => {
      const own = accelerator(inputs);
      const { length } = steadyRun(own).span;
      const chosen = samplingWithin(own, { ...defaultSampling, clocks }).clocks;
      expect(chosen).toBeLessThanOrEqual(Math.min(clocks, length));
      expect(2 * chosen).toBeGreaterThan(Math.min(clocks, length));
      for (let other = chosen + 1; other <= Math.min(clocks, length); other++)
        expect(length % other).toBeGreaterThan(length % chosen);
    }),
    { numRuns: 40 },
  );
});

test('registers that nothing observable depends on have no value: networks with such are sampled like others', () => {
  let dead = 0;
  // Of 500 drawn networks seven have some: the first of them, and one that has none.
  for (const seed of [1, 2]) {
    const graph = randomNetwork(seed);
    const own = buildAccelerator(graph, randomRequest(graph, seed));
    const inputs = randomInt8s(seededRandom(seed), 2 * own.inputBytes);
    const sampling = samplingWithin(own, { ...defaultSampling, by: 'schedule' });
    const run = { accelerator: own, inputs, sampling };
    const names = new Set(replayPlan(run).stages.flatMap((plan) => plan.names));
    const all = shellInstances(own.design).filter(({ shell }) => hasLogic(shell));
    dead += all.flatMap(namesOf).filter((name) => !names.has(name)).length;
    const stages = sampledBy(run, ({ own: instances }) => () => {
      return instances.map(() => ({ logic: 1, wires: 0, clock: 0, clockTree: 0, leakage: 0 }));
    });
    for (const { estimate, instances } of stages) expect(estimate.mean).toBeCloseTo(instances.length, 9);
  }
  expect(dead).toBeGreaterThan(0);
});
