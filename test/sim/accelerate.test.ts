import { expect, test } from 'vitest';
import { stageClocks } from '../../hdl-gen/arch/stream/stage.ts';
import { accelerate } from '../../sim/accelerate.ts';
import { memoriesOn } from '../../sim/cost/memories-on.ts';
import { evaluate } from '../../sim/evaluate.ts';
import { check } from '../../specs/check.ts';
import { DesignRequest } from '../../specs/design.ts';
import { Result } from '../../specs/result.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { asap7, digits, digitsRequest, digitsResult } from '../support/digits-designs.ts';
import { faultText } from '../support/fault-text.ts';
import { conv3x3, dense, designOf, networkOf } from '../support/small-networks.ts';

const slowest = (request: DesignRequest) =>
  Math.max(...accelerate(digits, request, asap7).schedule.stages.map(stageClocks));

test('more area is never slower, the area told stays within the goal, and a goal of exactly that area gives the plan again', () => {
  let before = Number.POSITIVE_INFINITY;
  for (const area of [10_000, 14_000, 40_000]) {
    const { area: found, plan, stages, multipliers } = digitsResult(digitsRequest({ area: `${area} µm²` }));
    expect(found.squareMicrons.value).toBeLessThanOrEqual(area);
    const clocks = Math.max(...stages.map(({ cycles }) => cycles));
    expect(clocks).toBeLessThanOrEqual(before);
    before = clocks;
    expect(slowest(digitsRequest({ area: `${found.squareMicrons.value * (1 + 1e-9)} µm²` }))).toBe(clocks);
    // What is saved elsewhere buys multipliers: no plan for as many is faster.
    expect(clocks).toBeGreaterThanOrEqual(slowest(digitsRequest({ multipliers })));
    expect(plan.unspentMultipliers).toBeNull();
  }
  expect(before).toBeLessThan(2000);
});

test('a budget of multipliers whose plan fits the area is never faster than the goal of that area', () => {
  for (const multipliers of [8, 15, 40]) {
    const { area, stages } = digitsResult(digitsRequest({ multipliers }));
    const clocks = Math.max(...stages.map(({ cycles }) => cycles));
    expect(slowest(digitsRequest({ area: `${area.squareMicrons.value * (1 + 1e-9)} µm²` }))).toBeLessThanOrEqual(
      clocks,
    );
  }
});

test('the least energy is below that of every budget and of every smaller or larger area, and a throughput is kept', () => {
  const joules = (target: DesignRequest['target']) =>
    digitsResult(digitsRequest(target)).energy.joulesPerInference.value;
  const least = joules({ energy: 'least' });
  for (const multipliers of [8, 16, 64, 256]) expect(least).toBeLessThan(joules({ multipliers }));
  for (const area of [10_000, 20_000, 60_000]) expect(least).toBeLessThan(joules({ area: `${area} µm²` }));
  const throughput = '20000 inference/s';
  const fast = digitsResult(digitsRequest({ energy: 'least', throughput }));
  expect(fast.throughput.inferencesPerSecond).toBeGreaterThanOrEqual(20_000);
  expect(fast.energy.joulesPerInference.value).toBeGreaterThanOrEqual(least);
  expect(fast.energy.joulesPerInference.value).toBeLessThanOrEqual(joules({ throughput }));
});

test('block memories: the plan takes no more than allowed, counted on the circuit, and more are never slower', () => {
  let before = Number.POSITIVE_INFINITY;
  for (const blockRam of [24, 40, 80]) {
    const { design, schedule } = accelerate(digits, digitsRequest({ blockRam, device: 'ice40' }), asap7);
    const blocks = memoriesOn('ice40', design).blocks;
    expect(blocks).toBeLessThanOrEqual(blockRam);
    const clocks = Math.max(...schedule.stages.map(stageClocks));
    expect(clocks).toBeLessThanOrEqual(before);
    before = clocks;
  }
});

test('the result says what the memories become on the device of the design, and nothing without one', () => {
  expect(digitsResult(digitsRequest({ multipliers: 8 })).hardware.memories).toBeUndefined();
  const result = digitsResult(digitsRequest({ multipliers: 8 }, { device: 'ice40' }));
  expect(check(Result, result, 'result')).toBe(result);
  const { memories, weightMemoryBits, activationMemoryBits } = result.hardware;
  const { blocks, blockBits, fill, styles } = memories!;
  expect([memories!.device, blockBits]).toEqual(['ice40', 4096]);
  expect(blocks).toBeGreaterThan(0);
  expect(fill * blocks * blockBits).toBeCloseTo(styles.block!.bits, 6);
  const all = Object.values(styles).reduce((sum, { bits }) => sum + bits, 0);
  expect(all).toBe(weightMemoryBits + activationMemoryBits);
  expect(styles.registers!.memories).toBeGreaterThan(0);
});

test('goals that nothing meets are refused in one sentence', () => {
  expect(faultText(() => slowest(digitsRequest({ area: '100 µm²' })))).toMatch(
    /^\/target\/area: the smallest plan takes [\d.]+ .?m², the goal allows 100 µm²; every layer has its own engine in the stream architecture, so give at least as much or take a smaller network \[BUDGET_TOO_SMALL\]$/,
  );
  expect(faultText(() => slowest(digitsRequest({ blockRam: 0, device: 'ice40' })))).toMatch(
    /^\/target\/blockRam: the smallest plan takes \d+ block memories of ice40, the goal allows 0 block memories of ice40; every layer .* \[BUDGET_TOO_SMALL\]$/,
  );
  expect(faultText(() => slowest(digitsRequest({ energy: 'least', throughput: '10 Minference/s' })))).toBe(
    '/target/throughput: layer conv2d_0 takes at least 256 clocks per inference, the goal leaves 10; raise the clock, lower the goal or change the folding that was fixed [TARGET_TOO_FAST]',
  );
  expect(faultText(() => slowest(digitsRequest({ area: '12000 µm²' }, { multipliers: 8 })))).toMatch(
    /\[DESIGN_TWO_GOALS\]$/,
  );
  const bad = { ...digitsRequest(undefined), target: { blockRam: 3, device: 'ice41' } };
  expect(faultText(() => check(DesignRequest, bad, 'design.json'))).toMatch(/\/target.*\[SPEC_INVALID\]$/s);
});

test('foldings that are fixed stay under every goal', () => {
  const foldings = { conv2d_2: { pe: 1, simd: 2 } };
  for (const target of [{ area: '20000 µm²' }, { energy: 'least' }] as const) {
    const { stages } = accelerate(digits, digitsRequest(target, { foldings }), asap7).schedule;
    expect(stages.find(({ name }) => name === 'conv2d_2')).toMatchObject({ pe: 1, simd: 2 });
  }
});

test('goals count lanes as the design has them: an area told for a form is enough for the plan again, and gates make another plan the least', () => {
  const arithmetic = 'split' as const;
  const { area, stages } = digitsResult(digitsRequest({ area: '14000 µm²' }, { arithmetic }));
  const clocks = Math.max(...stages.map(({ cycles }) => cycles));
  expect(slowest(digitsRequest({ area: `${area.squareMicrons.value * (1 + 1e-9)} µm²` }, { arithmetic }))).toBe(clocks);

  const small = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
  const sky130hd = technologyOf('sky130hd');
  const of = (parameters: DesignRequest['parameters'], target?: DesignRequest['target']) => {
    const request = { ...designOf({}), parameters, ...(target === undefined ? {} : { target }) };
    return evaluate({
      ...{ request, graph: small, modelSha256: '', accuracy: null, technology: sky130hd, verification: null },
    });
  };
  const foldingsOf = ({ stages }: Result) =>
    Object.fromEntries(stages.map(({ name, pe, simd, taps }) => [name, { pe, simd, taps }]));
  const free = of({ arithmetic }, { energy: 'least' });
  const gated = of({ arithmetic, clockGating: true }, { energy: 'least' });
  expect(foldingsOf(gated)).not.toEqual(foldingsOf(free));
  const joules = (foldings: ReturnType<typeof foldingsOf>, clockGating: boolean) =>
    of({ arithmetic, clockGating, foldings }).energy.joulesPerInference.value;
  expect(gated.energy.joulesPerInference.value).toBeLessThan(joules(foldingsOf(free), true));
  expect(free.energy.joulesPerInference.value).toBeLessThan(joules(foldingsOf(gated), false));
});
