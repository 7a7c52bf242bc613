import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { energyT1, type T1Run, toggleSampling } from '../../sim/cost/energy-t1.ts';
import { energyOrder, type Paired, pairedDifference } from '../../sim/cost/paired.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import { check } from '../../specs/check.ts';
import { type Band, EnergyResult, type Result } from '../../specs/result.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { toggleEnergiesOf } from '../../specs/toggle-energies.ts';
import { cycles, hertz, ops } from '../../specs/units.ts';
import { randomInt8s, seededRandom } from '../support/random.ts';
import { sampleResult } from '../support/results.ts';
import { dense, designOf, networkOf } from '../support/small-networks.ts';

/** A network that no fit has seen. */
function smallRun(inputs: Int8Array = randomInt8s(seededRandom(4), 8 * 4)): T1Run {
  const accelerator = buildAccelerator(networkOf([1, 1, 1, 4], dense(4, 4), dense(4, 3)), {
    ...designOf({}),
    parameters: { multipliers: 2, arithmetic: 'split' },
  });
  return {
    accelerator,
    inputs,
    energies: toggleEnergiesOf('gt2n'),
    technology: technologyOf('gt2n'),
    clock: hertz(100e6),
    interval: cycles(steadyState(accelerator.schedule).interval),
    operations: ops(2 * 28),
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const valuesOf = (bands: Readonly<Record<string, Band>>): number[] => Object.values(bands).map(({ value }) => value);

test('tier T1: components and layers sum to the whole, bands hold their values, every number has its origin', () => {
  const { tier, joulesPerInference, joulesPerOp, breakdown, origins, scope } = energyT1(smallRun());
  const total = joulesPerInference.value;
  const { byComponent, byLayer, byLayerAndComponent } = breakdown;
  expect(tier).toBe('T1');
  expect(sumOf(valuesOf(byComponent)) / total).toBeCloseTo(1, 12);
  expect(sumOf(valuesOf(byLayer)) / total).toBeCloseTo(1, 12);
  expect(sumOf(Object.values(byLayerAndComponent!).flatMap(Object.values)) / total).toBeCloseTo(1, 12);
  expect(joulesPerOp.value * 56).toBeCloseTo(total, 24);
  for (const { value, low, high } of [...Object.values(byComponent), ...Object.values(byLayer), joulesPerInference]) {
    expect(low).toBeGreaterThanOrEqual(0);
    expect(value).toBeGreaterThanOrEqual(low);
    expect(high).toBeGreaterThanOrEqual(value);
  }
  for (const entry of ['t1.design.lane.split', 't1.design.logic', 'wires.pitches', 'clock.treePins'])
    expect(origins.map((origin) => origin.entry)).toContain(entry);
  expect(scope).toMatch(/toggles of its own data times energies fitted to gate level/);
});

test('data decide: inputs that never change draw less, and clock and leakage stay as they are', () => {
  // All inputs: a single inference of so small a network may move little by chance.
  const all = { inputsSha256: '00' };
  const busy = energyT1({ ...smallRun(), ...all }).breakdown.byComponent;
  const still = energyT1({ ...smallRun(new Int8Array(8 * 4)), ...all }).breakdown.byComponent;
  for (const part of ['mac', 'requantize'] as const) expect(still[part]!.value).toBeLessThan(0.7 * busy[part]!.value);
  expect(still.clock!.value / busy.clock!.value).toBeCloseTo(1, 1);
  expect(still.leakage!.value / busy.leakage!.value).toBeCloseTo(1, 9);
});

/** A network as small, with clock gates or without; all of its inputs are looked at. */
function gatingRun(name: string, clockGating: boolean): T1Run {
  const accelerator = buildAccelerator(networkOf([1, 1, 1, 12], dense(12, 8), dense(8, 3)), {
    ...designOf({}),
    parameters: { multipliers: 2, arithmetic: 'split', clockGating },
  });
  return {
    ...smallRun(randomInt8s(seededRandom(4), 8 * 12)),
    accelerator,
    energies: toggleEnergiesOf(name),
    technology: technologyOf(name),
    interval: cycles(steadyState(accelerator.schedule).interval),
    inputsSha256: '00',
  };
}

test('clock gating: the clock falls, lanes lose their multiplexers, and nothing changes in a technology without clock gates', () => {
  const gated = (technology: string, clockGating: boolean) => {
    const { scope, breakdown, origins } = energyT1(gatingRun(technology, clockGating));
    const { clock, mac, control } = breakdown.byComponent;
    const entries = origins.map(({ entry }) => entry);
    return { scope, entries, clock: clock!.value, logic: mac!.value + control!.value };
  };
  const [open, shut] = [gated('sky130hd', false), gated('sky130hd', true)];
  expect(open.scope).not.toContain('clock gates');
  expect(shut.scope).toContain('clock gates open as their enables are');
  expect([open.entries, shut.entries].map((entries) => entries.includes('t1.design.lane.split.gated'))).toEqual([
    false,
    true,
  ]);
  // Gates in front of registers, or in front of words of memories alone, take a third each; both take more than half.
  expect(shut.clock).toBeLessThan(0.5 * open.clock);
  expect(shut.logic).toBeLessThan(open.logic);
  const [free, none] = [gated('gt2n', false), gated('gt2n', true)];
  expect(none.clock / free.clock).toBeCloseTo(1, 1);
  expect(none.scope).not.toContain('clock gates open');
  expect(none.scope).toContain('no clock gates: the library has none');
});

test('clock gates: the band of the clock reaches as far as the entries do, each end as if it were the value', () => {
  const run = gatingRun('sky130hd', true);
  const entriesOf = (changed: Readonly<Record<string, Partial<Band>>>) => ({
    ...run.technology,
    entries: {
      ...run.technology.entries,
      ...Object.fromEntries(
        Object.entries(changed).map(([name, band]) => [name, { ...run.technology.entries[name]!, ...band }]),
      ),
    },
  });
  // Bands that are exact in the file have two ends here.
  const bands = {
    'clock.gate.energy': run.technology.entries['clock.gate.energy']!,
    'clock.gate.rest': { value: 0.02, low: 0, high: 0.1 },
    'clock.treePins.gate': { value: 2.3, low: 2, high: 3 },
  };
  const clockOf = (end: 'low' | 'high' | null): Band => {
    const ends = Object.entries(bands).map(([name, band]) => {
      const at = end === null ? band : { value: band[end], low: band[end], high: band[end] };
      return [name, at] as const;
    });
    return energyT1({ ...run, technology: entriesOf(Object.fromEntries(ends)) }).samples!.shared.clock!;
  };
  const [whole, low, high] = [clockOf(null), clockOf('low'), clockOf('high')];
  expect(whole.low / low.low).toBeCloseTo(1, 12);
  expect(whole.high / high.high).toBeCloseTo(1, 12);
  expect(low.low).toBeLessThan(high.low);
});

test.each(['clock.gate.energy', 'clock.gate.rest', 'clock.treePins.gate'])(
  '%s: taken out, a run with clock gates names it, and no other needs it',
  (name) => {
    const less = (run: T1Run): T1Run => {
      const { [name]: _, ...entries } = run.technology.entries;
      return { ...run, technology: { ...run.technology, entries } };
    };
    expect(() => energyT1(less(gatingRun('sky130hd', true)))).toThrow(`has no entry '${name}'`);
    expect(energyT1(less(gatingRun('sky130hd', false)))).toEqual(energyT1(gatingRun('sky130hd', false)));
  },
);

test('an entry that is gone ends the run with its name', () => {
  const gated = gatingRun('sky130hd', true);
  const { 'design.lane.split.gated': _gated, ...free } = gated.energies.cells;
  expect(() => energyT1({ ...gated, energies: { ...gated.energies, cells: free } })).toThrow(
    /sky130hd.json: has no cell 'design.lane.split.gated' .*--designs; or take tier T0 or T2 \[T1_MISSING\]$/,
  );
  const run = smallRun();
  const { 'design.logic': _, ...cells } = run.energies.cells;
  expect(() => energyT1({ ...run, energies: { ...run.energies, cells } })).toThrow(
    /specs\/tech\/t1\/gt2n.json: has no cell 'design.logic'.*\[T1_MISSING\]$/,
  );
});

test.each(['ternary', 'binary'] as const)(
  '%s weights in one layer: its lanes are priced as lanes that do not multiply, the others as multipliers',
  (weights) => {
    const random = seededRandom(7);
    const narrow = () => (weights === 'ternary' ? random.integer(-1, 1) : 2 * random.integer(0, 1) - 1);
    const first = dense(12, 8);
    for (const clockGating of [false, true]) {
      const gates = clockGating ? '.gated' : '';
      const run = gatingRun('sky130hd', clockGating);
      const last = { ...dense(8, 3), weights: Int8Array.from({ length: 24 }, narrow), weightZeroPoint: 0 };
      const accelerator = buildAccelerator(networkOf([1, 1, 1, 12], first, last), {
        ...designOf({}),
        parameters: { multipliers: 2, arithmetic: 'split', clockGating },
      });
      const { origins, breakdown } = energyT1({ ...run, accelerator });
      const lanes = origins.map(({ entry }) => entry).filter((entry) => entry.startsWith('t1.design.lane.'));
      expect(lanes.sort()).toEqual([`t1.design.lane.split${gates}`, `t1.design.lane.${weights}${gates}`].sort());
      // The same work without multipliers draws less.
      const multiplied = energyT1(run).breakdown.byLayerAndComponent!;
      const added = breakdown.byLayerAndComponent!;
      expect(added.fully_connected_1!.mac!).toBeLessThan(0.6 * multiplied.fully_connected_1!.mac!);
      const { [`design.lane.${weights}${gates}`]: _, ...cells } = run.energies.cells;
      expect(() => energyT1({ ...run, accelerator, energies: { ...run.energies, cells } })).toThrow(
        `specs/tech/t1/sky130hd.json: has no cell 'design.lane.${weights}${gates}'`,
      );
    }
  },
);

/** A wider network on the same inputs, all of them looked at. */
function pairedRun(multipliers: number, more: Partial<T1Run> = {}): Result {
  const width = 16;
  const accelerator = buildAccelerator(networkOf([1, 1, 1, width], dense(width, width), dense(width, 3)), {
    ...designOf({}),
    parameters: { multipliers, arithmetic: 'split' },
  });
  const run: T1Run = {
    ...smallRun(),
    accelerator,
    inputs: randomInt8s(seededRandom(5), 8 * width),
    inputsSha256: 'a',
    interval: cycles(steadyState(accelerator.schedule).interval),
    ...more,
  };
  const energy = check(EnergyResult, energyT1(run), 'energy');
  const sample = sampleResult({ name: `${multipliers}`, architecture: 'stream', multipliers });
  return { ...sample, design: { ...sample.design, technology: 'gt2n' }, energy };
}

/** The difference of two results, which must have one. */
function differenceOf(a: Result, b: Result): Paired {
  const paired = pairedDifference(a, b);
  if ('reason' in paired) throw new Error(paired.reason);
  return paired;
}

describe('two designs on the same inputs', () => {
  test('bands overlap, one needs less: ranked; on other inputs: refused', () => {
    const [few, many] = [pairedRun(2), pairedRun(3)];
    const [one, other] = [few.energy.joulesPerInference, many.energy.joulesPerInference];
    expect(one.low).toBeLessThan(other.high);
    const { difference, halfWidth, own, samples } = differenceOf(few, many);
    expect(difference.value / (one.value - other.value)).toBeCloseTo(1, 12);
    expect(samples).toBe(8);
    expect(energyOrder(few, many)).toBe(1);
    // The errors of the fit are not known to be the same for both, and the sampling of each is its own.
    const { cells } = toggleEnergiesOf('gt2n');
    const fit = Math.max(...['design.lane.split', 'design.logic'].map((cell) => cells[cell]!.heldOut.worst));
    expect(own).toBeGreaterThan(fit * few.energy.breakdown.byComponent.clock!.value);
    expect(halfWidth).toBeGreaterThan(0);
    expect(difference.high - difference.value).toBeGreaterThanOrEqual(own + halfWidth);

    const elsewhere = pairedRun(3, { inputs: randomInt8s(seededRandom(6), 8 * 16), inputsSha256: 'b' });
    expect(pairedDifference(few, elsewhere)).toEqual({ reason: 'they were fed with different inputs', refused: true });
    expect(energyOrder(few, elsewhere)).toBe(0);
    const { inputsSha256: _, ...alone } = smallRun();
    expect(energyT1(alone).samples).toBeUndefined();
  });

  test('one design with other windows: at most 3 of 100 pairs are told apart, also when the fit is exact', () => {
    const energies = toggleEnergiesOf('gt2n');
    const exact = Object.entries(energies.cells).map(([name, cell]) => {
      return [name, { ...cell, heldOut: { ...cell.heldOut, worst: 0 } }] as const;
    });
    const fitted = { ...energies, cells: Object.fromEntries(exact) };
    const seeds = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 60 : 8;
    const runs = Array.from({ length: seeds }, (_, at) => {
      return pairedRun(2, { energies: fitted, sampling: { ...toggleSampling, seed: at + 1 } });
    });
    const pairs = runs.flatMap((a, at) => runs.slice(at + 1).map((b) => ({ a, b })));
    expect(new Set(runs.map(({ energy }) => energy.joulesPerInference.value)).size).toBe(seeds);
    const apart = pairs.filter(({ a, b }) => energyOrder(a, b) !== 0).length;
    expect(apart / pairs.length, `${apart} of ${pairs.length}`).toBeLessThanOrEqual(0.03);
    // And the interval is no excuse: it is far narrower than what the designs draw.
    for (const { a, b } of pairs)
      expect(differenceOf(a, b).halfWidth).toBeLessThan(0.03 * a.energy.joulesPerInference.value);
  });
});
