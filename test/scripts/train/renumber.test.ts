import { expect, test } from 'vitest';
import type { FloatGraph } from '../../../models/float.ts';
import { runFloatOutput } from '../../../models/float-reference.ts';
import { loadZoo, zooNames } from '../../../models/zoo/zoo.ts';
import { renumbered } from '../../../scripts/train/renumber.ts';

const shape = [1, 2];
const graph: FloatGraph = {
  name: 'branches',
  tensors: new Map([7, 3, 12, 9, 4].map((id) => [id, { id, name: `t${id}`, shape }])),
  inputs: [7],
  outputs: [4],
  constants: new Map([[3, Float32Array.of(10, 20)]]),
  layers: [
    { kind: 'add', name: 'a', inputs: [3, 7], output: 12, activation: 'none' },
    { kind: 'reshape', name: 'b', input: 7, output: 9 },
    { kind: 'sub', name: 'c', inputs: [12, 9], output: 4, activation: 'none' },
  ],
};

test('tensors are numbered as they come to be, and the network computes the same', () => {
  const dense = renumbered(graph);
  expect([...dense.tensors.values()].map(({ id, name }) => [id, name])).toEqual([
    [0, 'input'],
    [1, 't3'],
    [2, 't12'],
    [3, 't9'],
    [4, 't4'],
  ]);
  expect(dense.layers).toMatchObject([
    { inputs: [1, 0], output: 2 },
    { input: 0, output: 3 },
    { inputs: [2, 3], output: 4 },
  ]);
  expect([dense.inputs, dense.outputs]).toEqual([[0], [4]]);
  expect([...runFloatOutput(dense, Float32Array.of(1, 2))]).toEqual([10, 20]);
  expect(runFloatOutput(dense, Float32Array.of(1, 2))).toEqual(runFloatOutput(graph, Float32Array.of(1, 2)));
});

test.each(zooNames)('the float network of %s is numbered so', (name) => {
  const { float } = loadZoo(name);
  expect(renumbered(float)).toEqual(float);
});
