import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { recordFile } from '../../hdl-gen/emit/testbench.ts';
import type { BenchFiles, BenchRun } from './bench.ts';
import { readBench, watchedIn, writeBench } from './bench.ts';
import type { Tool } from './locate.ts';
import { run, toolFailure, withTemporaryFolder } from './run.ts';

export interface VerilatorBuild {
  /** `fast`: shortest run (-O3 everywhere); `quick`: shortest build (the compiler does not optimise). */
  readonly optimise: 'fast' | 'quick';
  /** Limit of the build and of the run, each. */
  readonly seconds: number;
}

/** The makefile's own -Os comes after -CFLAGS and would win; its variables do not. */
function compiled(flag: string): readonly string[] {
  return ['-MAKEFLAGS', `OPT_FAST="${flag}" OPT_SLOW="${flag}" OPT_GLOBAL="${flag}"`];
}

const optimisation = {
  fast: ['-O3', '--x-assign', 'fast', '--x-initial', 'fast', '--noassert', ...compiled('-O3')],
  quick: ['-O3', ...compiled('-O0')],
} as const;

/** Translates the emitted text with Verilator, compiles it and runs its test bench. */
export function runVerilator(tool: Tool, files: BenchFiles, build: VerilatorBuild): Promise<BenchRun> {
  return withTemporaryFolder('verilator', async (folder) => {
    writeBench(folder, files);
    const sources = [files.bench.file, ...files.verilog.map(({ file }) => file)];
    const built = await run(
      tool.path,
      [
        ...['--binary', '--timing', '--top-module', files.bench.top, '-o', 'bench', '-Wno-fatal'],
        ...['--build-jobs', String(availableParallelism())],
        ...optimisation[build.optimise],
        ...sources,
      ],
      { folder, seconds: build.seconds },
    );
    if (built.code !== 0) throw toolFailure('verilator', built);
    const ran = await run(join(folder, 'obj_dir', 'bench'), ['+record'], { folder, seconds: build.seconds });
    if (ran.code !== 0) throw toolFailure('verilator', ran);
    return {
      ...readBench('verilator', ran.stdout, readFileSync(join(folder, recordFile), 'utf8'), watchedIn(folder)),
      tool: tool.version,
      buildSeconds: built.seconds,
      runSeconds: ran.seconds,
    };
  });
}
