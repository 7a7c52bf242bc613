import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layerStatistics } from '../../../models/statistics.ts';
import { accelerate } from '../../../sim/accelerate.ts';
import { energyT1 } from '../../../sim/cost/energy-t1.ts';
import { requestTechnology } from '../../../sim/cost/scale/request-technology.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { evaluate } from '../../../sim/evaluate.ts';
import type { DesignRequest, Outside } from '../../../specs/design.ts';
import { Fault } from '../../../specs/fault.ts';
import type { Band, Result } from '../../../specs/result.ts';
import { scalingOf } from '../../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import type { Technology } from '../../../specs/technology.ts';
import { toggleEnergiesOf } from '../../../specs/toggle-energies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomChain } from '../../support/random-graph.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';

const isBand = (value: object): value is Band =>
  ['value', 'low', 'high'].every((end) => typeof Reflect.get(value, end) === 'number');

/** Everything in a document that has a value and two ends, with the place where it stands. */
function bandsIn(value: unknown, place = ''): (readonly [string, Band])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, part]) => bandsIn(part, `${place}/${key}`));
  return isBand(value) ? [[place, value], ...inside] : inside;
}

const outOfOrder = (document: unknown): (readonly [string, Band])[] =>
  bandsIn(document).filter(([, { low, value, high }]) => !(0 <= low && low <= value && value <= high));

const scaling = scalingOf();
const libraries = technologyNames.map((name) => technologyOf(name));
const outside: readonly Outside[] = ['ddr3', 'ddr4', 'lpddr4', 'gddr6', 'hbm2', 'pads', 'regulator'];

const usualVolts: Readonly<Record<string, number>> = { '130nm': 1.2, '45nm': 1, '16nm': 0.8, '7nm': 0.7 };

const circumstances = fc.record({
  technology: fc.constantFrom(...technologyNames),
  /** Of the own supply of technology or node. */
  share: fc.option(fc.double({ min: 0.7, max: 1.1, noNaN: true }), { nil: undefined }),
  node: fc.option(fc.constantFrom(...Object.keys(usualVolts)), { nil: undefined }),
  include: fc.subarray([...outside]),
  arithmetic: fc.constantFrom('plain', 'split', 'fused', 'booth'),
  clockGating: fc.boolean(),
  operandIsolation: fc.boolean(),
  device: fc.option(fc.constantFrom('ice40', 'ecp5', 'xc7'), { nil: undefined }),
  whatIf: fc.boolean(),
});
type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

function requestIn(request: DesignRequest, chosen: Circumstances): DesignRequest {
  const { technology, share, node, include, device, arithmetic, clockGating, operandIsolation } = chosen;
  const volts = (share ?? 1) * (node === undefined ? technologyOf(technology).volts : usualVolts[node]!);
  return {
    ...request,
    technology,
    clock: '1 MHz',
    include,
    parameters: { ...request.parameters, arithmetic, clockGating, operandIsolation },
    ...(device === undefined ? {} : { device }),
    ...(share === undefined && node === undefined ? {} : { voltage: `${volts.toFixed(3)} V` }),
    ...(node === undefined ? {} : { node }),
  } as DesignRequest;
}

/** Null where nothing is known that could move the numbers there. */
function movedOrNull(request: DesignRequest, own: Technology): Technology | null {
  try {
    return requestTechnology(request, own, { scaling, libraries }, 'drawn');
  } catch (error) {
    if (error instanceof Fault && error.code === 'SCALING_RANGE') return null;
    throw error;
  }
}

test('low <= value <= high for every number of a result: any network, technology, supply, node and what is beside the core', () => {
  const seen = new Set<string>();
  let moved = 0;
  fc.assert(
    fc.property(
      randomChain({ quantize: true, explicitPadding: true }),
      fc.integer(),
      circumstances,
      (graph, seed, chosen) => {
        // Joules per operation need operations.
        fc.pre(layerStatistics(graph).some(({ macs }) => macs > 0));
        const request = requestIn(randomRequest(graph, seed), chosen);
        const own = technologyOf(chosen.technology);
        const technology = movedOrNull(request, own);
        fc.pre(technology !== null);
        if (technology !== own) moved++;
        const result: Result = evaluate({
          ...{ request, graph, technology, modelSha256: 'c0ffee', accuracy: null, verification: null },
          ...(chosen.whatIf ? { whatIf: { technologies: libraries, scaling } } : {}),
        });
        expect(outOfOrder(result)).toEqual([]);
        for (const { entry } of result.energy.origins) seen.add(entry);
      },
    ),
    { numRuns: 25 },
  );
  expect(moved).toBeGreaterThan(4);
  for (const term of outside) expect(seen).toContain(term === 'pads' || term === 'regulator' ? term : `dram.${term}`);
});

test.each(technologyNames)('the same at tier T1 in %s, with all that is beside the core', (name) => {
  const graph = networkOf([1, 1, 1, 12], dense(12, 8), dense(8, 3));
  const technology = technologyOf(name);
  for (const clockGating of [false, true]) {
    const parameters = { multipliers: 2, arithmetic: 'split', clockGating } as const;
    const request = {
      ...designOf({}),
      parameters,
      technology: name,
      include: ['lpddr4', 'pads', 'regulator'] as Outside[],
    };
    const accelerator = accelerate(graph, request, technology);
    const run = {
      clock: hertz(1e8),
      interval: cycles(steadyState(accelerator.schedule).interval),
      operations: ops(240),
    };
    const inputs = randomInt8s(seededRandom(4), 8 * 12);
    const energy = energyT1({
      accelerator,
      inputs,
      inputsSha256: '00',
      energies: toggleEnergiesOf(name),
      technology,
      ...run,
    });
    const result = evaluate({
      ...{ request, graph, technology, modelSha256: 'c0ffee', accuracy: null, verification: null, accelerator, energy },
    });
    expect(result.energy.origins.some(({ entry }) => entry.startsWith('t1.'))).toBe(true);
    expect(bandsIn(result).length).toBeGreaterThan(50);
    expect(outOfOrder(result)).toEqual([]);
  }
});

test('what is out of order is found, wherever it stands', () => {
  const upsideDown = { value: 0.85, low: 0.95, high: 0.7 };
  const document = {
    energy: {
      origins: [
        { entry: 'fine', value: 1, low: 0, high: 1 },
        { entry: 'regulator', ...upsideDown },
      ],
    },
  };
  expect(outOfOrder(document).map(([place]) => place)).toEqual(['/energy/origins/1']);
});
