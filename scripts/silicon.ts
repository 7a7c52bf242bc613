/**
 * The SHA-256d cores beside mining chips: `npm run -s silicon [-- --json] [-- -o FOLDER]`. Prints tables, or one JSON
 * document; with a folder it writes silicon.json and silicon.png there.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { png } from './report/png.ts';
import { causes, compareSilicon, fromOperators, fromStages } from './silicon/comparison.ts';
import { cores } from './silicon/cores.ts';
import { siliconFigure } from './silicon/figure.ts';
import { siliconWords } from './silicon/words.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, output: { type: 'string', short: 'o' } },
});
try {
  const measured = Object.entries(cores).map(([name, measure]) => {
    terminal.err(`${name}\n`);
    return measure();
  });
  const estimated = measured.map((core) => compareSilicon(fromOperators(core)));
  const beside = [estimated.at(-1)!, compareSilicon(fromStages)];
  const comparison = [...estimated, beside[1]!];
  const document = `${JSON.stringify({ activity: measured, comparison, causes }, null, 2)}\n`;
  if (values.output !== undefined) {
    const folder = path.resolve(terminal.folder, values.output);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'silicon.json'), document);
    await writeFile(path.join(folder, 'silicon.png'), png(siliconFigure(beside)));
  }
  terminal.out(values.json ? document : siliconWords(comparison, beside));
  process.exitCode = exitCodes.equal;
} catch (error) {
  process.exitCode = reportFailure(error, values.json, terminal);
}
