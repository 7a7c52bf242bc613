import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { exitCodes } from '../exit-codes.ts';
import { type Level, levelNames } from '../levels.ts';
import { dataFolder } from '../project.ts';
import { table } from '../table.ts';
import { paint } from '../terminal.ts';
import { findTool, installHint, type ToolName } from '../tools/locate.ts';
import { answer, verb } from './verb.ts';

const toolOf: Readonly<Record<Level, ToolName | null>> = {
  reference: null,
  rtl: null,
  verilator: 'verilator',
  icarus: 'iverilog',
};

const always: Readonly<Record<string, string>> = {
  reference: 'part of joulesmith',
  rtl: 'part of joulesmith',
};

export const doctor = verb({
  command: 'doctor',
  describe: 'which tools are here, which rungs of the ladder they open',
  builder: (parser) => parser,
  async run(args, terminal) {
    const levels = await Promise.all(
      levelNames.map(async (level) => {
        const name = toolOf[level];
        const tool = name === null ? null : await findTool(name, terminal.environment);
        const open = name === null || tool !== null;
        const note = name === null ? always[level]! : (tool?.version ?? installHint(name));
        return { level, open, tool: tool?.path ?? null, version: tool?.version ?? null, note };
      }),
    );
    const data = dataFolder(terminal.environment);
    const found = data !== null && existsSync(data);
    const document = {
      node: process.version,
      cores: availableParallelism(),
      levels: Object.fromEntries(levels.map(({ level, open, tool, version }) => [level, { open, tool, version }])),
      data: found ? data : null,
    };
    const rows = levels.map(({ level, open, note }) => [level, open ? 'open' : 'closed', note]);
    const text = [
      `${paint(terminal, 'bold', 'joulesmith')} on node ${process.version}, ${document.cores} cores\n`,
      table([{ title: 'level' }, { title: 'state' }, { title: 'by' }], rows),
      `real models and goldens: ${found ? data : 'none (set JOULESMITH_DATA to their folder)'}\n`,
    ].join('');
    answer(terminal, args.json, document, text);
    return exitCodes.equal;
  },
});
