import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputsOf } from '../../models/layer-ends.ts';
import { outlineOf } from '../../models/outline.ts';
import { graphTotals } from '../../models/statistics.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { check } from '../../specs/check.ts';
import { ModelOutline } from '../../specs/outline.ts';
import { randomFloatGraph } from '../support/random-float-graph.ts';

test('names what a person would say of each layer', () => {
  const { layers, inputs, outputs } = outlineOf(loadZoo('digits').graph);
  expect(layers.slice(0, 3).map(({ kind, detail }) => [kind, detail])).toEqual([
    ['conv2d', '3x3, stride 2'],
    ['depthwiseConv2d', '3x3'],
    ['conv2d', '1x1'],
  ]);
  expect(inputs.map(({ shape }) => shape)).toEqual([[1, 16, 16, 1]]);
  expect(outputs[0]!.tensor).toBe(layers.at(-1)!.output);
});

test('of any float network: its layers with their ends, and all of its work', () => {
  fc.assert(
    fc.property(randomFloatGraph, ({ graph }) => {
      const { layers } = check(ModelOutline, outlineOf(graph), 'outline');
      expect(layers.map(({ inputs, output }) => [inputs, output])).toEqual(
        graph.layers.map((layer) => [[...inputsOf(layer)], layer.output]),
      );
      expect(layers.reduce((sum, { macs }) => sum + macs, 0)).toBe(graphTotals(graph).macs);
    }),
    { numRuns: 50 },
  );
});
