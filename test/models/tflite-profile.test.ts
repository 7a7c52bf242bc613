import { expect, test } from 'vitest';
import type { Graph, Layer, TensorData } from '../../models/graph.ts';
import { importOnnx } from '../../models/import/onnx.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import { runGraph, runLayer } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { toTfliteProfile } from '../../models/tflite-profile.ts';
import { writeOnnx } from '../support/onnx-writer.ts';
import { randomInt8s, seededRandom } from '../support/random.ts';
import { randomOnnx } from '../support/random-onnx.ts';

/** Kinds that copy or look up: nothing is rescaled, so nothing may differ. */
const exact: ReadonlySet<Layer['kind']> = new Set([
  'maxPool2d',
  'reshape',
  'pad',
  'concatenation',
  'resizeNearest',
  'slice',
  'transpose',
  'lookup',
]);

/** The layer of profile A on what profile onnx-qlinear computed before it; null when that has no such tensors. */
function alone(graph: Graph, layer: Layer, tensors: ReadonlyMap<number, TensorData>): TensorData | null {
  const operands = inputsOf(layer).flatMap((id) => {
    const data = tensors.get(id) ?? graph.constants?.get(id);
    return data ? [{ tensor: graph.tensors.get(id)!, data }] : [];
  });
  if (operands.length !== inputsOf(layer).length || !tensors.has(layer.output)) return null;
  return runLayer(layer, operands, graph.tensors.get(layer.output)!, 'tflite-reference');
}

test('on the same inputs every layer of the two profiles differs by one step at most, and rarely', () => {
  const counts = { networks: 0, values: 0, different: 0 };
  const kinds = new Set<Layer['kind']>();
  for (let seed = 0; seed < 600; seed += 1) {
    const style = seed % 2 === 0 ? 'qlinear' : 'qdq';
    const imported = importOnnx(writeOnnx(randomOnnx(seed, style).model), `seed ${seed}`);
    if (imported.kind !== 'integer') continue;
    const { graph } = imported;
    const converted = toTfliteProfile(graph);
    expect(converted.profile).toBe('tflite-reference');
    counts.networks += 1;
    const inputs = graph.inputs.map(
      (id) => [id, randomInt8s(seededRandom(seed), tensorElements(graph.tensors.get(id)!.shape))] as const,
    );
    const tensors = runGraph(graph, new Map(inputs), { capture: true });
    for (const layer of converted.layers) {
      const found = alone(converted, layer, tensors);
      if (found === null) continue;
      kinds.add(layer.kind);
      const expected = tensors.get(layer.output)!;
      const worst = Array.from(found).reduce((most, q, i) => Math.max(most, Math.abs(q - expected[i]!)), 0);
      expect(worst, `seed ${seed}, ${layer.name}`).toBeLessThanOrEqual(exact.has(layer.kind) ? 0 : 1);
      counts.values += found.length;
      counts.different += Array.from(found).filter((q, i) => q !== expected[i]).length;
    }
  }
  console.log('two profiles:', JSON.stringify(counts), [...kinds].join(' '));
  expect(counts.networks).toBeGreaterThan(500);
  expect(kinds.size).toBeGreaterThan(14);
  expect(counts.different).toBeLessThan(counts.values / 50);
  expect(counts.different).toBeGreaterThan(0);
});

function pooled(pads: readonly number[], scale: number): Graph {
  const scalar = (type: 'float' | 'int8', value: number) => ({ type, shape: [], values: [value] });
  const attributes = { kernel_shape: [2, 2], strides: [2, 2], pads };
  const bytes = writeOnnx({
    nodes: [
      { operator: 'com.microsoft.QLinearAveragePool', inputs: ['x', 's', 'z', 't', 'z'], outputs: ['y'], attributes },
    ],
    inputs: [{ name: 'x', type: 'int8', shape: [1, 3, 4, 4] }],
    outputs: [{ name: 'y', type: 'int8', shape: [1, 3, 2, 2] }],
    initializers: { s: scalar('float', 0.5), z: scalar('int8', 0), t: scalar('float', scale) },
  });
  const imported = importOnnx(bytes, 'pool.onnx');
  if (imported.kind !== 'integer') throw new Error('an integer network was expected');
  return imported.graph;
}

test('an average pool keeps its scale, or becomes a sum that is rescaled once, or with padding is rescaled behind', () => {
  const kinds = (graph: Graph) => toTfliteProfile(graph).layers.map((layer) => layer.kind);
  expect(kinds(pooled([0, 0, 0, 0], 0.5))).toEqual(['averagePool2d']);
  expect(kinds(pooled([0, 0, 0, 0], 0.25))).toEqual(['depthwiseConv2d']);
  expect(kinds(pooled([1, 1, 0, 0], 0.25))).toEqual(['averagePool2d', 'quantize']);
});
