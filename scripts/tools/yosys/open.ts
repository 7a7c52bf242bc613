import { Fault } from '../../../specs/fault.ts';
import type { Environment } from '../../environment.ts';
import type { JobRunner } from '../job.ts';
import { requireTool } from '../locate.ts';
import { nativeRunner } from '../native-job.ts';
import { installedPackage } from '../webassembly/package.ts';
import { webAssemblyWorker } from '../webassembly/runner.ts';

/** `package`: WebAssembly from npm; `native`: the program on PATH. */
export type ToolKind = 'package' | 'native';

export const yosysPackage = '@yowasp/yosys';

/** Yosys as it comes with joulesmith, in one process that stays warm. Errors: SYNTH_PACKAGE. */
export function packagedYosys(from?: string): JobRunner & { readonly starts: () => number } {
  const installed = installedPackage(yosysPackage, from);
  if (installed === null) {
    throw new Fault({
      code: 'SYNTH_PACKAGE',
      kind: 'tool',
      place: yosysPackage,
      cause: 'is not installed',
      wayOut: `run npm install ${yosysPackage}, or use --tool native with Yosys on PATH`,
    });
  }
  const tool = `Yosys ${installed.version} (WebAssembly)`;
  const worker = webAssemblyWorker({ tool, installed, command: 'yosys' });
  return {
    tool,
    run: (job, limits) => worker.run('yosys', job, limits),
    close: () => worker.close(),
    starts: () => worker.starts,
  };
}

/** Errors: SYNTH_PACKAGE, TOOL_MISSING. */
export async function openYosys(kind: ToolKind, environment: Environment): Promise<JobRunner> {
  return kind === 'native' ? nativeRunner(await requireTool('yosys', environment)) : packagedYosys();
}
