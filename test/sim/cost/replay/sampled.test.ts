import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { sampledBy, samplingWithin } from '../../../../sim/cost/replay/sampled.ts';
import { defaultSampling } from '../../../../sim/cost/replay/strata.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
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
