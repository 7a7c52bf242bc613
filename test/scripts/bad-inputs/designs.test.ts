import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { refusingFolder } from '../../support/refusals.ts';

const { at, writeDesign, refused } = refusingFolder();

mkdirSync(at('mine'));

describe('a wrong design', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a misspelt field',
      { architektur: 'stream' },
      /\/architektur: found an unknown property, expected 'architecture'/,
    ],
    ['a field too many', { colour: 'red' }, /\/colour/],
    ['no model', { model: undefined }, /\/model/],
    ['a model of the wrong type', { model: 7 }, /\/model: found 7/],
    ['a model that is missing', { model: 'none.tflite' }, /none\.tflite: there is no such file/],
    ['a model that is a folder', { model: './mine' }, /mine: is a folder/],
    ['an unknown zoo name', { model: 'digit' }, /: \/model: 'digit' is neither .* did you mean 'digits'/],
    ['an empty name', { name: '' }, /\/name/],
    ['a name that is no identifier', { name: '../../etc/passwd' }, /\/name/],
    ['a name that Verilog keeps for itself', { name: 'module' }, /bad\.json: \/name: 'module' is a reserved word/],
    [
      'the name of a layer',
      { name: 'conv2d_0' },
      /bad\.json: \/name: 'conv2d_0' is the name of one of the network's layers/,
    ],
    ['an unknown architecture', { architecture: 'quantum' }, /\/architecture: found 'quantum'/],
    [
      'an unknown technology',
      { technology: 'asap8' },
      /\/technology: found 'asap8', which is not a technology here \(did you mean 'asap7'/,
    ],
    ['no multipliers', { parameters: { multipliers: 0 } }, /\/parameters\/multipliers: found 0/],
    ['negative multipliers', { parameters: { multipliers: -5 } }, /\/parameters\/multipliers: found -5/],
    ['half a multiplier', { parameters: { multipliers: 2.5 } }, /\/parameters\/multipliers: found 2\.5/],
    ['multipliers as text', { parameters: { multipliers: '64' } }, /\/parameters\/multipliers: found '64'/],
    [
      'fewer multipliers than layers',
      { parameters: { multipliers: 2 } },
      /bad\.json: \/parameters\/multipliers: 2 multipliers cannot serve/,
    ],
    ['a misspelt parameter', { parameters: { multiplier: 64 } }, /\/parameters\/multiplier: .*'multipliers'/],
    [
      'a folding of no lanes',
      { parameters: { foldings: { conv2d_0: { pe: 0, simd: 1 } } } },
      /\/conv2d_0\/pe: found 0/,
    ],
    [
      'a folding below none',
      { parameters: { foldings: { conv2d_0: { pe: -3, simd: 1 } } } },
      /\/conv2d_0\/pe: found -3/,
    ],
    [
      'a folding beyond the layer',
      { parameters: { multipliers: 64, foldings: { conv2d_0: { pe: 1e9, simd: 1 } } } },
      /conv2d_0/,
    ],
    [
      'a folding of an unknown layer',
      { parameters: { multipliers: 64, foldings: { conv2d_99: { pe: 1, simd: 1 } } } },
      /conv2d_99/,
    ],
    ['half a folding', { parameters: { foldings: { conv2d_0: { pe: 1 } } } }, /\/conv2d_0\/simd/],
    ['a clock that stands', { clock: '0 MHz' }, /\/clock: found '0 MHz'/],
    ['a clock without a number', { clock: 'fast' }, /\/clock: found 'fast'/],
    ['a clock without a unit', { clock: -1 }, /\/clock: found -1/],
    ['a clock in another unit', { clock: '3 joules' }, /\/clock/],
    ['an impossible target', { parameters: {}, target: { throughput: 'lots' } }, /\/target/],
  ])('%s', async (_title, changes, sentence) => {
    writeDesign('bad.json', changes);
    await refused(['simulate', 'bad.json'], sentence);
    await refused(['verify', 'bad.json', '--levels', 'reference', '--samples', '1'], sentence);
    await refused(['generate', 'bad.json', '-o', 'out'], sentence);
  });

  test('several faults are named at once', async () => {
    writeDesign('bad.json', { clock: 'fast', name: 5, parameters: { multipliers: 0 } });
    await refused(['simulate', 'bad.json'], /\/name.*\/parameters\/multipliers.*\/clock/);
  });

  test.each<[string, string, RegExp]>([
    ['broken JSON', '{"name": "x",\n "model" "y"}', /bad\.json:2:10: is not valid JSON/],
    ['a list', '[]', /bad\.json: the document: found a list/],
    ['nothing', '', /bad\.json:1:1: is not valid JSON/],
    ['null', 'null', /bad\.json/],
  ])('a design file with %s', async (_title, text, sentence) => {
    writeFileSync(at('bad.json'), text);
    await refused(['simulate', 'bad.json'], sentence);
  });

  test('a missing design file', () => refused(['simulate', 'nothing.json'], /nothing\.json: there is no such file/));
  test('a folder as design', () => refused(['simulate', 'mine'], /mine: is a folder/));
  test('a misspelt design name', () =>
    refused(
      ['simulate', 'digits-stream-9'],
      /neither a file nor a design that joulesmith knows; did you mean 'digits-stream-/,
    ));
  test('one wrong design among several', () =>
    refused(['compare', 'digits-stream-8', 'nothing.json', '-o', 'out'], /nothing\.json/));
});
