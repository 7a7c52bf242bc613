import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyOption } from '../../../hdl-gen/arch/stream/options.ts';
import { narrow, stageClocks } from '../../../hdl-gen/arch/stream/stage.ts';
import { accelerate } from '../../../sim/accelerate.ts';
import { fpgaEstimate, lutPricing } from '../../../sim/cost/luts.ts';
import { check } from '../../../specs/check.ts';
import { DesignRequest } from '../../../specs/design.ts';
import { lutFeatures, lutFitOf } from '../../../specs/luts.ts';
import { Result } from '../../../specs/result.ts';
import { asap7, digits, digitsRequest, digitsResult } from '../../support/digits-designs.ts';
import { faultText } from '../../support/fault-text.ts';
import { everyPlan, expectFastestWithin, planSpaces } from '../../support/plan-space.ts';
import { randomChain } from '../../support/random-graph.ts';

const devices = ['ice40', 'ecp5', 'xc7'] as const;

/** Foldings that can matter, of networks that do something. */
const spaces = planSpaces(
  randomChain({ maxLayers: 2, quantize: true, softmax: true }).filter(({ layers }) =>
    layers.some(({ kind }) => kind !== 'reshape'),
  ),
  (work) => everyOption(work, narrow).map(({ folding }) => folding),
  400,
);

test('no plan within a budget of look-up tables is faster: all plans tried', () => {
  let several = 0;
  fc.assert(
    fc.property(
      spaces,
      fc.constantFrom(...devices),
      fc.constantFrom(undefined, 0, 250),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (space, device, lutsPerDsp, share) => {
        const pricing = lutPricing({ lut: 1, device, ...(lutsPerDsp === undefined ? {} : { lutsPerDsp }) });
        const plans = everyPlan(space);
        several += plans.length > 20 ? 1 : 0;
        expectFastestWithin(space, plans, pricing, share, () => /\[BUDGET_TOO_SMALL\]$/);
      },
    ),
    { numRuns: 40 },
  );
  expect(several).toBeGreaterThan(3);
});

test('more look-up tables are never slower, the estimate told stays within the goal, and a goal of exactly that gives the plan again', () => {
  for (const device of ['xc7'] as const) {
    let before = Number.POSITIVE_INFINITY;
    const least = Number(
      /takes (\d+) look-up/.exec(faultText(() => digitsResult(digitsRequest({ lut: 1, device }))))![1],
    );
    for (const lut of [least, 3 * least]) {
      const { fpga, stages } = digitsResult(digitsRequest({ lut, device }));
      expect(fpga!.lutEquivalents).toBeLessThanOrEqual(lut);
      const clocks = Math.max(...stages.map(({ cycles }) => cycles));
      expect(clocks).toBeLessThanOrEqual(before);
      before = clocks;
      const again = accelerate(digits, digitsRequest({ lut: Math.ceil(fpga!.lutEquivalents), device }), asap7);
      expect(Math.max(...again.schedule.stages.map(stageClocks))).toBe(clocks);
    }
    expect(before).toBeLessThan(4000);
  }
});

test('the estimate: its layers add up, the band is the fit’s, DSP blocks count as told and ice40 has none', () => {
  for (const device of devices) {
    const result = digitsResult(digitsRequest({ lut: 60_000, device, lutsPerDsp: 250 }));
    check(Result, JSON.parse(JSON.stringify(result)), 'result');
    const { luts, dsps, byLayer, lutsPerDsp, lutEquivalents, tier, origins } = result.fpga!;
    const sum = (of: (layer: { luts: number; dsps: number }) => number) =>
      Object.values(byLayer).reduce((total, layer) => total + of(layer), 0);
    expect(luts.value).toBeCloseTo(
      sum((layer) => layer.luts),
      6,
    );
    expect(dsps).toBe(sum((layer) => layer.dsps));
    expect(dsps > 0).toBe(device !== 'ice40');
    expect(lutEquivalents).toBeCloseTo(luts.value + 250 * dsps, 6);
    expect(lutEquivalents).toBeLessThanOrEqual(60_000);
    expect([lutsPerDsp, tier]).toEqual([250, 'T0']);
    const { band, source } = lutFitOf(device);
    expect(luts.low).toBeCloseTo(luts.value * band.low, 6);
    expect(luts.high).toBeCloseTo(luts.value * band.high, 6);
    expect(origins[0]).toMatchObject({ entry: `luts.${device}`, source, low: band.low, high: band.high });
    expect(Object.keys(byLayer)).toEqual([...result.stages.map(({ name }) => name), 'interface']);
  }
});

test('a budget of block memories says what the device gives as well; so does a design for a device, whatever its goal', () => {
  const { fpga } = digitsResult(digitsRequest({ blockRam: 60, device: 'ice40' }));
  expect(fpga!.blockMemories).toBeLessThanOrEqual(60);
  expect(fpga!.luts.value).toBeGreaterThan(1000);
  expect(digitsResult(digitsRequest({ multipliers: 16 })).fpga).toBeUndefined();
  const placed = digitsResult(digitsRequest({ multipliers: 16 }, { device: 'ecp5' }));
  expect([placed.fpga!.device, placed.fpga!.lutsPerDsp]).toEqual(['ecp5', 100]);
  expect(placed.fpga!.blockMemories).toBe(placed.hardware.memories!.blocks);
  expect(
    digitsResult(digitsRequest({ multipliers: 16 }, { device: 'ecp5', arithmetic: 'fused' })).fpga,
  ).toBeUndefined();
});

test('a wider lane costs more: multipliers as tables on ice40, as DSP blocks elsewhere', () => {
  const estimateOf = (pe: number, device: (typeof devices)[number]) => {
    const request = digitsRequest({ multipliers: 30 }, { foldings: { conv2d_2: { pe, simd: 2 } } });
    return fpgaEstimate(accelerate(digits, request, asap7), request, lutFitOf(device)).byLayer.conv2d_2!;
  };
  const difference = (device: (typeof devices)[number]) => {
    const [few, many] = [estimateOf(1, device), estimateOf(4, device)];
    return { luts: many.luts - few.luts, dsps: many.dsps - few.dsps };
  };
  expect(difference('xc7').dsps).toBe(6);
  expect(difference('ecp5').dsps).toBe(6);
  expect(difference('ice40').dsps).toBe(0);
  expect(difference('ice40').luts).toBeGreaterThan(difference('xc7').luts + 6 * 50);
});

test('what nothing meets is refused in one sentence', () => {
  expect(faultText(() => digitsResult(digitsRequest({ lut: 100, device: 'xc7' })))).toMatch(
    /^\/target\/lut: the smallest plan takes \d+ look-up tables of xc7 by estimate \(DSP blocks counted in\), the goal allows 100 look-up tables of xc7 by estimate \(DSP blocks counted in\); every layer has its own engine .* \[BUDGET_TOO_SMALL\]$/,
  );
  expect(faultText(() => digitsResult(digitsRequest({ lut: 100, device: 'xc7', lutsPerDsp: 0 })))).toMatch(
    /^\/target\/lut: the smallest plan takes \d+ look-up tables of xc7 by estimate, the goal allows 100 /,
  );
  expect(faultText(() => digitsResult(digitsRequest({ lut: 90_000, device: 'ecp5' }, { arithmetic: 'fused' })))).toBe(
    '/target/lut: the lanes are made for silicon, and look-up tables are estimated for lanes of operators only; leave "arithmetic", "clockGating" and "operandIsolation" out of the parameters, or choose another goal [LUT_LANES]',
  );
  expect(faultText(() => digitsResult(digitsRequest({ lut: 90_000, device: 'ecp5' }, { multipliers: 8 })))).toMatch(
    /\[DESIGN_TWO_GOALS\]$/,
  );
  for (const target of [
    { lut: 0, device: 'xc7' },
    { lut: 10 },
    { lut: 10, device: 'gowin' },
    { lut: 9, device: 'xc7', dsp: 1 },
  ]) {
    expect(faultText(() => check(DesignRequest, { ...digitsRequest(undefined), target }, 'design.json'))).toMatch(
      /\/target.*\[SPEC_INVALID\]$/s,
    );
  }
});

test('every fit says where it comes from and holds together', () => {
  for (const device of devices) {
    const { coefficients, band, heldOut, source } = lutFitOf(device);
    expect(Object.keys(coefficients)).toEqual([...lutFeatures]);
    expect(source).toMatch(/Yosys \d/);
    expect(heldOut.worstError).toBeGreaterThanOrEqual(heldOut.medianError);
    expect(band.low).toBeLessThan(1);
    expect(band.high).toBeGreaterThan(1);
    // The worst was estimated either too high or too low.
    const { worstError } = heldOut;
    expect(band.low < 1 / (1 + worstError) || band.high > 1 / (1 - worstError)).toBe(true);
  }
});
