import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { readLibertyFiles } from '../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../scripts/gate/map-design.ts';
import { packagedYosys } from '../../scripts/tools/yosys/open.ts';
import { energyT2 } from '../../sim/cost/energy-t2.ts';
import { defaultSampling } from '../../sim/cost/replay/strata.ts';
import { withFlipFlopMemories } from '../../sim/cost/t2/flip-flop-memories.ts';
import type { T2Run } from '../../sim/cost/t2/run.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import { check } from '../../specs/check.ts';
import { type Band, EnergyResult } from '../../specs/result.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { cycles, hertz, ops } from '../../specs/units.ts';
import { libertyText, needLiberty } from '../support/liberty.ts';
import { randomInt8s, seededRandom } from '../support/random.ts';
import { dense, designOf, networkOf } from '../support/small-networks.ts';

const file = 'gt2n/gt2_6t_w13_svt_tt_0p7v25c.lib';

async function smallRun(folder: string): Promise<T2Run> {
  const technology = technologyOf('gt2n');
  const network = networkOf([1, 1, 1, 4], dense(4, 4), dense(4, 3));
  const accelerator = withFlipFlopMemories(
    buildAccelerator(network, { ...designOf({}), parameters: { multipliers: 2 } }),
    technology,
  );
  const libraries = readLibertyFiles([join(folder, `${file}.gz`)]);
  const yosys = packagedYosys();
  try {
    const silent = { step: () => {}, end: () => {} };
    const mapped = await mapDesign(accelerator, technology, libraries, yosys, { seconds: 250 }, silent);
    return {
      accelerator,
      inputs: randomInt8s(seededRandom(4), 8 * 4),
      mapped,
      libraries,
      technology,
      clock: hertz(100e6),
      interval: cycles(steadyState(accelerator.schedule).interval),
      operations: ops(2 * 28),
    };
  } finally {
    await yosys.close();
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const valuesOf = (bands: Readonly<Record<string, Band>>): number[] => Object.values(bands).map(({ value }) => value);

needLiberty(
  'tier T2: components and layers sum to the whole, every number has its origin, and a missing one ends the run',
  [file],
  async (folder) => {
    const run = await smallRun(folder);
    const { joulesPerInference, joulesPerOp, breakdown, origins, scope } = energyT2(run);
    const total = joulesPerInference.value;
    const { byComponent, byLayer, byLayerAndComponent } = breakdown;
    expect(sumOf(valuesOf(byComponent)) / total).toBeCloseTo(1, 12);
    expect(sumOf(valuesOf(byLayer)) / total).toBeCloseTo(1, 12);
    expect(sumOf(Object.values(byLayerAndComponent!).flatMap(Object.values)) / total).toBeCloseTo(1, 12);
    expect(joulesPerOp.value * 56).toBeCloseTo(total, 24);
    for (const { value, low, high } of [...Object.values(byComponent), ...Object.values(byLayer), joulesPerInference]) {
      expect(low).toBeGreaterThanOrEqual(0);
      expect(value).toBeGreaterThanOrEqual(low);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    for (const layer of ['fully_connected_0', 'fully_connected_1'])
      expect(byLayerAndComponent![layer]!.mac, layer).toBeGreaterThan(0);

    const sha256 = createHash('sha256').update(libertyText(folder, file), 'latin1').digest('hex');
    const named = (entry: string) => origins.find((origin) => origin.entry === entry)!;
    expect(named('liberty gt2_6t_w13_svt_tt_0p7v25c.lib')).toMatchObject({ value: 0.7, unit: 'V', class: 'library' });
    expect(named('liberty gt2_6t_w13_svt_tt_0p7v25c.lib').source).toContain(sha256);
    const gates = (part: string): number => named(`gates.${part}`).value * 1e-12;
    const { mac, requantize, control, 'activation-memory': words } = byComponent;
    const logic = mac!.value + requantize!.value + control!.value + words!.value;
    expect((gates('logic') + gates('wires')) / logic).toBeCloseTo(1, 12);
    for (const origin of origins) {
      expect(origin.source, origin.entry).not.toBe('');
      expect(origin.low).toBeLessThanOrEqual(origin.value);
      expect(origin.value).toBeLessThanOrEqual(origin.high);
    }
    expect(new Set(origins.map(({ entry }) => entry)).size).toBe(origins.length);
    // Clock and tree of gates and of memories of flip-flops, which are gates as well, nothing else.
    expect((gates('clock') + gates('clockTree')) / byComponent.clock!.value).toBeCloseTo(1, 12);
    // The same gates on whole inputs, all windows of them and few: what pairs rest on sums to the same joules, in bands without the sampling.
    const seen = energyT2({ ...run, inputsSha256: 'abc' }).samples;
    expect(seen).toMatchObject({ count: 8, standardError: 0, freedom: 0 });
    const sampling = { ...defaultSampling, perStratum: 2 };
    const whole = energyT2({ ...run, sampling, inputsSha256: 'abc' });
    const { samples, joulesPerInference: all } = check(EnergyResult, whole, 'energy');
    expect(samples).toMatchObject({ inputs: 'abc', count: 8, own: 0 });
    expect(samples!.standardError).toBeGreaterThan(0);
    const ofShared = (end: keyof Band) => sumOf(Object.values(samples!.shared).map((band) => band[end]));
    expect(ofShared('value') / all.value).toBeCloseTo(1, 12);
    expect(ofShared('high')).toBeLessThan(all.high);
    expect(ofShared('low')).toBeGreaterThan(all.low);
    expect(whole.scope).toMatch(/\d+ windows of \d+ clocks out of 8 inferences, seed 1:/);

    expect(scope).toMatch(/\d+ windows of 8 clocks, seed 1: logic \+-.* memories: .*of flip-flops/);

    const ofTechnology = origins.filter(({ entry }) => Object.hasOwn(run.technology.entries, entry));
    expect(ofTechnology.length).toBeGreaterThan(5);
    for (const { entry } of ofTechnology) {
      const { [entry]: _, ...entries } = run.technology.entries;
      expect(() => energyT2({ ...run, technology: { ...run.technology, entries } }), entry).toThrow(entry);
    }
  },
  300,
);
