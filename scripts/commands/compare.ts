import { Fault } from '../../specs/fault.ts';
import type { Result } from '../../specs/result.ts';
import { loadDesign } from '../design.ts';
import { proveDesign } from '../evaluate-design.ts';
import { readEvidence, supported } from '../evidence.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkOutputFolder } from '../files.ts';
import { checkSamples, parseLevels } from '../levels.ts';
import { progress } from '../progress.ts';
import { expandPath } from '../project.ts';
import { baselineText, publishedBaselines } from '../report/baselines.ts';
import { pairSentence, pairsOf } from '../report/pairs.ts';
import { reportOn } from '../report-on.ts';
import { summaryTable } from '../summary.ts';
import { answer, verb } from './verb.ts';

/** Errors: COMMAND_LINE. */
function checkNamedOnce(sources: readonly string[]): void {
  const again = sources.find((source, at) => sources.indexOf(source) < at);
  if (again === undefined) return;
  throw new Fault({
    code: 'COMMAND_LINE',
    place: again,
    cause: 'is named twice, and a design beside itself says nothing',
    wayOut: 'name every design once',
  });
}

export const compare = verb({
  command: 'compare <DESIGN...>',
  describe: 'one report over several designs: HTML page, PNG figures, JSON, CSV, Markdown',
  builder: (parser) =>
    parser
      .positional('DESIGN', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'design files or known designs',
      })
      .option('o', { alias: 'out', type: 'string', demandOption: true, requiresArg: true, describe: 'folder to write' })
      .option('levels', {
        type: 'string',
        requiresArg: true,
        default: 'reference,rtl',
        describe: 'how every design is verified first',
      })
      .option('with', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        describe:
          'what `synth --json` or `simulate --tier T1|T2 --json` said of one of the designs, as often as needed',
      })
      .option('samples', { type: 'number', requiresArg: true, describe: 'inputs for every level' }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    const target = expandPath(args.o, folder, environment);
    checkOutputFolder(target);
    const samples = checkSamples(args.samples);
    const levels = parseLevels(args.levels);
    const evidence = readEvidence((args.with ?? []).map((path) => expandPath(path, folder, environment)));
    const designs = args.DESIGN.map((name) => loadDesign(name, folder, environment));
    checkNamedOnce(designs.map(({ source }) => source));
    const bar = progress(terminal);
    const proven: Result[] = [];
    for (const design of designs) proven.push(await proveDesign(design, { levels, samples }, environment, bar));
    const { results, syntheses } = supported(proven, evidence);
    bar.step(designs.length, designs.length, 'report');
    const files = await reportOn(results, target, syntheses);
    bar.end();
    const equal = results.every((result) => result.verification?.verdict === 'equal');
    const pairs = pairsOf(results);
    const document = { verdict: equal ? 'equal' : 'different', folder: target, files, results, pairs };
    const published = baselineText(publishedBaselines(), results);
    const differences = pairs.map((pair) => `${pairSentence(pair)}\n`).join('');
    answer(
      terminal,
      args.json,
      document,
      `${summaryTable(results)}${differences}${published}report: ${target}/index.html\n`,
    );
    return equal ? exitCodes.equal : exitCodes.different;
  },
});
