import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantize } from '../../../models/crosscheck.ts';
import type { FloatFullyConnected, FloatGraph, FloatLayer, FloatTensor } from '../../../models/float.ts';
import { runFloatGraph } from '../../../models/float-reference.ts';
import { equalize } from '../../../models/quantize/equalize.ts';
import { fuseActivations } from '../../../models/quantize/fuse-activations.ts';
import type { QuantizeOptions } from '../../../models/quantize/options.ts';
import { addPatch, emptyPatch, meanSums } from '../../../models/quantize/patch-mean.ts';
import { quantizeGraph } from '../../../models/quantize.ts';
import { quantizeValues } from '../../../models/quantize-range.ts';
import { runGraph } from '../../../models/reference.ts';
import { loadZoo, zooNames } from '../../../models/zoo/zoo.ts';
import { seededRandom } from '../../support/random.ts';
import { type FloatCase, randomFloatDag } from '../../support/random-float-dag.ts';

/** Largest difference over the outputs, as a share of the largest output. */
function difference({ samples }: FloatCase, first: FloatGraph, second: FloatGraph): number {
  let [worst, size] = [0, 1e-30];
  for (const sample of samples) {
    const [a, b] = [runFloatGraph(first, sample), runFloatGraph(second, sample)];
    for (const id of first.outputs) {
      for (const [i, value] of a.get(id)!.entries()) {
        worst = Math.max(worst, Math.abs(value - b.get(id)![i]!));
        size = Math.max(size, Math.abs(value));
      }
    }
  }
  return worst / size;
}

test('fusing activations changes no output at all', () => {
  fc.assert(
    fc.property(randomFloatDag, (drawn) => {
      const fused = fuseActivations(drawn.graph);
      expect(difference(drawn, drawn.graph, fused)).toBe(0);
    }),
  );
});

/** Two dense layers of 2 units with a relu between, the channels of the first very different in size. */
function uneven(): FloatGraph {
  const ends = (i: number) => ({ name: `dense_${i}`, input: i, output: i + 1 });
  const layers: FloatLayer[] = [
    {
      kind: 'fullyConnected',
      ...ends(0),
      weights: Float32Array.of(100, 50, 0.01, 0.02),
      bias: Float32Array.of(10, 0.001),
      activation: 'relu',
    },
    {
      kind: 'fullyConnected',
      ...ends(1),
      weights: Float32Array.of(0.01, 90, -0.02, 100),
      bias: Float32Array.of(0.5, -0.5),
      activation: 'none',
    },
  ];
  const tensors = new Map([0, 1, 2].map((id): [number, FloatTensor] => [id, { id, name: `t${id}`, shape: [1, 2] }]));
  return { name: 'uneven', tensors, layers, inputs: [0], outputs: [2] };
}

const inputs = Array.from({ length: 64 }, (_, i) => {
  const random = seededRandom(i + 1);
  return Float32Array.of(2 * random.fraction() - 1, 2 * random.fraction() - 1);
});

describe('cross-layer equalisation', () => {
  test('computes the same network', () => {
    fc.assert(
      fc.property(randomFloatDag, (drawn) => {
        expect(difference(drawn, drawn.graph, equalize(drawn.graph))).toBeLessThan(1e-5);
      }),
      { numRuns: 300 },
    );
  });

  test('makes the largest weights of both sides of a channel equal', () => {
    const [first, second] = equalize(uneven()).layers as readonly FloatFullyConnected[] as [
      FloatFullyConnected,
      FloatFullyConnected,
    ];
    for (const c of [0, 1]) {
      const sent = Math.max(...[0, 1].map((i) => Math.abs(first.weights[2 * c + i]!)));
      const taken = Math.max(...[0, 1].map((o) => Math.abs(second.weights[2 * o + c]!)));
      expect(sent / taken).toBeCloseTo(1, 4);
    }
  });

  test('rescues one scale per tensor', () => {
    const noise = (options: QuantizeOptions): number => worstNoise(uneven(), options);
    expect(noise({ weights: 'perTensor', equalize: true })).toBeLessThan(noise({ weights: 'perTensor' }) / 10);
  });

  /** The uneven network with a layer between. */
  function through(body: Record<string, unknown>, rows = 1): FloatGraph {
    const { layers, tensors, ...rest } = uneven();
    const between = { name: 'between_0', input: 1, output: 3, ...body } as FloatLayer;
    const second = { ...layers[1]!, input: 3 } as FloatLayer;
    const shapes = new Map(tensors)
      .set(3, { id: 3, name: 't3', shape: [rows, 2] })
      .set(2, { id: 2, name: 't2', shape: [rows, 2] });
    return { ...rest, tensors: shapes, layers: [layers[0]!, between, second] };
  }
  const activation = (name: string) => ({ kind: 'activation', function: name, alpha: 0.1 });
  const pad = (value: number) => ({ kind: 'pad', before: [1, 0], after: [0, 0], value });

  test.each([
    ['relu', through(activation('relu'))],
    ['leaky relu', through(activation('leakyRelu'))],
    ['reshape', through({ kind: 'reshape' })],
    ['pad with 0', through(pad(0), 2)],
  ])('goes through %s and computes the same', (_, graph) => {
    const equal = equalize(graph);
    expect(equal.layers[0]).not.toEqual(graph.layers[0]);
    const samples = inputs.map((input) => new Map([[0, input]]));
    expect(difference({ graph, samples }, graph, equal)).toBeLessThan(1e-5);
  });

  test.each([
    ['tanh', through(activation('tanh'))],
    ['relu6', through(activation('relu6'))],
    ['softmax', through({ kind: 'softmax', beta: 1 })],
    ['pad with 1', through(pad(1), 2)],
    ['a second reader', { ...through({ kind: 'reshape' }), outputs: [1, 2] }],
  ])('stops at %s', (_, graph) => {
    expect(equalize(graph).layers).toEqual(graph.layers);
  });

  test('stops at relu6 that is part of a layer, which clamps at a fixed value', () => {
    const { layers, ...rest } = uneven();
    const graph = { ...rest, layers: [{ ...layers[0]!, activation: 'relu6' } as FloatLayer, layers[1]!] };
    expect(equalize(graph).layers).toEqual(graph.layers);
  });
});

function worstNoise(graph: FloatGraph, options: QuantizeOptions): number {
  const quantized = quantizeGraph(graph, inputs, options);
  const [from, to] = [quantized.tensors.get(0)!, quantized.tensors.get(2)!];
  return Math.max(
    ...inputs.map((input) => {
      const found = dequantize(runGraph(quantized, new Map([[0, quantizeValues(input, from)]])).get(2)!, to);
      const wanted = runFloatGraph(graph, new Map([[0, input]])).get(2)!;
      return Math.max(...wanted.map((value, i) => Math.abs(value - found[i]!)));
    }),
  );
}

describe('bias correction', () => {
  test('knows the mean of every channel from the mean of its patches', () => {
    fc.assert(
      fc.property(randomFloatDag, ({ graph, samples }) => {
        for (const layer of graph.layers) {
          if (!('weights' in layer)) continue;
          const bare = { ...layer, activation: 'none' as const, bias: layer.bias.map(() => 0) };
          const alone: FloatGraph = { ...graph, layers: graph.layers.map((other) => (other === layer ? bare : other)) };
          const [from, to] = [graph.tensors.get(layer.input)!, graph.tensors.get(layer.output)!];
          const patch = emptyPatch(layer, from.shape);
          const sums = new Float64Array(layer.bias.length);
          let count = 0;
          for (const sample of samples) {
            const values = runFloatGraph(alone, sample);
            addPatch(patch, layer, from.shape, to.shape, values.get(layer.input)!, 0);
            for (const [i, value] of values.get(layer.output)!.entries()) sums[i % sums.length]! += value;
            count += values.get(layer.output)!.length / sums.length;
          }
          for (const [c, mean] of meanSums(layer, patch).entries()) expect(mean).toBeCloseTo(sums[c]! / count, 4);
        }
      }),
    );
  });

  test.each(zooNames)('takes the mean error of the logits of %s away', (name) => {
    const { float, samples, graph: shipped, inputBytes } = loadZoo(name);
    const port = shipped.tensors.get(shipped.inputs[0]!)!;
    const calibration = Array.from({ length: 40 }, (_, i) =>
      dequantize(samples.subarray(i * inputBytes, (i + 1) * inputBytes), port),
    );
    const logits = float.layers.at(-1)!;
    const id = 'input' in logits ? logits.input : -1;
    const meanErrors = (options: QuantizeOptions): number[] => {
      const graph = quantizeGraph(float, calibration, options);
      const tensor = graph.tensors.get(id)!;
      const sums = new Float64Array(tensor.shape.at(-1)!);
      for (const input of calibration) {
        const given = quantizeValues(input, graph.tensors.get(graph.inputs[0]!)!);
        const found = dequantize(
          runGraph(graph, new Map([[graph.inputs[0]!, given]]), { capture: true }).get(id)!,
          tensor,
        );
        const wanted = runFloatGraph(float, new Map([[float.inputs[0]!, input]])).get(id)!;
        for (const [c, value] of found.entries()) sums[c]! += (value - wanted[c]!) / calibration.length;
      }
      // In steps of the logits: rounding to them can leave half a step at most, on average far less.
      return [...sums].map((sum) => Math.abs(sum) / tensor.scale);
    };
    const worst = (options: QuantizeOptions): number => Math.max(...meanErrors(options));
    expect(worst({ weightBits: 4, correctBias: true })).toBeLessThan(0.5);
    expect(worst({ weightBits: 4, correctBias: false })).toBeGreaterThan(2);
  });

  test('is on by itself only where weights are narrow', () => {
    const { float, samples, graph, inputBytes } = loadZoo('digits');
    const calibration = [dequantize(samples.subarray(0, inputBytes), graph.tensors.get(graph.inputs[0]!)!)];
    const made = (options: QuantizeOptions) => quantizeGraph(float, calibration, options);
    expect(made({})).toEqual(made({ correctBias: false }));
    expect(made({})).not.toEqual(made({ correctBias: true }));
    expect(made({ weightBits: 4 })).toEqual(made({ weightBits: 4, correctBias: true }));
    expect(made({ weightBits: 4 })).not.toEqual(made({ weightBits: 4, correctBias: false }));
  });
});
