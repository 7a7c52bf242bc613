import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphToJson } from '../../../models/serialize.ts';
import { check } from '../../../specs/check.ts';
import { Synthesis } from '../../../specs/synthesis.ts';
import { runCli } from '../../support/cli.ts';
import { cellTechnologies, cellTechnology, librariesOf, needLiberty } from '../../support/liberty.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';
import { tinyAreas, tinyLiberty } from '../../support/tiny-liberty.ts';

/** Each of these loads and compiles Yosys anew. */
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
let folder: string;
const at = (name: string) => join(folder, name);
const synth = (...argv: string[]) =>
  runCli(['synth', ...argv], { folder, environment: { ...process.env, JOULESMITH_CACHE: at('cache') } });
const jobs = () => readdirSync(join(at('cache'), 'jobs')).length;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-synth-'));
  writeFileSync(at('net.json'), JSON.stringify(graphToJson(networkOf([1, 4], dense(4, 2)))));
  writeFileSync(
    at('design.json'),
    JSON.stringify({ ...designOf({}), parameters: { multipliers: 2 }, model: 'net.json' }),
  );
  writeFileSync(at('tiny.lib'), tinyLiberty());
  writeFileSync(at('packed.lib.gz'), gzipSync(tinyLiberty()));
  writeFileSync(at('gates.lib'), tinyLiberty(false));
  writeFileSync(at('broken.lib.gz'), Uint8Array.of(0x1f, 0x8b, 1, 2, 3));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('one design for iCE40, twice: schema-checked, and the second time from the cache', {
  timeout: 300_000,
}, async () => {
  const first = await synth('design.json', '--target', 'ice40', '--no-place', '--json');
  expect([first.code, first.err.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^small_design for ice40 hx8k, by Yosys \d+\.\d+\.\d+ \(WebAssembly\)$/),
  ]);
  const result = check(Synthesis, JSON.parse(first.out), 'synth');
  const { cellsByType } = result;
  expect(result).toMatchObject({
    target: 'ice40',
    device: 'hx8k',
    fmaxHz: null,
    areaSquareMicrons: null,
    arithmetic: { from: 'target', layers: { fully_connected_0: 'plain' } },
    cached: false,
  });
  expect(result.lut).toBe(cellsByType.SB_LUT4);
  expect(result.lut).toBeGreaterThan(50);
  expect(result.ff).toBeGreaterThan(100);
  expect(result.dsp).toBe(0);
  expect(result.memoryBits).toBeGreaterThan(0);
  expect(result.cells).toBe(Object.values(cellsByType).reduce((sum, count) => sum + count, 0));
  expect(Object.keys(result.modules)).toEqual([result.top]);

  const kept = jobs();
  const second = await synth('design.json', '--target', 'ice40', '--no-place', '--json');
  expect(JSON.parse(second.out)).toEqual({ ...result, cached: true });
  expect(second.err).toContain('(from the cache)');
  expect(jobs()).toBe(kept);
});

test.runIf(exhaustive)('generic gates with the hierarchy kept, and what is written', { timeout: 300_000 }, async () => {
  const run = await synth('design.json', '--target', 'generic', '--hierarchy', '--no-cache', '-o', 'out', '--json');
  const result = check(Synthesis, JSON.parse(run.out), 'synth');
  expect([result.lut, result.bram, result.device]).toEqual([0, 0, null]);
  expect(Object.keys(result.modules).length).toBeGreaterThan(3);
  const sum = Object.values(result.modules).reduce((cells, module) => cells + module.instances * module.cells, 0);
  expect(sum).toBe(result.cells);
  expect(readdirSync(at('out'))).toEqual(expect.arrayContaining(['synthesis.ys', 'netlist.json', 'small_design.v']));
  expect(readFileSync(join(at('out'), 'synthesis.ys'), 'utf8')).toContain('synth -top small_design -run begin:fine\n');
  const { modules } = JSON.parse(readFileSync(join(at('out'), 'netlist.json'), 'utf8'));
  expect(Object.keys(modules)).toContain('small_design');
});

test('cells of a library: area is the sum of the cells', { timeout: 300_000 }, async () => {
  const run = await synth('design.json', '--liberty', 'packed.lib.gz', '--hierarchy', '--json');
  expect(run.err).toContain('area of one');
  const result = check(Synthesis, JSON.parse(run.out), 'synth');
  const { $mem_v2: memories = 0, ...cells } = result.cellsByType;
  expect(Object.keys(cells).filter((name) => tinyAreas[name] === undefined)).toEqual([]);
  const area = Object.entries(cells).reduce((sum, [name, count]) => sum + count * tinyAreas[name]!, 0);
  expect(result.areaSquareMicrons).toBeCloseTo(area, 6);
  expect([result.ff, result.memoryMacros]).toEqual([cells.DFF, memories]);
  expect(result.target).toBe('liberty');
  expect(result.arithmetic).toEqual({ from: 'target', layers: { fully_connected_0: 'split' }, measured: null });
  expect(run.err).toMatch(/arithmetic +split, as suits the target/);
  expect(Object.keys(result.modules).filter((name) => name.startsWith('mac_lane'))).toEqual([
    'mac_lane_split_2_s8x8_16',
  ]);
});

for (const technology of exhaustive ? cellTechnologies : [cellTechnology('gt2n')]) {
  const files = technology.files.map((file) => `${technology.name}/${file}`);
  needLiberty(
    `${technology.name}: the shared library, area by our own reader of Liberty; no cell that only looks like logic`,
    files,
    async (liberty) => {
      const options = files.flatMap((file) => ['--liberty', join(liberty, `${file}.gz`)]);
      const fused = { ...JSON.parse(readFileSync(at('design.json'), 'utf8')) };
      fused.parameters.arithmetic = 'fused';
      writeFileSync(at('fused.json'), JSON.stringify(fused));
      const run = await synth('fused.json', ...options, '--json');
      const result = check(Synthesis, JSON.parse(run.out), 'synth');
      expect(result.arithmetic).toEqual({ from: 'design', layers: { fully_connected_0: 'fused' }, measured: null });
      const cells = new Map(librariesOf(liberty, technology).flatMap((library) => [...library.cells]));
      const { $mem_v2: memories = 0, ...counts } = result.cellsByType;
      expect(memories).toBe(result.memoryMacros);
      const area = Object.entries(counts).reduce((sum, [name, count]) => sum + count * cells.get(name)!.area, 0);
      expect(result.areaSquareMicrons! / area).toBeCloseTo(1, 6);
      const flops = Object.entries(counts).filter(([name]) => cells.get(name)!.state !== null);
      expect(flops.map(([name]) => cells.get(name)!.state!.kind)).toEqual(flops.map(() => 'flop'));
      expect(result.ff).toBe(flops.reduce((sum, [, count]) => sum + count, 0));
      expect(result.ff).toBeGreaterThan(100);
      expect(Object.keys(counts).filter((name) => /lpflow|probe|dly|tie|fill|sdf/i.test(name))).toEqual([]);
      const others = result.notes.filter((note) => note.startsWith(`the cells are of ${technology.name} (`));
      expect(others.length).toBe(technology.name === fused.technology ? 0 : 1);
      for (const note of others) expect(run.err).toContain(`note: ${note}\n`);
    },
    600,
  );
}

test.each([
  [['--target', 'ice4O'], 2, "--target: 'ice4O' is neither a target nor a Liberty file"],
  [[], 2, '--target: is missing; use one of generic, ice40, ecp5, xc7, gowin, intel, or --liberty FILE [SYNTH_OPTION]'],
  [['--target', 'xc7', '--liberty', 'tiny.lib'], 2, '--liberty: belongs to no --target xc7; leave one of the two out'],
  [['--target', 'xc7', '--device', 'hx8k'], 2, '--device: belongs to --target ice40 only; leave it out [SYNTH_OPTION]'],
  [['--target', 'generic', '--place'], 2, '--place: belongs to --target ice40 only; leave it out [SYNTH_OPTION]'],
  [['--target', 'ice40', '--device', 'hx8'], 2, "--device: 'hx8' is no iCE40 device; did you mean 'hx8k'?"],
  [['--target', 'generic', '--limit', '0'], 2, '--limit: found 0; give seconds, more than 0 and at most 2000000'],
  [['--target', 'generic', '--limit', '0.1', '--no-cache'], 3, 'did not finish within 0.1 s'],
  [['--target', 'none.lib'], 2, 'none.lib: there is no such file; check the path [FILE_MISSING]'],
  [
    ['--liberty', 'gates.lib'],
    2,
    'gates.lib: no cell is a flip-flop; give every file of the library, each with its own --liberty: here 1 was given',
  ],
  [
    ['--liberty', 'broken.lib.gz'],
    2,
    /broken\.lib\.gz: cannot be unpacked \(.+\); give a Liberty file, plain or packed/,
  ],
  [['--liberty', 'net.json'], 2, /net\.json: starts with "\{.*, not with 'library \('; give a Liberty file/],
] as const)('synth %j says what is wrong', { timeout: 60_000 }, async (argv, code, words) => {
  const run = await synth('design.json', ...argv);
  expect(run.err).toEqual(words instanceof RegExp ? expect.stringMatching(words) : expect.stringContaining(words));
  expect([run.code, run.out]).toEqual([code, '']);
});

test.runIf(exhaustive)('several files are one library', { timeout: 300_000 }, async () => {
  const flops = tinyLiberty()
    .replace(/ {2}cell \((?:INV|BUF|NAND2)\)[\s\S]*?\n {2}\}\n/g, '')
    .replace('library (tiny)', 'library (flops)');
  expect(flops.match(/cell \(\w+\)/g)).toEqual(['cell (DFF)']);
  writeFileSync(at('flops.lib'), flops);
  const run = await synth('--liberty', 'gates.lib', '--liberty', 'flops.lib', 'design.json', '--json');
  const result = check(Synthesis, JSON.parse(run.out), 'synth');
  expect(result.cellsByType.NAND2).toBeGreaterThan(0);
  expect(result.ff).toBe(result.cellsByType.DFF);
  expect(result.libraries.map(({ file }) => file)).toEqual([at('gates.lib'), at('flops.lib')]);
});
