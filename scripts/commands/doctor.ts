import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Environment } from '../environment.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Level, levelNames } from '../levels.ts';
import { dataFolder } from '../project.ts';
import { table } from '../table.ts';
import { paint } from '../terminal.ts';
import { findTool, installHint, type Tool, type ToolName } from '../tools/locate.ts';
import { nextpnrHint, nextpnrPackage } from '../tools/nextpnr/open.ts';
import { installedPackage } from '../tools/webassembly/package.ts';
import { yosysPackage } from '../tools/yosys/open.ts';
import { answer, verb } from './verb.ts';

const toolOf: Readonly<Record<Level, ToolName | null>> = {
  reference: null,
  rtl: null,
  verilator: 'verilator',
  icarus: 'iverilog',
  netlist: null,
};

const always: Readonly<Record<string, string>> = {
  reference: 'part of joulesmith',
  rtl: 'part of joulesmith',
  netlist: `${yosysPackage}, then the embedded simulator`,
};

/** Packages that synthesis uses, and the programs of the machine that `--tool native` takes in their place. */
const synthesisTools = [
  { name: 'yosys', package: yosysPackage, hint: `run npm install ${yosysPackage}` },
  { name: 'nextpnr-ice40', package: nextpnrPackage, hint: nextpnrHint },
] as const;

interface SynthesisTool {
  readonly package: string | null;
  readonly native: Tool | null;
  readonly note: string;
}

async function synthesisTool(tool: (typeof synthesisTools)[number], environment: Environment): Promise<SynthesisTool> {
  const version = installedPackage(tool.package)?.version ?? null;
  const native = await findTool(tool.name, environment);
  const words = [
    version === null ? null : `${tool.package} ${version}`,
    native === null ? null : `${native.version} with --tool native`,
  ].filter((text) => text !== null);
  return { package: version, native, note: words.length === 0 ? tool.hint : words.join('; ') };
}

export const doctor = verb({
  command: 'doctor',
  describe: 'which tools are here, which rungs of the ladder they open',
  builder: (parser) => parser,
  async run(args, terminal) {
    const levels = await Promise.all(
      levelNames.map(async (level) => {
        const name = toolOf[level];
        const tool = name === null ? null : await findTool(name, terminal.environment);
        const open = level === 'netlist' ? installedPackage(yosysPackage) !== null : name === null || tool !== null;
        const note = name === null ? always[level]! : (tool?.version ?? installHint(name));
        return { level, open, tool: tool?.path ?? null, version: tool?.version ?? null, note };
      }),
    );
    const synthesis = await Promise.all(
      synthesisTools.map(async (tool) => [tool.name, await synthesisTool(tool, terminal.environment)] as const),
    );
    const data = dataFolder(terminal.environment);
    const found = data !== null && existsSync(data);
    const document = {
      node: process.version,
      cores: availableParallelism(),
      levels: Object.fromEntries(levels.map(({ level, open, tool, version }) => [level, { open, tool, version }])),
      synthesis: Object.fromEntries(
        synthesis.map(([name, { package: version, native }]) => [name, { package: version, native }]),
      ),
      data: found ? data : null,
    };
    const rows = levels.map(({ level, open, note }) => [level, open ? 'open' : 'closed', note]);
    const text = [
      `${paint(terminal, 'bold', 'joulesmith')} on node ${process.version}, ${document.cores} cores\n`,
      table([{ title: 'level' }, { title: 'state' }, { title: 'by' }], rows),
      table(
        [{ title: 'synthesis' }, { title: 'by' }],
        synthesis.map(([name, { note }]) => [name, note]),
      ),
      `real models and goldens: ${found ? data : 'none (set JOULESMITH_DATA to their folder)'}\n`,
    ].join('');
    answer(terminal, args.json, document, text);
    return exitCodes.equal;
  },
});
