import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { Job } from '../../../scripts/tools/job.ts';
import { nativeRunner } from '../../../scripts/tools/native-job.ts';
import { findPlacer, openPlacer } from '../../../scripts/tools/nextpnr/open.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { needTool } from '../../support/tools.ts';

const seconds = 300;
const files = { 'gate.v': 'module gate(input a, input b, output y); assign y = a & b; endmodule\n' };
const job = (script: string, ...outputs: string[]): Job => ({ args: ['-v', '2', '-p', script], files, outputs });
const count = job('read_verilog gate.v; synth -top gate; tee -q -o s.json stat -json', 's.json');
const cellsIn = (bytes: Uint8Array | undefined) =>
  JSON.parse(new TextDecoder().decode(bytes)).modules['\\gate'].num_cells_by_type;
/** Nothing synthesises this in a blink. */
const endless: Job = {
  args: ['-v', '2', '-p', 'read_verilog big.v; synth -top big; synth -top big'],
  files: {
    'big.v': `module big(input [255:0] a, input [255:0] b, output [511:0] y); assign y = a * b; endmodule\n`,
  },
  outputs: [],
};

describe('Yosys from npm', () => {
  const yosys = packagedYosys();
  afterAll(() => yosys.close());

  test('one process does job after job, loaded once, and says what it is doing', async () => {
    const lines: string[] = [];
    const first = await yosys.run(count, { seconds, onLine: (line) => lines.push(line) });
    // At the same time: they wait for each other.
    const [second, third] = await Promise.all([yosys.run(count, { seconds }), yosys.run(count, { seconds })]);
    expect([first, second, third].map(({ files }) => cellsIn(files['s.json']))).toEqual([
      { $_AND_: 1 },
      { $_AND_: 1 },
      { $_AND_: 1 },
    ]);
    expect(yosys.starts()).toBe(1);
    expect(lines.some((line) => /Executing/.test(line))).toBe(true);
    expect(yosys.tool).toMatch(/^Yosys \d+\.\d+\.\d+ \(WebAssembly\)$/);
  });

  test('what Yosys refuses is said in its words, and the process stays', async () => {
    const starts = yosys.starts();
    await expect(yosys.run(job('read_verilog none.v'), { seconds })).rejects.toThrow(
      /^Yosys \S+ \(WebAssembly\): ended with exit code 1 and said: ERROR: File `none\.v' not found or is a directory; check the tool with joulesmith doctor, or write the Verilog with joulesmith generate DESIGN -o FOLDER and try the tool on it by hand \[SYNTH_FAILED\]$/,
    );
    await expect(yosys.run(job('read_verilog gate.v', 'none.json'), { seconds })).rejects.toThrow(
      /ended well but did not write none\.json; check its installation with joulesmith doctor \[SYNTH_FAILED\]$/,
    );
    expect(yosys.starts()).toBe(starts);
  });

  test('a job beyond its time ends, and the next one runs', async () => {
    const starts = yosys.starts();
    await expect(yosys.run(endless, { seconds: 0.5 })).rejects.toThrow(
      /: did not finish within 0\.5 s; give it more with --limit SECONDS, keep the modules apart with --hierarchy, or take a smaller design \[SYNTH_TIMEOUT\]$/,
    );
    const { files: left } = await yosys.run(count, { seconds });
    expect(cellsIn(left['s.json'])).toEqual({ $_AND_: 1 });
    expect(yosys.starts()).toBe(starts + 1);
  });

  test('a job is cancelled while it runs, or before it starts', async () => {
    const abort = new AbortController();
    const running = yosys.run(endless, { seconds, signal: abort.signal, onLine: () => abort.abort() });
    const waiting = yosys.run(count, { seconds, signal: abort.signal });
    const after = yosys.run(count, { seconds });
    const words = /: was stopped before it finished; run the command again \[SYNTH_CANCELLED\]$/;
    await expect(running).rejects.toThrow(words);
    await expect(waiting).rejects.toThrow(words);
    expect(cellsIn((await after).files['s.json'])).toEqual({ $_AND_: 1 });
  });
});

test('a command whose job is late ends by itself, and well', async () => {
  const script = `
    import { packagedYosys } from './scripts/tools/yosys/open.ts';
    const job = ${JSON.stringify(endless)};
    const late = (error) => console.log(error.code);
    for (const seconds of [0.2, 1.1, 2.3]) await packagedYosys().run(job, { seconds }).catch(late);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    script,
  ]);
  expect(stdout).toBe('SYNTH_TIMEOUT\n'.repeat(3));
});

test('packages that are not installed are named, with the way to get them', async () => {
  // Node finds no packages from there.
  const nowhere = 'file:///nowhere/joulesmith.js';
  expect(() => packagedYosys(nowhere)).toThrow(
    '@yowasp/yosys: is not installed; run npm install @yowasp/yosys, or use --tool native with Yosys on PATH [SYNTH_PACKAGE]',
  );
  expect(await findPlacer('package', {}, nowhere)).toBeNull();
  await expect(openPlacer('package', {}, nowhere)).rejects.toThrow(
    '@yowasp/nextpnr-ice40: is not installed, and nothing else here can place and route; run npm install @yowasp/nextpnr-ice40 (about 220 MB), or install nextpnr-ice40 and use --tool native [SYNTH_PACKAGE]',
  );
  await expect(openPlacer('native', { PATH: '/nowhere' })).rejects.toThrow(
    'nextpnr-ice40: is not on PATH; install nextpnr (Debian: apt-get install nextpnr-ice40), or leave --tool native out [TOOL_MISSING]',
  );
});

/** Only experiments have it: the tests of the project need no Yosys of the machine. */
describe('a program as a runner', async () => {
  await needTool('iverilog', 'gives what it wrote, its words when it fails, and ends in time', async (tool) => {
    const runner = nativeRunner(tool);
    const bench = (body: string): Job => ({
      args: ['-g2005', '-o', 'out', 'bench.v'],
      files: { 'bench.v': `module bench; initial ${body} endmodule\n` },
      outputs: ['out'],
    });
    const done = await runner.run(bench('$finish;'), { seconds });
    expect(new TextDecoder().decode(done.files.out)).toContain('vvp');
    await expect(runner.run(bench('wrong('), { seconds })).rejects.toThrow(
      /ended with exit code \d+ and said: .*error.*SYNTH_FAILED/,
    );
    await expect(runner.run({ ...bench('$finish;'), outputs: ['other'] }, { seconds })).rejects.toThrow(
      'ended well but did not write other',
    );
    await expect(runner.run(bench('$finish;'), { seconds: 0.001 })).rejects.toThrow('[SYNTH_TIMEOUT]');
    const abort = new AbortController();
    abort.abort();
    await expect(runner.run(bench('$finish;'), { seconds, signal: abort.signal })).rejects.toThrow('[SYNTH_CANCELLED]');
  });
});
