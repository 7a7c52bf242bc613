import { Fault } from '../../../specs/fault.ts';
import type { Environment } from '../../environment.ts';
import type { JobRunner } from '../job.ts';
import { findTool, requireTool } from '../locate.ts';
import { nativeRunner } from '../native-job.ts';
import { installedPackage } from '../webassembly/package.ts';
import { webAssemblyWorker } from '../webassembly/runner.ts';
import type { ToolKind } from '../yosys/open.ts';

export const nextpnrPackage = '@yowasp/nextpnr-ice40';
export const nextpnrHint = `run npm install ${nextpnrPackage} (about 220 MB), or install nextpnr-ice40 and use --tool native`;

/** The placer and router, and the packer of its result into a bitstream. */
export interface Placer {
  readonly nextpnr: JobRunner;
  readonly icepack: JobRunner;
}

function packaged(from: string | undefined): Placer | null {
  const installed = installedPackage(nextpnrPackage, from);
  if (installed === null) return null;
  const tool = `nextpnr-ice40 ${installed.version} (WebAssembly)`;
  const worker = webAssemblyWorker({ tool, installed, command: 'nextpnr-ice40' });
  const runner = (command: string): JobRunner => ({
    tool: command === 'icepack' ? `icepack of ${tool}` : tool,
    run: (job, limits) => worker.run(command, job, limits),
    close: () => worker.close(),
  });
  return { nextpnr: runner('nextpnr-ice40'), icepack: runner('icepack') };
}

/** nextpnr for iCE40, or null where it is not installed. `from` is the file whose packages are meant. */
export async function findPlacer(kind: ToolKind, environment: Environment, from?: string): Promise<Placer | null> {
  if (kind === 'package') return packaged(from);
  const tool = await findTool('nextpnr-ice40', environment);
  if (tool === null) return null;
  return { nextpnr: nativeRunner(tool), icepack: nativeRunner(await requireTool('icepack', environment)) };
}

/** Errors: SYNTH_PACKAGE, TOOL_MISSING. */
export async function openPlacer(kind: ToolKind, environment: Environment, from?: string): Promise<Placer> {
  const placer = await findPlacer(kind, environment, from);
  if (placer !== null) return placer;
  if (kind === 'native') await requireTool('nextpnr-ice40', environment);
  throw new Fault({
    code: 'SYNTH_PACKAGE',
    kind: 'tool',
    place: nextpnrPackage,
    cause: 'is not installed, and nothing else here can place and route',
    wayOut: nextpnrHint,
  });
}
