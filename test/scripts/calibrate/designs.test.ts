import path from 'node:path';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { multiplierForms } from '../../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import type { Graph } from '../../../models/graph.ts';
import { type InstanceObservation, observeDesign } from '../../../scripts/calibrate/design-cells.ts';
import {
  cellsOf,
  designCells,
  fittedDesigns,
  heldOutDesigns,
  loadDelays,
  narrowDesigns,
  observed,
  ternaryCopyOf,
} from '../../../scripts/calibrate/designs.ts';
import { predictedDynamic } from '../../../scripts/calibrate/fit-cell.ts';
import { errorsByDesign } from '../../../scripts/calibrate/fit-design-cell.ts';
import { narrowCopy, narrowForms } from '../../../scripts/calibrate/narrow-copy.ts';
import { dynamicOf } from '../../../scripts/calibrate/observe.ts';
import { readLibertyFiles } from '../../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../../scripts/gate/map-design.ts';
import { findTool } from '../../../scripts/tools/locate.ts';
import { openYosys } from '../../../scripts/tools/yosys/open.ts';
import { hasClockGates } from '../../../sim/cost/clock-gates.ts';
import { energyT1, toggleSampling } from '../../../sim/cost/energy-t1.ts';
import { energyT2 } from '../../../sim/cost/energy-t2.ts';
import type { GateNetlist } from '../../../sim/cost/gate/netlist.ts';
import { layoutEstimate } from '../../../sim/cost/gate/wire-model.ts';
import { shellInstances } from '../../../sim/cost/replay/instances.ts';
import { samplingWithin } from '../../../sim/cost/replay/sampled.ts';
import { withFlipFlopMemories } from '../../../sim/cost/t2/flip-flop-memories.ts';
import { bitsOfDesign } from '../../../sim/cost/toggle/bits-of-design.ts';
import { logicCell } from '../../../sim/cost/toggle/stage-pricer.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { technologyOf } from '../../../specs/technologies.ts';
import { toggleEnergiesOf } from '../../../specs/toggle-energies.ts';
import { toggleCell } from '../../../specs/toggle-energy.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { dataFolder } from '../../support/data.ts';
import { cellTechnologies, cellTechnology, needLiberty } from '../../support/liberty.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';

const bar = 0.1;
const technology = cellTechnology('gt2n');
const files = technology.files.map((file) => `${technology.name}/${file}`);

/** Signed error of T1 against the gates on the same windows, all modules of a kind together, and the worst of one energy for every module. */
function errorsOf(
  cellName: string,
  all: readonly (readonly InstanceObservation[])[],
  energies = toggleEnergiesOf(technology.name),
) {
  const cell = toggleCell(energies, cellName);
  const own = all[loadDelays.indexOf(cell.loadDelay)]!.filter((one) => one.cell === cellName);
  const mean = own.reduce((sum, one) => sum + dynamicOf(one), 0) / own.length;
  const [error] = Object.values(errorsByDesign(own, (one) => predictedDynamic(cell, one)));
  return {
    modules: own.length,
    error: error!,
    constant: Math.max(...own.map((one) => Math.abs(mean / dynamicOf(one) - 1))),
  };
}

test('designs of the fit are not among those held out, and every kind of module has a stored error for each of these, behind clock gates too', () => {
  const copies = [...narrowDesigns, ...heldOutDesigns].map(ternaryCopyOf);
  for (const known of [...Object.values(fittedDesigns), narrowDesigns])
    for (const name of heldOutDesigns) expect(known).not.toContain(name);
  for (const { name } of cellTechnologies) {
    const gated = hasClockGates(technologyOf(name));
    const cells = designCells(gated);
    expect(cells.filter((cell) => cell.endsWith('.gated')).length, name).toBe(
      gated ? multiplierForms.length + narrowForms.length : 0,
    );
    const stored = toggleEnergiesOf(name);
    expect(
      Object.keys(stored.cells)
        .filter((cell) => cell.startsWith('design.'))
        .sort(),
      name,
    ).toEqual([...cells].sort());
    for (const cell of cells) {
      const { heldOut, loadDelay } = toggleCell(stored, cell);
      // Modules that do not multiply are held against those of ternary networks too, whose requantizers shift left.
      const kinds = [...heldOutDesigns, ...(cell === logicCell ? copies : [])];
      expect(Object.keys(heldOut.kinds).sort(), `${name} ${cell}`).toEqual([...kinds].sort());
      const worst = Math.max(...Object.values(heldOut.kinds).map(Math.abs));
      expect(heldOut.worst, `${name} ${cell}`).toBe(worst);
      expect(worst, `${name} ${cell}`).toBeLessThanOrEqual(bar);
      expect(loadDelays).toContain(loadDelay);
    }
  }
});

/** A small network, T1 on the same windows as the gates: modules of each kind, and the whole, within 10 %. What was mapped. */
async function heldAgainstGates(folder: string, graph: Graph, cells: readonly string[]) {
  const parameters = { multipliers: 2, arithmetic: 'split' as const };
  const accelerator = buildAccelerator(graph, { ...designOf({}), parameters });
  const own = technologyOf(technology.name);
  const libraries = readLibertyFiles(files.map((file) => path.join(folder, `${file}.gz`)));
  const yosys = await openYosys('package', process.env);
  const silent = { step: () => {}, end: () => {} };
  const whole = withFlipFlopMemories(accelerator, own);
  const gatesOf = (of: typeof whole) => mapDesign(of, own, libraries, yosys, { seconds: 250 }, silent);
  const [mapped, wholeMapped] = await gatesOf(accelerator)
    .then(async (found) => [found, await gatesOf(whole)] as const)
    .finally(() => yosys.close());
  const inputs = randomInt8s(seededRandom(4), 8 * 4);

  const { clockTree } = layoutEstimate(own);
  const all = observeDesign({ name: 'small', accelerator, inputs, mapped, clockTree, cells, gates: null }, loadDelays);
  for (const cell of cells) {
    const { modules, error } = errorsOf(cell, all);
    expect(modules, cell).toBeGreaterThan(1);
    expect(Math.abs(error), `${cell}: ${error}`).toBeLessThanOrEqual(bar);
  }

  const run = {
    ...{ accelerator, inputs, technology: own, clock: hertz(100e6), operations: ops(2 * 28) },
    interval: cycles(steadyState(accelerator.schedule).interval),
    sampling: samplingWithin(accelerator, toggleSampling),
  };
  const gates = energyT2({ ...run, accelerator: whole, mapped: wholeMapped, libraries }).joulesPerInference;
  const t1 = energyT1({ ...run, energies: toggleEnergiesOf(technology.name) }).joulesPerInference;
  const error = t1.value / gates.value - 1;
  expect(Math.abs(error), `${error}`).toBeLessThanOrEqual(bar);
  expect(t1.low).toBeLessThan(gates.value);
  expect(t1.high).toBeGreaterThan(gates.value);
  return { accelerator, mapped };
}

needLiberty(
  'gt2n: a small network that no fit has seen, on the same windows: lanes, other modules and the whole within 10 % of the gates',
  files,
  async (folder) => {
    await heldAgainstGates(folder, networkOf([1, 1, 1, 4], dense(4, 4), dense(4, 3)), cellsOf.split);
  },
  300,
);

const flipFlopsOf = ({ cellKind, kinds }: GateNetlist): number =>
  cellKind.reduce((sum, kind) => sum + Number((kinds[kind]!.state?.edge ?? null) !== null), 0);

needLiberty(
  'gt2n: a small ternary network whose requantizers shift left: as near, and those requantizers have the flip-flops that synthesis makes',
  files,
  async (folder) => {
    const shallow = (inputs: number, channels: number) => ({ ...dense(inputs, channels), weightScales: [1 / 40] });
    const graph = narrowCopy(networkOf([1, 1, 1, 4], shallow(4, 4), shallow(4, 3)), 'ternary');
    const shifts = graph.layers.flatMap((layer) => ('weights' in layer ? [...layer.requantize.shift] : []));
    expect(Math.min(...shifts)).toBeGreaterThan(0);
    const { accelerator, mapped } = await heldAgainstGates(folder, graph, ['design.lane.ternary', 'design.logic']);
    const requantizers = shellInstances(accelerator.design).filter(({ path: own }) => own.includes('requantizer'));
    expect(requantizers.length).toBe(2);
    for (const { path: own, shell } of requantizers)
      expect(bitsOfDesign(shell.design).clocked, own).toBe(flipFlopsOf(mapped.get(shell.module.name)!.netlist));
  },
  300,
);

if (process.env.JOULESMITH_EXHAUSTIVE === '1' && dataFolder() !== null) {
  const held = [
    { of: technology, clockGating: false, cells: cellsOf.split },
    { of: cellTechnology('ihp-sg13g2'), clockGating: true, cells: ['design.lane.split.gated'] },
  ];
  for (const { of, clockGating, cells } of held) {
    const own = of.files.map((file) => `${of.name}/${file}`);
    needLiberty(
      `${of.name}: ad-stream-64${clockGating ? ' with clock gates' : ''}, held out of the fit: T1 is off from the gates of all its modules by what is stored`,
      own,
      async (folder) => {
        const libraries = readLibertyFiles(own.map((file) => path.join(folder, `${file}.gz`)));
        // A Yosys of the system may be too old to make clock gates.
        const native = !clockGating && (await findTool('yosys', process.env)) !== null;
        const yosys = await openYosys(native ? 'native' : 'package', process.env);
        const nowhere = { out: () => {}, err: () => {}, watched: false, colour: false, folder: '.' };
        const terminal = { ...nowhere, environment: { ...process.env, JOULESMITH_DATA: dataFolder()! } };
        const asked = { form: 'split' as const, clockGating, cells };
        const request = { technology: of.name, libraries, yosys, ...asked };
        const all = await observed('ad-stream-64', request, terminal).finally(() => yosys.close());
        const energies = toggleEnergiesOf(of.name);
        for (const name of cells) {
          const { heldOut, source } = toggleCell(energies, name);
          const { error, constant } = errorsOf(name, all, energies);
          const stored = heldOut.kinds['ad-stream-64']!;
          expect(Math.abs(error), name).toBeLessThanOrEqual(bar);
          expect(constant, name).toBeGreaterThan(bar);
          // Another version of the mapper makes other gates.
          if (source.endsWith(yosys.tool)) expect(error, name).toBe(stored);
          else expect(Math.abs(error - stored), `${name}: ${error}, stored ${stored}`).toBeLessThanOrEqual(0.02);
        }
      },
      3000,
    );
  }
}
