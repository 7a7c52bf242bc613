import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import { laneStyleOf } from '../../../hdl-gen/library/arithmetic/lane-style.ts';
import type { DataProfile, LayerActivity } from '../../../sim/cost/activity.ts';
import { areaT0 } from '../../../sim/cost/area.ts';
import { coefficientsOf } from '../../../sim/cost/coefficients.ts';
import { energyT0 } from '../../../sim/cost/energy.ts';
import { multiplyArea, multiplyEnergy } from '../../../sim/cost/multiply.ts';
import { pricingOf } from '../../../sim/cost/pricing.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import type { DesignRequest, LaneForm, StreamParameters } from '../../../specs/design.ts';
import type { Band } from '../../../specs/result.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { narrowWeights } from '../../support/narrow-weights.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomNetwork } from '../../support/random-network.ts';
import { conv3x3, dense, designOf, networkOf } from '../../support/small-networks.ts';

const graph = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
const foldings = { conv2d_0: { pe: 2, simd: 2 }, fully_connected_1: { pe: 1, simd: 4 } };
const styled = (parameters: StreamParameters): DesignRequest => ({
  ...designOf({}),
  parameters: { foldings, ...parameters },
});
const technology = technologyOf('gt2n');

function costs(parameters: StreamParameters, of = technology) {
  const accelerator = buildAccelerator(graph, styled(parameters));
  const activities = activitiesOf(accelerator);
  const interval = cycles(steadyState(accelerator.schedule).interval);
  const run = { activities, technology: of, clock: hertz(1e8), interval, operations: ops(1000) };
  return { activities, energy: energyT0(run), area: areaT0(activities, of) };
}

describe('the form of every layer is priced', () => {
  const forms = ['split', 'fused', 'booth'] as const;

  test.each(forms)('%s: multiplications and their area are those of operators times the entries', (form) => {
    const style = { form, clockGating: false, operandIsolation: false };
    for (const name of technologyNames)
      for (const dataProfile of ['uniform', 'relu', 'weightStationary', 'sparse90'] as const) {
        const k = coefficientsOf(technologyOf(name));
        const { entries } = technologyOf(name);
        const [own, plain] = [multiplyEnergy(k, { dataProfile, style }), multiplyEnergy(k, { dataProfile })];
        const [ownArea, plainArea] = [multiplyArea(k, { style }), multiplyArea(k, {})];
        for (const end of ['low', 'value', 'high'] as const) {
          expect(own[end] / plain[end]).toBeCloseTo(entries[`lane.${form}.${dataProfile}`]![end], 12);
          expect(ownArea[end] / plainArea[end]).toBeCloseTo(entries[`lane.${form}.area`]![end], 12);
        }
      }
  });

  test('a design that says nothing has operators, and is priced without any entry of a lane', () => {
    const { activities, energy, area } = costs({});
    expect(activities.every(({ style }) => style === undefined)).toBe(true);
    expect(costs({ arithmetic: 'plain' })).toEqual({ activities, energy, area });
    expect([...energy.origins, ...area.origins].filter(({ entry }) => entry.startsWith('lane.'))).toEqual([]);
    expect(energy.scope).toContain(': lanes plain; wire allowance');
  });

  test('form by layer: each by its own, the scope names them', () => {
    const { energy, activities } = costs({ arithmetic: { conv2d_0: 'fused' } });
    expect(activities.map(({ layer, style }) => [layer, style?.form])).toEqual([
      ['conv2d_0', 'fused'],
      ['fully_connected_1', 'split'],
      ['interface', undefined],
    ]);
    expect(energy.scope).toContain(': lanes fused and split; wire allowance');
    const macs = (parameters: StreamParameters, layer: string) =>
      costs(parameters).energy.breakdown.byLayerAndComponent[layer]!.mac;
    const mixed = { arithmetic: { conv2d_0: 'fused' } } as const;
    expect(macs(mixed, 'conv2d_0')).toBe(macs({ arithmetic: 'fused' }, 'conv2d_0'));
    expect(macs(mixed, 'fully_connected_1')).toBe(macs({ arithmetic: 'split' }, 'fully_connected_1'));
    expect(macs(mixed, 'conv2d_0')).not.toBe(macs({}, 'conv2d_0'));
  });

  test.each(technologyNames)(
    '%s: split is smaller, draws and leaks less; nothing else of the design changes',
    (name) => {
      const [plain, split] = [costs({}, technologyOf(name)), costs({ arithmetic: 'split' }, technologyOf(name))];
      const parts = (of: typeof plain) => of.energy.breakdown.byComponent;
      for (const component of ['mac', 'leakage', 'clock'])
        expect(parts(split)[component]!.value, component).toBeLessThan(parts(plain)[component]!.value);
      for (const component of ['requantize', 'registers', 'weight-memory', 'activation-memory'])
        expect(parts(split)[component], component).toEqual(parts(plain)[component]);
      expect(split.area.byComponent.mac!.value).toBeLessThan(plain.area.byComponent.mac!.value);
      expect(split.area.byComponent.registers).toEqual(plain.area.byComponent.registers);
    },
  );

  test('weights of -1, 0 and 1 have no multiplier: no form changes anything', () => {
    const narrow = narrowWeights(graph, ['ternary'], 1);
    const of = (arithmetic: LaneForm) => {
      const activities = activitiesOf(buildAccelerator(narrow, styled({ arithmetic })));
      return activities.filter(({ layer }) => narrow.layers.some(({ name }) => name === layer));
    };
    const isNarrow = narrow.layers.filter(
      (layer) => 'weights' in layer && layer.weights.every((weight) => Math.abs(weight) <= 1),
    );
    expect(isNarrow.length).toBeGreaterThan(0);
    for (const { name } of isNarrow)
      expect(of('booth').find(({ layer }) => layer === name)).toEqual(of('plain').find(({ layer }) => layer === name));
  });
});

describe.each(technologyNames)('%s: narrow weights', (name) => {
  const { entries } = technologyOf(name);
  const measures = ['uniform', 'relu', 'weightStationary', 'sparse90', 'area'] as const;
  const ends = ['low', 'value', 'high'] as const;
  const ratioOf = (weightBits: number, what: (typeof measures)[number], form: LaneForm = 'plain') => {
    const k = coefficientsOf(technologyOf(name));
    const style = { form, clockGating: false, operandIsolation: false };
    const of = (more: { readonly weightBits?: number }) =>
      what === 'area' ? multiplyArea(k, { style, ...more }) : multiplyEnergy(k, { style, dataProfile: what, ...more });
    const [own, eight] = [of({ weightBits }), of({})];
    return Object.fromEntries(ends.map((end) => [end, own[end] / eight[end]])) as Record<(typeof ends)[number], number>;
  };

  test('8 bits, 4 bits and -1, 0, 1 by their entries, in every form', () => {
    for (const what of measures)
      for (const end of ends)
        for (const form of ['plain', 'split', 'fused', 'booth'] as const) {
          expect(ratioOf(8, what, form)[end]).toBe(1);
          expect(ratioOf(4, what, form)[end]).toBeCloseTo(entries[`lane.weights4.${what}`]![end], 12);
          expect(ratioOf(2, what, form)[end]).toBeCloseTo(entries[`lane.ternary.${what}`]![end], 12);
        }
  });

  test('between them on a line, with a band over one bit less and more; wider never draws less', () => {
    for (const what of measures) {
      const [two, four] = [entries[`lane.ternary.${what}`]!, entries[`lane.weights4.${what}`]!];
      const [three, five, seven] = [3, 5, 7].map((bits) => ratioOf(bits, what));
      expect(three!.value).toBeCloseTo((two.value + four.value) / 2, 12);
      expect([three!.low, three!.high]).toEqual([expect.closeTo(two.low, 12), expect.closeTo(four.high, 12)]);
      expect(five!.value).toBeCloseTo(four.value + (1 - four.value) / 4, 12);
      expect(five!.low).toBeCloseTo(four.low, 12);
      expect(five!.high).toBeCloseTo((four.high + 1) / 2, 12);
      expect([seven!.low, seven!.high]).toEqual([expect.closeTo((four.low + 1) / 2, 12), 1]);
      for (let bits = 3; bits <= 8; bits++)
        for (const end of ends)
          expect(ratioOf(bits, what)[end]).toBeGreaterThanOrEqual(ratioOf(bits - 1, what)[end] - 1e-12);
    }
  });
});

test('a network with narrow weights: each layer by the bits that its table holds, and the scope says so', () => {
  const narrow = narrowWeights(graph, ['ternary'], 1);
  const accelerator = buildAccelerator(narrow, styled({ arithmetic: 'split' }));
  const activities = activitiesOf(accelerator);
  const bitsOf = Object.fromEntries(activities.map(({ layer, weightBits }) => [layer, weightBits]));
  for (const layer of narrow.layers) {
    if (!('weights' in layer)) continue;
    const isSmall = layer.weights.every((weight) => Math.abs(weight) <= 1);
    expect(bitsOf[layer.name], layer.name).toBe(isSmall ? 2 : undefined);
  }
  expect(Object.values(bitsOf)).toContain(2);
  for (const bits of [3, 4, 6]) {
    const layers = graph.layers.map((layer) =>
      'weights' in layer
        ? {
            ...layer,
            weights: layer.weights.map((weight, at) => (at === 0 ? -(2 ** (bits - 1)) : weight >> (8 - bits))),
          }
        : layer,
    );
    const own = activitiesOf(buildAccelerator({ ...graph, layers }, styled({ arithmetic: 'split' })));
    expect(own.map(({ weightBits }) => weightBits)).toEqual([bits, bits, undefined]);
  }
  const run = { technology, clock: hertz(1e8), interval: cycles(100_000), operations: ops(1000) };
  const { scope, origins } = energyT0({ ...run, activities });
  expect(scope).toContain(', weights of -1, 0 and 1');
  expect(origins.map(({ entry }) => entry).some((entry) => entry.startsWith('lane.ternary.'))).toBe(true);
});

test.each(technologyNames)(
  '%s: isolation costs where products rest behind their registers, and saves where zeros are many',
  (name) => {
    const { entries } = technologyOf(name);
    const energyOf = (form: LaneForm, dataProfile: DataProfile, operandIsolation: boolean) =>
      multiplyEnergy(coefficientsOf(technologyOf(name)), {
        dataProfile,
        style: { form, clockGating: false, operandIsolation },
      }).value;
    const change = (form: LaneForm, profile: DataProfile) =>
      energyOf(form, profile, true) / energyOf(form, profile, false);
    for (const profile of ['uniform', 'relu', 'sparse90'] as const) {
      expect(change('split', profile), profile).toBeGreaterThan(0.97);
      expect(change('split', profile), profile).toBeLessThan(1.12);
      expect(change('split', profile)).toBeCloseTo(entries[`lane.split.isolated.${profile}`]!.value, 12);
    }
    for (const form of ['plain', 'fused', 'booth'] as const) expect(change(form, 'sparse90'), form).toBeLessThan(0.9);
    const area = (operandIsolation: boolean) =>
      multiplyArea(coefficientsOf(technologyOf(name)), {
        style: { form: 'split', clockGating: false, operandIsolation },
      });
    expect(area(true).value).toBeGreaterThan(area(false).value);
  },
);

/** Realistic data, gates with glitches, wires and clock tree, pJ per product: lanes of one and of eight terms, 24-bit sums (docs/silicon-arithmetic.md). */
const atGates: Readonly<Record<string, Readonly<Record<'plain' | 'fused' | 'split', readonly [number, number]>>>> = {
  sky130hd: { plain: [6.69, 5.63], fused: [6.01, 5.2], split: [6.16, 4.55] },
  asap7: { plain: [0.261, 0.222], fused: [0.233, 0.224], split: [0.22, 0.176] },
  'ihp-sg13g2': { plain: [4.22, 3.28], fused: [3.85, 3.52], split: [3.67, 2.86] },
  gt2n: { plain: [0.126, 0.092], fused: [0.133, 0.119], split: [0.111, 0.081] },
};

describe.each(technologyNames)('%s: lanes of tier T0 beside the same at gate level', (name) => {
  /** One lane that works in every clock: products or operands and a sum of 24 bits in registers. */
  const lane = (form: LaneForm, terms: number) => {
    const registerBits = 16 * terms + 24;
    const activity: LayerActivity = {
      ...{ layer: 'lane', dataProfile: 'relu', multipliers: terms, macs: 1000 * terms, adders: 0, additions: 0 },
      ...{ requantizers: 0, requantizations: 0, registerBits, macRegisterBits: registerBits, activeClocks: 1000 },
      ...{ memories: [], style: { form, clockGating: false, operandIsolation: false } },
    };
    const run = { technology: technologyOf(name), clock: hertz(1e8), interval: cycles(1000), operations: ops(1000) };
    const { mac, clock } = energyT0({ ...run, activities: [activity] }).breakdown.byComponent;
    return (end: keyof Band) => (1e12 * (mac![end] + clock![end])) / (1000 * terms);
  };

  test.each([1, 8])('%i terms: energy in the band, forms in the same relation within 15 %', (terms) => {
    const at = terms === 1 ? 0 : 1;
    for (const form of ['plain', 'fused', 'split'] as const) {
      const [gates, told] = [atGates[name]![form][at], lane(form, terms)];
      expect(gates).toBeGreaterThan(told('low'));
      expect(gates).toBeLessThan(told('high'));
      const relation = told('value') / lane('plain', terms)('value');
      expect(Math.abs(relation / (gates / atGates[name]!.plain[at]) - 1), form).toBeLessThan(0.15);
    }
    expect(lane('split', terms)('value')).toBeLessThan(lane('fused', terms)('value'));
  });
});

const styles = fc.record({
  arithmetic: fc.constantFrom<LaneForm>('plain', 'split', 'fused', 'booth'),
  clockGating: fc.boolean(),
  operandIsolation: fc.boolean(),
});

test('the planner prices lanes as the result does: 12 random networks x styles', () => {
  let multiplying = 0;
  fc.assert(
    fc.property(fc.nat(), styles, (seed, style) => {
      const network = narrowWeights(randomNetwork(seed), ['ternary', 'binary'], seed);
      const drawn = randomRequest(network, seed);
      const request = { ...drawn, parameters: { ...drawn.parameters, ...style } };
      const accelerator = buildAccelerator(network, request);
      const { works } = plan(network, request).network;
      const clock = hertz(1e8);
      const styleOf = (layer: string) => laneStyleOf(request.parameters, layer);
      const conditions = { technology, clock, device: undefined, styleOf, clockGating: style.clockGating };
      const { stages } = accelerator.schedule;
      const { interval } = steadyState(accelerator.schedule);
      const activities = activitiesOf(accelerator);
      const work = (name: string) => works.find((each) => each.name === name);
      for (const target of [{ energy: 'least' }, { area: '1 mm²' }] as const) {
        const pricing = pricingOf(accelerator.pruned.graph, target, conditions)!;
        const prices = stages.map((stage) => pricing.stage(stage, work(stage.name)));
        prices.push(pricing.around(stages, accelerator));
        const priced = prices.reduce((sum, { fixed, perClock }) => sum + fixed + interval * perClock, 0);
        const run = { activities, technology, clock, interval: cycles(interval), operations: ops(1000) };
        const told =
          'area' in target
            ? areaT0(activities, technology).squareMicrons.value
            : energyT0(run).joulesPerInference.value;
        expect(Math.abs(priced / told - 1)).toBeLessThan(1e-12);
      }
      if (activities.some(({ style: own }) => own !== undefined)) multiplying++;
    }),
    { numRuns: 12 },
  );
  expect(multiplying).toBeGreaterThan(4);
});
