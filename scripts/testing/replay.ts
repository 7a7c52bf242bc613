import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { leadingResets, type Trace } from '../../sim/observe/trace.ts';
import { Fault } from '../../specs/fault.ts';
import type { TextFile } from '../tools/bench.ts';
import type { Tool } from '../tools/locate.ts';
import { run, toolFailure, withTemporaryFolder } from '../tools/run.ts';
import { type Recording, type ReplayFiles, replayBench } from './replay-bench.ts';

/** An output of the Verilog text that was not what the embedded simulator had. */
export interface ReplayMismatch {
  readonly top: string;
  /** Clock after the reset; negative during it. */
  readonly clock: number;
  readonly output: string;
  /** Hexadecimal bit patterns; Icarus writes x for unknown bits. */
  readonly expected: string;
  readonly found: string;
}

export interface Replay {
  readonly mismatches: readonly ReplayMismatch[];
  /** Outputs compared, over all clocks and recordings. */
  readonly compared: number;
  /** Icarus's value change dump, when asked for. */
  readonly vcd: string | null;
}

export interface ReplayOptions {
  /** Writes a value change dump of the first recording (Icarus only). */
  readonly dump?: boolean;
  /** Other Verilog text for the same ports and clocks, in place of the emitted one; compared from the end of the reset on. */
  readonly verilog?: readonly TextFile[];
  /** Limit of the build and of the run, each. Default 300. */
  readonly seconds?: number;
}

/** All files of a replay; module names must differ between recordings or mean the same. */
function filesOf(recordings: readonly Recording[], benches: readonly ReplayFiles[], options: ReplayOptions) {
  const texts = new Map<string, string>();
  const add = (file: string, text: string): void => {
    const known = texts.get(file);
    if (known !== undefined && known !== text) {
      throw new Fault({
        code: 'REPLAY_FILES',
        place: file,
        cause: 'two recordings of one replay have different modules of this name',
        wayOut: 'replay them one by one',
      });
    }
    texts.set(file, text);
  };
  if (options.verilog !== undefined) for (const { file, text } of options.verilog) add(file, text);
  else {
    for (const { design } of recordings) {
      const { files, images } = emitVerilog(design);
      for (const { name, text } of files) add(name, text);
      for (const { file, text } of images) add(file, text);
    }
  }
  for (const { module, text, rows } of benches) {
    add(`${module}.v`, text);
    add(rows.file, rows.text);
  }
  const instances = benches.map(({ module }, index) => `  ${module} bench_${index} ();`).join('\n');
  const end = Math.max(...benches.map((bench) => bench.end));
  add('replay.v', `module replay;\n${instances}\n  initial #${end} $finish;\nendmodule\n`);
  return texts;
}

/**
 * Runs recorded benches on the emitted Verilog text in Icarus or Verilator, all in one build, and compares every output
 * at every clock with the embedded simulator.
 */
export function replay(tool: Tool, recordings: readonly Recording[], options: ReplayOptions = {}): Promise<Replay> {
  const icarus = tool.name === 'iverilog';
  return withTemporaryFolder('replay', async (folder) => {
    const deposit = icarus && options.verilog === undefined;
    const benches = recordings.map((recording, index) =>
      replayBench(recording, index, { deposit, dump: index === 0 && options.dump === true }),
    );
    const texts = filesOf(recordings, benches, options);
    for (const [file, text] of texts) writeFileSync(join(folder, file), text);
    const sources = [...texts.keys()].filter((file) => file.endsWith('.v'));
    const limits = { folder, seconds: options.seconds ?? 300 };
    const verilator = [
      ...['--binary', '--timing', '--top-module', 'replay', '-o', 'bench', '-Wno-fatal', '-Wno-lint'],
      ...[
        '--x-initial',
        '0',
        '--x-assign',
        '0',
        '-MAKEFLAGS',
        'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0',
        '--build-jobs',
        '2',
      ],
    ];
    const built = await run(
      tool.path,
      [...(icarus ? ['-g2005', '-s', 'replay', '-o', 'bench'] : verilator), ...sources],
      limits,
    );
    if (built.code !== 0) throw toolFailure(tool.name, built);
    const ran = await run(join(folder, icarus ? 'bench' : 'obj_dir/bench'), [], limits);
    if (ran.code !== 0) throw toolFailure(tool.name, ran);
    const dump = join(folder, 'replay.vcd');
    const compared = recordings.map(({ trace }, index) =>
      compare(
        trace,
        readFileSync(join(folder, benches[index]!.found), 'utf8'),
        options.verilog === undefined ? 0 : leadingResets(trace),
      ),
    );
    return {
      mismatches: compared.flatMap((part) => part.mismatches),
      compared: compared.reduce((sum, part) => sum + part.compared, 0),
      vcd: existsSync(dump) ? readFileSync(dump, 'utf8') : null,
    };
  });
}

function compare(
  trace: Trace,
  text: string,
  from: number,
): { readonly mismatches: ReplayMismatch[]; readonly compared: number } {
  const outputs = trace.signals.flatMap((signal, index) => (signal.kind === 'output' ? [{ signal, index }] : []));
  const lines = text.trim().split('\n');
  const lead = leadingResets(trace);
  const mismatches: ReplayMismatch[] = [];
  for (let clock = from; clock < trace.resets.length; clock++) {
    const words = (lines[clock] ?? '').trim().split(/\s+/);
    for (const [at, { signal, index }] of outputs.entries()) {
      const expected = trace.values[index]![clock]!.toString(16).padStart(Math.ceil(signal.width / 4), '0');
      const found = words[at] ?? 'nothing';
      if (found !== expected)
        mismatches.push({ top: trace.name, clock: clock - lead, output: signal.name, expected, found });
    }
  }
  return { mismatches, compared: outputs.length * (trace.resets.length - from) };
}
