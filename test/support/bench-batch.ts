import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { Pauses } from '../../hdl-gen/emit/pause.ts';
import { emitTestbench, hexLines } from '../../hdl-gen/emit/testbench.ts';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { TensorData } from '../../models/graph.ts';
import type { Tool } from '../../scripts/tools/locate.ts';
import { run } from '../../scripts/tools/run.ts';

/** One accelerator of a batch with its stimulus and the bytes it must give. */
export interface BatchItem {
  readonly accelerator: Accelerator;
  readonly input: TensorData;
  readonly expected: TensorData;
  readonly frames: number;
  readonly pauses: { readonly input: Pauses; readonly output: Pauses };
  /** A clock by which it is done for certain. */
  readonly maxClocks: number;
}

export interface BatchRun {
  readonly firstIn: number[];
  readonly lastOut: number[];
  readonly mismatches: number;
}

/** Writes all benches and one module `batch` around them into a folder; module names must differ between items or mean the same. */
function writeBatch(folder: string, items: readonly BatchItem[]): string[] {
  const texts = new Map<string, string>();
  const add = (file: string, text: string): void => {
    const known = texts.get(file);
    if (known !== undefined && known !== text) throw new Error(`two different files named ${file} in one batch`);
    texts.set(file, text);
  };
  const benches: string[] = [];
  for (const { accelerator, input, expected, frames, pauses, maxClocks } of items) {
    const verilog = emitVerilog(accelerator.design);
    const files = { input: `${verilog.top}_input.hex`, expected: `${verilog.top}_expected.hex` };
    const { inputBytes, outputBytes, inputBits, outputBits } = accelerator;
    const frame = { inputBytes, outputBytes, inputBits, outputBits };
    const bench = emitTestbench({ top: verilog.top, ...frame, frames, pauses, files, maxClocks });
    // Every bench says who it is and leaves the end of the simulation to the module around them.
    add(bench.file, bench.text.replaceAll('$display("', '$display("%m ').replaceAll('$finish;', ';'));
    benches.push(bench.top);
    for (const file of verilog.files) add(file.name, file.text);
    for (const image of verilog.images) add(image.file, image.text);
    add(files.input, hexLines(input));
    add(files.expected, hexLines(expected));
  }
  const end = 10 * (Math.max(...items.map((item) => item.maxClocks)) + 10);
  const instances = benches.map((bench, index) => `  ${bench} bench_${index} ();`).join('\n');
  add('batch.v', `module batch;\n${instances}\n  initial #${end} $finish;\nendmodule\n`);
  for (const [file, text] of texts) writeFileSync(join(folder, file), text);
  return [...texts.keys()].filter((file) => file.endsWith('.v'));
}

function readBatch(printed: string, count: number): BatchRun[] {
  return Array.from({ length: count }, (_, index) => {
    const prefix = `batch\\.bench_${index}(?:\\.\\S+)? `;
    const frames = [...printed.matchAll(new RegExp(`${prefix}frame \\d+ first_in (\\d+) last_out (\\d+)`, 'g'))];
    const done = new RegExp(`${prefix}done frames \\d+ mismatches (\\d+)`).exec(printed);
    if (done === null) throw new Error(`bench ${index} did not finish`);
    return {
      firstIn: frames.map((frame) => Number(frame[1])),
      lastOut: frames.map((frame) => Number(frame[2])),
      mismatches: Number(done[1]),
    };
  });
}

/** Runs many accelerators in one simulation of the tool: one build instead of one each. */
export async function runBatch(tool: Tool, items: readonly BatchItem[]): Promise<BatchRun[]> {
  const folder = mkdtempSync(join(tmpdir(), 'joulesmith-batch-'));
  try {
    const sources = writeBatch(folder, items);
    const icarus = tool.name === 'iverilog';
    const options = { folder, seconds: 900 };
    const built = icarus
      ? await run(tool.path, ['-g2005', '-s', 'batch', '-o', 'bench', ...sources], options)
      : await run(
          tool.path,
          [
            '--binary',
            '--timing',
            '--top-module',
            'batch',
            '-o',
            'bench',
            '-Wno-fatal',
            '-MAKEFLAGS',
            'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0',
            '--build-jobs',
            '2',
            ...sources,
          ],
          options,
        );
    if (built.code !== 0) throw new Error(`${tool.name}: ${built.stderr.slice(0, 2000)}`);
    const ran = await run(join(folder, icarus ? 'bench' : 'obj_dir/bench'), [], options);
    if (ran.code !== 0) throw new Error(`${tool.name}: ${ran.stderr.slice(0, 2000)}`);
    return readBatch(ran.stdout, items.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
