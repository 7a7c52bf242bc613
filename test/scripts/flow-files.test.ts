import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portsOf } from '../../hdl-gen/emit/flow/block.ts';
import { flowsOf } from '../../hdl-gen/emit/flow/flows.ts';
import { withClockEnable } from '../../hdl-gen/ir/clock-enable.ts';
import { graphToJson } from '../../models/serialize.ts';
import { benchFiles } from '../../scripts/bench-files.ts';
import { blockFiles } from '../../scripts/block-files.ts';
import { buildDesign, loadDesign } from '../../scripts/design.ts';
import { projectRoot } from '../../scripts/project.ts';
import { runCli } from '../support/cli.ts';
import { said, withProgram } from '../support/programs.ts';
import { averagePool, dense, networkOf } from '../support/small-networks.ts';
import { needTool } from '../support/tools.ts';

const standIn = fileURLToPath(new URL('../support/cocotb_stand_in.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'joulesmith-flow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (block: string, ...names: string[]) => join(folder, `${block}-block`, ...names);
const text = (block: string, file: string) => readFileSync(at(block, file), 'utf8');

/** The network below, small enough for synthesis in WebAssembly. */
const tiny = 'tiny-net';
const blocks = [tiny, 'vibration-stream-8', 'digits-stream-64'];
const designOf = (block: string) => (block === tiny ? `${tiny}.json` : block);
const top = (block: string) => block.replaceAll('-', '_');

beforeAll(async () => {
  const graph = networkOf([1, 2, 2, 2], averagePool(2, 2), dense(2, 8));
  writeFileSync(join(folder, 'net.json'), JSON.stringify(graphToJson(graph)));
  const request = {
    name: tiny,
    model: 'net.json',
    architecture: 'stream',
    parameters: { multipliers: 4 },
    clock: '77 MHz',
    technology: 'sky130hd',
  };
  writeFileSync(join(folder, `${tiny}.json`), JSON.stringify(request));
  for (const block of blocks) {
    const { code, err } = await runCli(['generate', designOf(block), '-o', `${block}-block`, '--samples', '2'], {
      folder,
    });
    expect(code, err).toBe(0);
  }
});

const filesOf = (block: string) => readdirSync(at(block)).sort();
const verilogOf = (block: string) =>
  filesOf(block).filter((file) => file.endsWith('.v') && file !== `${top(block)}_tb.v`);
const listed = (block: string) => text(block, 'block.f').trim().split('\n');
const imagesOf = (block: string) =>
  filesOf(block).filter((file) => file.endsWith('.hex') && file !== 'input.hex' && file !== 'expected.hex');

/** Works on a copy, so that the folder stays as it was written. */
function copyOf(block: string): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(at(block), copy, { recursive: true });
  return copy;
}

/** Changes the last expected byte and returns what it became. */
function changeLastByte(copy: string): string {
  const lines = readFileSync(join(copy, 'expected.hex'), 'utf8').trim().split('\n');
  const changed = (Number.parseInt(lines.at(-1)!, 16) ^ 1).toString(16).padStart(2, '0');
  writeFileSync(join(copy, 'expected.hex'), `${[...lines.slice(0, -1), changed].join('\n')}\n`);
  return changed;
}

test('the README of a design for a device says what its memories are made of; of another one it says nothing', async () => {
  const request = JSON.parse(readFileSync(join(folder, `${tiny}.json`), 'utf8'));
  const parameters = { ...request.parameters, device: 'ice40' };
  writeFileSync(join(folder, 'placed.json'), JSON.stringify({ ...request, parameters }));
  const { code, err } = await runCli(['generate', 'placed.json', '-o', 'placed-block'], { folder });
  expect(code, err).toBe(0);
  const page = text('placed', 'README.md');
  expect(page).toContain('The memories are made for ice40: ');
  const rows = [...page.matchAll(/^\| (\w+)\.(\w+) \| (ROM|RAM) in ([a-z -]+) \|/gm)];
  const attributes = { 'block memories': 'block', 'look-up tables': 'distributed', registers: 'registers' };
  expect(rows.length).toBeGreaterThan(3);
  for (const [, module, memory, kind, where] of rows) {
    const style = attributes[where as keyof typeof attributes];
    const [, attribute] = new RegExp(`\\(\\* (.*) \\*\\)\\n {2}reg \\[\\d+:0\\] ${memory} \\[`).exec(
      text('placed', `${module}.v`),
    )!;
    expect(attribute).toContain(`${kind!.toLowerCase()}_style = "${style}"`);
  }
  expect(text(tiny, 'README.md')).not.toMatch(/made for|(ROM|RAM) in/);
});

describe.each(blocks)('the flow files of %s', (block) => {
  test('name every Verilog file and nothing else, instantiated modules first', () => {
    expect(listed(block).toSorted()).toEqual(verilogOf(block));
    const order = listed(block);
    for (const [index, file] of order.entries()) {
      const used = [...text(block, file).matchAll(/^ {2}(\w+) \w+ \($/gm)].map((match) => `${match[1]}.v`);
      for (const module of used) expect(order.slice(0, index)).toContain(module);
    }
    const librelane = JSON.parse(text(block, 'librelane.json'));
    expect(librelane.VERILOG_FILES).toEqual(order.map((file) => `dir::${file}`));
    expect([...text(block, 'block.ys').matchAll(/^read_verilog (.*)$/gm)].map((match) => match[1])).toEqual(order);
  });

  test('name every memory image where the tool needs to be told', () => {
    const named = listed(block).flatMap((file) =>
      [...text(block, file).matchAll(/\$readmemh\("([^"]+)"/g)].map((match) => match[1]!),
    );
    expect(named.toSorted()).toEqual(imagesOf(block));
    for (const image of imagesOf(block)) {
      expect(text(block, 'block.core')).toContain(`- "${image}": {copyto: "${image}"}\n`);
      expect(text(block, 'ice40.mk')).toContain(`  ${image}`);
      expect(text(block, 'README.md')).toContain(`\`${image}\``);
    }
  });

  test('agree on the clock of the request', () => {
    const { clock } = JSON.parse(text(block, 'design.json'));
    const megahertz = Number(/^(\d+) MHz$/.exec(clock)![1]);
    const period = 1000 / megahertz;
    const { CLOCK_PERIOD, CLOCK_PORT, DESIGN_NAME } = JSON.parse(text(block, 'librelane.json'));
    expect([CLOCK_PORT, DESIGN_NAME]).toEqual(['clk', top(block)]);
    expect(CLOCK_PERIOD).toBeCloseTo(period, 5);
    for (const file of ['block.sdc', 'block.xdc']) {
      expect(text(block, file)).toContain(`create_clock -name clk -period ${CLOCK_PERIOD} [get_ports clk]`);
      expect(text(block, file)).not.toMatch(/^[^#].*false_path/m);
    }
    for (const file of ['ice40.mk', 'ecp5.mk']) expect(text(block, file)).toContain(`FREQUENCY ?= ${megahertz}\n`);
    expect(text(block, 'README.md')).toContain(`${clock}, period ${CLOCK_PERIOD} ns`);
    const python = Number(/PERIOD_PS = (\d+)/.exec(text(block, 'test_block.py'))![1]);
    expect(Math.abs(python - 1000 * period)).toBeLessThanOrEqual(1);
    expect(python % 2).toBe(0);
  });

  test('the port table and the constraints hold the ports of the module', () => {
    const header = /^module \w+ \(\n([\s\S]*?)\n\);/m.exec(text(block, `${top(block)}.v`))![1]!;
    const ports = header.split(',\n').map((line) => /(input|output) .*?(?:\[(\d+):0\] )?(\w+)$/.exec(line)!);
    const rows = [...text(block, 'README.md').matchAll(/^\| `(\w+)` \| (input|output) \| (\d+) \| \w+ \| (.*) \|$/gm)];
    expect(rows.map((row) => [row[1], row[2], Number(row[3])])).toEqual(
      ports.map((port) => [port[3], port[1], Number(port[2] ?? 0) + 1]),
    );
    expect(rows.filter((row) => row[4] === '')).toEqual([]);
    const constrained = [...text(block, 'block.sdc').matchAll(/get_ports \{([^}]*)\}/g)].flatMap((match) =>
      match[1]!.split(' ').map((name) => name.replace('[*]', '')),
    );
    expect(constrained).toEqual(ports.map((port) => port[3]!).filter((name) => name !== 'clk'));
  });

  test('every file that a flow of the README needs is there, and no path of this machine is in any', () => {
    const { design } = buildDesign(loadDesign(designOf(block), folder, process.env));
    const own = { name: block, top: top(block), ports: portsOf(design), verilog: [], images: [], clockHertz: 1 };
    for (const { files, command } of flowsOf(own)) {
      for (const file of files) expect(filesOf(block)).toContain(file);
      expect(text(block, 'README.md')).toContain(`\`${command}\``);
    }
    for (const file of filesOf(block)) {
      expect(text(block, file)).not.toContain(folder);
      expect(text(block, file)).not.toContain(`${projectRoot}/`);
    }
  });

  test('latency and interval of the README are those of simulate', async () => {
    const { out } = await runCli(['simulate', designOf(block), '--json'], { folder });
    const { cycles, multipliers } = JSON.parse(out);
    const page = text(block, 'README.md').replaceAll(',', '');
    expect(page).toContain(`| latency | ${cycles.latency} clocks (`);
    expect(page).toContain(`| interval | ${cycles.interval} clocks (`);
    expect(page).toMatch(new RegExp(`^\\| multipliers \\| ${multipliers} `, 'm'));
  });

  withProgram('make', ['--version'], 'are accepted by make, and nothing is missing that they start from', () => {
    for (const [file, goal] of [
      ['Makefile', 'icarus'],
      ['Makefile', 'verilator-cpp'],
      ['ice40.mk'],
      ['ecp5.mk'],
    ] as const) {
      const args = ['-n', '-f', file, ...(goal === undefined ? [] : [goal])];
      const { code, text } = said('make', args, at(block));
      expect(code, text).toBe(0);
    }
    expect(said('make', ['-n', '-f', 'ice40.mk'], at(block)).text).toMatch(
      /nextpnr-ice40 --hx8k --package ct256 .*--freq \d+ .*--pcf-allow-unconstrained/s,
    );
    expect(said('make', ['-n', '-f', 'ecp5.mk'], at(block)).text).toMatch(
      /nextpnr-ecp5 --85k .*--lpf-allow-unconstrained/s,
    );
  });

  withProgram('tclsh', [], 'the Tcl of Vivado and of the constraints runs, and asks for what is there', () => {
    const heard = `
      proc unknown {args} { puts $args; return [lindex $args end] }
      set argv {}; set argc 0
      source vivado.tcl
      foreach file {block.xdc block.sdc} { source $file }
    `;
    const copy = copyOf(block);
    const { code, text } = said('tclsh', [], copy, heard);
    expect(code, text).toBe(0);
    const lines = text.trim().split('\n');
    expect(lines).toContain(`read_verilog {${listed(block).join(' ')}}`);
    expect(lines).toContain('read_xdc -mode out_of_context block.xdc');
    expect(lines).toContain(`synth_design -top ${top(block)} -part xc7a100tcsg324-1 -mode out_of_context`);
    expect(lines.filter((line) => line.startsWith('create_clock -name clk -period'))).toHaveLength(2);
    expect(lines.filter((line) => /^set_(input|output)_delay/.test(line))).toHaveLength(4);
  });

  withProgram('python3', ['-c', 'import yaml'], 'the core is YAML with all files, targets and top modules', () => {
    const program =
      'import json, yaml; print(json.dumps(yaml.safe_load(open("block.core").read().split("\\n", 1)[1])))';
    const core = JSON.parse(said('python3', ['-c', program], at(block)).text);
    expect(text(block, 'block.core').split('\n')[0]).toBe('CAPI=2:');
    expect(core.name).toBe(`joulesmith:accelerator:${top(block)}:1.0.0`);
    expect(core.filesets.rtl.files).toEqual(listed(block));
    expect(core.filesets.images.files.map((file: object) => Object.keys(file)[0]).sort()).toEqual(imagesOf(block));
    for (const { filesets } of Object.values<{ filesets: string[] }>(core.targets)) {
      for (const set of filesets) expect(Object.keys(core.filesets)).toContain(set);
    }
    expect(core.targets.default.toplevel).toBe(top(block));
    expect(core.targets.sim.toplevel).toBe(`${top(block)}_tb`);
  });

  withProgram('python3', ['-c', 'pass'], 'the Python bench passes good bytes and stops at bad ones', () => {
    const copy = copyOf(block);
    const bench = (...words: string[]) => said('python3', [standIn, copy, ...words], copy);
    const good = bench();
    expect(good.code, good.text).toBe(0);
    expect(good.text).toMatch(/without_pauses: passed[\s\S]*with_pauses: passed/);
    expect(bench('withdraw')).toMatchObject({ code: 1, text: expect.stringContaining('withdrawn or changed') });
    expect(bench('extra')).toMatchObject({ code: 1, text: expect.stringContaining('a byte follows the last one') });
    expect(bench('wrong')).toMatchObject({ code: 1, text: expect.stringContaining('frame 0 byte 1: expected') });
    expect(bench('silent')).toMatchObject({ code: 1, text: expect.stringMatching(/no byte 0 within \d+ clocks/) });
  });
});

test('the handshake figure is in both forms, and the page shows it', () => {
  for (const block of blocks) {
    expect(text(block, 'handshake.svg')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const { signal } = JSON.parse(text(block, 'handshake.json'));
    const names = signal.map(({ name }: { name?: string }) => name);
    const clocks = new Set(
      signal.filter(({ wave }: { wave?: string }) => wave).map(({ wave }: { wave: string }) => wave.length),
    );
    expect(clocks.size).toBe(1);
    expect(names).toEqual(
      expect.arrayContaining(['clk', 'in_valid', 'in_ready', 'in_data', 'out_valid', 'out_ready', 'out_data']),
    );
    expect(text(block, 'README.md')).toContain('](handshake.svg)');
  }
});

await needTool('verilator', 'the C++ bench builds, passes, and names the byte that differs', async () => {
  const copy = copyOf(tiny);
  const good = said('make', ['verilator-cpp'], copy);
  expect(good.code, good.text).toBe(0);
  expect(good.text).toMatch(/^without pauses: done frames 2 mismatches 0 clocks \d+$/m);
  expect(good.text).toMatch(/^with pauses: done frames 2 mismatches 0 clocks \d+$/m);
  expect(good.text).not.toMatch(/warning/i);
  changeLastByte(copy);
  const bad = said('obj_cpp/bench', [], copy);
  expect(bad.code).toBe(1);
  expect(bad.text).toMatch(/^without pauses: mismatch frame 1 byte 7 clock \d+ expected -?\d+ found -?\d+$/m);
  expect(bad.text).toMatch(/^with pauses: done frames 2 mismatches 1 clocks \d+$/m);
  expect(said('obj_cpp/bench', ['7', '200', '9', '0'], copy).code).toBe(1);
  expect(said('obj_cpp/bench', ['7'], copy)).toMatchObject({ code: 2, text: expect.stringContaining('usage') });
  writeFileSync(join(copy, 'expected.hex'), '00\n');
  expect(said('obj_cpp/bench', [], copy)).toMatchObject({
    code: 2,
    text: expect.stringContaining('holds 1 bytes, expected 16'),
  });
});

await needTool(
  'iverilog',
  'the Verilog bench passes through the file list, with the pauses of the figure, too',
  async () => {
    const copy = copyOf(tiny);
    const bench = `${top(tiny)}_tb`;
    const built = said('iverilog', ['-g2005', '-Wall', '-s', bench, '-o', 'b', `${bench}.v`, '-f', 'block.f'], copy);
    expect(built).toEqual({ code: 0, text: '' });
    const plus = /shows\s+the same with `([^`]+)`/.exec(text(tiny, 'README.md'))![1]!.split(' ');
    for (const args of [[], plus]) {
      expect(said('vvp', ['b', ...args], copy).text).toMatch(/^done frames 2 mismatches 0 clocks \d+$/m);
    }
    changeLastByte(copy);
    expect(said('vvp', ['b'], copy).text).toMatch(/^done frames 2 mismatches 1 clocks \d+$/m);
  },
);

test('a block with other ports than byte streams gets every flow but the C++ and Python benches, and its README says so', () => {
  const loaded = loadDesign(`${tiny}.json`, folder, process.env);
  const accelerator = buildDesign(loaded);
  const { inputBytes, outputBytes } = accelerator;
  const [input, expected] = [new Int8Array(inputBytes), new Int8Array(outputBytes)];
  const filesFor = (block: typeof accelerator) =>
    blockFiles(loaded, block, benchFiles(block, input, expected), { input, expected, origin: 'zeros' });
  const files = filesFor({ ...accelerator, design: withClockEnable(accelerator.design) });
  const names = files.map(({ file }) => file);
  const plain = filesFor(accelerator).map(({ file }) => file);
  expect(plain.filter((file) => !names.includes(file)).toSorted()).toEqual([
    'cocotb.mk',
    'handshake.json',
    'handshake.svg',
    'test_block.py',
    'verilator_bench.cpp',
  ]);
  const page = files.find(({ file }) => file === 'README.md')!.text;
  expect(page).toContain('C++ and Python benches are written for plain byte streams only');
  expect(page).toContain('| `ce` | input | 1 |');
  expect(page).toContain('make icarus');
  expect(page).not.toMatch(/cocotb|handshake|verilator-cpp/);
  const core = files.find(({ file }) => file === 'block.core')!.text;
  expect(core).toMatch(/_tb\.v/);
});

test('docs/flows.md names every flow, with its files, its tool and its command', () => {
  const page = readFileSync(join(projectRoot, 'docs', 'flows.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (`.*`) \| (.*?) \| `(.*?)` \| .* \|$/gm)].map(([, files, tool, command]) => ({
    files: files!.split(', ').map((file) => file.slice(1, -1)),
    tool,
    command,
  }));
  const ports = portsOf(buildDesign(loadDesign(blocks[1]!, folder, process.env)).design);
  const block = { name: 'TOP', top: 'TOP', ports, verilog: [], images: [], clockHertz: 1 };
  expect(rows).toEqual(flowsOf(block).map(({ files, tool, command }) => ({ files, tool, command })));
});

/** Runs Yosys (WebAssembly) with these arguments on the files of a block. */
async function yosys(
  block: string,
  args: readonly string[],
): Promise<{ printed: string; written: Record<string, unknown> }> {
  const { runYosys } = await import('@yowasp/yosys');
  const tree = Object.fromEntries(filesOf(block).map((file) => [file, text(block, file)]));
  const decoder = new TextDecoder();
  let printed = '';
  const keep = (bytes: Uint8Array | null): void => {
    if (bytes !== null) printed += decoder.decode(bytes, { stream: true });
  };
  const written = await runYosys([...args], tree, { stdout: keep, stderr: keep });
  return { printed, written: written as Record<string, unknown> };
}

test('the Yosys script runs without a warning and writes the netlist', async () => {
  const { printed, written } = await yosys(tiny, ['-s', 'block.ys']);
  expect(printed).toMatch(/Found and reported 0 problems/);
  expect(printed.split('\n').filter((line) => /^Warning/.test(line))).toEqual([]);
  const netlist = written['block_netlist.json'];
  const json = JSON.parse(typeof netlist === 'string' ? netlist : new TextDecoder().decode(netlist as Uint8Array));
  expect(json.modules[top(tiny)].ports).toHaveProperty('out_data');
});

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const families = exhaustive ? ['ice40', 'ecp5'] : ['ice40'];

withProgram('make', ['--version'], `what the makefiles ask of Yosys works: ${families}`, async () => {
  for (const family of families) {
    const planned = said('make', ['-n', '-f', `${family}.mk`], at(tiny)).text;
    const script = /^yosys -q -l \S+ -p "([^"]+)"$/m.exec(planned)![1]!;
    const { printed, written } = await yosys(tiny, ['-p', script]);
    expect(Object.keys(written)).toContain(`${top(tiny)}_${family}.json`);
    expect(printed).toMatch(/LUT4/);
  }
});
