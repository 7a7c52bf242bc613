import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { multiplierForms } from '../../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { graphToJson } from '../../../models/serialize.ts';
import { check } from '../../../specs/check.ts';
import { Synthesis } from '../../../specs/synthesis.ts';
import { runCli } from '../../support/cli.ts';
import { needLiberty } from '../../support/liberty.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-measured-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = 'gt2n/gt2_6t_w13_svt_tt_0p7v25c.lib';

needLiberty(
  'synth --arithmetic measured: each layer has the form that draws least on its own data, the same every time',
  [file],
  async (liberty) => {
    const request = { ...designOf({}), parameters: { multipliers: 1 }, model: 'net.json', technology: 'gt2n' };
    writeFileSync(join(folder, 'net.json'), JSON.stringify(graphToJson(networkOf([1, 4], dense(4, 3)))));
    writeFileSync(join(folder, 'design.json'), JSON.stringify(request));
    const environment = { ...process.env, JOULESMITH_CACHE: join(folder, 'cache') };
    const synth = (...argv: string[]) => runCli(['synth', 'design.json', ...argv], { folder, environment });
    const cells = ['--liberty', join(liberty, `${file}.gz`)];
    const run = await synth(...cells, '--arithmetic', 'measured', '--json');
    const result = check(Synthesis, JSON.parse(run.out), 'synth');
    const forms = result.arithmetic.measured!.fully_connected_0!;
    expect(result.arithmetic.from).toBe('measured');
    expect(result.arithmetic.layers).toEqual({ fully_connected_0: forms[0]!.form });
    expect(forms.map(({ form }) => form).sort()).toEqual([...multiplierForms].sort());
    const joules = forms.map(({ joulesPerInference }) => joulesPerInference);
    expect(joules).toEqual(joules.toSorted((a, b) => a - b));
    expect(new Set(joules).size).toBe(4);
    expect(forms.every(({ lanes, squareMicrons }) => lanes === 1 && squareMicrons > 5)).toBe(true);
    expect(run.err).toMatch(/arithmetic +\w+, by the least energy on the design's own data/);
    expect(run.err).toMatch(/fully_connected_0 +\w+ .* chosen\n/);

    const again = await synth(...cells, '--arithmetic', 'measured', '--json');
    expect(JSON.parse(again.out)).toEqual({ ...result, cached: true });

    const refused = await synth('--target', 'ice40', '--arithmetic', 'measured');
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringContaining('--arithmetic: belongs to --liberty, not to --target ice40; say "arithmetic" under'),
    ]);
    writeFileSync(join(folder, 'design.json'), JSON.stringify({ ...request, technology: 'sky130hd' }));
    const other = await synth(...cells, '--arithmetic', 'measured');
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('has cells of gt2n (gt2_')]);
  },
  600,
);
