import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Fault } from '../../specs/fault.ts';
import type { Environment } from '../environment.ts';
import { run } from './run.ts';

export interface Tool {
  readonly name: string;
  readonly path: string;
  /** As the tool says it itself, one line. */
  readonly version: string;
}

interface Known {
  /** Null when the tool does not tell its version. */
  readonly versionArguments: readonly string[] | null;
  readonly version: RegExp;
  readonly install: string;
}

const known = {
  verilator: {
    versionArguments: ['--version'],
    version: /Verilator \S+/,
    install: 'install Verilator 5 (Debian: apt-get install verilator)',
  },
  iverilog: {
    versionArguments: ['-V'],
    version: /Icarus Verilog version \S+/,
    install: 'install Icarus Verilog (Debian: apt-get install iverilog)',
  },
  yosys: {
    versionArguments: ['-V'],
    version: /Yosys \S+/,
    install: 'install Yosys (Debian: apt-get install yosys), or leave --tool native out',
  },
  'nextpnr-ice40': {
    versionArguments: ['--version'],
    version: /nextpnr-\d\S*(?=\))/,
    install: 'install nextpnr (Debian: apt-get install nextpnr-ice40), or leave --tool native out',
  },
  icepack: {
    versionArguments: null,
    version: /^/,
    install: 'install icepack (Debian: apt-get install fpga-icestorm), or leave --tool native out',
  },
} as const satisfies Record<string, Known>;

export type ToolName = keyof typeof known;
/** The first executable file of that name on PATH. */
function onPath(name: string, environment: Environment): string | null {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not here: the next folder of PATH may have it.
    }
  }
  return null;
}

/** The tool and what it says about its version, or null when PATH does not have it. */
export async function findTool(name: ToolName, environment: Environment): Promise<Tool | null> {
  const path = onPath(name, environment);
  if (path === null) return null;
  const { versionArguments, version } = known[name];
  if (versionArguments === null) return { name, path, version: name };
  const { stdout, stderr } = await run(path, versionArguments, { seconds: 20 });
  return { name, path, version: version.exec(`${stdout}${stderr}`)?.[0] ?? `${name} of unknown version` };
}

export async function requireTool(name: ToolName, environment: Environment): Promise<Tool> {
  const tool = await findTool(name, environment);
  if (tool !== null) return tool;
  throw new Fault({
    code: 'TOOL_MISSING',
    kind: 'tool',
    place: name,
    cause: 'is not on PATH',
    wayOut: known[name].install,
  });
}

export function installHint(name: ToolName): string {
  return known[name].install;
}
