import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { Port } from '../../hdl-gen/ir/design.ts';
import type { Tool } from '../../scripts/tools/locate.ts';
import { run } from '../../scripts/tools/run.ts';
import { clocks, type Expected, resetClocks, secondReset, type Trace, topOf } from './fuzz-run.ts';

/** How a batch is run where it differs from the comparison of all tools. */
export interface BatchOptions {
  /** Clocks of reset before the first that is printed. */
  readonly resets: number;
  /** Digits of the printed words: hexadecimal, or binary, which tells which bits are unknown. */
  readonly radix: 'h' | 'b';
  /** Statements that give state a value before the first clock; the design's top is the instance `dut`. */
  readonly begin?: (item: Expected) => string;
}
const usual: BatchOptions = { resets: resetClocks, radix: 'h' };

export interface BatchResult {
  /** Everything the tool's strictest lint said while it built: empty when it was silent. */
  readonly said: string;
  /** In the order of the designs. */
  readonly traces: readonly Trace[];
}

function bitsOf(ports: readonly Port[]): number {
  return ports.reduce((sum, port) => sum + port.width, 0);
}

/** Connections to the slices of one wide net, the first port highest. */
function slices(net: string, ports: readonly Port[]): string[] {
  let high = bitsOf(ports);
  return ports.map(({ name, width }) => {
    high -= width;
    return `.${name}(${net}[${high + width - 1}:${high}])`;
  });
}

/** Reads the stimulus of one design and prints its outputs at every clock. */
function benchText(item: Expected, { resets: resetClocks, radix, begin }: BatchOptions): string {
  const { seed, design } = item;
  const { name, inputs, outputs, needsClock, needsReset } = topOf(design);
  const total = clocks + resetClocks;
  const connections = [
    ...(needsClock ? ['.clk(clk)'] : []),
    ...(needsReset ? ['.rst(rst)'] : []),
    ...slices('row', inputs),
    ...slices('seen', outputs),
  ];
  const heldAgain = secondReset(seed).map((clock) => `at == ${resetClocks + clock}`);
  // The upper bits of `at` address no row.
  return `/* verilator lint_off UNUSEDSIGNAL */
module bench_${seed} (input wire clk, input wire [31:0] at);
  reg [${bitsOf(inputs) - 1}:0] rows [0:${total - 1}];
  initial $readmemh("rows_${seed}.hex", rows);
  wire [${bitsOf(inputs) - 1}:0] row = rows[at[7:0]];
  wire [${bitsOf(outputs) - 1}:0] seen;
  wire rst = at < ${resetClocks} || ${heldAgain.join(' || ')};
  ${name} dut (${connections.join(', ')});
${begin === undefined ? '' : `  initial begin\n${begin(item)}\n  end\n`}  always @(posedge clk) if (at >= ${resetClocks}) $display("${seed} %${radix}", seen);
endmodule
`;
}

/** The stimulus, its first row once for every clock of reset. */
function rowsText({ design, stimulus }: Expected, { resets }: BatchOptions): string {
  const { inputs } = topOf(design);
  const lines = stimulus.map((row) => {
    let word = 0n;
    for (const [index, { width }] of inputs.entries())
      word = (word << BigInt(width)) | BigInt.asUintN(width, row[index]!);
    return word.toString(16);
  });
  return `${[...Array.from({ length: resets }, () => lines[0]!), ...lines].join('\n')}\n`;
}

function topText(items: readonly Expected[], { resets }: BatchOptions): string {
  return `module batch;
  reg clk = 0;
  reg [31:0] at = 0;
${items.map(({ seed }) => `  bench_${seed} b_${seed} (.clk(clk), .at(at));`).join('\n')}
  initial begin
    repeat (${clocks + resets}) begin
      #1 clk = 1;
      #1 clk = 0;
      at = at + 1;
    end
    $finish;
  end
endmodule
`;
}

/** Writes the files of the batch and returns the names of the sources. */
function writeBatch(folder: string, items: readonly Expected[], options: BatchOptions): string[] {
  const texts = new Map<string, string>();
  const write = (name: string, text: string): void => {
    const known = texts.get(name);
    if (known !== undefined && known !== text) throw new Error(`two different files named ${name} in one batch`);
    texts.set(name, text);
  };
  write('batch.v', topText(items, options));
  for (const item of items) {
    const { files, images } = emitVerilog(item.design);
    for (const { name, text } of files) write(name, text);
    for (const { file, text } of images) write(file, text);
    write(`bench_${item.seed}.v`, benchText(item, options));
    write(`rows_${item.seed}.hex`, rowsText(item, options));
  }
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
  return [...texts.keys()].filter((name) => name.endsWith('.v'));
}

function readTraces(printed: string, items: readonly Expected[]): Trace[] {
  const traces = new Map<string, string[]>(items.map(({ seed }) => [String(seed), []]));
  for (const line of printed.split('\n')) {
    const [seed, word] = line.split(' ');
    if (word !== undefined) traces.get(seed!)?.push(word);
  }
  return [...traces.values()];
}

/** Builds all designs into one simulation of the tool, with its strictest lint on, and runs it. */
export async function runFuzzBatch(
  tool: Tool,
  items: readonly Expected[],
  options: BatchOptions = usual,
): Promise<BatchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'joulesmith-fuzz-'));
  try {
    const sources = writeBatch(folder, items, options);
    const icarus = tool.name === 'iverilog';
    const limits = { folder, seconds: 900 };
    const quick = 'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0';
    const fast = ['-O0', '-MAKEFLAGS', quick, '--output-split', '20000', '--build-jobs', '2'];
    const built = icarus
      ? await run(tool.path, ['-g2005', '-Wall', '-s', 'batch', '-o', 'bench', ...sources], limits)
      : await run(
          tool.path,
          ['--binary', '--timing', '-Wall', '-Wno-fatal', '--top-module', 'batch', '-o', 'bench', ...fast, ...sources],
          limits,
        );
    if (built.code !== 0) throw new Error(`${tool.name}: ${built.stderr.slice(0, 4000)}`);
    const ran = await run(join(folder, icarus ? 'bench' : 'obj_dir/bench'), [], limits);
    if (ran.code !== 0) throw new Error(`${tool.name}: ${ran.stderr.slice(0, 2000)}`);
    // Verilator remarks that it was asked not to optimise.
    const said = built.stderr.replace(/^-Info: .*\n\s*/gm, '');
    return { said, traces: readTraces(ran.stdout, items) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
