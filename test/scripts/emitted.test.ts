import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { emitVerilog, type Verilog } from '../../hdl-gen/emit/verilog.ts';
import { zooNames } from '../../models/zoo/zoo.ts';
import { loadDesign } from '../../scripts/design.ts';
import { designNames, projectRoot } from '../../scripts/project.ts';
import { run } from '../../scripts/tools/run.ts';
import { dataFolder, toolsAreRequired } from '../support/data.ts';
import { needTool } from '../support/tools.ts';
import { yosys } from '../support/yosys.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-emitted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function emitted(name: string): Verilog {
  const { model, request } = loadDesign(name, projectRoot, process.env);
  return emitVerilog(buildAccelerator(model.graph, request).design);
}

/** Synthesis to gates takes minutes for the large ones; those run with JOULESMITH_EXHAUSTIVE. */
const small = ['digits-stream-16', 'hello-world-stream-8'];
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const builtIn = (name: string) => zooNames.some((network) => name.startsWith(`${network}-`));
const names = designNames().filter((name) => builtIn(name) || dataFolder() !== null || toolsAreRequired());

if (names.length < designNames().length) {
  test.skip('designs of networks in the shared data: skipped, the data is not here', () => {});
}

describe.each(names)('the Verilog of %s', async (name) => {
  const verilog = emitted(name);
  const sources = verilog.files.map((file) => file.name);
  const here = mkdtempSync(join(folder, 'design-'));
  for (const file of verilog.files) writeFileSync(join(here, file.name), file.text);
  for (const image of verilog.images) writeFileSync(join(here, image.file), image.text);

  test('is the same at every emission', () => {
    expect(emitted(name)).toEqual(verilog);
  });

  await needTool(
    'verilator',
    'passes verilator --lint-only -Wall without a word and without a waiver',
    async (tool) => {
      const args = ['--lint-only', '-Wall', '--top-module', verilog.top, ...sources];
      const { code, stdout, stderr } = await run(tool.path, args, { folder: here, seconds: 120 });
      expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
      expect(verilog.files.filter(({ text }) => /verilator\s+lint_off|lint_off/i.test(text))).toEqual([]);
    },
  );

  await needTool('iverilog', 'passes iverilog -g2005 -Wall without a word', async (tool) => {
    const args = ['-g2005', '-Wall', '-s', verilog.top, '-o', 'lint.vvp', ...sources];
    const { code, stdout, stderr } = await run(tool.path, args, { folder: here, seconds: 120 });
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
  });

  test.runIf(exhaustive || small.includes(name))('passes yosys synth: no latch, no problem found', async () => {
    const printed = await yosys(verilog, `synth -top ${verilog.top}; check -assert; stat`);
    expect(printed).toMatch(/Found and reported 0 problems/);
    expect(printed).not.toMatch(/\$_DLATCH|\$dlatch|Latch inferred/i);
    expect(printed.split('\n').filter((line) => /^Warning/.test(line))).toEqual([]);
  });
});
