import { describe, expect, test } from 'vitest';
import { graphReaders } from '../../models/import/tfjs/graph-operators.ts';
import { kerasReaders } from '../../models/import/tfjs/keras-layers.ts';
import { floatReaders } from '../../models/import/tflite-float/operators.ts';
import { zooNames } from '../../models/zoo/zoo.ts';
import { networkDocument } from '../../scripts/inspect/document.ts';
import { keyColumns, layerTable } from '../../scripts/inspect/layer-table.ts';
import { loadNetwork } from '../../scripts/model.ts';
import { commandsOf, readPage, testCommands, testLinks } from '../support/documented-commands.ts';

const page = 'docs/models.md';
const text = readPage(page);
const cellsOf = (head: string) => new RegExp(`^\\| ${head} \\| (.*) \\|$`, 'm').exec(text)![1]!.split(', ').sort();

describe('the commands of the page about models', async () => {
  test('there are some', () => {
    expect(commandsOf(text).length).toBeGreaterThan(5);
  });
  await testCommands(page);
});

testLinks(page);

test('the lists of operators are those of the importers', () => {
  expect(cellsOf('`.tflite`, float')).toEqual(Object.keys(floatReaders).sort());
  expect(cellsOf('TensorFlow.js, LayersModel')).toEqual(Object.keys(kerasReaders).sort());
  expect(cellsOf('TensorFlow.js, GraphModel')).toEqual(['Const', 'Placeholder', ...Object.keys(graphReaders)].sort());
});

test('every column of inspect is explained', () => {
  const { columns } = layerTable(networkDocument(loadNetwork(zooNames[0]!, '.', 'MODEL', {})));
  const explained = [...text.matchAll(/^\| ([^|`]+) \| [^|]+ \|$/gm)].flatMap(([, names]) => names!.split(', '));
  for (const { title } of columns.slice(keyColumns)) {
    if (title !== 'kind') expect(explained, title).toContain(title);
  }
});
