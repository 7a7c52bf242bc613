import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordFile } from '../../hdl-gen/emit/testbench.ts';
import type { BenchFiles, BenchRun } from './bench.ts';
import { readBench, watchedIn, writeBench } from './bench.ts';
import type { Tool } from './locate.ts';
import { run, toolFailure, withTemporaryFolder } from './run.ts';

/** Compiles the emitted text with Icarus Verilog and runs its test bench. `seconds` limits each of the two. */
export function runIcarus(tool: Tool, files: BenchFiles, seconds: number): Promise<BenchRun> {
  return withTemporaryFolder('icarus', async (folder) => {
    writeBench(folder, files);
    const sources = [files.bench.file, ...files.verilog.map(({ file }) => file)];
    const built = await run(tool.path, ['-g2005', '-s', files.bench.top, '-o', 'bench', ...sources], {
      folder,
      seconds,
    });
    if (built.code !== 0) throw toolFailure('iverilog', built);
    // `bench` starts with a line that names its own vvp.
    const ran = await run(join(folder, 'bench'), ['+record'], { folder, seconds });
    if (ran.code !== 0) throw toolFailure('vvp', ran);
    return {
      ...readBench('icarus', ran.stdout, readFileSync(join(folder, recordFile), 'utf8'), watchedIn(folder)),
      tool: tool.version,
      buildSeconds: built.seconds,
      runSeconds: ran.seconds,
    };
  });
}
