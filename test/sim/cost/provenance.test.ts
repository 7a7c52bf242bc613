import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import type { DataProfile } from '../../../sim/cost/activity.ts';
import { areaT0 } from '../../../sim/cost/area.ts';
import { energyT0 } from '../../../sim/cost/energy.ts';
import { requestTechnology } from '../../../sim/cost/scale/request-technology.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { whatIf } from '../../../sim/cost/what-if.ts';
import { evaluate } from '../../../sim/evaluate.ts';
import type { DesignRequest } from '../../../specs/design.ts';
import { Fault } from '../../../specs/fault.ts';
import type { Result } from '../../../specs/result.ts';
import { type Scaling, scalingOf } from '../../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { checkTechnology, type Technology } from '../../../specs/technology.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { interval, sample } from './activities.ts';

const { graph } = loadZoo('digits');
const request: DesignRequest = {
  name: 'traced',
  model: 'digits',
  architecture: 'stream',
  parameters: { multipliers: 16 },
  clock: '100 MHz',
  technology: 'asap7',
};
const accelerator = buildAccelerator(graph, request);
const resultIn = (technology: Technology): Result =>
  evaluate({ request, graph, modelSha256: 'c0ffee', accuracy: null, technology, verification: null, accelerator });
/** Energy and area of lanes of every form on every kind of data, with gates and isolation. */
const styled = (['plain', 'split', 'fused', 'booth'] as const).map((arithmetic) => {
  const parameters = { ...request.parameters, arithmetic, clockGating: true, operandIsolation: true };
  // Every form with weights of another width; operators of 8 bits need nothing more.
  const weightBits = { plain: 8, split: 4, fused: 2, booth: 8 }[arithmetic];
  const activities = activitiesOf(buildAccelerator(graph, { ...request, parameters })).map((activity) => ({
    ...activity,
    weightBits,
  }));
  const onData = (dataProfile: DataProfile) => activities.map((activity) => ({ ...activity, dataProfile }));
  const run = { clock: hertz(1e8), interval: cycles(100_000), operations: ops(1) };
  return (technology: Technology) => [
    areaT0(activities, technology),
    ...(['uniform', 'relu', 'weightStationary', 'sparse90'] as const).map((profile) =>
      energyT0({ ...run, activities: onData(profile), technology }),
    ),
  ];
});

const without = <T>(entries: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([key]) => key !== name));

/** What a run says when it fails; null when it does not. */
function failure(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

describe.each(technologyNames)('%s', (name) => {
  const technology = technologyOf(name);
  const result = resultIn(technology);
  const origins = [...result.energy.origins, ...result.area.origins];

  test('every origin is the entry, with unit, class, source and band', () => {
    for (const { entry, ...rest } of origins) expect(rest).toEqual(technology.entries[entry]);
  });

  test('every single entry: taken out, the run names it, or it is no origin and nothing changes', () => {
    const used = new Set(origins.map(({ entry }) => entry));
    let named = 0;
    for (const entry of Object.keys(technology.entries)) {
      const less = { ...technology, entries: without(technology.entries, entry) };
      if (used.has(entry)) {
        expect(
          failure(() => resultIn(less)),
          entry,
        ).toContain(`technology ${name}: has no entry '${entry}'`);
        named++;
      } else expect(JSON.stringify(resultIn(less)), entry).toBe(JSON.stringify(result));
    }
    expect(named).toBe(used.size);
    expect(named).toBeGreaterThan(25);
  });

  test('every entry of lanes and clock gates: taken out, each run that would use it names it, and some run does', () => {
    const whole = styled.map((run) => JSON.stringify(run(technology)));
    const own = Object.keys(technology.entries).filter((entry) => /^(lane|clock\.gate|data)\./.test(entry));
    // Three forms, four forms gated and isolated, two widths of weights on four kinds of data and their areas; three of a gate; four kinds of data.
    expect(own.length).toBe(5 * (3 + 4 + 4 + 2) + 3 + 4);
    for (const entry of own) {
      const less = { ...technology, entries: without(technology.entries, entry) };
      const told = styled.map((run, at) => {
        let text = '';
        const failed = failure(() => {
          text = JSON.stringify(run(less));
        });
        if (failed === null) expect(text).toBe(whole[at]);
        return failed;
      });
      const failed = told.filter((text) => text !== null);
      expect(failed.length, entry).toBe(entry.startsWith('lane.') ? 1 : styled.length);
      for (const text of failed) expect(text).toContain(`technology ${name}: has no entry '${entry}'`);
    }
  });

  test('every field of every entry: taken out, the file is refused at that place', () => {
    for (const [entry, fields] of Object.entries(technology.entries))
      for (const field of Object.keys(fields)) {
        const entries = { ...technology.entries, [entry]: without(fields, field) };
        expect(failure(() => checkTechnology({ ...technology, entries }, 'tech.json'))).toContain(
          `/entries/${entry}/${field}: found nothing`,
        );
      }
  });

  test('numbers depend on the entries that they name: another value is another result', () => {
    for (const { entry } of result.energy.origins) {
      const old = technology.entries[entry]!;
      // The idle energy is a part that is taken out of the unit's: it can only fall.
      const factor = entry.endsWith('.idle') ? 0.99 : 1.01;
      const scaled = { ...old, value: old.value * factor, low: old.low * factor, high: old.high * factor };
      const other = resultIn({ ...technology, entries: { ...technology.entries, [entry]: scaled } });
      expect(other.energy.joulesPerInference.value, entry).not.toBe(result.energy.joulesPerInference.value);
    }
  });
});

describe('scaling', () => {
  const libraries = technologyNames.map((name) => technologyOf(name));
  const scaled = (scaling: Scaling, node?: string) =>
    requestTechnology(
      { clock: '100 MHz', voltage: '0.8 V', ...(node === undefined ? {} : { node }) },
      technologyOf('asap7'),
      { scaling, libraries },
      'design.json: ',
    );
  const run = (scaling: Scaling) =>
    JSON.stringify([
      scaled(scaling),
      scaled(scaling, '16 nm'),
      whatIf({
        activities: [sample()],
        technologies: libraries,
        scaling,
        clock: hertz(1e8),
        interval: cycles(interval),
        operations: ops(24_000),
      }),
    ]);
  const scaling = scalingOf();
  const whole = run(scaling);

  const cases: [string, string, Scaling][] = [
    ...Object.keys(scaling.equations.nodes).map((name): [string, string, Scaling] => [
      'stillmaker-baas.json',
      name,
      { ...scaling, equations: { ...scaling.equations, nodes: without(scaling.equations.nodes, name) } },
    ]),
    ...Object.keys(scaling.supply.entries).map((name): [string, string, Scaling] => [
      'supply.json',
      name,
      { ...scaling, supply: { ...scaling.supply, entries: without(scaling.supply.entries, name) } },
    ]),
    ...Object.keys(scaling.leakage.points).map((name): [string, string, Scaling] => [
      'sram-leakage.json',
      name,
      { ...scaling, leakage: { ...scaling.leakage, points: without(scaling.leakage.points, name) } },
    ]),
    ...Object.keys(scaling.libraries.libraries).map((name): [string, string, Scaling] => [
      'libraries.json',
      name,
      { ...scaling, libraries: { ...scaling.libraries, libraries: without(scaling.libraries.libraries, name) } },
    ]),
  ];

  test.each(cases)('%s: %s taken out is named', (file, name, less) => {
    expect(failure(() => run(less))).toContain(`specs/scaling/${file}: has no entry '${name}'`);
  });

  test('a block of a library taken out is named', () => {
    // The nearest libraries around 16 nm.
    for (const name of ['nangate45', 'asap7']) {
      const library = scaling.libraries.libraries[name]!;
      for (const block of Object.keys(library.blocks)) {
        const changed = { ...library, blocks: without(library.blocks, block) };
        const all = { ...scaling.libraries.libraries, [name]: changed };
        expect(failure(() => run({ ...scaling, libraries: { ...scaling.libraries, libraries: all } }))).toContain(
          `specs/scaling/libraries.json: has no entry '${block}'`,
        );
      }
    }
  });

  test('the whole is the same every time', () => {
    expect(run(scaling)).toBe(whole);
  });
});
