import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { coefficientsOf } from '../../../../sim/cost/coefficients.ts';
import { shellInstances } from '../../../../sim/cost/replay/instances.ts';
import type { StageEnergy } from '../../../../sim/cost/replay/sampled.ts';
import { defaultSampling } from '../../../../sim/cost/replay/strata.ts';
import { breakdownOf, samplesOf } from '../../../../sim/cost/t2/breakdown.ts';
import type { Ledger } from '../../../../sim/cost/t2/memories.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { cycles, hertz } from '../../../../specs/units.ts';
import { dense, designOf, networkOf } from '../../../support/small-networks.ts';

const accelerator = buildAccelerator(networkOf([1, 1, 1, 4], dense(4, 4), dense(4, 3)), {
  ...designOf({}),
  parameters: { multipliers: 2 },
});
const technology = technologyOf('gt2n');
const run = { accelerator, technology, clock: hertz(100e6), interval: cycles(10) };

/** Two stages without memories of their own that were sampled apart, joules per clock. */
const stages: readonly StageEnergy[] = ['one', 'other'].map((stage, at) => ({
  stage,
  instances: [
    {
      instance: shellInstances(accelerator.design)[0]!,
      perClock: {
        ...{ logic: 8, wires: 4, clock: 2, clockTree: 3, leakage: 1 },
        ...{ clockBelow: 0, clockAbove: 0, clockTreeBelow: 0, clockTreeAbove: 0 },
      },
    },
  ],
  estimate: { mean: 18, variance: 1 + at, parts: [{ variance: 1 + at, freedom: 3 + at }] },
  windows: 4,
  clocks: 80,
}));
const found = () => {
  const k = coefficientsOf(technology);
  const memories = { byMacro: 0, byLaw: 0, flipFlops: 0 };
  const ledger: Ledger = { k, macros: [], macroOrigins: new Map(), flipFlops: null, memories };
  return breakdownOf(ledger, run, stages, 0.05);
};
const entry = (name: string) => technology.entries[name]!;

test('what pairs rest on, by hand: bands of the technology alone; sampling and fit where wires and clock tree are at their most', () => {
  const [pitches, capacitance, tree] = ['wires.pitches', 'wires.capacitance', 'clock.treePins'].map(entry);
  const wires = (pitches!.high * capacitance!.high) / (pitches!.value * capacitance!.value);
  const pins = (tree!.high - 1) / (tree!.value - 1);
  const reach = (8 + 4 * wires + 2 + 3 * pins) / 17;
  expect(reach).toBeGreaterThan(1.05);

  const all = found();
  const { inputs, count, standardError, freedom, own, shared } = samplesOf(
    { inputsSha256: 'abc' },
    { ...defaultSampling, inferences: 8 },
    all,
  ).samples!;
  expect([inputs, count]).toEqual(['abc', 8]);
  expect(standardError / (10 * Math.sqrt(3) * reach)).toBeCloseTo(1, 12);
  // 9 / (1 / 3 + 4 / 4) = 6.75.
  expect(freedom).toBeCloseTo(6.75, 12);
  expect(own / (0.05 * 360 * reach)).toBeCloseTo(1, 12);
  expect(shared.control!.high / (2 * 10 * (8 + 4 * wires))).toBeCloseTo(1, 12);
  expect(shared.clock!.high / (2 * 10 * (2 + 3 * pins))).toBeCloseTo(1, 12);
  const { byComponent } = all.breakdown;
  for (const [name, band] of Object.entries(shared)) {
    expect(band.value, name).toBe(byComponent[name]!.value);
    expect(band.high, name).toBeLessThanOrEqual(byComponent[name]!.high);
  }
  expect(shared.control!.high).toBeLessThan(byComponent.control!.high);
});

test('nothing to pair where windows are of one inference, or the inputs have no name', () => {
  expect(samplesOf({}, { ...defaultSampling, inferences: 8 }, found())).toEqual({});
  expect(samplesOf({ inputsSha256: 'abc' }, defaultSampling, found())).toEqual({});
});
