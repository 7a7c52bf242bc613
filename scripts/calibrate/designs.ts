import { forGates } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../specs/technologies.ts';
import type { ToggleCell } from '../../specs/toggle-energy.ts';
import { buildDesign, loadDesign } from '../design.ts';
import { mostInputs } from '../gate/energy-inputs.ts';
import { mapDesign } from '../gate/map-design.ts';
import { progress } from '../progress.ts';
import { chooseSamples } from '../samples.ts';
import type { Terminal } from '../terminal.ts';
import { type InstanceObservation, observeDesign } from './design-cells.ts';
import type { ElementRequest } from './element-cell.ts';
import { fitDesignCell } from './fit-design-cell.ts';

/** Networks whose modules the energies of whole designs are fitted to, and those that are held out. */
export const fittedDesigns = ['hello-world-stream-8', 'digits-stream-16'] as const;
export const heldOutDesigns = ['kws-stream-16', 'ad-stream-64'] as const;

export const designCells = ['design.lane.split', 'design.logic'] as const;

export const loadDelays = [0, 0.25, 0.5];
const secondsPerModule = 3600;

/** Gate level and toggles of every module of a design, on the data that come with its network. */
export async function observed(
  name: string,
  { technology: technologyName, libraries, yosys }: ElementRequest,
  terminal: Terminal,
): Promise<InstanceObservation[][]> {
  const technology = technologyOf(technologyName);
  const asked = loadDesign(name, terminal.folder, terminal.environment);
  const accelerator = buildDesign({ ...asked, request: forGates(asked.request) });
  const limits = { seconds: secondsPerModule };
  const mapped = await mapDesign(accelerator, technology, libraries, yosys, limits, progress(terminal));
  const { inputs } = chooseSamples(asked.model, {}, mostInputs);
  const some = inputs.subarray(0, mostInputs * accelerator.inputBytes);
  const { clockTree } = layoutEstimate(technology);
  return observeDesign({ name, accelerator, inputs: some, mapped, clockTree }, loadDelays);
}

/** Energies of the kinds of modules that whole designs are made of. */
export async function fitDesignCells(request: ElementRequest, terminal: Terminal): Promise<Record<string, ToggleCell>> {
  const gather = async (names: readonly string[]): Promise<InstanceObservation[][]> => {
    const all: InstanceObservation[][] = loadDelays.map(() => []);
    for (const name of names) {
      terminal.err(`${request.technology}: ${name}\n`);
      (await observed(name, request, terminal)).forEach((found, at) => {
        all[at]!.push(...found);
      });
    }
    return all;
  };
  const fitted = await gather(fittedDesigns);
  const heldOut = await gather(heldOutDesigns);
  const ofCell = (all: readonly (readonly InstanceObservation[])[], cell: string) =>
    all.map((own) => own.filter((one) => one.cell === cell));
  return Object.fromEntries(
    designCells.map((cell) => [
      cell,
      fitDesignCell({
        fitted: ofCell(fitted, cell),
        heldOut: ofCell(heldOut, cell),
        loadDelays,
        source: `${request.libraries.map(({ name }) => name).join(', ')}; ${request.yosys.tool}`,
        conditions:
          `modules of ${fittedDesigns.join(', ')}, each alone, on sampled windows of its own data; gate level with glitches, ` +
          'estimated wires and clock tree, without leakage',
      }),
    ]),
  );
}
