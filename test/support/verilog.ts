import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { emitVerilog, type Verilog } from '../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { createEvaluator } from '../../sim/rtl/evaluate.ts';

const execute = promisify(execFile);

const resetClocks = 2;

/** Input values, or output values, of one clock: bit patterns in the order of the ports. */
export type Row = readonly bigint[];

async function inFolder<T>(verilog: Verilog, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'joulesmith-'));
  try {
    for (const { name, text } of verilog.files) await writeFile(join(folder, name), text);
    for (const { file, text } of verilog.images) await writeFile(join(folder, file), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Everything that Verilator's and Icarus's strictest lint say: empty when they are silent. */
export async function lint(
  design: Design,
  tools: { readonly verilator?: string; readonly iverilog?: string },
): Promise<string> {
  const verilog = emitVerilog(design);
  const names = verilog.files.map((file) => file.name);
  return inFolder(verilog, async (cwd) => {
    let said = '';
    if (tools.verilator !== undefined)
      said += await output(tools.verilator, ['--lint-only', '-Wall', '--top-module', verilog.top, ...names], cwd);
    if (tools.iverilog !== undefined)
      said += await output(tools.iverilog, ['-g2005', '-Wall', '-o', 'design.vvp', '-s', verilog.top, ...names], cwd);
    return said;
  });
}

async function output(file: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout, stderr } = await execute(file, args, { cwd });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}${String(error)}`;
  }
}

/** Reset clocks with the first row, then every row of inputs for one clock; the outputs before each clock edge. */
export async function runIcarusRows(
  design: Design,
  rows: readonly Row[],
  iverilog: string,
  verilog: Verilog = emitVerilog(design),
): Promise<bigint[][]> {
  const top = design.modules.find((module) => module.name === design.top)!;
  const width = top.inputs.reduce((sum, port) => sum + port.width, 0);
  const packed = rows.map((row) => {
    let word = 0n;
    for (const [index, port] of top.inputs.entries())
      word = (word << BigInt(port.width)) | BigInt.asUintN(port.width, row[index]!);
    return word.toString(16);
  });
  const clocked = [...(top.needsClock ? ['.clk(clk)'] : []), ...(top.needsReset ? ['.rst(rst)'] : [])];
  const bench = `module bench;
  reg clk = 0; reg rst = 1; integer i;
  reg [${width - 1}:0] rows [0:${rows.length - 1}];
  reg [${width - 1}:0] row = 0;
  ${top.inputs.map((port) => `wire [${port.width - 1}:0] ${port.name};`).join(' ')}
  ${top.outputs.map((port) => `wire [${port.width - 1}:0] ${port.name};`).join(' ')}
  assign {${top.inputs.map((port) => port.name).join(', ')}} = row;
  ${top.name} dut (${[...clocked, ...[...top.inputs, ...top.outputs].map((port) => `.${port.name}(${port.name})`)].join(', ')});
  initial begin
    $readmemh("rows.hex", rows);
    row = rows[0]; repeat (${resetClocks}) begin #1 clk = 1; #1 clk = 0; end rst = 0;
    for (i = 0; i < ${rows.length}; i = i + 1) begin
      row = rows[i]; #1;
      $display("${top.outputs.map(() => '%h').join(' ')}", ${top.outputs.map((port) => port.name).join(', ')});
      clk = 1; #1 clk = 0;
    end
    $finish;
  end
endmodule
`;
  return inFolder(verilog, async (cwd) => {
    await writeFile(join(cwd, 'bench.v'), bench);
    await writeFile(join(cwd, 'rows.hex'), `${packed.join('\n')}\n`);
    await execute(
      iverilog,
      ['-g2005', '-o', 'bench.vvp', '-s', 'bench', 'bench.v', ...verilog.files.map((file) => file.name)],
      { cwd },
    );
    const { stdout } = await execute('vvp', ['bench.vvp'], { cwd, maxBuffer: 1 << 28 });
    return stdout
      .trim()
      .split('\n')
      .map((line) =>
        line
          .trim()
          .split(/\s+/)
          .map((word) => (/^[0-9a-f]+$/.test(word) ? BigInt(`0x${word}`) : -1n)),
      );
  });
}

/** The same run on the netlist: bit patterns of the outputs. Unknown bits of Icarus show as -1 there, never here. */
export function runNetlistRows(design: Design, rows: readonly Row[]): bigint[][] {
  return runRows(elaborate(design), rows);
}

export function runRows(netlist: Netlist, rows: readonly Row[]): bigint[][] {
  const evaluator = createEvaluator(netlist);
  const settle = (row: Row): void => {
    for (const [index, value] of row.entries()) evaluator.inputs[index] = value;
    evaluator.settle();
  };
  evaluator.reset();
  for (let clock = 0; clock < resetClocks; clock++) {
    settle(rows[0]!);
    evaluator.tick();
    for (const [index, { init }] of netlist.registers.entries()) if (init !== null) evaluator.registers[index] = init;
  }
  return rows.map((row) => {
    settle(row);
    const outputs = netlist.outputs.map(({ node }) =>
      BigInt.asUintN(netlist.nodes[node]!.width, evaluator.values[node]!),
    );
    evaluator.tick();
    return outputs;
  });
}

export interface YosysRun {
  readonly said: string;
  /** What `write_verilog netlist.v` wrote, empty without it. */
  readonly netlist: string;
}

/** Runs yosys (WebAssembly) on the printed design. */
export async function yosys(design: Design, commands: string): Promise<YosysRun> {
  const { runYosys } = await import('@yowasp/yosys');
  const verilog = emitVerilog(design);
  const files: Record<string, string> = {};
  for (const { name, text } of verilog.files) files[name] = text;
  for (const { file, text } of verilog.images) files[file] = text;
  let said = '';
  const print = (bytes: Uint8Array | null): void => {
    if (bytes !== null) said += new TextDecoder().decode(bytes);
  };
  const sources = verilog.files.map((file) => file.name).join(' ');
  const script = `read_verilog ${sources}; hierarchy -check -top ${verilog.top}; ${commands}`;
  const written = await runYosys(['-p', script], files, { stdout: print, stderr: print });
  const netlist = written?.['netlist.v'];
  return { said, netlist: netlist instanceof Uint8Array ? new TextDecoder().decode(netlist) : String(netlist ?? '') };
}
