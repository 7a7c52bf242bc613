/**
 * Holds the sampling of tier T2 against a replay of every window of a design:
 * `npm run sampling -- DESIGN --liberty FILE... [--layer NAME]... [--tool native] [--repetitions N] [--json]`.
 * Prints for each layer, and for all of them together, how often the 99 % interval holds the mean of all windows, and how
 * wide it is. A whole network takes a quarter of an hour; a layer a minute or two.
 */
import { parseArgs } from 'node:util';
import { coverageOf, fullReplay } from '../sim/cost/replay/population.ts';
import { defaultSampling } from '../sim/cost/replay/strata.ts';
import { withFlipFlopMemories } from '../sim/cost/t2/flip-flop-memories.ts';
import { parseHertz } from '../specs/units.ts';
import { cacheFolder } from './cache-folder.ts';
import { buildDesign, loadDesign } from './design.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { forLibrary } from './gate/arithmetic.ts';
import { checkCompleteFiles } from './gate/complete-library.ts';
import { mostInputs } from './gate/energy-inputs.ts';
import { readLibertyFiles } from './gate/liberty-files.ts';
import { checkLibraryTechnology } from './gate/library-technology.ts';
import { mapDesign } from './gate/map-design.ts';
import { progress } from './progress.ts';
import { expandPath } from './project.ts';
import { chooseSamples } from './samples.ts';
import { openTools } from './synthesis/tools.ts';
import { table } from './table.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const { folder, environment } = terminal;
const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    liberty: { ...text, multiple: true, default: [] },
    layer: { ...text, multiple: true, default: [] },
    tool: { ...text, default: 'package' },
    repetitions: { ...text, default: '200' },
  },
});

async function populations() {
  const design = forLibrary(loadDesign(positionals[0] ?? '', folder, environment)).design;
  const { technology, request, model } = design;
  const accelerator = withFlipFlopMemories(buildDesign(design), technology);
  const paths = values.liberty.map((path) => expandPath(path, folder, environment));
  const libraries = readLibertyFiles(paths);
  checkLibraryTechnology(libraries, design, false);
  checkCompleteFiles(paths, libraries);
  const kind = values.tool === 'native' ? 'native' : 'package';
  const tools = await openTools({ kind, place: 'never', cache: cacheFolder(environment), environment });
  const wanted = ({ stage }: { readonly stage: string }) => values.layer.length === 0 || values.layer.includes(stage);
  try {
    const bar = progress(terminal);
    const limits = { seconds: 3600 };
    const mapped = await mapDesign(accelerator, technology, libraries, tools.yosys, limits, bar, wanted);
    const inputs = chooseSamples(model, {}, mostInputs).inputs.subarray(0, mostInputs * accelerator.inputBytes);
    const run = {
      accelerator,
      inputs,
      mapped,
      sampling: defaultSampling,
      period: 1 / parseHertz(request.clock),
      clockTree: technology.entries['clock.treePins']!.value,
    };
    let done = 0;
    const found = fullReplay(run, wanted, (stage) => {
      if (++done % 64 === 0) bar.step(done, done, `window, ${stage}`);
    });
    bar.end();
    return found;
  } finally {
    await tools.close();
  }
}

try {
  const found = await populations();
  const repetitions = Number(values.repetitions);
  const layers = [
    ...found.map((population) => ({ layer: population.stage || 'interface', of: [population] })),
    { layer: 'all', of: found },
  ].map(({ layer, of }) => ({
    layer,
    windows: of.reduce((sum, { energies }) => sum + energies.length, 0),
    ...coverageOf(of, defaultSampling, repetitions),
  }));
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const words = table(
    ['layer', 'windows', 'pJ per clock', 'covered', 'half width', 'widest'].map((title, at) => ({
      title,
      align: at === 0 ? ('left' as const) : ('right' as const),
    })),
    layers.map(({ layer, windows, mean, covered, usual, widest }) => [
      layer,
      String(windows),
      (1e12 * mean).toFixed(4),
      `${covered}/${repetitions}`,
      `+-${percent(usual)}`,
      `+-${percent(widest)}`,
    ]),
  );
  terminal.out(values.json ? `${JSON.stringify({ repetitions, sampling: defaultSampling, layers })}\n` : words);
  process.exitCode = exitCodes.equal;
} catch (error) {
  process.exitCode = reportFailure(error, values.json, terminal);
}
