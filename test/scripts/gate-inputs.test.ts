import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { projectRoot } from '../../scripts/project.ts';
import { gateDesign, gateNetlist, plainGates } from '../../scripts/synthesis/gate-netlist.ts';
import { readLibrary } from '../../scripts/synthesis/libraries.ts';
import type { JobRunner } from '../../scripts/tools/job.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { runCli } from '../support/cli.ts';
import { said } from '../support/programs.ts';
import { smallLiberty } from '../support/small-liberty.ts';
import { dense, designOf, networkOf } from '../support/small-networks.ts';
import { tinyLiberty } from '../support/tiny-liberty.ts';

/** Libraries that a mapper must not get to see: it would run to its limit, or crash, where the file is what is wrong. */
let folder: string;
const at = (name: string) => join(folder, name);

/** Some cells of a library of the design's technology, as those lie in several files. */
function partOf(cells: readonly string[]): string {
  const { volts } = technologyOf('asap7');
  return tinyLiberty()
    .replaceAll(/ {2}cell \((\w+)\)[\s\S]*?\n {2}\}\n?/g, (text, name) => (cells.includes(name) ? text : ''))
    .replaceAll(/cell \((\w+)\)/g, 'cell ($1_ASAP7_75t_R)')
    .replace('nom_voltage : 1;', `nom_voltage : ${volts};`);
}
const parts = { 'seq.lib': ['DFF'], 'buf.lib': ['BUF'], 'inv.lib': ['INV'], 'nand.lib': ['NAND2'] } as const;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-gate-inputs-'));
  const packed = gzipSync(smallLiberty);
  writeFileSync(at('cut.lib.gz'), packed.subarray(0, packed.length - 20));
  const corrupt = Buffer.from(packed);
  corrupt.fill(0xff, 30, 60);
  writeFileSync(at('corrupt.lib.gz'), corrupt);
  // All cells are there; the braces that close the last and the library are not.
  writeFileSync(at('late.lib'), tinyLiberty().replace(/\}\s*\}\s*$/, ''));
  writeFileSync(at('small.lib'), smallLiberty);
  writeFileSync(at('again.lib'), smallLiberty);
  for (const [name, cells] of Object.entries(parts)) writeFileSync(at(name), partOf(cells));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const broken =
  /^joulesmith: .*\.lib\.gz: cannot be unpacked \(.+\); give a Liberty file, plain or packed with gzip \[SYNTH_LIBERTY\]\n$/;
const ended =
  /late\.lib:\d+: the file ends inside the group \w+\(\w*\) that begins here; fetch the file again, its end is missing \[LIBERTY_TRUNCATED\]/;
const twice = (first: string) =>
  new RegExp(`\\.lib: has the cell \\w+, which ${first} has already; give every cell once \\[SYNTH_LIBERTY\\]`);

const noInverter = 'no cell is an inverter';
const noPair = 'no cell is an AND, NAND, OR or NOR of two inputs';
const lacking = (cause: string, given: string) =>
  new RegExp(
    `^joulesmith: (\\S+\\.lib(, )?)+: ${cause}; give every file of the library, each with its own --liberty: here ${given} given \\[SYNTH_LIBERTY\\]\n$`,
  );

const t2 = ['simulate', 'digits-stream-16', '--tier', 'T2'];
const verify = ['verify', 'digits-stream-16', '--levels', 'netlist'];
const cases: readonly (readonly [argv: readonly string[], files: readonly string[], sentence: RegExp])[] = [
  ...[t2, verify, ['synth', 'digits-stream-16']].flatMap((argv) => [
    [argv, ['cut.lib.gz'], broken] as const,
    [argv, ['corrupt.lib.gz'], broken] as const,
    [argv, ['late.lib'], ended] as const,
    [argv, ['small.lib', 'small.lib'], twice('it')] as const,
    [argv, ['small.lib', 'again.lib'], twice('\\S*small\\.lib')] as const,
    [argv, ['seq.lib'], lacking(`${noInverter}, ${noPair}`, '1 was')] as const,
    [argv, ['seq.lib', 'buf.lib', 'inv.lib'], lacking(noPair, '3 were')] as const,
    [argv, ['seq.lib', 'nand.lib'], lacking(noInverter, '2 were')] as const,
    [argv, ['nand.lib', 'inv.lib'], lacking('no cell is a flip-flop', '2 were')] as const,
  ]),
];

for (const [argv, files, sentence] of cases) {
  test(`${argv.join(' ')} refuses ${files.join(' and ')} before anything is mapped`, async () => {
    const { code, out, err } = await runCli([...argv, ...files.flatMap((file) => ['--liberty', file])], { folder });
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
    expect(out).toBe('');
  });
}

test('npm run sampling refuses them as the commands do', () => {
  const program = ['--import', 'tsx', 'scripts/sampling.ts', 'digits-stream-16'];
  const run = (...files: readonly string[]) =>
    said(process.execPath, [...program, ...files.flatMap((file) => ['--liberty', at(file)])], projectRoot);
  const { code, text } = run('nand.lib', 'inv.lib');
  expect(text).toMatch(lacking('no cell is a flip-flop', '2 were'));
  expect(code).toBe(2);
});

test('a library that gates cannot be read with is refused before Yosys runs', async () => {
  const text = smallLiberty.replace(/function\s*:\s*"[^"]+"/, 'function : "A &* B"');
  expect(text).not.toBe(smallLiberty);
  writeFileSync(at('odd.lib'), text);
  const libraries = [readLibrary(at('odd.lib'), 0)];
  const yosys: JobRunner = { tool: 'none', run: () => Promise.reject(new Error('Yosys ran')), close: async () => {} };
  const request = { ...designOf({}), parameters: { multipliers: 2 } };
  const { design } = buildAccelerator(networkOf([1, 4], dense(4, 2)), request);
  const mapping = { ...plainGates, libraries };
  const inside = { kept: [], probes: [] };
  const refusal = /odd\.lib:\d+: function "A &\* B" is no Boolean expression.*\[LIBERTY_EXPRESSION\]/;
  await expect(gateNetlist(design, yosys, { seconds: 1 }, mapping)).rejects.toThrow(refusal);
  await expect(gateDesign(design, yosys, { seconds: 1 }, mapping, inside)).rejects.toThrow(refusal);
});
