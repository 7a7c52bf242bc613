import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { graphToJson } from '../../../models/serialize.ts';
import { plainNetlist } from '../../../scripts/netlist-rung.ts';
import { gateNetlist } from '../../../scripts/synthesis/gate-netlist.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { runEmbedded } from '../../../sim/verify/embedded.ts';
import { runGates } from '../../../sim/verify/gates.ts';
import { logitsInside, outputOf, portsOf } from '../../../sim/verify/inside.ts';
import { climb } from '../../../sim/verify/ladder.ts';
import { referenceTruth } from '../../../sim/verify/truth.ts';
import { check } from '../../../specs/check.ts';
import { Verification } from '../../../specs/result.ts';
import { Synthesis } from '../../../specs/synthesis.ts';
import { runCli } from '../../support/cli.ts';
import { cellTechnologies, needLiberty } from '../../support/liberty.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';
import { tinyLiberty } from '../../support/tiny-liberty.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
/** Scaled by a power of two, which needs no multiplier: a tenth of the gates. */
const scaled = (layer: ReturnType<typeof dense>): typeof layer =>
  layer.kind === 'fullyConnected' ? { ...layer, weightScales: [1 / 512] } : layer;
const network = networkOf([1, 4], scaled(dense(4, 2)));
const withSoftmax = networkOf([1, 4], scaled(dense(4, 3)), { kind: 'softmax', beta: 1 });
const request = { ...designOf({}), parameters: { multipliers: 2 } };
const yosys = packagedYosys();
let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-liberty-'));
  writeFileSync(at('net.json'), JSON.stringify(graphToJson(network)));
  writeFileSync(at('design.json'), JSON.stringify({ ...request, model: 'net.json' }));
  const gated = { ...request, model: 'net.json', parameters: { multipliers: 2, clockGating: true } };
  writeFileSync(at('gated.json'), JSON.stringify(gated));
  writeFileSync(at('tiny.lib'), tinyLiberty());
  writeFileSync(at('gates.lib'), tinyLiberty(false));
  writeFileSync(at('gated.lib'), tinyLiberty(true, true));
  const flops = tinyLiberty().replace(/ {2}cell \((?:INV|BUF|NAND2)\)[\s\S]*?\n {2}\}\n/g, '');
  writeFileSync(at('flops.lib'), flops.replace('library (tiny)', 'library (flops)'));
});
afterAll(async () => {
  await yosys.close();
  rmSync(folder, { recursive: true, force: true });
});

const joulesmith = (...argv: string[]) =>
  runCli(argv, { folder, environment: { ...process.env, JOULESMITH_CACHE: at('cache') } });

test('verify --liberty climbs to the cells of several files, of the design that synth maps', {
  timeout: 300_000,
}, async () => {
  const cells = ['--liberty', 'gates.lib', '--liberty', 'flops.lib'];
  const run = await joulesmith(
    'verify',
    'design.json',
    '--levels',
    'rtl,netlist',
    '--samples',
    '5',
    ...cells,
    '--json',
  );
  const { verdict, levels } = JSON.parse(run.out);
  expect([run.code, verdict], run.err).toEqual([0, 'equal']);
  expect(levels.netlist).toMatchObject({ samples: 5, matched: 5, cycles: levels.rtl.cycles });
  expect(levels.netlist.tool).toMatch(
    /^cells of gates\.lib, flops\.lib of Yosys \S+ \(WebAssembly\) in the embedded simulator, wasm$/,
  );
  // The same job as that of synth: its answer is in the cache.
  const synth = await joulesmith('synth', 'design.json', ...cells, '--hierarchy', '--json');
  const result = check(Synthesis, JSON.parse(synth.out), 'synth');
  expect([result.cached, result.arithmetic.layers]).toEqual([true, { fully_connected_0: 'split' }]);
});

test('a design with clock gates: they are cells of the netlist, and it equals the RTL', {
  timeout: 300_000,
}, async () => {
  const cells = ['--liberty', 'gated.lib'];
  const synth = await joulesmith('synth', 'gated.json', ...cells, '--hierarchy', '--json');
  expect(synth.code, synth.err).toBe(0);
  const { cellsByType } = check(Synthesis, JSON.parse(synth.out), 'synth');
  expect(cellsByType.GATE).toBeGreaterThan(3);
  const levels = ['--levels', 'rtl,netlist', '--samples', '20'];
  const run = await joulesmith('verify', 'gated.json', ...levels, ...cells, '--prove', '--json');
  const result = check(Verification, JSON.parse(run.out), 'verify');
  expect([run.code, result.verdict, result.levels.netlist!.matched]).toEqual([0, 'equal', 20]);
  expect(result.levels.netlist!.cycles).toEqual(result.levels.rtl!.cycles);
  const proofs = result.proofs!;
  expect(proofs.filter(({ verdict }) => verdict !== 'proved')).toEqual([]);
  expect(proofs.map(({ module }) => module.replace(/_.*/, ''))).toEqual(
    expect.arrayContaining(['drain', 'fully', 'line', 'mac', 'small', 'stream']),
  );
  const bits = proofs.reduce((sum, proof) => sum + proof.bits, 0);
  const all = `${proofs.length} of ${proofs.length} modules, ${bits}`.replace(/(\d)(\d{3})$/, '$1,$2');
  expect(run.err).toContain(`proved equal to their text, for all inputs and states: ${all} bits\n`);
});

test('what enters a softmax is compared at the gates, too', { timeout: 300_000 }, async () => {
  const accelerator = buildAccelerator(withSoftmax, request);
  const { stage, tensor } = logitsInside(accelerator)!;
  const probe = outputOf(stage!);
  const inside = { kept: portsOf(accelerator, stage!), probes: [probe.valid, probe.ready, probe.data] };
  const gates = await gateNetlist(accelerator.design, yosys, { seconds: 600 }, plainNetlist, inside);
  const samples = 4;
  const input = randomInt8s(seededRandom(5), samples * accelerator.inputBytes);
  const rtl = runEmbedded(accelerator, input, samples, [probe]);
  const run = runGates(accelerator, gates, input, samples, [probe]);
  expect(run.watched).toEqual(rtl.watched);
  expect(run.watched[0]!.values).toHaveLength(3 * samples);

  const reference = referenceTruth(accelerator, input, samples);
  const verdictOf = (logits: (typeof run.watched)[number]) =>
    climb({
      graph: accelerator.graph,
      hardwareTensor: accelerator.outputTensor,
      outputTensor: accelerator.graph.outputs[0]!,
      logitsTensor: tensor,
      rungs: [
        { level: 'netlist', tool: 't', samples, hardware: run.outputs, output: run.outputs, clocks: run, logits },
      ],
      truth: reference,
      reference,
      accelerator,
      inputs: 'random',
      notes: [],
    });
  expect(verdictOf(run.watched[0]!).verdict).toBe('equal');
  const wrong = run.watched[0]!.values.map((value, index) => (index === 7 ? value ^ 1 : value));
  expect(verdictOf({ ...run.watched[0]!, values: wrong })).toMatchObject({
    verdict: 'different',
    firstMismatch: { level: 'netlist', layer: 'fully_connected_0', sample: 2, index: 1 },
  });
});

test.each([
  [['--levels', 'rtl', '--liberty', 'tiny.lib'], '--liberty: belongs to the level netlist; add netlist to --levels'],
  [['--levels', 'rtl', '--prove'], '--prove: belongs to the level netlist; add netlist to --levels'],
  [['--levels', 'netlist', '--prove', '--prove-limit', '-1'], '--prove-limit: found -1; give seconds, more than 0'],
  [['--levels', 'netlist', '--arithmetic', 'split'], '--arithmetic: belongs to --liberty'],
  [['--levels', 'netlist', '--limit', '0'], '--limit: found 0; give seconds, more than 0'],
  [['--levels', 'netlist', '--liberty', 'gates.lib'], 'gates.lib: no cell is a flip-flop'],
  [['--levels', 'netlist', '--liberty', 'none.lib'], 'none.lib: there is no such file'],
] as const)('verify %j says what is wrong', async (argv, words) => {
  const run = await joulesmith('verify', 'design.json', ...argv);
  expect([run.code, run.out, run.err]).toEqual([2, '', expect.stringContaining(words)]);
});

for (const technology of exhaustive ? cellTechnologies : []) {
  const files = technology.files.map((file) => `${technology.name}/${file}`);
  needLiberty(
    `${technology.name}: a gated design with a softmax, mapped to the shared library, equals the RTL with its logits`,
    files,
    async (liberty) => {
      const { name: model } = withSoftmax;
      writeFileSync(at(`${model}-softmax.json`), JSON.stringify(graphToJson(withSoftmax)));
      const parameters = { multipliers: 2, clockGating: true };
      writeFileSync(at('soft.json'), JSON.stringify({ ...request, model: `${model}-softmax.json`, parameters }));
      const cells = files.flatMap((file) => ['--liberty', join(liberty, `${file}.gz`)]);
      const run = await joulesmith(
        'verify',
        'soft.json',
        '--levels',
        'rtl,netlist',
        '--samples',
        '6',
        ...cells,
        '--json',
      );
      const { verdict, levels } = JSON.parse(run.out);
      expect([run.code, verdict, levels.netlist?.matched]).toEqual([0, 'equal', 6]);
    },
    900,
  );
}
