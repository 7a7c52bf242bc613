import { describe, expect, test } from 'vitest';
import { crossCheck, dequantize } from '../../models/crosscheck.ts';
import type { FloatGraph, FloatLayer, FloatTensor } from '../../models/float.ts';
import { tensorflowEngine } from '../../models/float-tensorflow.ts';
import type { Graph, Layer, Tensor } from '../../models/graph.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { importFloatTflite } from '../../models/import/tflite-float.ts';
import { matchLayers } from '../../models/match-layers.ts';
import { loadTensorFlow } from '../../models/tf.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { needData, readBytes, readInt8s } from '../support/data.ts';

/** y = 2 x0 + x1 on two values, quantised with scale 1: multiplier 2^30 and shift 1 are the factor 1. */
function pair(): { graph: Graph; float: FloatGraph } {
  const tensor = (id: number, elements: number, name: string): Tensor => ({
    id,
    name,
    shape: [1, elements],
    scale: 1,
    zeroPoint: 0,
  });
  const tensors = [tensor(0, 2, 'in'), tensor(1, 2, 'mid'), tensor(2, 2, 'out')];
  const requantize = { multiplier: Int32Array.of(2 ** 30), shift: Int32Array.of(1) };
  const clamp = { min: -128, max: 127 };
  const layers: Layer[] = [
    { kind: 'reshape', name: 'reshape_0', input: 0, output: 1 },
    {
      kind: 'fullyConnected',
      name: 'fully_connected_1',
      input: 1,
      output: 2,
      weights: Int8Array.of(2, 1, 0, 1),
      weightZeroPoint: 0,
      bias: Int32Array.of(0, 0),
      requantize,
      clamp,
    },
  ];
  const floats: FloatLayer[] = [
    { kind: 'reshape', name: 'reshape_0', input: 10, output: 11 },
    {
      kind: 'fullyConnected',
      name: 'fully_connected_1',
      input: 11,
      output: 12,
      weights: Float32Array.of(2, 1, 0, 1.5),
      bias: Float32Array.of(0, 0),
      activation: 'none',
    },
  ];
  const floatTensors = new Map<number, FloatTensor>(
    tensors.map(({ id, name, shape }) => [id + 10, { id: id + 10, name, shape }]),
  );
  return {
    graph: {
      name: 'int',
      tensors: new Map(tensors.map((t) => [t.id, t])),
      layers,
      inputs: [0],
      outputs: [2],
      profile: 'tflite-reference',
    },
    float: { name: 'real', tensors: floatTensors, layers: floats, inputs: [10], outputs: [12] },
  };
}

describe('a pair of networks whose differences are known', () => {
  test('signal, noise, the worst value and the first-ranked class', () => {
    const { graph, float } = pair();
    // Outputs (2 a + b, b) and (2 a + b, 1.5 b): (5, 3) and (5, 4.5); (1, 5) and (1, 7.5); (-1, -1) and (-1, -1.5).
    const result = crossCheck(graph, float, [[Int8Array.of(1, 3)], [Int8Array.of(-2, 5)], [Int8Array.of(0, -1)]], {
      labels: [0, 1, 1],
    });
    expect(result).toMatchObject({ engine: 'plain float reference', samples: 3, unmatched: [], topOne: 3 });
    expect(result.right).toEqual({ integer: 2, float: 2 });
    const [reshape, dense] = result.layers;
    expect(reshape).toMatchObject({ layer: 'reshape_0', floatLayer: 'reshape_0', integer: 1, float: 11, sqnr: null });
    expect(reshape!.worst.difference).toBe(0);
    const signal = 25 + 4.5 ** 2 + 1 + 7.5 ** 2 + 1 + 1.5 ** 2;
    const noise = 1.5 ** 2 + 2.5 ** 2 + 0.5 ** 2;
    expect(dense!.sqnr).toBeCloseTo(10 * Math.log10(signal / noise), 12);
    expect(dense!.worst).toEqual({ difference: 2.5, steps: 2.5, sample: 1, index: 1, integer: 5, float: 7.5 });
  });

  test('a float network that names another class', () => {
    const { graph, float } = pair();
    const swapped = {
      ...float,
      layers: [float.layers[0]!, { ...float.layers[1]!, weights: Float32Array.of(0, 1.5, 2, 1) } as FloatLayer],
    };
    const result = crossCheck(graph, swapped, [[Int8Array.of(9, 1)]], { labels: [0] });
    expect(result.topOne).toBe(0);
    expect(result.right).toEqual({ integer: 1, float: 0 });
  });

  test('ports of other sizes are refused', () => {
    const { graph, float } = pair();
    const tensors = new Map(float.tensors).set(12, { id: 12, name: 'out', shape: [1, 3] });
    expect(() => crossCheck(graph, { ...float, tensors }, [])).toThrow(
      'int and real: outputs of 2 values in the integer network and of 3 in the float one; give the float network that the integer one was made from [CROSSCHECK_PORTS]',
    );
  });
});

describe('matching layers', () => {
  test('steps over layers that only one network has, whatever their names', () => {
    const { graph, float } = pair();
    const quantize: Layer = {
      kind: 'quantize',
      name: 'quantize_0',
      input: 0,
      output: 5,
      requantize: { multiplier: Int32Array.of(2 ** 30), shift: Int32Array.of(1) },
      clamp: { min: -128, max: 127 },
    };
    const shifted: Graph = {
      ...graph,
      tensors: new Map(graph.tensors).set(5, { ...graph.tensors.get(0)!, id: 5 }),
      layers: [
        quantize,
        { ...graph.layers[0]!, name: 'reshape_1', input: 5 } as Layer,
        { ...graph.layers[1]!, name: 'fully_connected_2' } as Layer,
      ],
    };
    expect(matchLayers(shifted, float).map(({ layer, floatLayer }) => [layer, floatLayer])).toEqual([
      ['reshape_1', 'reshape_0'],
      ['fully_connected_2', 'fully_connected_1'],
    ]);
    const result = crossCheck(shifted, float, [[Int8Array.of(1, 3)]]);
    expect(result.unmatched).toEqual(['quantize_0']);
    expect(result.layers[1]!.worst.difference).toBe(1.5);
  });

  test('too long for that is refused', () => {
    const { graph, float } = pair();
    const many = Array<Layer>(4001)
      .fill(graph.layers[0]!)
      .map((layer, i) => ({ ...layer, name: `r_${i}` }) as Layer);
    expect(() => matchLayers({ ...graph, layers: many }, float)).toThrow(
      /networks of 4001 and 2 layers .* \[CROSSCHECK_LENGTH\]$/,
    );
  });
});

test('the network of the zoo: every layer has its counterpart, plain and on TensorFlow.js', async () => {
  const { graph, float, samples, labels, inputBytes } = loadZoo('digits');
  const count = 30;
  const inputs = Array.from({ length: count }, (_, i) => [samples.subarray(i * inputBytes, (i + 1) * inputBytes)]);
  const engine = tensorflowEngine(await loadTensorFlow(['wasm']));
  const results = [
    crossCheck(graph, float, inputs, { labels }),
    crossCheck(graph, float, inputs, { labels, engine }),
  ] as const;
  expect(results.map((result) => result.engine)).toEqual(['plain float reference', engine.name]);
  for (const result of results) {
    expect(result.layers.map(({ layer }) => layer)).toEqual(graph.layers.map(({ name }) => name));
    for (const { sqnr } of result.layers) expect(sqnr).toBeGreaterThan(15);
    expect(result.topOne).toBeGreaterThanOrEqual(count - 1);
  }
  for (const [i, { sqnr }] of results[0].layers.entries()) expect(results[1].layers[i]!.sqnr).toBeCloseTo(sqnr!, 3);
  expect([...dequantize(Int8Array.of(-128, 2), { id: 0, name: 'x', shape: [2], scale: 0.5, zeroPoint: -2 })]).toEqual([
    -63, 2,
  ]);
});

const kws = [
  'mlperf_kws/kws_ref_model.tflite',
  'mlperf_kws/kws_ref_model_float32.tflite',
  'mlperf_kws/inputs_i8.bin',
  'mlperf_kws/labels_u8.bin',
];
needData('keyword spotting: the published int8 and float networks agree', kws, (folder) => {
  const graph = importTflite(readBytes(folder, kws[0]!), 'kws_int8');
  const float = importFloatTflite(readBytes(folder, kws[1]!), 'kws_float');
  const inputs = readInt8s(folder, kws[2]!);
  const samples = Array.from({ length: 40 }, (_, i) => [inputs.subarray(i * 490, (i + 1) * 490)]);
  const result = crossCheck(graph, float, samples, { labels: readBytes(folder, kws[3]!) });
  expect(result.unmatched).toEqual([]);
  for (const { sqnr } of result.layers) expect(sqnr).toBeGreaterThan(10);
  expect(result.topOne).toBeGreaterThanOrEqual(38);
  expect(Math.abs(result.right!.integer - result.right!.float)).toBeLessThanOrEqual(2);
});
