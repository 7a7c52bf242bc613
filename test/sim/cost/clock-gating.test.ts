import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import type { LayerActivity } from '../../../sim/cost/activity.ts';
import { areaT0 } from '../../../sim/cost/area.ts';
import { energyT0 } from '../../../sim/cost/energy.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import type { Band } from '../../../specs/result.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { interval, sample } from './activities.ts';

const run = { clock: hertz(1e8), interval: cycles(interval), operations: ops(1000) };
const componentsOf = (activity: LayerActivity, name: string) =>
  energyT0({
    ...run,
    activities: [activity],
    technology: technologyOf(name),
    allowances: { wires: false, clockTree: false },
  }).breakdown.byComponent;

describe.each(technologyNames)('%s: clock gating by hand', (name) => {
  const { entries } = technologyOf(name);
  const of = (entry: string) => entries[entry]!;
  const ends = ['low', 'value', 'high'] as const;
  // The FIFO of 8 words of 8 bits is flip-flops; each word has a gate.
  const words = { gates: 8, bits: 64, bitClocks: 125 * 8 };
  const behind = { gates: 12, bits: 600, bitClocks: 150_000 };
  const gated = { ...sample(), gated: { ...behind, lanes: null } };

  test('flip-flops behind gates are paid when these are open, the gates always', () => {
    const { clock } = componentsOf(gated, name);
    for (const end of ends) {
      const open = behind.bitClocks + words.bitClocks;
      const closed = (behind.bits + words.bits) * interval - open;
      const always = (900 - behind.bits) * interval;
      const gates = (behind.gates + words.gates) * interval * of('clock.gate.energy')[end];
      const clocked = always + open + closed * of('clock.gate.rest')[end] + gates;
      expect(clock![end] / (clocked * 1e-15 * of('register.clock')[end])).toBeCloseTo(1, 12);
    }
  });

  test('a lane is clocked in steps that have an activation, and where a sum begins', () => {
    const lanes = { terms: 3, bitClocks: 400_000, beginning: 20_000 };
    const more = { ...gated, gated: { ...behind, bits: 900, lanes } };
    for (const dataProfile of ['uniform', 'relu', 'weightStationary', 'sparse90'] as const) {
      const { low, value, high } = of(`data.${dataProfile}.active`);
      const some = { low, value: 1 - (1 - value) ** 3, high: 1 - (1 - high) ** 3 };
      const { clock } = componentsOf({ ...more, dataProfile }, name);
      for (const end of ends) {
        const open = behind.bitClocks + words.bitClocks + 20_000 + 380_000 * some[end];
        const closed = (900 + words.bits) * interval - open;
        const gates = (behind.gates + words.gates) * interval * of('clock.gate.energy')[end];
        const clocked = open + closed * of('clock.gate.rest')[end] + gates;
        expect(clock![end] / (clocked * 1e-15 * of('register.clock')[end])).toBeCloseTo(1, 12);
      }
    }
  });

  test('gates take area; where a library has none, nothing is saved and nothing added', () => {
    const [free, own] = [areaT0([sample()], technologyOf(name)), areaT0([gated], technologyOf(name))];
    const added = own.byComponent.registers!.value - free.byComponent.registers!.value;
    expect(added).toBeCloseTo(20 * of('clock.gate.area').value, 9);
    const [before, after] = [componentsOf(sample(), name).clock!.value, componentsOf(gated, name).clock!.value];
    if (of('clock.gate.rest').value === 1) expect([added, after / before]).toEqual([0, expect.closeTo(1, 12)]);
    else expect(after).toBeLessThan(before);
  });

  test('the longer gates are open, the more the clock draws; never more than without them but for the gates', () => {
    let before = 0;
    for (const bitClocks of [0, 1, 100_000, 300_000, 600_000]) {
      const { clock } = componentsOf({ ...sample(), gated: { ...behind, bitClocks, lanes: null } }, name);
      expect(clock!.value).toBeGreaterThanOrEqual(before);
      before = clock!.value;
    }
  });
});

interface AtGates {
  readonly terms: number;
  /** pJ per product, free and gated: half of the activations zero (55 % at the gates), nine of ten, and at rest in four of five clocks (per clock). */
  readonly zeros: readonly [free: number, gated: number];
  readonly sparse: readonly [free: number, gated: number];
  readonly resting: readonly [free: number, gated: number];
}

/** Lanes of form `split` at gate level, wires and clock tree included (docs/silicon-arithmetic.md). */
const lanes: readonly (AtGates & { readonly name: string })[] = [
  { name: 'sky130hd', terms: 1, zeros: [5.84, 4.58], sparse: [3.82, 1.76], resting: [3.5, 1.4] },
  { name: 'asap7', terms: 1, zeros: [0.22, 0.181], sparse: [0.136, 0.07], resting: [0.124, 0.058] },
  { name: 'asap7', terms: 4, zeros: [0.18, 0.174], sparse: [0.094, 0.066], resting: [0.08, 0.043] },
  { name: 'ihp-sg13g2', terms: 1, zeros: [3.67, 2.87], sparse: [2.4, 1.05], resting: [2.19, 0.88] },
  { name: 'gt2n', terms: 1, zeros: [0.111, 0.119], sparse: [0.083, 0.087], resting: [0.078, 0.081] },
];

/** One such lane at T0: mac and clock with wires and tree, pJ per product (per clock where it rests). */
function laneT0(name: string, terms: number, profile: 'relu' | 'sparse90', steps: number, clockGating: boolean): Band {
  const bits = 16 * terms + 24;
  const activity: LayerActivity = {
    ...{ layer: 'lane', dataProfile: profile, multipliers: terms, macs: steps * terms, adders: 0, additions: 0 },
    ...{ requantizers: 0, requantizations: 0, registerBits: bits + 1, macRegisterBits: bits + 1, activeClocks: steps },
    ...{ memories: [], style: { form: 'split', clockGating, operandIsolation: false } },
    ...(clockGating
      ? {
          gated: {
            gates: 2,
            bits,
            bitClocks: 0,
            lanes: { terms, bitClocks: bits * steps, beginning: 24 * (steps >> 6) },
          },
        }
      : {}),
  };
  const { mac, clock } = energyT0({ ...run, activities: [activity], technology: technologyOf(name) }).breakdown
    .byComponent;
  const pico = (end: keyof Band): number => (1e12 * (mac![end] + clock![end])) / (interval * terms);
  return { value: pico('value'), low: pico('low'), high: pico('high') };
}

test.each(lanes)(
  '$name, $terms terms: what gating changes is what it changes at the gates',
  ({ name, terms, ...at }) => {
    const cases = [
      ['zeros', 'relu', interval],
      ['sparse', 'sparse90', interval],
      ['resting', 'relu', interval / 5],
    ] as const;
    for (const [what, profile, steps] of cases) {
      const [free, gated] = at[what];
      const [before, after] = [laneT0(name, terms, profile, steps, false), laneT0(name, terms, profile, steps, true)];
      // 1 % is 0.01; the lane at the gates has 55 % zeros instead of 50 %.
      expect(Math.abs(after.value / before.value - gated / free), what).toBeLessThan(0.05);
      expect(gated, what).toBeGreaterThan(after.low);
      expect(gated, what).toBeLessThan(after.high);
    }
  },
);

test('a whole design: gating takes away what it does at gate level, and both designs lie in the band', () => {
  // digits-stream-16 as split in sky130hd at 100 MHz, tier T2: nJ per inference, all and the clock's.
  const atGates = { free: { all: 2967, clock: 1538 }, gated: { all: 1844, clock: 452 } };
  const { graph } = loadZoo('digits');
  const told = (clockGating: boolean, technology = 'sky130hd') => {
    const parameters = { multipliers: 16, arithmetic: 'split', clockGating } as const;
    const accelerator = buildAccelerator(graph, {
      ...{ name: 'digits', model: 'digits', architecture: 'stream', clock: '100 MHz', technology },
      parameters,
    });
    const { interval: own } = steadyState(accelerator.schedule);
    const activities = activitiesOf(accelerator);
    return energyT0({ ...run, interval: cycles(own), activities, technology: technologyOf(technology) });
  };
  const [free, gated] = [told(false), told(true)];
  expect(free.scope).not.toContain('clock gates');
  expect(gated.scope).toMatch(/: lanes split, 3\d\d\d of 4171 flip-flops behind clock gates; wire allowance/);
  expect(told(true, 'gt2n').scope).toContain(
    ': lanes split, no clock gates: the library has none, and all flip-flops are clocked always; wire allowance',
  );
  const parts = [
    ['all', free.joulesPerInference, gated.joulesPerInference],
    ['clock', free.breakdown.byComponent.clock!, gated.breakdown.byComponent.clock!],
  ] as const;
  for (const [part, before, after] of parts) {
    const [wanted, found] = [atGates.gated[part] / atGates.free[part], after.value / before.value];
    // T0 takes away 67 % of the clock and 34 % of all, the gates 71 % and 38 %.
    expect(Math.abs(found - wanted), part).toBeLessThan(0.05);
    for (const [band, { [part]: gates }] of [
      [before, atGates.free],
      [after, atGates.gated],
    ] as const) {
      expect(gates * 1e-9).toBeGreaterThan(band.low);
      expect(gates * 1e-9).toBeLessThan(band.high);
    }
  }
});
