import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantizeMultiplier } from '../../models/arithmetic.ts';
import type { FloatFullyConnected, FloatGraph, FloatTensor, FloatWeightedLayer } from '../../models/float.ts';
import { runFloat } from '../../models/float-reference.ts';
import type { Graph, Tensor } from '../../models/graph.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import type { WeightScales } from '../../models/quantize/options.ts';
import { quantizeGraph } from '../../models/quantize.ts';
import { quantizeRange, quantizeValue, quantizeValues } from '../../models/quantize-range.ts';
import { quantizeWeights } from '../../models/quantize-weights.ts';
import { runGraph, runReference } from '../../models/reference.ts';
import { randomFloatGraph } from '../support/random-float-graph.ts';

const modes: readonly WeightScales[] = ['perChannel', 'perTensor'];

/** A fully connected network of one layer, `weights` row by row. */
function dense(weights: number[], bias: number[], options: Partial<FloatFullyConnected> = {}): FloatGraph {
  const inputs = weights.length / bias.length;
  const layer: FloatFullyConnected = {
    kind: 'fullyConnected',
    name: 'dense_0',
    input: 0,
    output: 1,
    weights: Float32Array.from(weights),
    bias: Float32Array.from(bias),
    activation: 'none',
    ...options,
  };
  const tensors = new Map([
    [0, { id: 0, name: 'input', shape: [1, inputs] }],
    [1, { id: 1, name: 'output', shape: [1, bias.length] }],
  ]);
  return { name: 'net', tensors, layers: [layer], inputs: [0], outputs: [1] };
}

function withSoftmax(graph: FloatGraph): FloatGraph {
  const logits = graph.tensors.get(1)!;
  const tensors = new Map(graph.tensors).set(2, { ...logits, id: 2, name: 'probabilities' });
  const softmax = { kind: 'softmax' as const, name: 'softmax_1', input: 1, output: 2, beta: 1 };
  return { ...graph, tensors, layers: [...graph.layers, softmax], outputs: [2] };
}

describe('activation ranges', () => {
  test('hold zero exactly, stay int8 and cover what was measured', () => {
    const value = fc.float({ noNaN: true, min: Math.fround(-1e6), max: Math.fround(1e6) });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const range = { min: Math.min(a, b), max: Math.max(a, b) };
        fc.pre(range.max - range.min > 1e-30 || (a === 0 && b === 0));
        const quantization = quantizeRange(range, 'test');
        const { scale, zeroPoint } = quantization;
        expect(Math.fround(scale)).toBe(scale);
        expect(Number.isInteger(zeroPoint) && zeroPoint >= -128 && zeroPoint <= 127).toBe(true);
        expect(quantizeValue(0, quantization)).toBe(zeroPoint);
        for (const edge of [range.min, range.max]) {
          const back = scale * (quantizeValue(edge, quantization) - zeroPoint);
          expect(Math.abs(back - edge)).toBeLessThanOrEqual(scale * (edge === 0 ? 0 : 1));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('follow TensorFlow Lite on known ranges', () => {
    expect(quantizeRange({ min: 0, max: 1 }, 'test')).toEqual({ scale: Math.fround(1 / 255), zeroPoint: -128 });
    // The familiar -1 of networks whose input is -1 to 1: zero lies half a step below the middle.
    expect(quantizeRange({ min: -1, max: 1 }, 'test')).toEqual({ scale: Math.fround(2 / 255), zeroPoint: -1 });
    expect(quantizeRange({ min: 3, max: 6 }, 'test')).toEqual({ scale: Math.fround(6 / 255), zeroPoint: -128 });
    expect(quantizeRange({ min: -6, max: -3 }, 'test')).toEqual({ scale: Math.fround(6 / 255), zeroPoint: 127 });
    expect(quantizeRange({ min: 0, max: 0 }, 'test')).toEqual({ scale: 1, zeroPoint: 0 });
  });

  test('round halves away from zero and saturate', () => {
    const unit = { scale: 1, zeroPoint: 0 };
    expect([...quantizeValues(Float32Array.of(0.5, -0.5, 1.49, -2.5, 400, -400), unit)]).toEqual([
      1, -1, 1, -3, 127, -128,
    ]);
  });
});

describe('weights', () => {
  const weightedLayers = (graph: FloatGraph): FloatWeightedLayer[] =>
    graph.layers.filter((layer): layer is FloatWeightedLayer => 'weights' in layer);

  test('have one scale per channel, the largest weight at 127, and lose half a step at most', () => {
    fc.assert(
      fc.property(randomFloatGraph, fc.integer({ min: -128, max: 127 }), ({ graph }, zeroPoint) => {
        for (const layer of weightedLayers(graph)) {
          const channels = layer.bias.length;
          const perChannel = layer.weights.length / channels;
          const input = { scale: 0.01, zeroPoint };
          const { weights, scales, bias } = quantizeWeights(
            layer,
            input,
            { scale: 0.05, zeroPoint: 3 },
            { scales: 'perChannel' },
          );
          expect(scales.length).toBe(channels);
          const largest = new Int32Array(channels);
          for (const [i, q] of weights.entries()) {
            const c = layer.kind === 'depthwiseConv2d' ? i % channels : Math.floor(i / perChannel);
            largest[c] = Math.max(largest[c]!, Math.abs(q));
            expect(Math.abs(q * scales[c]! - layer.weights[i]!)).toBeLessThanOrEqual(scales[c]! * 0.50001);
          }
          expect([...largest]).toEqual(Array(channels).fill(127));
          for (const [c, b] of layer.bias.entries()) {
            const step = 0.01 * scales[c]!;
            expect(Math.abs(bias[c]! * step - b)).toBeLessThanOrEqual(step * 0.50001);
          }
        }
      }),
    );
  });

  test('give the multipliers that TensorFlow Lite computes', () => {
    fc.assert(
      fc.property(randomFloatGraph, fc.constantFrom(...modes), ({ graph, inputs }, mode) => {
        const quantized = quantizeGraph(graph, inputs, { weights: mode });
        for (const [i, layer] of graph.layers.entries()) {
          if (!('weights' in layer)) continue;
          const input = quantized.tensors.get(inputsOf(layer)[0]!)!;
          const output = quantized.tensors.get(layer.output)!;
          const { scales, requantize } = quantizeWeights(layer, input, output, { scales: mode });
          const expected = Array.from(scales, (sw) => {
            const product = input.scale * sw;
            const one = layer.kind === 'fullyConnected' && scales.length === 1;
            return quantizeMultiplier((one ? Math.fround(product) : product) / output.scale);
          });
          expect([...requantize.multiplier]).toEqual(expected.map((m) => m.multiplier));
          expect([...requantize.shift]).toEqual(expected.map((m) => m.shift));
          const made = quantized.layers[i]!;
          expect('requantize' in made && made.requantize).toEqual(requantize);
        }
      }),
    );
  });

  test('of a fully connected layer with one scale round the product of scales to float32', () => {
    const graph = dense([0.9, -0.3, 0.7, 0.1], [0.1, 0.2]);
    const [layer] = graph.layers as [FloatFullyConnected];
    const input = { scale: Math.fround(0.0123), zeroPoint: 0 };
    const output = { scale: Math.fround(0.0457), zeroPoint: 0 };
    const { scales, requantize } = quantizeWeights(layer, input, output, { scales: 'perTensor' });
    const inFloat32 = quantizeMultiplier(Math.fround(input.scale * scales[0]!) / output.scale);
    const inDouble = quantizeMultiplier((input.scale * scales[0]!) / output.scale);
    expect(inFloat32.multiplier).not.toBe(inDouble.multiplier);
    expect(requantize.multiplier[0]).toBe(inFloat32.multiplier);
  });

  test('make room for a bias that int32 could not hold at the natural scale', () => {
    const graph = dense([1e-9, 0.5], [1000, 0.25]);
    const [layer] = graph.layers as [FloatFullyConnected];
    const input = { scale: 0.01, zeroPoint: 0 };
    const { bias, scales } = quantizeWeights(layer, input, { scale: 4, zeroPoint: -128 }, { scales: 'perChannel' });
    expect(bias[0]!).toBeLessThanOrEqual(2 ** 30);
    expect(bias[0]! * 0.01 * scales[0]!).toBeCloseTo(1000, 3);
  });

  test('that are all zero leave the bias as the output', () => {
    for (const mode of modes) {
      const graph = quantizeGraph(dense([0, 0, 0, 0], [0.8, -0.3]), [Float32Array.of(1, -1)], { weights: mode });
      const output = graph.tensors.get(1)!;
      const { output: bytes } = runReference(graph, Int8Array.of(12, -40));
      expect([...bytes]).toEqual([quantizeValue(0.8, output), quantizeValue(-0.3, output)]);
    }
  });
});

/** Largest difference between the int8 network and the float network over the inputs, in steps of the output. */
function worstSteps(graph: FloatGraph, quantized: Graph, inputs: readonly Float32Array[]): number {
  const first = quantized.tensors.get(quantized.inputs[0]!)!;
  const last = quantized.tensors.get(quantized.outputs[0]!) as Tensor;
  let worst = 0;
  for (const input of inputs) {
    const real = runFloat(graph, input).get(last.id)!;
    const { output } = runReference(quantized, quantizeValues(input, first));
    for (const [i, q] of output.entries()) {
      worst = Math.max(worst, Math.abs(q - last.zeroPoint - real[i]! / last.scale));
    }
  }
  return worst;
}

describe('a quantised network', () => {
  test('with one layer stays within two steps and what the input steps explain', () => {
    fc.assert(
      fc.property(randomFloatGraph, fc.constantFrom(...modes), ({ graph, inputs }, mode) => {
        const layer = graph.layers[0]!;
        const shallow: FloatGraph = { ...graph, layers: [layer], outputs: [layer.output] };
        const quantized = quantizeGraph(shallow, inputs, { weights: mode });
        const input = quantized.tensors.get(inputsOf(layer)[0]!)!;
        const output = quantized.tensors.get(layer.output)!;
        // Half a step of every input times its weight, half a step of every weight times its input (at most 1), two roundings.
        let explained = 1.5;
        if ('weights' in layer) {
          const taps =
            layer.kind === 'depthwiseConv2d'
              ? layer.kernel.height * layer.kernel.width
              : layer.weights.length / layer.bias.length;
          const largest = layer.weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
          const scale = largest / 127;
          explained += (taps * (0.51 * input.scale * largest + 0.51 * scale * 1.01)) / output.scale;
        }
        expect(worstSteps(shallow, quantized, inputs)).toBeLessThanOrEqual(explained);
      }),
      { numRuns: 300 },
    );
  });

  test('with several layers keeps the signal: mean error under 4 % of the range of the output', () => {
    const errors: number[] = [];
    for (const { graph, inputs } of fc.sample(randomFloatGraph, { numRuns: 200, seed: 11 })) {
      errors.push(worstSteps(graph, quantizeGraph(graph, inputs), inputs) / 255);
    }
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
    expect(mean).toBeLessThan(0.04);
    expect(mean).toBeGreaterThan(0);
  });

  test('takes the input range it is told instead of the measured one', () => {
    const graph = dense([1, 1], [0]);
    const inputs = [Float32Array.of(0.25, 0.5)];
    expect(quantizeGraph(graph, inputs).tensors.get(0)!.scale).toBe(Math.fround(0.5 / 255));
    const told = quantizeGraph(graph, inputs, { inputRange: { min: -1, max: 1 } });
    expect(told.tensors.get(0)).toMatchObject({ scale: Math.fround(2 / 255), zeroPoint: -1 });
  });

  test('clamps at the fused activation even where the zero point is not -128', () => {
    const graph = dense([1, -1], [0], { activation: 'relu6' });
    const quantized = quantizeGraph(graph, [Float32Array.of(5, 0), Float32Array.of(0, 3), Float32Array.of(9, 0)]);
    const { scale, zeroPoint } = quantized.tensors.get(1)!;
    expect({ scale, zeroPoint }).toEqual({ scale: Math.fround(6 / 255), zeroPoint: -128 });
    const [layer] = quantized.layers;
    expect(layer).toMatchObject({ clamp: { min: -128, max: 127 } });
    const signed = quantizeGraph(dense([1, -1], [0]), [Float32Array.of(5, 0), Float32Array.of(0, 3)]);
    expect(signed.tensors.get(1)!.zeroPoint).toBe(-32);
  });
});

describe('faults', () => {
  const good = dense([1, 2, 3, 4], [0, 1]);

  test('no calibration', () => {
    expect(() => quantizeGraph(good, [])).toThrow(
      /^net: quantisation was asked for with 0 calibration inputs; give at least one typical input .* \[QUANTIZE_NO_CALIBRATION\]$/,
    );
  });

  test('a calibration input of the wrong size', () => {
    expect(() => quantizeGraph(good, [Float32Array.of(1, 2), Float32Array.of(1)])).toThrow(
      /^calibration input 1: it has 1 values, and the network net takes 2; give every input as 2 values in the order of shape \[1, 2\] \[QUANTIZE_INPUT_SIZE\]$/,
    );
  });

  test('numbers that are not finite, wherever they are', () => {
    const typical = [Float32Array.of(1, 1)];
    expect(() => quantizeGraph(good, [Float32Array.of(1, Number.NaN)])).toThrow(
      /^calibration input 0: the value at index 1 is NaN; .* \[QUANTIZE_NOT_FINITE\]$/,
    );
    expect(() => quantizeGraph(dense([1, Number.POSITIVE_INFINITY], [0]), typical)).toThrow(
      /^layer dense_0, weights: the value at index 1 is Infinity; .* \[QUANTIZE_NOT_FINITE\]$/,
    );
    expect(() => quantizeGraph(dense([1, 1], [Number.NaN]), typical)).toThrow(
      /^layer dense_0, bias: the value at index 0 is NaN; .* \[QUANTIZE_NOT_FINITE\]$/,
    );
    expect(() => quantizeGraph(dense([3e38, 3e38], [0]), typical)).toThrow(
      /^calibration input 0, tensor output: the value at index 0 is Infinity; .* \[QUANTIZE_NOT_FINITE\]$/,
    );
  });

  test('a range without a float32 scale', () => {
    expect(() => quantizeGraph(dense([1e-30, 1e-30], [0]), [Float32Array.of(1e-9, 1e-9)])).toThrow(
      /^output of layer dense_0: its values span 2\.\d+e-39 to 2\.\d+e-39, for which a float32 scale does not exist; .* \[QUANTIZE_RANGE\]$/,
    );
  });

  test('a softmax whose logits hardly differ', () => {
    expect(() => quantizeGraph(withSoftmax(dense([1e-9, 1e-9], [0])), [Float32Array.of(1, 1)])).toThrow(
      /^layer softmax_1: its input scale \S+ times beta 1 is too small for the fixed-point softmax; .* \[QUANTIZE_SOFTMAX\]$/,
    );
  });

  test('an accumulator that 32 bits cannot hold', () => {
    // Calibrated on two large inputs whose products cancel: the measured output is tiny, and every other input overflows.
    expect(() => quantizeGraph(dense([1, -1], [0]), [Float32Array.of(1e6, 1e6 - 0.0625)])).toThrow(/GRAPH_ACCUMULATOR/);
  });
});

describe('options', () => {
  const good = dense([1, 2, 3, 4], [0, 1]);
  const typical = [Float32Array.of(1, 1)];

  test('for a layer that does not exist', () => {
    expect(() => quantizeGraph(good, typical, { layers: { dense_1: { weightBits: 4 } } })).toThrow(
      /^net: options are given for layer 'dense_1', and no layer with weights has that name; did you mean 'dense_0'\? the layers with weights are dense_0 \[QUANTIZE_LAYER\]$/,
    );
  });

  test('a percentile that is a fraction', () => {
    expect(() => quantizeGraph(good, typical, { calibrator: 'percentile', percentile: 0.9999 })).toThrow(
      /^net: percentile 0\.9999; from 50 to 100 per cent of the values can be kept \[QUANTIZE_PERCENTILE\]$/,
    );
  });

  test('set the width of single layers', () => {
    const graph = quantizeGraph(good, typical, { weightBits: 4, layers: { dense_0: { weightBits: 8 } } });
    expect(graph.layers[0]).not.toHaveProperty('weightBits');
    const narrow = quantizeGraph(good, typical, { layers: { dense_0: { weightBits: 4 } } }).layers[0]!;
    expect(narrow).toMatchObject({ weightBits: 4, weights: Int8Array.of(4, 7, 5, 7) });
    const ternary = quantizeGraph(good, typical, { layers: { dense_0: { weightBits: 2 } } }).layers[0]!;
    expect(ternary).toMatchObject({ weightBits: 4, weights: Int8Array.of(1, 1, 1, 1) });
  });
});

describe('several inputs', () => {
  const tensors = new Map(
    ['left', 'right', 'sum'].map((name, id): [number, FloatTensor] => [id, { id, name, shape: [1, 2] }]),
  );
  const layer = { kind: 'add', name: 'add_0', inputs: [0, 1], output: 2, activation: 'none' } as const;
  const graph: FloatGraph = { name: 'sum', tensors, layers: [layer], inputs: [0, 1], outputs: [2] };

  test('are calibrated and computed', () => {
    const sample = new Map([
      [0, Float32Array.of(1, -1)],
      [1, Float32Array.of(2, 0.5)],
    ]);
    const quantized = quantizeGraph(graph, [sample]);
    const inputs = new Map([0, 1].map((id) => [id, quantizeValues(sample.get(id)!, quantized.tensors.get(id)!)]));
    const { scale, zeroPoint } = quantized.tensors.get(2)!;
    const found = runGraph(quantized, inputs).get(2)!;
    expect((found[0]! - zeroPoint) * scale).toBeCloseTo(3, 1);
    expect((found[1]! - zeroPoint) * scale).toBeCloseTo(-0.5, 1);
  });

  test('of which one is missing or not a number', () => {
    expect(() => quantizeGraph(graph, [new Map([[0, Float32Array.of(1, 2)]])])).toThrow(
      /^calibration input 0, input right: it has 0 values, and the network sum takes 2; .* \[QUANTIZE_INPUT_SIZE\]$/,
    );
    const bad = new Map([0, 1].map((id) => [id, Float32Array.of(1, id === 1 ? Number.NaN : 2)]));
    expect(() => quantizeGraph(graph, [bad])).toThrow(
      /^calibration input 0, input right: the value at index 1 is NaN; .* \[QUANTIZE_NOT_FINITE\]$/,
    );
  });
});

test('tensors that are 0 on all calibration inputs have scale 1', () => {
  const graph = quantizeGraph(dense([1, 2], [0]), [Float32Array.of(0, 0)], { weightBits: 4 });
  expect([...graph.tensors.values()].map(({ scale, zeroPoint }) => [scale, zeroPoint])).toEqual([
    [1, 0],
    [1, 0],
  ]);
});
