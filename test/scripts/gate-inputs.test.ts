import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { gateDesign, gateNetlist, plainGates } from '../../scripts/synthesis/gate-netlist.ts';
import { readLibrary } from '../../scripts/synthesis/libraries.ts';
import type { JobRunner } from '../../scripts/tools/job.ts';
import { runCli } from '../support/cli.ts';
import { smallLiberty } from '../support/small-liberty.ts';
import { dense, designOf, networkOf } from '../support/small-networks.ts';
import { tinyLiberty } from '../support/tiny-liberty.ts';

/** Libraries that a mapper must not get to see: it would run to its limit, or crash, where the file is what is wrong. */
let folder: string;
const at = (name: string) => join(folder, name);

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
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const broken =
  /^joulesmith: .*\.lib\.gz: cannot be unpacked \(.+\); give a Liberty file, plain or packed with gzip \[SYNTH_LIBERTY\]\n$/;
const ended =
  /late\.lib:\d+: the file ends inside the group \w+\(\w*\) that begins here; fetch the file again, its end is missing \[LIBERTY_TRUNCATED\]/;
const twice = (first: string) =>
  new RegExp(`\\.lib: has the cell \\w+, which ${first} has already; give every cell once \\[SYNTH_LIBERTY\\]`);

const t2 = ['simulate', 'digits-stream-16', '--tier', 'T2'];
const verify = ['verify', 'digits-stream-16', '--levels', 'netlist'];
const cases: readonly (readonly [argv: readonly string[], files: readonly string[], sentence: RegExp])[] = [
  ...[t2, verify, ['synth', 'digits-stream-16']].flatMap((argv) => [
    [argv, ['cut.lib.gz'], broken] as const,
    [argv, ['corrupt.lib.gz'], broken] as const,
    [argv, ['late.lib'], ended] as const,
    [argv, ['small.lib', 'small.lib'], twice('it')] as const,
    [argv, ['small.lib', 'again.lib'], twice('\\S*small\\.lib')] as const,
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
