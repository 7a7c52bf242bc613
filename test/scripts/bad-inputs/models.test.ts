import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { graphToJson } from '../../../models/serialize.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { runCli } from '../../support/cli.ts';
import { needData } from '../../support/data.ts';
import { refusingFolder } from '../../support/refusals.ts';

const { folder, at, writeDesign, refused } = refusingFolder();

type Json = { [key: string]: unknown };

/** The built-in network as a JSON file, changed in one place. */
function writeGraph(name: string, change: (graph: Json, layers: Json[], tensors: Json[]) => void): void {
  const graph = JSON.parse(JSON.stringify(graphToJson(loadZoo('digits').graph))) as Json;
  change(graph, graph.layers as Json[], graph.tensors as Json[]);
  writeFileSync(at(name), JSON.stringify(graph));
}

writeFileSync(at('empty.tflite'), '');
writeFileSync(at('text.tflite'), 'this is not a network, but it is longer than a header would be\n'.repeat(9));

describe('a model that cannot be read', () => {
  test.each<[string, string, RegExp]>([
    ['a missing file', 'none.tflite', /none\.tflite: there is no such file/],
    ['a missing folder', 'nowhere/none.tflite', /there is no such file/],
    ['a folder', '.', /is a folder/],
    ['an empty file', 'empty.tflite', /empty\.tflite/],
    ['a text file', 'text.tflite', /text\.tflite/],
    ['a misspelt zoo name', 'digitz', /neither a file nor a network of the zoo; did you mean 'digits'/],
    ['an unknown zoo name', 'imagenet', /neither a file nor a network of the zoo; known are digits/],
  ])('%s', async (_title, model, sentence) => {
    await refused(['inspect', model], sentence);
  });

  test('broken JSON, with line and column', async () => {
    writeFileSync(at('broken-graph.json'), '{"format":\n  oops}');
    await refused(['inspect', 'broken-graph.json'], /broken-graph\.json:2:3: is not valid JSON/);
  });

  test.each<[string, Parameters<typeof writeGraph>[1], RegExp]>([
    [
      'an unknown operator',
      (_graph, layers) => {
        layers[0]!.kind = 'attention';
      },
      /\/layers\/0/,
    ],
    [
      'a scale of zero',
      (_graph, _layers, tensors) => {
        tensors[0]!.scale = 0;
      },
      /scale/,
    ],
    [
      'a scale that is not a number',
      (_graph, _layers, tensors) => {
        tensors[0]!.scale = 'NaN';
      },
      /\/tensors\/0\/scale/,
    ],
    [
      'a negative scale',
      (_graph, _layers, tensors) => {
        tensors[1]!.scale = -1;
      },
      /scale/,
    ],
    [
      'a tensor that does not exist',
      (_graph, layers) => {
        layers[1]!.input = 999;
      },
      /999/,
    ],
    [
      'a shape that does not fit',
      (_graph, _layers, tensors) => {
        tensors[1]!.shape = [1, 3, 3, 3];
      },
      /graph-6\.json/,
    ],
    [
      'a shape that no memory holds',
      (_graph, _layers, tensors) => {
        tensors[0]!.shape = [1, 1e6, 1e6, 1];
      },
      /graph-7\.json/,
    ],
  ])('a graph file with %s', async (_title, change, sentence) => {
    const name = `graph-${readdirSync(folder).filter((file) => file.startsWith('graph-')).length + 1}.json`;
    writeGraph(name, change);
    await refused(['inspect', name], sentence);
    writeDesign('of-graph.json', { model: name });
    await refused(['simulate', 'of-graph.json'], sentence);
    rmSync(at('of-graph.json'));
  });

  needData('a real .tflite, truncated at many lengths', ['mlperf_kws/kws_ref_model.tflite'], async (data) => {
    const whole = readFileSync(join(data, 'mlperf_kws/kws_ref_model.tflite'));
    for (const length of [1, 4, 8, 20, 100, 1000, 10_000, 30_000, 50_000, whole.length - 4000]) {
      writeFileSync(at('cut.tflite'), whole.subarray(0, length));
      await refused(['inspect', 'cut.tflite'], /cut\.tflite/);
    }
  });

  needData(
    'a real .tflite with flipped bits gives a sentence or a network',
    ['mlperf_kws/kws_ref_model.tflite'],
    async (data) => {
      const whole = readFileSync(join(data, 'mlperf_kws/kws_ref_model.tflite'));
      let refusals = 0;
      for (let flip = 0; flip < 60; flip++) {
        const bytes = Buffer.from(whole);
        // The structure lies at both ends of the file, the weights between.
        const where = flip < 40 ? flip : whole.length - 1 - 40 * (flip - 40);
        bytes[where]! ^= 1 << (flip % 8);
        writeFileSync(at('flipped.tflite'), bytes);
        const { code, out, err, seconds } = await runCli(['inspect', 'flipped.tflite'], { folder });
        expect([0, 2]).toContain(code);
        // It takes one; more is no slow machine but a gigabyte that was believed.
        expect(seconds).toBeLessThan(30);
        if (code === 0) {
          expect(err).toBe('');
          continue;
        }
        refusals++;
        expect(out).toBe('');
        expect(err).toMatch(/^joulesmith: [^\n]*flipped\.tflite[^\n]+ \[[A-Z0-9_]+\]\n$/);
      }
      expect(refusals).toBeGreaterThan(3);
      rmSync(at('flipped.tflite'));
    },
  );

  needData('a float network', ['mlperf_kws/kws_ref_model_float32.tflite'], async (data) => {
    const model = join(data, 'mlperf_kws/kws_ref_model_float32.tflite');
    writeDesign('float.json', { model });
    const sentence = /float\.json: .*kws_ref_model_float32\.tflite: is a float network.*joulesmith quantize/;
    await refused(['simulate', 'float.json'], sentence);
  });
});
