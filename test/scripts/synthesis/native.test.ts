import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphToJson } from '../../../models/serialize.ts';
import { findTool } from '../../../scripts/tools/locate.ts';
import { check } from '../../../specs/check.ts';
import { Verification } from '../../../specs/result.ts';
import { Synthesis } from '../../../specs/synthesis.ts';
import { runCli } from '../../support/cli.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';
import { tinyLiberty } from '../../support/tiny-liberty.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-native-'));
  const layer = dense(4, 2);
  const network = networkOf([1, 4], layer.kind === 'fullyConnected' ? { ...layer, weightScales: [1 / 512] } : layer);
  writeFileSync(at('net.json'), JSON.stringify(graphToJson(network)));
  const request = { ...designOf({}), model: 'net.json' };
  writeFileSync(at('design.json'), JSON.stringify({ ...request, parameters: { multipliers: 2 } }));
  writeFileSync(at('gated.json'), JSON.stringify({ ...request, parameters: { multipliers: 2, clockGating: true } }));
  writeFileSync(at('gated.lib'), tinyLiberty(true, true));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bins = 0;
/** A folder for PATH with programs that are shell scripts, and what runs with nothing else on PATH. */
function withPrograms(programs: Readonly<Record<string, string>>) {
  const bin = at(`bin_${bins++}`);
  mkdirSync(bin);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return (...argv: string[]) =>
    runCli(argv, { folder, environment: { ...process.env, PATH: bin, JOULESMITH_CACHE: at('cache') } });
}
/** Says its version, and does `body` with a script. */
const yosysThat = (body: string, version = 'Yosys 9.99 (git sha1 0)') => ({
  yosys: `if [ "$1" = -V ]; then echo '${version}'; exit 0; fi\n${body}`,
});
const native = ['synth', 'design.json', '--target', 'generic', '--tool', 'native', '--json'] as const;
const statistics = (cells: object) =>
  `cat > statistics.json <<'END'\n${JSON.stringify({ modules: { '\\small_design': { num_cells_by_type: cells } } })}\nEND`;

describe('a Yosys on PATH', () => {
  test('is asked with the script that the package gets, in a folder with all its files', async () => {
    const works = `[ "$*" = "-v 2 -s synthesis.ys" ] || exit 7\ngrep -q '^synth -top small_design -flatten' synthesis.ys || exit 8\ntest -s small_design.v || exit 9\n${statistics({ $_AND_: 3, $_DFF_P_: 2 })}`;
    const first = await withPrograms(yosysThat(works))(...native);
    const result = check(Synthesis, JSON.parse(first.out), 'synth');
    expect(result).toMatchObject({ tool: 'Yosys 9.99', cells: 5, ff: 2, cached: false });
    expect(first.err).toContain('by Yosys 9.99\n');

    // Kept under its version: the same one need not run again, another one must.
    const kept = await withPrograms(yosysThat('exit 5'))(...native);
    expect(JSON.parse(kept.out)).toEqual({ ...result, cached: true });
    const other = await withPrograms(yosysThat('exit 5', 'Yosys 9.98'))(...native);
    expect([other.code, JSON.parse(other.out).error.code]).toEqual([3, 'SYNTH_FAILED']);
  });

  test.each([
    [
      'missing',
      {},
      'yosys: is not on PATH; install Yosys (Debian: apt-get install yosys), or leave --tool native out [TOOL_MISSING]',
    ],
    [
      'fails with words',
      yosysThat("echo working; echo 'ERROR: no such thing' >&2; echo more; exit 1"),
      /Yosys 9\.99: ended with exit code 1 and said: ERROR: no such thing; check the tool with joulesmith doctor, or write the Verilog with joulesmith generate DESIGN -o FOLDER .*\[SYNTH_FAILED\]/,
    ],
    [
      'is killed',
      yosysThat('kill -9 $$'),
      /Yosys 9\.99: ended with exit code .* and said: it said nothing; .*\[SYNTH_FAILED\]/,
    ],
    [
      'writes nothing',
      yosysThat('exit 0'),
      'Yosys 9.99: ended well but did not write statistics.json; check its installation',
    ],
    [
      'writes something else',
      yosysThat('echo nonsense > statistics.json', 'something else'),
      /yosys stat -json: wrote \d+ characters that are no JSON; use another version of Yosys, or the one that comes with joulesmith \(without --tool native\) \[SYNTH_STATISTICS\]/,
    ],
    ['is too slow', yosysThat('sleep 30'), /Yosys 9\.99: did not finish within 0\.5 s; .*\[SYNTH_TIMEOUT\]/],
  ] as const)('what goes wrong is said: %s', async (_, programs, words) => {
    const seconds = 'yosys' in programs && programs.yosys.includes('sleep') ? '0.5' : '60';
    const run = await withPrograms(programs)(...native.slice(0, -1), '--no-cache', '--limit', seconds);
    expect([run.code, run.out]).toEqual([3, '']);
    expect(run.err).toEqual(words instanceof RegExp ? expect.stringMatching(words) : expect.stringContaining(words));
  });

  test('one without clock gates is named where a design wants them', async () => {
    const old = yosysThat("echo 'ERROR: No such command: clockgate (type help for a command overview)'; exit 1");
    const argv = ['gated.json', '--liberty', 'gated.lib', '--tool', 'native'];
    for (const verb of [['synth'], ['verify', '--levels', 'netlist']]) {
      const run = await withPrograms(old)(...verb, ...argv);
      expect([run.code, run.err]).toEqual([
        3,
        expect.stringMatching(/Yosys 9\.99: has no command that makes clock gates, .*\[SYNTH_CLOCK_GATE\]/),
      ]);
    }
  });

  test('a placer that is missing is named', async () => {
    const run = await withPrograms(yosysThat('exit 0'))(
      'synth',
      'design.json',
      '--target',
      'ice40',
      '--place',
      '--tool',
      'native',
    );
    expect([run.code, run.err]).toEqual([
      3,
      expect.stringContaining('nextpnr-ice40: is not on PATH; install nextpnr (Debian: apt-get install nextpnr-ice40)'),
    ]);
  });
});

const environment = { ...process.env };
const has = async (name: 'yosys' | 'nextpnr-ice40' | 'icepack') => (await findTool(name, process.env)) !== null;
// None of them is needed for anything: even JOULESMITH_REQUIRE_TOOLS=1 lets these be skipped, by name.
test.runIf(await has('yosys'))(
  'the Yosys of this machine maps a design whose gates are proved and equal the network (skipped without yosys on PATH)',
  { timeout: 300_000 },
  async () => {
    const levels = ['--levels', 'rtl,netlist', '--samples', '3', '--tool', 'native', '--no-cache', '--prove'];
    const run = await runCli(['verify', 'design.json', ...levels, '--json'], { folder, environment });
    const result = check(Verification, JSON.parse(run.out), 'verify');
    expect([run.code, result.verdict]).toEqual([0, 'equal']);
    expect(result.levels.netlist!.tool).toMatch(/^gates of Yosys \d\S* in the embedded simulator, wasm$/);
    expect(result.proofs!.filter(({ verdict }) => verdict !== 'proved')).toEqual([]);
  },
);

test.runIf((await has('yosys')) && (await has('nextpnr-ice40')) && (await has('icepack')))(
  'the nextpnr of this machine places it (skipped without yosys, nextpnr-ice40 and icepack on PATH)',
  { timeout: 300_000 },
  async () => {
    const argv = ['--target', 'ice40', '--place', '--tool', 'native', '--no-cache', '--json'];
    const run = await runCli(['synth', 'design.json', ...argv], { folder, environment });
    const result = check(Synthesis, JSON.parse(run.out), 'synth');
    expect(result.placer).toMatch(/^nextpnr-/);
    expect(result.fmaxHz).toBeGreaterThan(1e6);
  },
);
