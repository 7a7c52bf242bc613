import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { GatedRegisters, LayerActivity } from '../../../sim/cost/activity.ts';
import { areaT0 } from '../../../sim/cost/area.ts';
import { type Allowances, energyComponents, energyT0 } from '../../../sim/cost/energy.ts';
import { supplyRange } from '../../../sim/cost/scale/supply.ts';
import { atSupply } from '../../../sim/cost/scale/supply-technology.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import type { LaneForm } from '../../../specs/design.ts';
import type { AreaResult, Band, EnergyResult } from '../../../specs/result.ts';
import { scalingOf } from '../../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import type { Technology } from '../../../specs/technology.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomChain } from '../../support/random-graph.ts';
import { arbitraryActivity, idle, interval } from './activities.ts';

const ends = ['low', 'value', 'high'] as const;

/** Every technology at nine rising supplies, its own among them. */
const ladders: readonly (readonly Technology[])[] = technologyNames.map((name) => {
  const own = technologyOf(name);
  const { low, high } = supplyRange(scalingOf(), own.volts);
  const supplies = [0, 0.15, 0.3, 0.45, 0.6, 0.85, 0.95, 1].map((share) => low + share * (high - low));
  return [...supplies, own.volts].sort((a, b) => a - b).map((volts) => atSupply(own, scalingOf(), volts));
});

interface Design {
  readonly activities: readonly LayerActivity[];
  readonly interval: number;
  readonly ladder: number;
  /** Two supplies of the ladder, the first the lower. */
  readonly lower: number;
  readonly upper: number;
  readonly clock: number;
  readonly operations: number;
  readonly allowances: Allowances;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const arbitraryStyle = fc.record({
  form: fc.constantFrom<LaneForm>('plain', 'split', 'fused', 'booth'),
  clockGating: fc.boolean(),
  operandIsolation: fc.boolean(),
});

/** Of a layer's registers some behind gates, some of these in lanes, loading in some of the clocks. */
function gatedOf(registerBits: number, shares: readonly number[], inLanes: boolean): GatedRegisters {
  const [behind, perGate, lanes, open, beginning] = shares as [number, number, number, number, number];
  const bits = Math.floor(behind * registerBits);
  const gates = bits === 0 ? 0 : Math.max(1, Math.floor(perGate * bits));
  const laneBits = inLanes ? Math.floor(lanes * bits) : 0;
  const bitClocks = Math.floor(open * laneBits * interval);
  return {
    ...{ gates, bits, bitClocks: Math.floor(open * (bits - laneBits) * interval) },
    lanes:
      laneBits === 0 ? null : { terms: 1 + (laneBits % 9), bitClocks, beginning: Math.floor(beginning * bitClocks) },
  };
}

/**
 * Layers of 16-bit activations among the others, for which only data of two kinds were measured; lanes of every style, with weights of every width, and of
 * designs that ask for clock gating.
 */
const arbitraryLayer = fc
  .record({
    layer: arbitraryActivity,
    wide: fc.integer({ min: 0, max: 9 }),
    weightBits: fc.integer({ min: 2, max: 8 }),
    style: fc.option(arbitraryStyle, { nil: undefined }),
    gated: fc.boolean(),
    shares: fc.tuple(share, share, share, share, share),
  })
  .map(({ layer, wide, weightBits, style, gated, shares }) => ({
    ...layer,
    weightBits,
    ...(wide === 0 ? { dataProfile: 'uniform' as const, activationBits: 16 as const } : {}),
    ...(style === undefined ? {} : { style }),
    ...(gated ? { gated: gatedOf(layer.registerBits, shares, style?.clockGating === true) } : {}),
  }));

const circumstances = {
  ladder: fc.nat(ladders.length - 1),
  steps: fc.uniqueArray(fc.nat(8), { minLength: 2, maxLength: 2 }),
  clock: fc.integer({ min: 1, max: 2_000_000_000 }),
  operations: fc.integer({ min: 1, max: 2 ** 40 }),
  allowances: fc.record({ wires: fc.boolean(), clockTree: fc.boolean() }),
};
const ordered = (steps: readonly number[]) => ({ lower: Math.min(...steps), upper: Math.max(...steps) });

/** Work and hardware at random, as no planner would put them together. */
const arbitraryDesign: fc.Arbitrary<Design> = fc
  .record({ layers: fc.array(arbitraryLayer, { minLength: 1, maxLength: 5 }), ...circumstances })
  .map(({ layers, steps, ...rest }) => ({
    ...rest,
    ...ordered(steps),
    interval,
    activities: layers.map((layer, index) => ({ layer: `layer_${index}`, ...layer })),
  }));

/** A random network, folded at random and planned. */
const plannedDesign: fc.Arbitrary<Design> = fc
  .record({
    graph: randomChain({ quantize: true, explicitPadding: true }),
    seed: fc.integer(),
    style: arbitraryStyle,
    ...circumstances,
  })
  .map(({ graph, seed, steps, style: { form, ...marks }, ...rest }) => {
    const request = randomRequest(graph, seed);
    const parameters = { ...request.parameters, arithmetic: form, ...marks };
    const accelerator = buildAccelerator(graph, { ...request, parameters });
    const activities = activitiesOf(accelerator);
    return { ...rest, ...ordered(steps), activities, interval: steadyState(accelerator.schedule).interval };
  });

const energyOf = (design: Design, step: number, activities = design.activities): EnergyResult =>
  energyT0({
    activities,
    technology: ladders[design.ladder]![step]!,
    clock: hertz(design.clock),
    interval: cycles(design.interval),
    operations: ops(design.operations),
    allowances: design.allowances,
  });

/** An expectation for every number would take longer than the numbers. */
function must(holds: boolean, what: string, ...numbers: readonly number[]): void {
  if (!holds) throw new Error(`${what}: ${numbers.join(', ')}`);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
/** Sums of doubles in another order: equal to the last few bits. */
const same = (what: string, a: number, b: number): void => must(Math.abs(a - b) <= 1e-12 * Math.abs(b), what, a, b);
const sums = (what: string, parts: readonly Band[], whole: Band): void => {
  for (const end of ends) same(`${what}, ${end}`, sum(parts.map((part) => part[end])), whole[end]);
};
const inBand = (what: string, { low, value, high }: Band): void =>
  must(low >= 0 && low <= value && value <= high && Number.isFinite(high), `${what} in its band`, low, value, high);

function conserves(design: Design, { joulesPerInference, joulesPerOp, breakdown }: EnergyResult, area: AreaResult) {
  const { byComponent, byLayer, byLayerAndComponent } = breakdown;
  sums('components', Object.values(byComponent), joulesPerInference);
  sums('layers', Object.values(byLayer), joulesPerInference);
  sums('area', Object.values(area.byComponent), area.squareMicrons);
  for (const end of ends) same('per operation', joulesPerOp[end] * design.operations, joulesPerInference[end]);
  must(Object.keys(byLayer).length === design.activities.length, 'one sum per layer');
  const parts = Object.entries(byLayerAndComponent);
  for (const [layer, of] of parts) same(layer, sum(Object.values(of)), byLayer[layer]!.value);
  for (const name of energyComponents) same(name, sum(parts.map(([, of]) => of[name]!)), byComponent[name]!.value);
  const bands = { ...byComponent, ...byLayer, ...area.byComponent, joulesPerInference, area: area.squareMicrons };
  for (const [name, band] of Object.entries(bands)) inBand(name, band);
  for (const [, of] of parts) for (const [name, value] of Object.entries(of)) must(value >= 0, name, value);
}

function risesWithSupply(lower: EnergyResult, upper: EnergyResult): void {
  for (const end of ends) {
    for (const name of energyComponents) {
      const [less, more] = [lower.breakdown.byComponent[name]![end], upper.breakdown.byComponent[name]![end]];
      // What costs nothing costs nothing at any supply.
      must(less === 0 ? more === 0 : less < more, `${name} rises with the supply, ${end}`, less, more);
    }
  }
}

function standsStill(design: Design): void {
  const { joulesPerInference, breakdown } = energyOf(design, design.upper, design.activities.map(idle));
  const { clock, leakage, ...others } = breakdown.byComponent;
  for (const end of ends) {
    for (const [name, band] of Object.entries(others)) must(band[end] === 0, `${name} of idle hardware`, band[end]);
    must(joulesPerInference[end] === clock![end] + leakage![end], 'idle is clock and leakage');
  }
  const flipFlops = design.activities.some(({ registerBits }) => registerBits > 0);
  if (flipFlops) must(clock!.low > 0 && leakage!.low > 0, 'idle is never nothing', clock!.low, leakage!.low);
}

function holdsFor(designs: fc.Arbitrary<Design>, numRuns: number): void {
  let seen = 0;
  const drawn = new Set<string>();
  fc.assert(
    fc.property(designs, (design) => {
      const [lower, upper] = [energyOf(design, design.lower), energyOf(design, design.upper)];
      const area = areaT0(design.activities, ladders[design.ladder]![design.upper]!);
      conserves(design, lower, area);
      conserves(design, upper, area);
      risesWithSupply(lower, upper);
      standsStill(design);
      for (const { style, gated } of design.activities) {
        if (style !== undefined) drawn.add(style.form);
        if (gated?.lanes) drawn.add('gated lanes');
        else if (gated !== undefined) drawn.add('gated');
      }
      seen++;
    }),
    { numRuns },
  );
  expect(seen).toBeGreaterThanOrEqual(numRuns);
  expect([...drawn].sort()).toEqual(['booth', 'fused', 'gated', 'gated lanes', 'plain', 'split']);
}

const what = 'sums agree, nothing is negative, bands hold, supplies cost, idle is clock and leakage';

test(`10,000 random designs: ${what}`, () => holdsFor(arbitraryDesign, 10_000));
test(`random networks as planned: ${what}`, () => holdsFor(plannedDesign, 25));
