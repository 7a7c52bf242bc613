import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runFloat } from '../../../models/float-reference.ts';
import { quantizeGraph } from '../../../models/quantize.ts';
import { runReference, runReferenceBatch } from '../../../models/reference.ts';
import { graphToJson } from '../../../models/serialize.ts';
import { graphTotals } from '../../../models/statistics.ts';
import { loadZoo, zooNames } from '../../../models/zoo/zoo.ts';
import {
  calibrationInputs,
  countRightFloat,
  countRightInt8,
  heldOutDrawings,
  largestIndex,
  quantizedPixels,
  realPixels,
} from '../../../scripts/train/digits-task.ts';

describe('the zoo', () => {
  test('refuses an unknown name and lists the known ones', () => {
    expect(() => loadZoo('digit')).toThrow(
      /^zoo: there is no network 'digit'; did you mean 'digits'\? choose one of: digits \[ZOO_UNKNOWN\]$/,
    );
    expect(() => loadZoo('toString')).toThrow(
      /^zoo: there is no network 'toString'; choose one of: digits \[ZOO_UNKNOWN\]$/,
    );
  });

  test.each(zooNames)('%s is what its card says', (name) => {
    const { graph, card, samples, labels, inputBytes, samplesRight } = loadZoo(name);
    const input = graph.tensors.get(graph.inputs[0]!)!;
    const output = graph.tensors.get(graph.outputs[0]!)!;
    expect(card).toMatchObject({ name, layers: graph.layers.length, ...graphTotals(graph) });
    expect(card.input).toEqual({ shape: input.shape, scale: input.scale, zeroPoint: input.zeroPoint });
    expect(card.output).toEqual({ shape: output.shape, scale: output.scale, zeroPoint: output.zeroPoint });
    expect(samples.length).toBe(labels.length * inputBytes);
    expect(labels.length).toBeGreaterThanOrEqual(200);
    const bytes = runReferenceBatch(graph, samples);
    const classes = card.classes.length;
    const right = labels.filter((label, i) => largestIndex(bytes.subarray(i * classes, (i + 1) * classes)) === label);
    expect(right.length).toBe(samplesRight);
  });

  test.each(zooNames)('the files of %s are those whose hashes the card gives', (name) => {
    const { card } = loadZoo(name);
    expect(card.files.length).toBeGreaterThanOrEqual(3);
    for (const file of card.files) {
      const bytes = readFileSync(new URL(`../../../models/zoo/${name}/${file.name}`, import.meta.url));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    }
  });
});

describe('digits', () => {
  const { graph, card, samples, labels, float } = loadZoo('digits');
  const heldOut = heldOutDrawings();

  test('reads as many held-out drawings as its card says, in int8 within one point of float', () => {
    expect(heldOut.count).toBe(card.accuracy.samples);
    const floatAccuracy = countRightFloat(float, heldOut) / heldOut.count;
    const int8Accuracy = countRightInt8(graph, quantizedPixels(heldOut), heldOut.labels) / heldOut.count;
    expect({ float: floatAccuracy, int8: int8Accuracy }).toEqual({
      float: card.accuracy.float,
      int8: card.accuracy.int8,
    });
    expect(floatAccuracy).toBeGreaterThanOrEqual(0.95);
    expect(Math.abs(floatAccuracy - int8Accuracy)).toBeLessThanOrEqual(0.01);
  });

  test('keeps the first held-out drawings as its samples', () => {
    expect(samples).toEqual(quantizedPixels(heldOut).subarray(0, samples.length));
    expect(labels).toEqual(heldOut.labels.subarray(0, labels.length));
    // The bytes of the camera are the bytes of the accelerator, less 128.
    const { scale, zeroPoint } = graph.tensors.get(0)!;
    const real = realPixels(heldOut, 3);
    for (const [i, value] of real.entries())
      expect(Math.round(value / scale) + zeroPoint).toBe(samples[3 * real.length + i]);
  });

  test('is exactly what quantising its float network gives', () => {
    const again = quantizeGraph(float, calibrationInputs(), { inputRange: { min: 0, max: 1 } });
    expect(graphToJson(again)).toEqual(graphToJson(graph));
  });

  test('has the layers the hardware must show: strides, odd padding, depthwise, pooling, dense', () => {
    expect(graph.layers.map((layer) => layer.kind)).toEqual([
      'conv2d',
      'depthwiseConv2d',
      'conv2d',
      'depthwiseConv2d',
      'conv2d',
      'depthwiseConv2d',
      'conv2d',
      'averagePool2d',
      'reshape',
      'fullyConnected',
      'softmax',
    ]);
    expect(graph.layers[0]).toMatchObject({ stride: { height: 2, width: 2 }, padding: { top: 0, bottom: 1 } });
    expect(card.macs).toBeGreaterThanOrEqual(50000);
    expect(card.macs).toBeLessThanOrEqual(200000);
  });

  test('follows its float network inside, layer by layer', () => {
    for (let sample = 0; sample < 20; sample++) {
      const real = runFloat(float, realPixels(heldOut, sample));
      const { tensors } = runReference(graph, samples.subarray(sample * 256, (sample + 1) * 256), { capture: true });
      for (const { id, scale, zeroPoint } of graph.tensors.values()) {
        const bytes = [...tensors!.get(id)!];
        const error = bytes.reduce((sum, q, i) => sum + Math.abs(scale * (q - zeroPoint) - real.get(id)![i]!), 0);
        expect(error / bytes.length / scale).toBeLessThan(4);
      }
    }
  });
});
