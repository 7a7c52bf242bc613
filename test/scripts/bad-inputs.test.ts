import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphToJson } from '../../models/serialize.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { runCli } from '../support/cli.ts';
import { needData } from '../support/data.ts';
import { npy } from '../support/npy.ts';

let folder: string;
const at = (name: string) => join(folder, name);

const design = {
  name: 'good',
  model: 'digits',
  architecture: 'stream',
  parameters: { multipliers: 16 },
  clock: '100 MHz',
  technology: 'asap7',
};

function writeDesign(name: string, changes: Record<string, unknown>): void {
  writeFileSync(at(name), JSON.stringify({ ...design, ...changes }));
}

type Json = { [key: string]: unknown };

/** The built-in network as a JSON file, changed in one place. */
function writeGraph(name: string, change: (graph: Json, layers: Json[], tensors: Json[]) => void): void {
  const graph = JSON.parse(JSON.stringify(graphToJson(loadZoo('digits').graph))) as Json;
  change(graph, graph.layers as Json[], graph.tensors as Json[]);
  writeFileSync(at(name), JSON.stringify(graph));
}

/** Exit 2, one sentence with its code on the error stream, nothing on the other, nothing left behind, and quickly. */
async function refused(argv: readonly string[], sentence: RegExp): Promise<void> {
  const before = readdirSync(folder, { recursive: true });
  const { code, out, err, seconds } = await runCli(argv, { folder });
  expect(err).toMatch(sentence);
  expect(err).toMatch(/^joulesmith: [^\n]+; [^\n]+ \[[A-Z0-9_]+\]\n$/);
  expect(err.length).toBeLessThan(600);
  expect(code).toBe(2);
  expect(out).toBe('');
  // It takes one; more is no slow machine but a gigabyte that was believed.
  expect(seconds).toBeLessThan(30);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-bad-'));
  writeDesign('good.json', {});
  writeFileSync(at('empty.tflite'), '');
  writeFileSync(at('text.tflite'), 'this is not a network, but it is longer than a header would be\n'.repeat(9));
  writeFileSync(at('file'), 'a file');
  mkdirSync(at('mine'));
  writeFileSync(at('mine/thesis.txt'), 'three years of work');
  writeFileSync(at('short.bin'), Buffer.alloc(255));
  writeFileSync(at('one.bin'), Buffer.alloc(256));
  writeFileSync(at('nine.bin'), Buffer.alloc(9));
  writeFileSync(at('none.bin'), '');
  writeFileSync(
    at('float.npy'),
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (64,), }", new Array(256).fill(0)),
  );
  writeFileSync(at('cut.npy'), npy("{'descr': '|i1', 'fortran_order': False, 'shape': (256,), }", [1, 2, 3]));
  writeFileSync(
    at('order.npy'),
    npy("{'descr': '|i1', 'fortran_order': True, 'shape': (16, 16), }", new Array(256).fill(0)),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

describe('a place that cannot be written', () => {
  test.each<[string, string[], RegExp]>([
    ['below a file', ['generate', 'good.json', '-o', 'file/out'], /file\/out: cannot be created/],
    ['a file', ['generate', 'good.json', '-o', 'file'], /file: is a file/],
    [
      'a folder of somebody else',
      ['generate', 'good.json', '-o', 'mine'],
      /holds thesis\.txt, which joulesmith did not write/,
    ],
    ['the same, for a report', ['compare', 'good.json', '-o', 'mine'], /holds thesis\.txt/],
    [
      'a kernel file system',
      ['generate', 'good.json', '-o', '/proc/joulesmith/out'],
      /\/proc\/joulesmith\/out: cannot be created/,
    ],
  ])('%s', async (_title, argv, sentence) => {
    await refused(argv, sentence);
    expect(readFileSync(at('mine/thesis.txt'), 'utf8')).toBe('three years of work');
    expect(readFileSync(at('file'), 'utf8')).toBe('a file');
  });
});

describe('samples that do not fit', () => {
  const verify = ['verify', 'good.json', '--levels', 'reference'];
  test.each<[string, string[], RegExp]>([
    [
      'inputs one byte short',
      ['--inputs', 'short.bin'],
      /short\.bin: holds 255 bytes where inputs of shape \[1, 16, 16, 1\] need a multiple of 256/,
    ],
    ['no inputs', ['--inputs', 'none.bin'], /none\.bin: holds 0 bytes/],
    ['inputs that are missing', ['--inputs', 'nothing.bin'], /nothing\.bin: there is no such file/],
    [
      'too few expected bytes',
      ['--inputs', 'one.bin', '--expect', 'nine.bin'],
      /nine\.bin: holds 9 bytes where expected outputs of shape \[1, 10\] need 1 x 10 = 10/,
    ],
    [
      'too few expected logits',
      ['--inputs', 'one.bin', '--expect-logits', 'nine.bin'],
      /nine\.bin: holds 9 bytes where expected logits/,
    ],
    ['outputs of other inputs', ['--expect', 'one.bin'], /one\.bin: holds 256 bytes/],
    ['a .npy of floats', ['--inputs', 'float.npy'], /float\.npy: holds elements of type '<f4'/],
    ['a .npy that was cut', ['--inputs', 'cut.npy'], /cut\.npy: says shape \(256\), which is 256 bytes, but holds 3/],
    ['a .npy in Fortran order', ['--inputs', 'order.npy'], /order\.npy: is in Fortran order/],
    ['no samples at all', ['--samples', '0'], /--samples: found 0/],
    ['less than none', ['--samples', '-3'], /--samples: found -3/],
    ['not a number', ['--samples', 'many'], /--samples: found NaN/],
    ['half a sample', ['--samples', '1.5'], /--samples: found 1\.5/],
    ['more than memory holds', ['--samples', '1e12'], /--samples: found 1000000000000/],
    ['infinitely many', ['--samples', 'Infinity'], /--samples: found Infinity/],
  ])('%s', async (_title, rest, sentence) => {
    await refused([...verify, ...rest], sentence);
  });
});

describe('a wrong command line', () => {
  test.each<[string, string[], RegExp]>([
    ['no verb', [], /a verb is missing/],
    ['an unknown verb', ['fabricate', 'good.json'], /there is no verb 'fabricate'; known are inspect/],
    ['a misspelt verb', ['simulat', 'good.json'], /did you mean 'simulate'/],
    ['an unknown flag', ['simulate', 'good.json', '--fast'], /fast/],
    ['a flag without its value', ['verify', 'good.json', '--inputs'], /inputs/],
    ['a missing design', ['simulate'], /the name of what to work on is missing/],
    ['a design too many', ['simulate', 'good.json', 'good.json'], /command line/],
    ['no output folder', ['generate', 'good.json'], /command line: .*o/],
    [
      'an unknown level',
      ['verify', 'good.json', '--levels', 'reference,rlt'],
      /--levels: 'rlt' is not a level; did you mean 'rtl'/,
    ],
    [
      'an option twice',
      ['verify', 'good.json', '--samples', '1', '--samples', '2'],
      /'samples' is given more than once/,
    ],
    ['an empty level', ['verify', 'good.json', '--levels', 'rtl,,icarus'], /--levels: '' is not a level/],
  ])('%s', async (_title, argv, sentence) => {
    await refused(argv, sentence);
  });
});

test('with --json the fault is one document as well', async () => {
  const { code, out, err } = await runCli(['simulate', 'nothing.json', '--json'], { folder });
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'FILE_MISSING', wayOut: 'check the path' } });
  expect(err).toMatch(/^joulesmith: [^\n]+\n$/);
});

test('a tool that is asked for and missing is exit 3', async () => {
  const environment = { ...process.env, PATH: folder };
  for (const level of ['verilator', 'icarus']) {
    const { code, err } = await runCli(['verify', 'good.json', '--levels', level, '--samples', '1'], {
      folder,
      environment,
    });
    expect(code).toBe(3);
    expect(err).toMatch(/^joulesmith: \w+: is not on PATH; install [^\n]+ \[TOOL_MISSING\]\n$/);
  }
});

describe('as a process', () => {
  const run = promisify(execFile);
  const root = resolve(import.meta.dirname, '../..');
  const tsx = join(root, 'node_modules/.bin/tsx');
  test.each<[string, string[], RegExp]>([
    ['a missing file', ['inspect', 'none.tflite'], /none\.tflite: there is no such file/],
    ['an unknown verb', ['fabricate'], /fabricate/],
    ['a folder below a file', ['generate', 'good.json', '-o', 'file/out'], /cannot be created/],
  ])('%s: exit 2 and one sentence', async (_title, argv, sentence) => {
    const failed = await run(tsx, [join(root, 'scripts/cli.ts'), ...argv], { cwd: folder }).then(
      () => null,
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    const lines = failed!.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(sentence);
    expect(existsSync(at('out'))).toBe(false);
  });
});

test.each<[readonly string[], RegExp]>([
  [
    ['--liberty', 'cells.lib'],
    /simulate --liberty: says nothing at tier T0; give --tier T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--tier', 'T1', '--liberty', 'cells.lib'],
    /simulate --liberty: says nothing at tier T1; give --tier T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--arithmetic', 'fused'],
    /simulate --arithmetic: says nothing at tier T0; give --tier T1 or T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--samples', '8'],
    /simulate --samples: says nothing at tier T0; give --tier T1 or T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--tier', 'T1', '--samples', '1'],
    /--samples: found 1; give a whole number from 2 to 256: inputs follow each other, and one alone would never change/,
  ],
])('options that a tier has no use for: %s', async (options, sentence) => {
  await refused(['simulate', 'good.json', ...options], sentence);
});
