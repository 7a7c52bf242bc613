import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WeightBits, weightWidths } from '../../../models/quantize/options.ts';
import { quantizeWeight, weightScale } from '../../../models/quantize/weight-scale.ts';
import { quantizeWeights } from '../../../models/quantize-weights.ts';

const weight = fc.double({ noNaN: true, min: -4, max: 4 }).map((w) => Math.round(w * 2 ** 20) / 2 ** 20);
const group = fc.array(weight, { minLength: 1, maxLength: 40 }).filter((weights) => weights.some((w) => w !== 0));
const largest = { 8: 127, 4: 7, 2: 1 } as const;

function error(weights: readonly number[], scale: number, bits: WeightBits): number {
  return weights.reduce((sum, w) => sum + (w - scale * quantizeWeight(w, scale, largest[bits])) ** 2, 0);
}

describe('the scale of a group of weights', () => {
  test('of 8 bits puts the largest at 127', () => {
    fc.assert(
      fc.property(group, (weights) => {
        const scale = weightScale(Float64Array.from(weights), 8, false);
        expect(Math.max(...weights.map((w) => Math.abs(quantizeWeight(w, scale, 127))))).toBe(127);
        expect(weights.every((w) => Math.abs(w) <= scale * 127 * (1 + 1e-12))).toBe(true);
      }),
    );
  });

  test('of three values is the best there is', () => {
    fc.assert(
      fc.property(group, fc.double({ min: 0.001, max: 8, noNaN: true }), (weights, other) => {
        const scale = weightScale(Float64Array.from(weights), 2, false);
        expect(error(weights, scale, 2)).toBeLessThanOrEqual(error(weights, other, 2) * (1 + 1e-9) + 1e-12);
      }),
    );
  });

  test('of 4 bits is at least as good as the one that holds the largest weight', () => {
    fc.assert(
      fc.property(group, (weights) => {
        const scale = weightScale(Float64Array.from(weights), 4, false);
        const full = Math.max(...weights.map(Math.abs)) / 7;
        expect(error(weights, scale, 4)).toBeLessThanOrEqual(error(weights, full, 4) * (1 + 1e-9) + 1e-12);
      }),
    );
  });

  test('as a power of two is the best of them', () => {
    fc.assert(
      fc.property(
        group,
        fc.constantFrom(...weightWidths),
        fc.integer({ min: -6, max: 4 }),
        (weights, bits, exponent) => {
          const scale = weightScale(Float64Array.from(weights), bits, true);
          expect(Number.isInteger(Math.log2(scale))).toBe(true);
          // Only scales near the largest weight are tried: one so small that most weights saturate is never better.
          const full = Math.max(...weights.map(Math.abs)) / largest[bits];
          fc.pre(2 ** exponent >= full / 8);
          expect(error(weights, scale, bits)).toBeLessThanOrEqual(
            error(weights, 2 ** exponent, bits) * (1 + 1e-9) + 1e-12,
          );
        },
      ),
    );
  });
});

test('a channel of zeros is its bias, at every width and with powers of two', () => {
  for (const bits of weightWidths) {
    for (const powerOfTwo of [false, true]) {
      const layer = {
        kind: 'fullyConnected',
        name: 'dense_0',
        input: 0,
        output: 1,
        activation: 'none',
        weights: Float32Array.of(0, 0, 1, -0.5),
        bias: Float32Array.of(0.75, 0.25),
      } as const;
      const input = { scale: 1 / 64, zeroPoint: 3 };
      const output = { scale: 1 / 32, zeroPoint: 0 };
      const { weights, bias, scales } = quantizeWeights(layer, input, output, {
        scales: 'perChannel',
        bits,
        powerOfTwo,
      });
      expect([...weights.subarray(0, 2)]).toEqual([0, 0]);
      expect(bias[0]! * scales[0]! * input.scale).toBeCloseTo(0.75, 2);
      if (!powerOfTwo) expect(Math.max(...weights)).toBe(largest[bits]);
    }
  }
});

test('a bias that needs more room makes the scale larger, to the next power of two where that is asked for', () => {
  const layer = {
    kind: 'fullyConnected',
    name: 'dense_0',
    input: 0,
    output: 1,
    activation: 'none',
    weights: Float32Array.of(1e-9),
    bias: Float32Array.of(1000),
  } as const;
  const input = { scale: 1 / 64, zeroPoint: 0 };
  const form = { scales: 'perChannel', powerOfTwo: true } as const;
  const { bias, scales } = quantizeWeights(layer, input, { scale: 4, zeroPoint: 0 }, form);
  expect(Number.isInteger(Math.log2(scales[0]!))).toBe(true);
  expect(bias[0]).toBeLessThanOrEqual(2 ** 30);
  expect(bias[0]! * scales[0]! * input.scale).toBeCloseTo(1000, 4);
});
