import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantize } from '../../../models/crosscheck.ts';
import type { FloatGraph, FloatLayer, FloatTensor } from '../../../models/float.ts';
import { runFloatGraph, runFloatLayer } from '../../../models/float-reference.ts';
import type { Graph, Layer, TensorData } from '../../../models/graph.ts';
import { inputsOf } from '../../../models/layer-ends.ts';
import type { QuantizeOptions } from '../../../models/quantize/options.ts';
import { prepareFloat, quantizeGraph } from '../../../models/quantize.ts';
import { quantizeValues } from '../../../models/quantize-range.ts';
import { runGraph } from '../../../models/reference.ts';
import { type FloatCase, floatKinds, randomFloatDag } from '../../support/random-float-dag.ts';

const plain = { correctBias: false } as const;
const anyOptions: fc.Arbitrary<QuantizeOptions> = fc.record({
  weights: fc.constantFrom('perChannel' as const, 'perTensor' as const),
  weightBits: fc.constantFrom(8 as const, 4 as const, 2 as const),
  calibrator: fc.constantFrom('minMax' as const, 'percentile' as const, 'meanSquaredError' as const),
  powerOfTwo: fc.boolean(),
  equalize: fc.boolean(),
});

function run(graph: Graph, sample: ReadonlyMap<number, Float32Array>): ReadonlyMap<number, TensorData> {
  const inputs = new Map(
    graph.inputs.map((id): [number, TensorData] => [id, quantizeValues(sample.get(id)!, graph.tensors.get(id)!)]),
  );
  return runGraph(graph, inputs, { capture: true });
}

type Weighted = Extract<FloatLayer, { weights: Float32Array }>;

/** What the integer weights of a layer stand for: the factors give the weight scales back. */
function real(layer: Layer, original: Weighted, graph: Graph): Weighted {
  if (!('weights' in layer)) throw new Error(`${layer.name} has no weights`);
  const [input, output] = [graph.tensors.get(layer.input)!, graph.tensors.get(layer.output)!];
  const { multiplier, shift } = layer.requantize;
  const step = (c: number): number => {
    const at = multiplier.length === 1 ? 0 : c;
    return multiplier[at]! * 2 ** (shift[at]! - 31) * output.scale;
  };
  const channels = layer.bias.length;
  const perChannel = layer.weights.length / channels;
  const channelOf = (i: number): number =>
    layer.kind === 'depthwiseConv2d' ? i % channels : Math.floor(i / perChannel);
  return {
    ...original,
    weights: Float32Array.from(layer.weights, (q, i) => (q * step(channelOf(i))) / input.scale),
    bias: Float32Array.from(layer.bias, (b, c) => b * step(c)),
  };
}

/** The sum of |input| times |error of the weight|, plus the error of the bias: what the weights' rounding can cost. */
function weightError(
  layer: Layer,
  original: Weighted,
  graph: Graph,
  x: Float32Array,
  from: FloatTensor,
  to: FloatTensor,
) {
  const found = real(layer, original, graph);
  const error: Weighted = {
    ...original,
    activation: 'none',
    weights: original.weights.map((w, i) => Math.abs(w - found.weights[i]!)),
    bias: original.bias.map((b, c) => Math.abs(b - found.bias[c]!)),
  };
  return runFloatLayer(error, [from], to, [x.map(Math.abs)]);
}

/** Output steps that rounding may cost: one, for two roundings in a row; fixed-point softmax computes a little less exactly. */
const steps = (layer: Layer): number => (layer.kind === 'softmax' ? 1.5 : 1.01);

/**
 * Every layer by itself: on the very inputs that the integer layer got, the float layer's result, limited to what the output
 * can hold, is at most the rounding and the weights' error away.
 */
function worstExcess({ graph, samples }: FloatCase, options: QuantizeOptions): number {
  const quantized = quantizeGraph(graph, samples, options);
  const float = prepareFloat(graph, options);
  const floats = new Map(float.layers.map((layer) => [layer.name, layer]));
  let worst = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    const integers = run(quantized, sample);
    for (const layer of quantized.layers) {
      const ids = inputsOf(layer);
      const tensors = ids.map((id) => quantized.tensors.get(id)!);
      const output = quantized.tensors.get(layer.output)!;
      const content = (id: number): TensorData => integers.get(id) ?? quantized.constants!.get(id)!;
      const xs = tensors.map((tensor) => dequantize(content(tensor.id), tensor));
      const original = floats.get(layer.name);
      const expected = original === undefined ? xs[0]! : runFloatLayer(original, tensors, output, xs);
      const allowance =
        original !== undefined && 'weights' in original
          ? weightError(layer, original, quantized, xs[0]!, tensors[0]!, output)
          : null;
      const [low, high] = [-128, 127].map((q) => (q - output.zeroPoint) * output.scale) as [number, number];
      for (const [i, found] of dequantize(content(output.id), output).entries()) {
        const wanted = Math.min(high, Math.max(low, expected[i]!));
        const allowed = output.scale * steps(layer) + (allowance?.[i] ?? 0) * 1.0001;
        worst = Math.max(worst, Math.abs(found - wanted) - allowed);
      }
    }
  }
  return worst;
}

describe('networks of every kind of layer', () => {
  test('are quantised layer by layer within rounding and the error of the weights', () => {
    fc.assert(
      fc.property(randomFloatDag, anyOptions, (drawn, options) => {
        expect(worstExcess(drawn, { ...options, ...plain })).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('the generator draws every kind, alone and among others', () => {
    const seen = new Set(
      fc.sample(randomFloatDag, { numRuns: 200, seed: 3 }).flatMap(({ graph }) => graph.layers.map(({ kind }) => kind)),
    );
    expect([...seen].sort()).toEqual([...floatKinds].sort());
  });

  test('with power-of-two scales have shifts for requantizers; only the division of a mean keeps a multiplier', () => {
    const isPower = (x: number): boolean => Number.isInteger(Math.log2(x));
    fc.assert(
      fc.property(randomFloatDag, anyOptions, ({ graph, samples }, options) => {
        const quantized = quantizeGraph(graph, samples, { ...options, powerOfTwo: true });
        for (const { scale } of quantized.tensors.values()) expect(isPower(scale)).toBe(true);
        for (const layer of quantized.layers) {
          const factors =
            layer.kind === 'add' || layer.kind === 'sub'
              ? [layer.first, layer.second, layer.rescale].map(({ multiplier }) => multiplier)
              : 'requantize' in layer
                ? [...layer.requantize.multiplier]
                : [];
          const { shape } = quantized.tensors.get(inputsOf(layer)[0]!)!;
          if (layer.kind === 'mean' && !isPower(shape[1]! * shape[2]!)) continue;
          // 0 where the factor is below 2^-32.
          for (const multiplier of factors) expect([0, 2 ** 30]).toContain(multiplier);
        }
      }),
    );
  });
});

test('every tensor can hold what was measured in it, to a step; concatenations add a rescaling only where they must', () => {
  fc.assert(
    fc.property(randomFloatDag, ({ graph, samples }) => {
      const quantized = quantizeGraph(graph, samples, plain);
      const float = prepareFloat(graph);
      // A max pool never sees the padding that saturates.
      const padded = new Set(
        float.layers.filter(({ kind }) => kind === 'pad' || kind === 'maxPool2d').map(({ output }) => output),
      );
      for (const sample of samples) {
        for (const [id, values] of runFloatGraph(float, sample)) {
          const { scale, zeroPoint } = quantized.tensors.get(id) ?? { scale: Number.POSITIVE_INFINITY, zeroPoint: 0 };
          if (padded.has(id)) continue;
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(scale * (-129 - zeroPoint));
            expect(value).toBeLessThanOrEqual(scale * (128 - zeroPoint));
          }
        }
      }
      const reading = float.layers.flatMap((layer) =>
        layer.kind === 'concatenation' ? [...new Set(layer.inputs)] : [],
      );
      const pads = float.layers.filter(({ kind }) => kind === 'pad').length;
      expect(quantized.layers.length - float.layers.length).toBeLessThanOrEqual(reading.length + pads);
    }),
    { numRuns: 200 },
  );
});

function sqnr(graph: FloatGraph, samples: FloatCase['samples'], options: QuantizeOptions): number {
  const quantized = quantizeGraph(graph, samples, options);
  let [signal, noise] = [0, 0];
  for (const sample of samples) {
    const floats = runFloatGraph(graph, sample);
    const integers = run(quantized, sample);
    for (const id of graph.outputs) {
      const found = dequantize(integers.get(id)!, quantized.tensors.get(id)!);
      for (const [i, value] of floats.get(id)!.entries()) {
        signal += value ** 2;
        noise += (value - found[i]!) ** 2;
      }
    }
  }
  return 10 * Math.log10(signal / noise);
}

test('whole networks keep the signal: 8 bits far above 4 bits above ternary', () => {
  const cases = fc.sample(randomFloatDag, { numRuns: 150, seed: 5 });
  const median = (options: QuantizeOptions): number => {
    const ratios = cases.map(({ graph, samples }) => sqnr(graph, samples, options)).filter(Number.isFinite);
    return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
  };
  const [eight, four, ternary] = ([8, 4, 2] as const).map((weightBits) => median({ weightBits })) as [
    number,
    number,
    number,
  ];
  // Values spread evenly over a range that holds 0 at one end have 10 log10(4 x 255^2) = 54 dB in one rounding; layers add up.
  expect(eight).toBeGreaterThan(30);
  expect(eight).toBeLessThan(54);
  expect(four).toBeGreaterThan(15);
  expect(eight).toBeGreaterThan(four);
  expect(four).toBeGreaterThan(ternary);
});
