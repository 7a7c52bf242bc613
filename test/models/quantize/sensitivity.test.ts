import { expect, test } from 'vitest';
import { dequantize } from '../../../models/crosscheck.ts';
import type { FloatGraph, FloatWeightedLayer } from '../../../models/float.ts';
import { runFloatOutput } from '../../../models/float-reference.ts';
import { sensitivity } from '../../../models/quantize/sensitivity.ts';
import { quantizeWeights } from '../../../models/quantize-weights.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';

const { float, samples, labels, graph, inputBytes } = loadZoo('digits');
const port = graph.tensors.get(graph.inputs[0]!)!;
const inputs = Array.from({ length: 30 }, (_, i) =>
  dequantize(samples.subarray(i * inputBytes, (i + 1) * inputBytes), port),
);

test('every layer with weights at every width; fewer bits are worse, and labels count what is right', () => {
  const { right, entries, samples: count } = sensitivity(float, inputs, { labels });
  const perTensor = sensitivity(float, inputs, { labels, weights: 'perTensor', widths: [8, 2] });
  const weighted = float.layers.filter((layer) => 'weights' in layer);
  expect(count).toBe(30);
  expect(entries.map(({ layer, weightBits }) => [layer, weightBits])).toEqual(
    weighted.flatMap(({ name }) => [8, 4, 2].map((bits) => [name, bits])),
  );
  for (let i = 0; i < entries.length; i += 3) {
    const [eight, four, ternary] = entries.slice(i, i + 3).map(({ sqnr }) => sqnr!) as [number, number, number];
    // 4 bits are 16 times as coarse: 24 dB; the best scale wins a little back.
    expect(eight - four).toBeGreaterThan(15);
    expect(eight - four).toBeLessThan(33);
    expect(four).toBeGreaterThan(ternary);
  }
  const rightIn = (network: FloatGraph): number =>
    inputs.filter((input, i) => {
      const output = runFloatOutput(network, input);
      return output.indexOf(Math.max(...output)) === labels[i];
    }).length;
  expect(right).toBe(rightIn(float));
  // The same by another road: the whole network with one layer's weights replaced.
  for (const { layer: name, weightBits } of entries.filter(({ weightBits: bits }) => bits !== 4)) {
    const layer = weighted.find((other) => other.name === name) as FloatWeightedLayer;
    const unit = { scale: 1, zeroPoint: 0 };
    const { weights, scales } = quantizeWeights(layer, unit, unit, { scales: 'perTensor', bits: weightBits });
    const replaced = { ...layer, weights: Float32Array.from(weights, (q) => q * scales[0]!) };
    const layers = float.layers.map((other) => (other === layer ? replaced : other));
    const entry = perTensor.entries.find((other) => other.layer === name && other.weightBits === weightBits)!;
    expect(entry.right).toBe(rightIn({ ...float, layers }));
  }
});

test('weights that the width holds exactly change nothing; without labels nothing is counted', () => {
  const layer = {
    kind: 'fullyConnected',
    name: 'dense_0',
    input: 0,
    output: 1,
    weights: Float32Array.of(1, -1, 0, 1),
    bias: Float32Array.of(1e6, 0.1),
    activation: 'none',
  } as const;
  const tensors = new Map([0, 1].map((id) => [id, { id, name: `t${id}`, shape: [1, 2] }]));
  const exact: FloatGraph = { name: 'exact', tensors, layers: [layer], inputs: [0], outputs: [1] };
  expect(sensitivity(exact, [Float32Array.of(1, 2)], { widths: [2], powerOfTwo: true })).toEqual({
    samples: 1,
    entries: [{ layer: 'dense_0', weightBits: 2, sqnr: null }],
  });
});

test('no samples', () => {
  expect(() => sensitivity(float, [])).toThrow(/^digits: .* 0 calibration inputs; .* \[QUANTIZE_NO_CALIBRATION\]$/);
});
