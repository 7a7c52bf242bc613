import { join } from 'node:path';
import { expect } from 'vitest';
import { buildDesign, loadDesign } from '../../scripts/design.ts';
import { forLibrary } from '../../scripts/gate/arithmetic.ts';
import { mostInputs } from '../../scripts/gate/energy-inputs.ts';
import { readLibertyFiles } from '../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../scripts/gate/map-design.ts';
import { chooseSamples } from '../../scripts/samples.ts';
import { packagedYosys } from '../../scripts/tools/yosys/open.ts';
import type { ShellInstance } from '../../sim/cost/replay/instances.ts';
import { type Coverage, coverageOf, fullReplay } from '../../sim/cost/replay/population.ts';
import { sampledEnergy } from '../../sim/cost/replay/sampled.ts';
import { defaultSampling, drawWindows, estimateFrom, seededFractions } from '../../sim/cost/replay/strata.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { dataFolder, needData } from '../support/data.ts';
import { cellTechnology, needLiberty } from '../support/liberty.ts';

type Wanted = (instance: ShellInstance) => boolean;
const repetitions = 200;
const gt2n = cellTechnology('gt2n').files.map((file) => `gt2n/${file}`);

/** Everything a replay of a design of the project needs, with the gates of gt2n. */
async function prepared(folder: string, name: string, wanted: Wanted) {
  const design = forLibrary(loadDesign(name, '.', process.env)).design;
  const accelerator = buildDesign(design);
  const technology = technologyOf('gt2n');
  const libraries = readLibertyFiles(gt2n.map((file) => join(folder, `${file}.gz`)));
  const yosys = packagedYosys();
  const silent = { step: () => {}, end: () => {} };
  try {
    const mapped = await mapDesign(accelerator, technology, libraries, yosys, { seconds: 600 }, silent, wanted);
    const inputs = chooseSamples(design.model, {}, mostInputs).inputs.subarray(0, mostInputs * accelerator.inputBytes);
    return { accelerator, inputs, mapped, sampling: defaultSampling, period: 10e-9, clockTree: 4.2 };
  } finally {
    await yosys.close();
  }
}

/** The bar of the sampling: 97 % of the intervals hold the mean of all windows, and none is wider than 5 % to either side. */
function expectCovered({ covered, widest }: Coverage): void {
  expect(covered).toBeGreaterThanOrEqual(0.97 * repetitions);
  expect(widest).toBeLessThanOrEqual(0.05);
}

needLiberty(
  "lanes of a layer, every window of the network's own data: the 99 % interval of a sample holds the mean of all",
  gt2n,
  async (folder) => {
    const lanes: Wanted = ({ path }) => path === 'conv2d_2.lane_0.';
    const run = await prepared(folder, 'digits-stream-8', lanes);
    const [population, ...others] = fullReplay(run, lanes);
    expect(others).toEqual([]);
    const { activity, energies } = population!;
    expect(energies.length).toBeGreaterThan(3000);
    // Windows differ: an interval of no width would not do.
    expect(Math.max(...energies)).toBeGreaterThan(1.5 * Math.min(...energies));
    expectCovered(coverageOf([population!], defaultSampling, repetitions));
    // What simulate measures is a sample of just this population.
    const [sampled] = sampledEnergy(run, lanes);
    const drawing = drawWindows(activity, defaultSampling, seededFractions(defaultSampling.seed));
    const { mean, variance } = estimateFrom(drawing, (window) => energies[window]!);
    expect(sampled!.windows).toBe(drawing.drawn.flat().length);
    expect(sampled!.estimate.mean / mean).toBeCloseTo(1, 12);
    expect(sampled!.estimate.variance / variance).toBeCloseTo(1, 9);
    const parts = Object.values(sampled!.instances[0]!.perClock);
    expect(parts.reduce((sum, part) => sum + part, 0) / mean).toBeCloseTo(1, 12);
  },
  200,
);

/** Layers of real designs, as many of them as an hour of a core can replay; without a list all of them. */
const large: readonly (readonly [design: string, model: string, layers: readonly string[]])[] = [
  ['ad-stream-64', 'mlperf_ad/ad01_int8.tflite', []],
  ['kws-stream-64', 'mlperf_kws/kws_ref_model.tflite', ['depthwise_conv2d_1', 'conv2d_2']],
];

if (process.env.JOULESMITH_EXHAUSTIVE === '1') {
  for (const [name, model, layers] of large) {
    const title = `${name}: sampling against every window, layer by layer and in sum`;
    const body = async (folder: string): Promise<void> => {
      const wanted: Wanted = ({ stage }) => layers.length === 0 || layers.includes(stage);
      const populations = fullReplay(await prepared(folder, name, wanted), wanted);
      expect(populations.length).toBeGreaterThanOrEqual(Math.max(2, layers.length));
      for (const population of populations) expectCovered(coverageOf([population], defaultSampling, repetitions));
      expectCovered(coverageOf(populations, defaultSampling, repetitions));
    };
    if (dataFolder() === null) needData(title, [model], () => {});
    else needLiberty(title, gt2n, body, 3600);
  }
}
