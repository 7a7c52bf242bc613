import { join } from 'node:path';
import type { Result } from '../specs/result.ts';
import { loadDesign } from './design.ts';
import { proveDesign } from './evaluate-design.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { defaultLevels } from './levels.ts';
import { progress } from './progress.ts';
import { projectRoot } from './project.ts';
import { reportOn } from './report-on.ts';
import { summaryTable } from './summary.ts';
import { paint, processTerminal, type Terminal } from './terminal.ts';

const designs = ['digits-stream-8', 'digits-stream-16', 'digits-stream-32', 'digits-stream-64'];

/** The tour of `npm start`: the built-in network as four accelerators, proven, compared, reported. */
async function start(terminal: Terminal): Promise<number> {
  const { environment } = terminal;
  const begin = performance.now();
  const levels = await defaultLevels(environment);
  terminal.out(
    `${paint(terminal, 'bold', 'joulesmith')}: the built-in network "digits" as ${designs.length} accelerators, ` +
      `each verified by ${levels.join(', ')}\n\n`,
  );
  const bar = progress(terminal);
  const results: Result[] = [];
  for (const name of designs) {
    const result = await proveDesign(loadDesign(name, projectRoot, environment), { levels }, environment, bar);
    results.push(result);
    terminal.err(`${name}: ${result.verification?.verdict}, ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
  }
  bar.step(designs.length, designs.length, 'report');
  const folder = join(projectRoot, 'out', 'report');
  await reportOn(results, folder);
  bar.end();
  terminal.out(`\n${summaryTable(results)}\nreport: ${join(folder, 'index.html')}\n`);
  const equal = results.every((result) => result.verification?.verdict === 'equal');
  return equal ? exitCodes.equal : exitCodes.different;
}

const terminal = processTerminal();
process.exitCode = await start(terminal).catch((error: unknown) => reportFailure(error, false, terminal));
