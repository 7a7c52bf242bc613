import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runFloat } from '../../../models/float-reference.ts';
import type { Softmax } from '../../../models/graph.ts';
import { runReference, runReferenceBatch } from '../../../models/reference.ts';
import { graphToJson } from '../../../models/serialize.ts';
import { graphTotals } from '../../../models/statistics.ts';
import { loadZoo, zooNames } from '../../../models/zoo/zoo.ts';
import { cardText } from '../../../scripts/train/card-text.ts';
import { countRightFloat, largestIndex, rightInt8 } from '../../../scripts/train/measure.ts';
import { heldOut, inputSize, quantizedInputs, realInput } from '../../../scripts/train/task.ts';
import { tasks } from '../../../scripts/train/tasks.ts';
import { quantizeTrained } from '../../../scripts/train/train.ts';

const fileOf = (name: string, file: string) => new URL(`../../../models/zoo/${name}/${file}`, import.meta.url);

describe('the zoo', () => {
  test('has a network for every training script, and the other way round', () => {
    expect(zooNames).toEqual(tasks.map(({ name }) => name));
    expect(zooNames.length).toBeGreaterThanOrEqual(3);
  });

  test('refuses an unknown name and lists the known ones', () => {
    const known = zooNames.join(', ');
    expect(() => loadZoo('digit')).toThrow(
      `zoo: there is no network 'digit'; did you mean 'digits'? choose one of: ${known} [ZOO_UNKNOWN]`,
    );
    expect(() => loadZoo('toString')).toThrow(
      `zoo: there is no network 'toString'; choose one of: ${known} [ZOO_UNKNOWN]`,
    );
  });
});

describe.each(tasks.map((task) => [task.name, task] as const))('%s', (name, task) => {
  const { graph, card, samples, labels, inputBytes, samplesRight, float } = loadZoo(name);
  const data = heldOut(task);

  test('is what its card says', () => {
    const input = graph.tensors.get(graph.inputs[0]!)!;
    const output = graph.tensors.get(graph.outputs[0]!)!;
    expect(card).toMatchObject({ name, layers: graph.layers.length, ...graphTotals(graph) });
    expect(card.input).toEqual({ shape: input.shape, scale: input.scale, zeroPoint: input.zeroPoint });
    expect(card.output).toEqual({ shape: output.shape, scale: output.scale, zeroPoint: output.zeroPoint });
    expect(card.input.shape).toEqual([1, ...task.inputShape]);
    expect(card.training.script).toMatch(new RegExp(`^scripts/train/${name}\\.ts with TensorFlow\\.js `));
    expect(card.training).toMatchObject({ seed: task.recipe.seed, samples: task.recipe.samples });
    expect(samples.length).toBe(labels.length * inputBytes);
    expect(labels.length).toBeGreaterThanOrEqual(200);
    const bytes = runReferenceBatch(graph, samples);
    const classes = card.classes.length;
    const right = labels.filter((label, i) => largestIndex(bytes.subarray(i * classes, (i + 1) * classes)) === label);
    expect(right.length).toBe(samplesRight);
  });

  test('has the files whose hashes the card gives, and the card for people says the same', () => {
    expect(card.files.length).toBeGreaterThanOrEqual(3);
    for (const file of card.files) {
      expect(
        createHash('sha256')
          .update(readFileSync(fileOf(name, file.name)))
          .digest('hex'),
      ).toBe(file.sha256);
    }
    expect(readFileSync(fileOf(name, 'README.md'), 'utf8')).toBe(cardText(card, graph));
  });

  test('gets as many held-out samples right as its card says, in int8 within half a point of float', () => {
    expect(data.count).toBe(card.accuracy.samples);
    const right = {
      float: countRightFloat(task, float, data) / data.count,
      int8: rightInt8(task, graph, data).filter((each) => each).length / data.count,
    };
    expect(right).toEqual({ float: card.accuracy.float, int8: card.accuracy.int8 });
    expect(right.float).toBeGreaterThanOrEqual(0.93);
    // A task that every network solves would prove nothing about quantisation.
    expect(right.float).toBeLessThan(0.995);
    expect(right.int8).toBeGreaterThanOrEqual(right.float - 0.005);
  });

  test('keeps the first held-out samples; the bytes of the sensor are those of the accelerator, less an offset', () => {
    expect(samples).toEqual(quantizedInputs(data).subarray(0, samples.length));
    expect(labels).toEqual(data.labels.subarray(0, labels.length));
    const { scale, zeroPoint } = graph.tensors.get(graph.inputs[0]!)!;
    for (const sample of [3, labels.length - 1]) {
      for (const [i, value] of realInput(task, data, sample).entries())
        expect(Math.round(value / scale) + zeroPoint).toBe(samples[sample * inputBytes + i]);
    }
  });

  test('is exactly what quantising its float network gives, byte for byte', () => {
    const text = `${JSON.stringify(graphToJson(quantizeTrained(task, float)), null, 1)}\n`;
    expect(text).toBe(readFileSync(fileOf(name, `${name}.joulesmith.json`), 'utf8'));
  });

  test('follows its float network inside, layer by layer', () => {
    const size = inputSize(task);
    const softmax = graph.layers.at(-1) as Softmax;
    // Two steps on average everywhere; where softmax is steepest, it turns a change of its input into a quarter of it.
    const softmaxLimit =
      (2 * graph.tensors.get(softmax.input)!.scale) / 4 + 2 * graph.tensors.get(softmax.output)!.scale;
    for (let sample = 0; sample < 20; sample++) {
      const real = runFloat(float, realInput(task, data, sample));
      const { tensors } = runReference(graph, samples.subarray(sample * size, (sample + 1) * size), { capture: true });
      for (const { id, scale, zeroPoint } of graph.tensors.values()) {
        const bytes = tensors!.get(id)!;
        let error = 0;
        for (const [i, q] of bytes.entries()) error += Math.abs(scale * (q - zeroPoint) - real.get(id)![i]!);
        expect(error / bytes.length).toBeLessThan(id === softmax.output ? softmaxLimit : 2 * scale);
      }
    }
  });
});

const kindsOf = (name: string) => loadZoo(name).graph.layers.map((layer) => layer.kind);
const separable = [
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
];

test('digits has the layers the hardware must show: strides, odd padding, depthwise, pooling, dense', () => {
  const { graph, card } = loadZoo('digits');
  expect(kindsOf('digits')).toEqual(separable);
  expect(graph.layers[0]).toMatchObject({ stride: { height: 2, width: 2 }, padding: { top: 0, bottom: 1 } });
  expect(card.macs).toBeGreaterThanOrEqual(50000);
  expect(card.macs).toBeLessThanOrEqual(200000);
});

test('vibration is one-dimensional: kernels and strides along time only, a signed input', () => {
  const { graph } = loadZoo('vibration');
  expect(kindsOf('vibration')).toEqual(separable);
  for (const { shape } of graph.tensors.values()) if (shape.length === 4) expect(shape[2]).toBe(1);
  expect(graph.layers[0]).toMatchObject({
    kernel: { height: 9, width: 1 },
    stride: { height: 4, width: 1 },
    padding: { left: 0, right: 0 },
  });
  expect(graph.tensors.get(graph.inputs[0]!)).toMatchObject({ scale: 1 / 128, zeroPoint: 0 });
});

test('textures is residual: three additions, one of a tensor that goes by untouched, two behind a 1 x 1 shortcut', () => {
  const { graph, float } = loadZoo('textures');
  const producer = new Map(graph.layers.map((layer) => [layer.output, layer]));
  const additions = graph.layers.flatMap((layer) => (layer.kind === 'add' ? [layer.inputs] : []));
  const shortcuts = additions.map((inputs) => {
    const layer = producer.get(inputs[1]!)!;
    if (layer.kind !== 'conv2d' || layer.kernel.height !== 1) return 'untouched';
    return `${layer.kernel.height} x ${layer.kernel.width} stride ${layer.stride.height}`;
  });
  expect(shortcuts).toEqual(['untouched', '1 x 1 stride 2', '1 x 1 stride 2']);
  expect(kindsOf('textures').slice(-4)).toEqual(['averagePool2d', 'reshape', 'fullyConnected', 'softmax']);
  expect(graph.tensors.get(graph.inputs[0]!)!.shape).toEqual([1, 16, 16, 3]);
  expect(float.layers.map(({ kind }) => kind)).toEqual(kindsOf('textures'));
});
