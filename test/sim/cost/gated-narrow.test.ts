import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import { asksForClockGates, laneStyleOf } from '../../../hdl-gen/library/arithmetic/lane-style.ts';
import { readLibertyFiles } from '../../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../../scripts/gate/map-design.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { accelerate } from '../../../sim/accelerate.ts';
import { energyT0 } from '../../../sim/cost/energy.ts';
import { energyT1, toggleSampling } from '../../../sim/cost/energy-t1.ts';
import { energyT2 } from '../../../sim/cost/energy-t2.ts';
import { pricingOf } from '../../../sim/cost/pricing.ts';
import { samplingWithin } from '../../../sim/cost/replay/sampled.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { withFlipFlopMemories } from '../../../sim/cost/t2/flip-flop-memories.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import type { StreamParameters } from '../../../specs/design.ts';
import type { EnergyResult } from '../../../specs/result.ts';
import { technologyOf } from '../../../specs/technologies.ts';
import { toggleEnergiesOf } from '../../../specs/toggle-energies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { cellTechnology, needLiberty } from '../../support/liberty.ts';
import { allNarrow, type Narrow } from '../../support/narrow-weights.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { averagePool, dense, designOf, networkOf } from '../../support/small-networks.ts';

const cells = cellTechnology('ihp-sg13g2');
const technology = technologyOf(cells.name);
const files = cells.files.map((file) => `${cells.name}/${file}`);
const plain = networkOf([1, 1, 1, 12], dense(12, 8), dense(8, 3));
const pool = networkOf([1, 4, 4, 8], averagePool(2, 2));

/** Networks in which nothing multiplies. */
const narrow = (kind: Narrow) => allNarrow(plain, kind, 3);
const designed = (graph: typeof plain, parameters: StreamParameters): Accelerator =>
  accelerate(graph, { ...designOf({}), parameters }, technology);

function runOf(accelerator: Accelerator) {
  const interval = cycles(steadyState(accelerator.schedule).interval);
  const inputs = randomInt8s(seededRandom(4), 8 * accelerator.inputBytes);
  return { accelerator, inputs, technology, clock: hertz(100e6), interval, operations: ops(240) };
}
const t0 = (accelerator: Accelerator): EnergyResult =>
  energyT0({ ...runOf(accelerator), activities: activitiesOf(accelerator) });
const t1 = (accelerator: Accelerator): EnergyResult =>
  energyT1({ ...runOf(accelerator), inputsSha256: '00', energies: toggleEnergiesOf(cells.name) });
const clockOf = ({ breakdown }: EnergyResult): number => breakdown.byComponent.clock!.value;

describe.each(['ternary', 'binary'] as const)('%s weights, clock gates without multipliers', (kind) => {
  const [free, gated] = [false, true].map((clockGating) => designed(narrow(kind), { multipliers: 2, clockGating }));

  test('no lane has a style to ask, and the design asks', () => {
    expect([free!.lanes(), gated!.lanes()]).toEqual([[], []]);
    expect([free!.clockGating, gated!.clockGating]).toEqual([false, true]);
  });

  test('T0: the clock falls, and the scope says why', () => {
    const [before, after] = [t0(free!), t0(gated!)];
    expect(clockOf(after)).toBeLessThan(0.6 * clockOf(before));
    expect(before.scope).not.toContain('clock gates');
    expect(after.scope).toMatch(/\d+ of \d+ flip-flops behind clock gates/);
  });

  test('T1: the clock falls, and lanes are those of the weights, with gates where the design has such', () => {
    const [before, after] = [t1(free!), t1(gated!)];
    expect(clockOf(after)).toBeLessThan(0.6 * clockOf(before));
    const lanes = [before, after].map(({ origins }) =>
      origins.map(({ entry }) => entry).filter((entry) => entry.startsWith('t1.design.lane.')),
    );
    expect(lanes).toEqual([[`t1.design.lane.${kind}`], [`t1.design.lane.${kind}.gated`]]);
  });

  test('the planner prices its gates as the result does', () => {
    const { schedule, pruned } = gated!;
    const { clock, interval } = runOf(gated!);
    const parameters = { multipliers: 2, clockGating: true };
    const { works } = plan(narrow(kind), { ...designOf({}), parameters }).network;
    const styleOf = (layer: string) => laneStyleOf(parameters, layer);
    const conditions = { technology, clock, device: undefined, styleOf, clockGating: true };
    const pricing = pricingOf(pruned.graph, { energy: 'least' }, conditions)!;
    const prices = schedule.stages.map((stage) =>
      pricing.stage(
        stage,
        works.find(({ name }) => name === stage.name),
      ),
    );
    prices.push(pricing.around(schedule.stages, gated!));
    const priced = prices.reduce((sum, { fixed, perClock }) => sum + fixed + interval * perClock, 0);
    expect(priced / t0(gated!).joulesPerInference.value).toBeCloseTo(1, 12);
  });
});

test.each([
  ['T0', t0, /: \d+ of \d+ flip-flops behind clock gates; wire/],
  ['T1', t1, /; clock gates open as their enables are, wires/],
] as const)('%s: a network of a pool alone has clock gates, too', (_, energy, words) => {
  const [before, after] = [false, true].map((clockGating) => energy(designed(pool, { multipliers: 1, clockGating })));
  expect(clockOf(after!)).toBeLessThan(0.6 * clockOf(before!));
  expect(before!.scope).not.toContain('clock gates');
  expect(after!.scope).toMatch(words);
});

test('what is not said is not asked for', () => {
  expect([{}, { clockGating: false }, { clockGating: true }].map(asksForClockGates)).toEqual([false, false, true]);
});

const yosys = packagedYosys();
afterAll(() => yosys.close());

/** The design mapped, and its energy at gate level. */
async function t2(folder: string, accelerator: Accelerator): Promise<EnergyResult> {
  const libraries = readLibertyFiles(files.map((file) => path.join(folder, `${file}.gz`)));
  const silent = { step: () => {}, end: () => {} };
  const whole = withFlipFlopMemories(accelerator, technology);
  const mapped = await mapDesign(whole, technology, libraries, yosys, { seconds: 250 }, silent);
  return energyT2({ ...runOf(whole), sampling: samplingWithin(whole, toggleSampling), mapped, libraries });
}

needLiberty(
  'T2: ternary weights are mapped with clock gates where the design asks, which take more than two fifths of the clock',
  files,
  async (folder) => {
    const energies: EnergyResult[] = [];
    for (const clockGating of [true, false])
      energies.push(await t2(folder, designed(narrow('ternary'), { multipliers: 2, clockGating })));
    const [gated, free] = energies;
    expect(clockOf(gated!)).toBeLessThan(0.6 * clockOf(free!));
    expect(energies.map(({ scope }) => scope.includes('clock gates of the library'))).toEqual([true, false]);
  },
  300,
);

needLiberty(
  'small networks with clock gates that no fit has seen: T1 and T2 of the same windows, as near as the fit is',
  files,
  async (folder) => {
    for (const graph of [plain, narrow('ternary')]) {
      const accelerator = designed(graph, { multipliers: 2, arithmetic: 'split', clockGating: true });
      const gates = await t2(folder, accelerator);
      const run = { ...runOf(accelerator), sampling: samplingWithin(accelerator, toggleSampling) };
      const toggles = energyT1({ ...run, energies: toggleEnergiesOf(cells.name) });
      // What T1 itself says of its fit with clock gates.
      const bar = Number(/\+-(\d+\.\d) % at worst/.exec(toggles.scope)![1]) / 100;
      expect(bar).toBeLessThan(0.1);
      for (const of of [clockOf, ({ joulesPerInference }: EnergyResult) => joulesPerInference.value]) {
        const error = of(toggles) / of(gates) - 1;
        expect(Math.abs(error), `${error}`).toBeLessThanOrEqual(bar);
      }
    }
  },
  300,
);
