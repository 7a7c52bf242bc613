import { Fault } from '../../specs/fault.ts';
import type { Result } from '../../specs/result.ts';
import { writeFolder, writeInto } from '../files.ts';
import { csvReport } from './csv.ts';
import type { Baseline } from './figure.ts';
import { buildFigures } from './figures.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import { png } from './png.ts';
import { noSyntheses, type Syntheses } from './syntheses.ts';

/**
 * Writes the report: index.html, report.md, results.json, results.csv and figures/*.png. The folder appears when it is
 * complete; one that joulesmith wrote before is replaced.
 *
 * @returns the files, relative to `folder`.
 * Errors: `REPORT_EMPTY`; `OUTPUT_FOLDER` for a folder that holds other files or cannot be written.
 */
export async function writeReport(
  results: readonly Result[],
  baselines: readonly Baseline[],
  folder: string,
  syntheses: Syntheses = noSyntheses,
): Promise<string[]> {
  if (results.length === 0) {
    throw new Fault({
      code: 'REPORT_EMPTY',
      place: folder,
      cause: 'there are 0 results to report',
      wayOut: 'name at least one design',
    });
  }
  const figures = buildFigures(results, baselines, syntheses);
  const files: [string, string | Buffer][] = [
    ['index.html', htmlReport({ results, baselines, figures, syntheses })],
    ['report.md', markdownReport({ results, baselines, figures })],
    ['results.json', jsonReport(results, baselines, [...syntheses.values()])],
    ['results.csv', csvReport(results)],
    ...figures.map((figure): [string, Buffer] => [`figures/${figure.id}.png`, png(figure)]),
  ];
  await writeFolder(folder, async (partial) => {
    for (const [name, content] of files) await writeInto(partial, name, content);
  });
  return files.map(([name]) => name);
}
