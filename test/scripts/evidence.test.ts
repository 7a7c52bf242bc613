import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphToJson } from '../../models/serialize.ts';
import { readEvidence, supported } from '../../scripts/evidence.ts';
import type { Result } from '../../specs/result.ts';
import { runCli } from '../support/cli.ts';
import { sampleResults, sampleSynthesis } from '../support/results.ts';
import { dense, designOf, networkOf } from '../support/small-networks.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (document: unknown): string => {
  const path = join(folder, 'evidence.json');
  writeFileSync(path, JSON.stringify(document));
  return path;
};
const results = sampleResults();
const second = results[1]!;
const use = (document: unknown) => supported(results, readEvidence([written(document)]));
const measured = (parts: Partial<Result> = {}): Result => ({
  ...second,
  energy: { ...second.energy, tier: 'T2', scope: 'gates' },
  tools: { yosys: 'Yosys 0.55' },
  ...parts,
});

test('a result of a higher tier gives its energy and its tools, nothing else', () => {
  const { results: found, syntheses } = use(measured({ verification: null }));
  expect(found.map(({ energy }) => energy.tier)).toEqual(['T0', 'T2', 'T0', 'T0']);
  expect(found[1]).toEqual({
    ...second,
    energy: measured().energy,
    tools: { ...second.tools, yosys: 'Yosys 0.55' },
  });
  expect(syntheses.size).toBe(0);
});

test('of two designs of one name the one of that hardware is meant', () => {
  const twins = [{ ...second, design: { ...second.design, technology: 'gt2n' } }, second];
  const { results: found } = supported(twins, readEvidence([written(measured())]));
  expect(found.map(({ energy }) => energy.tier)).toEqual(['T0', 'T2']);
});

test('a synthesis belongs to the design of its name, also when its energy was replaced', () => {
  const synthesis = sampleSynthesis(second);
  const path = written(synthesis);
  const other = join(folder, 'other.json');
  writeFileSync(other, JSON.stringify(measured()));
  for (const paths of [
    [path, other],
    [other, path],
  ]) {
    const { results: found, syntheses } = supported(results, readEvidence(paths));
    expect(found[1]!.energy.tier).toBe('T2');
    expect([...syntheses]).toEqual([[found[1], synthesis]]);
  }
});

test.each([
  [
    'another name',
    sampleSynthesis(second, { design: 'nobody' }),
    'is about nobody, and the report is about kws-stream-16',
  ],
  [
    'another network',
    sampleSynthesis(second, { of: { ...sampleSynthesis(second).of, modelSha256: '00' } }),
    'is about other hardware than kws-stream-64 is now; make it anew',
  ],
  [
    'other parameters',
    sampleSynthesis(second, { of: { ...sampleSynthesis(second).of, parameters: { multipliers: 65 } } }),
    'is about other hardware',
  ],
  ['another schedule', measured({ cycles: { latency: 1, interval: 1 } }), 'is about other hardware'],
  ['another clock', measured({ design: { ...second.design, clockHertz: 1e6 } }), 'is about other hardware'],
  [
    'what compare finds itself',
    { ...second, energy: { ...second.energy, scope: 'again' } },
    'evidence.json: gives an energy of tier T0, which compare finds itself; give one of tier T1 or T2, or leave it out',
  ],
  [
    'cells of another technology',
    sampleSynthesis(second, { target: 'liberty', cellsByType: { gt2_6t_inv_x1_w13_svt: 3 } }),
    'evidence.json: has cells of gt2n (gt2_6t_inv_x1_w13_svt), and kws-stream-64 is in asap7; synthesise the design with',
  ],
  ['another document', { schema: 'joulesmith/report/1' }, 'its "schema" is "joulesmith/report/1", neither'],
  ['no document', [1], 'its "schema" is null, neither joulesmith/result/1 nor joulesmith/synthesis/1; give what'],
])('%s is refused in words', (_, document, words) => {
  expect(() => use(document)).toThrow(words);
  expect(() => use(document)).toThrow(/evidence\.json.*\[EVIDENCE\]/);
});

test('two files that say the same of one design are refused, other tiers and other designs are not', () => {
  const file = (name: string, document: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(document));
    return join(folder, name);
  };
  const paths = (...documents: unknown[]) =>
    readEvidence(documents.map((document, at) => file(`file-${at}.json`, document)));
  const atT1 = measured({ energy: { ...second.energy, tier: 'T1', scope: 'toggles' } });
  expect(() => supported(results, paths(measured(), atT1, measured({ tools: {} })))).toThrow(
    /file-2\.json: gives the energy of kws-stream-64 at tier T2, which \S*file-0\.json has given already; leave one of the two out \[EVIDENCE\]$/,
  );
  const synthesis = sampleSynthesis(second);
  expect(() => supported(results, paths(synthesis, synthesis))).toThrow(
    /file-1\.json: gives a synthesis of kws-stream-64, which \S*file-0\.json has given already; leave one/,
  );
  const once = file('once.json', measured());
  expect(() => supported(results, readEvidence([once, once]))).toThrow('which it has given already');
  const tiers = (...documents: unknown[]) =>
    supported(results, paths(...documents)).results.map(({ energy }) => energy.tier);
  expect(tiers(measured(), atT1, synthesis)).toEqual(['T0', 'T2', 'T0', 'T0']);
  expect(tiers(atT1, measured())).toEqual(['T0', 'T2', 'T0', 'T0']);
});

test('a document that only looks right is refused by its schema', () => {
  expect(() => use({ ...sampleSynthesis(second), cells: -1 })).toThrow(/\/cells/);
});

test('compare --with, several times: the page has the clock and the path', { timeout: 120_000 }, async () => {
  const at = (name: string) => join(folder, name);
  writeFileSync(at('net.json'), JSON.stringify(graphToJson(networkOf([1, 4], dense(4, 2)))));
  writeFileSync(
    at('design.json'),
    JSON.stringify({ ...designOf({}), parameters: { multipliers: 2 }, model: 'net.json' }),
  );
  const simulated = await runCli(['simulate', 'design.json', '--json'], { folder });
  const result: Result = JSON.parse(simulated.out);
  writeFileSync(at('synth.json'), JSON.stringify(sampleSynthesis(result)));
  writeFileSync(at('gates.json'), JSON.stringify({ ...result, energy: { ...result.energy, tier: 'T2' } }));
  const run = await runCli(
    ['compare', 'design.json', '--with', 'synth.json', '--with', 'gates.json', '-o', 'out', '--json', '--samples', '1'],
    { folder },
  );
  expect(run.code).toBe(0);
  const { results: found, files } = JSON.parse(run.out);
  expect(found[0].energy.tier).toBe('T2');
  expect(files).toContain('figures/critical-path-a.png');
  const page = readFileSync(join(at('out'), 'index.html'), 'utf8');
  expect(page).toContain('1.00 GHz<');
  expect(page).toContain('from register conv1.weight_q[3] to register conv1.lane_0.sum[20]');

  const strange = await runCli(['compare', 'design.json', '--with', 'net.json', '-o', 'other'], { folder });
  expect([strange.code, strange.err]).toEqual([2, expect.stringContaining('neither joulesmith/result/1 nor')]);
});
