import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inputsOf } from '../../models/layer-ends.ts';
import { runReference } from '../../models/reference.ts';
import { graphToJson } from '../../models/serialize.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { check } from '../../specs/check.ts';
import { Result, Verification } from '../../specs/result.ts';
import { runCli } from '../support/cli.ts';
import { needData } from '../support/data.ts';
import { npy } from '../support/npy.ts';
import { needTool } from '../support/tools.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const { graph, samples, inputBytes } = loadZoo('digits');
const count = 4;
const inputs = samples.slice(0, count * inputBytes);
const runs = Array.from({ length: count }, (_, sample) =>
  runReference(graph, inputs.subarray(sample * inputBytes, (sample + 1) * inputBytes), { capture: true }),
);
const outputs = Int8Array.from(runs.flatMap((run) => [...run.output]));
const logits = Int8Array.from(runs.flatMap((run) => [...run.tensors!.get(inputsOf(graph.layers.at(-1)!)[0]!)!]));

async function json(argv: readonly string[]) {
  const { code, out, err } = await runCli([...argv, '--json'], { folder });
  return { code, document: JSON.parse(out), err };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-verbs-'));
  const design = {
    name: 'own',
    model: 'net.json',
    architecture: 'stream',
    parameters: { multipliers: 16 },
    clock: '50 MHz',
    technology: 'sky130hd',
  };
  writeFileSync(at('own.json'), JSON.stringify(design));
  writeFileSync(at('net.json'), JSON.stringify(graphToJson(graph)));
  writeFileSync(at('inputs.bin'), inputs);
  writeFileSync(at('outputs.bin'), outputs);
  writeFileSync(at('logits.bin'), logits);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('inspect counts the network', async () => {
  const { code, document } = await json(['inspect', 'digits']);
  const { card } = loadZoo('digits');
  expect(code).toBe(0);
  expect(document.totals).toMatchObject({ macs: card.macs, parameters: card.parameters });
  expect(document.layers).toHaveLength(card.layers);
  expect(document.inputs[0].shape).toEqual([1, 16, 16, 1]);
});

test('simulate gives one schema-checked result and a table', async () => {
  const { code, document, err } = await json(['simulate', 'digits-stream-16']);
  expect(code).toBe(0);
  const result = check(Result, document, 'simulate');
  expect(result.utilisation).toBeCloseTo(result.model.macs / (result.multipliers * result.cycles.interval), 12);
  expect(result.verification).toBeNull();
  expect(err).toContain('bottleneck');
  const text = await runCli(['simulate', 'digits-stream-16'], { folder });
  expect(text.out).toBe(err);
  expect(text.err).toBe('');
});

describe('verify', async () => {
  test('the zoo samples, by reference and embedded simulator', async () => {
    const { code, document } = await json([
      'verify',
      'digits-stream-32',
      '--levels',
      'rtl,reference',
      '--samples',
      '3',
    ]);
    expect(code).toBe(0);
    const { design, model, ...verification } = document;
    expect([design, model]).toEqual(['digits-stream-32', 'zoo network digits']);
    const { verdict, levels, firstMismatch, inputs: origin } = check(Verification, verification, 'verify');
    expect([verdict, firstMismatch]).toEqual(['equal', null]);
    expect(Object.keys(levels)).toEqual(['reference', 'rtl']);
    expect(levels.rtl).toMatchObject({ samples: 3, matched: 3 });
    expect(origin).toBe('200 samples of the zoo network digits');
    const result = await json(['simulate', 'digits-stream-32']);
    expect(levels.rtl!.cycles).toEqual(result.document.cycles);
  });

  const files = ['--inputs', 'inputs.bin', '--expect', 'outputs.bin', '--expect-logits', 'logits.bin'];

  test('files of a person, raw or .npy, outputs and logits', async () => {
    const { code, document } = await json(['verify', 'own.json', '--levels', 'reference,rtl', ...files]);
    expect(code).toBe(0);
    expect(document.inputs).toBe('4 inputs of inputs.bin, outputs of outputs.bin, logits of logits.bin');
    expect(document.notes).toEqual([]);
    expect(document.levels.rtl).toMatchObject({ samples: 4, matched: 4 });
    const header = `{'descr': '|i1', 'fortran_order': False, 'shape': (${count}, 16, 16, 1), }`;
    writeFileSync(at('inputs.npy'), npy(header, [...new Uint8Array(inputs.buffer)]));
    const same = await json([
      'verify',
      'own.json',
      '--levels',
      'rtl',
      '--inputs',
      'inputs.npy',
      '--expect',
      'outputs.bin',
    ]);
    expect(same.document.levels.rtl).toEqual(document.levels.rtl);
  });

  test.each([
    ['--expect', outputs, 'softmax_10', 23],
    ['--expect-logits', logits, 'fully_connected_9', 36],
  ])('one wrong byte in %s is exit 1 and named', async (flag, bytes, layer, where) => {
    const wrong = bytes.slice();
    wrong[where] = wrong[where]! + (wrong[where]! > 0 ? -1 : 1);
    writeFileSync(at('wrong.bin'), wrong);
    const given = ['--inputs', 'inputs.bin', flag, 'wrong.bin'];
    const { code, document, err } = await json(['verify', 'own.json', '--levels', 'rtl', ...given]);
    expect(code).toBe(1);
    expect(document.verdict).toBe('different');
    expect(document.levels.rtl).toMatchObject({ samples: 4, matched: 3 });
    const [sample, index] = [Math.floor(where / 10), where % 10];
    expect(document.firstMismatch).toMatchObject({
      level: 'rtl',
      sample,
      layer,
      index,
      channel: index,
      expected: wrong[where],
      found: bytes[where],
    });
    expect(err).toContain(`first mismatch: rtl, sample ${sample}, layer ${layer}, index ${index}`);
  });

  for (const [level, tool] of [
    ['icarus', 'iverilog'],
    ['verilator', 'verilator'],
  ] as const) {
    await needTool(tool, `${level} sees the logits before a softmax in hardware: one wrong is named`, async () => {
      const wrong = logits.slice();
      wrong[13] = wrong[13]! ^ 1;
      writeFileSync(at(`${level}.bin`), wrong);
      const given = ['--inputs', 'inputs.bin', '--expect', 'outputs.bin', '--expect-logits', `${level}.bin`];
      const argv = ['verify', 'own.json', '--levels', level, '--samples', '2', ...given];
      const { code, document } = await json(argv);
      expect(code).toBe(1);
      expect(document.levels[level]).toMatchObject({ samples: 2, matched: 1 });
      expect(document.firstMismatch).toMatchObject({
        ...{ level, sample: 1, layer: 'fully_connected_9', index: 3 },
        ...{ expected: wrong[13], found: logits[13] },
      });
      const { document: same } = await json([...argv.slice(0, 3), 'rtl', ...argv.slice(4)]);
      expect(document.firstMismatch.cycle).toBe(same.firstMismatch.cycle);
      expect(document.notes).toEqual(same.notes.map((note: string) => note.replace(/^rtl/, level)));
    });
  }

  test('without any samples, seeded random inputs, and it says so', async () => {
    const { code, document } = await json(['verify', 'own.json', '--levels', 'reference,rtl', '--samples', '2']);
    expect(code).toBe(0);
    expect(document.inputs).toBe('2 random inputs (seed 1)');
    expect(document.notes[0]).toContain('the integer reference is taken as the truth');
  });

  needData(
    "the manifest's inputs and goldens",
    ['mlperf_kws/manifest.json', 'mlperf_kws/kws_ref_model.tflite'],
    async () => {
      const { code, document } = await json(['verify', 'kws-stream-64', '--levels', 'reference,rtl', '--samples', '4']);
      expect(code).toBe(0);
      expect(document.inputs).toBe('200 inputs and goldens of mlperf_kws/manifest.json');
      expect(document.notes).toEqual([]);
      expect(document.levels.rtl).toMatchObject({ samples: 4, matched: 4 });
    },
  );
});

describe('generate', async () => {
  test('writes a complete block', async () => {
    const { code, document } = await json(['generate', 'own.json', '-o', 'block', '--samples', '2']);
    expect(code).toBe(0);
    const written = readdirSync(at('block')).filter((file) => file !== 'joulesmith-files.json');
    expect(written.sort()).toEqual([...document.files].sort());
    expect(written).toEqual(
      expect.arrayContaining(['own.v', 'own_tb.v', 'block.f', 'block.sdc', 'Makefile', 'README.md']),
    );
    expect(readFileSync(at('block/block.sdc'), 'utf8')).toContain('create_clock -name clk -period 20 [get_ports clk]');
    const listed = readFileSync(at('block/block.f'), 'utf8').trim().split('\n');
    expect(listed.every((file) => written.includes(file))).toBe(true);
    expect(readFileSync(at('block/README.md'), 'utf8')).not.toContain(folder);
  });

  test('the same design gives the same bytes', async () => {
    await runCli(['generate', 'own.json', '-o', 'again', '--samples', '2'], { folder });
    for (const file of readdirSync(at('block'))) {
      expect(readFileSync(at(`again/${file}`), 'utf8')).toBe(readFileSync(at(`block/${file}`), 'utf8'));
    }
  });

  await needTool('iverilog', 'the commands of its Makefile work: Icarus', async () => {
    const said = execFileSync('make', ['icarus'], { cwd: at('block'), encoding: 'utf8' });
    expect(said).toMatch(/^done frames 2 mismatches 0 clocks \d+$/m);
    expect(said).not.toMatch(/warning/i);
  });

  await needTool('verilator', 'the commands of its Makefile work: lint', async () => {
    const said = execFileSync('make', ['lint'], { cwd: at('block'), encoding: 'utf8', stdio: 'pipe' });
    expect(said.trim()).toBe('verilator --lint-only -Wall -f block.f');
  });
});

test('compare proves every design and writes one report', async () => {
  const argv = ['compare', 'digits-stream-16', 'own.json', '-o', 'report', '--samples', '2'];
  const { code, document, err } = await json(argv);
  expect(code).toBe(0);
  expect(document.verdict).toBe('equal');
  expect(document.results.map((result: Result) => result.verification!.verdict)).toEqual(['equal', 'equal']);
  expect(readdirSync(at('report'))).toEqual(
    expect.arrayContaining(['index.html', 'results.json', 'results.csv', 'figures']),
  );
  expect(err).toContain('report: ');
  // The one is a network of the zoo, the other a file of its own: nothing is said of the two.
  const reason = 'they compute different networks';
  expect(document.pairs).toEqual([
    { a: 'digits-stream-16 (A)', b: 'own (B)', order: 0, paired: { reason, refused: true } },
  ]);
  expect(err).toContain(`digits-stream-16 (A) and own (B) are not ranked: ${reason}.`);
  expect((await json(argv)).code).toBe(0);
});

test('doctor names every level', async () => {
  const { code, document } = await json(['doctor']);
  expect(code).toBe(0);
  expect(Object.keys(document.levels)).toEqual(['reference', 'rtl', 'verilator', 'icarus', 'netlist']);
  expect(document.levels.netlist.open).toBe(true);
  expect(document.synthesis.yosys.package).toMatch(/^\d+\.\d+\.\d+$/);
  expect(Object.keys(document.synthesis)).toEqual(['yosys', 'nextpnr-ice40']);
  expect(document.levels.rtl.open).toBe(true);
  const bare = await runCli(['doctor', '--json'], { folder, environment: { PATH: folder } });
  const { levels } = JSON.parse(bare.out);
  expect([levels.verilator.open, levels.icarus.open, levels.rtl.open]).toEqual([false, false, true]);
});
