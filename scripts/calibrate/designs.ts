import { type MultiplierForm, multiplierForms } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { gatingOf } from '../../sim/cost/clock-gates.ts';
import { coefficientsOf } from '../../sim/cost/coefficients.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import type { ShellInstance } from '../../sim/cost/replay/instances.ts';
import { cellNameOf, logicCell } from '../../sim/cost/toggle/stage-pricer.ts';
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
import { type NarrowForm, narrowCopy, narrowForms } from './narrow-copy.ts';

/** Networks whose modules the energies of whole designs are fitted to, and those that are held out. */
const few = ['hello-world-stream-8', 'digits-stream-16'];
/** Sums of many products too, of operands with and without sign: trees of these forms grow with their products. */
const more = [...few, 'digits-stream-64', 'textures-stream-32', 'vibration-stream-32'];
/** Networks of these with more multipliers: lanes that sum 12 products, nearer to those of networks that are larger. */
const wider: Readonly<Record<string, { readonly design: string; readonly multipliers: number }>> = {
  'textures-stream-64': { design: 'textures-stream-32', multipliers: 64 },
  'vibration-stream-64': { design: 'vibration-stream-32', multipliers: 64 },
};
/** For the forms that come out up to 16 % off without; the others are within 5 % as they are. */
const most = [...more, ...Object.keys(wider)];
export const fittedDesigns: Readonly<Record<MultiplierForm, readonly string[]>> = {
  split: few,
  plain: most,
  fused: most,
  booth: more,
};
export const heldOutDesigns = ['kws-stream-16', 'ad-stream-64'] as const;
/** How errors of modules that do not multiply name a copy with ternary weights. */
export const ternaryCopyOf = (design: string): string => `${design} with ternary weights`;
/** Copies of these with narrow weights are what lanes that do not multiply are fitted to. */
export const narrowDesigns = ['digits-stream-16', 'textures-stream-32', 'vibration-stream-32'] as const;

const laneCell = (form: MultiplierForm): string => `design.lane.${form}`;

/** Cells of whole designs by the form of arithmetic of the designs that they are taken from; the other modules are the same in all. */
export const cellsOf: Readonly<Record<MultiplierForm, readonly string[]>> = {
  split: [laneCell('split'), logicCell],
  plain: [laneCell('plain')],
  fused: [laneCell('fused')],
  booth: [laneCell('booth')],
};

/** Lanes of narrow weights have no form. */
const narrowCells = (weights: NarrowForm, clockGating: boolean): readonly string[] => [
  `design.lane.${weights}${clockGating ? '.gated' : ''}`,
];

/** Of designs with clock gates: lanes alone, as the logic of the others differs only in multiplexers that are no longer counted. */
const gatedCellsOf = (form: MultiplierForm): readonly string[] => [`${laneCell(form)}.gated`];

/** What is looked at of designs: of copies with narrow weights where these are named. */
interface Kinds {
  readonly form: MultiplierForm;
  readonly weights?: NarrowForm;
  readonly clockGating: boolean;
  readonly cells: readonly string[];
}

/** What is fitted for a technology, by what the designs that it is taken from ask for. */
function asksFor(hasClockGates: boolean): readonly Kinds[] {
  const lanes = (clockGating: boolean): Kinds[] => [
    ...multiplierForms.map((form) => ({ form, clockGating, cells: clockGating ? gatedCellsOf(form) : cellsOf[form] })),
    ...narrowForms.map((weights) => ({
      form: 'split' as const,
      weights,
      clockGating,
      cells: narrowCells(weights, clockGating),
    })),
  ];
  return [...lanes(false), ...(hasClockGates ? lanes(true) : [])];
}

export const designCells = (hasClockGates: boolean): readonly string[] =>
  asksFor(hasClockGates).flatMap(({ cells }) => cells);

export const loadDelays = [0, 0.25, 0.5];
const secondsPerModule = 3600;

interface DesignAsked extends ElementRequest, Kinds {}

/** Gate level and toggles of the modules of a design, on the data that come with its network. */
export async function observed(
  name: string,
  { technology: technologyName, libraries, yosys, form, weights, clockGating, cells }: DesignAsked,
  terminal: Terminal,
): Promise<InstanceObservation[][]> {
  const technology = technologyOf(technologyName);
  const { design, ...resized } = wider[name] ?? { design: name };
  const loaded = loadDesign(design, terminal.folder, terminal.environment);
  const graph = weights === undefined ? loaded.model.graph : narrowCopy(loaded.model.graph, weights);
  const asked = { ...loaded, model: { ...loaded.model, graph } };
  const parameters = { ...asked.request.parameters, ...resized, arithmetic: form, clockGating };
  const accelerator = buildDesign({ ...asked, request: { ...asked.request, parameters } });
  const limits = { seconds: secondsPerModule };
  const gates = gatingOf(accelerator, coefficientsOf(technology));
  const wanted = (instance: ShellInstance): boolean => cells.includes(cellNameOf(instance, gates !== null));
  const mapped = await mapDesign(accelerator, technology, libraries, yosys, limits, progress(terminal), wanted);
  const { inputs } = chooseSamples(asked.model, {}, mostInputs);
  const some = inputs.subarray(0, mostInputs * accelerator.inputBytes);
  const { clockTree } = layoutEstimate(technology);
  return observeDesign({ name, accelerator, inputs: some, mapped, clockTree, cells, gates }, loadDelays);
}

async function fitForm(asked: DesignAsked, terminal: Terminal): Promise<Record<string, ToggleCell>> {
  const { technology, libraries, yosys, form, weights, clockGating, cells } = asked;
  const gated = clockGating ? ' with clock gates' : '';
  const names = weights === undefined ? fittedDesigns[form] : narrowDesigns;
  const narrow = weights === undefined ? '' : ` with ${weights} weights`;
  const gather = async (
    designs: readonly string[],
    more: Partial<DesignAsked> = {},
  ): Promise<InstanceObservation[][]> => {
    const all: InstanceObservation[][] = loadDelays.map(() => []);
    for (const name of designs) {
      terminal.err(`${technology}: ${name}, ${more.weights ?? weights ?? form}${gated}\n`);
      (await observed(name, { ...asked, ...more }, terminal)).forEach((found, at) => {
        all[at]!.push(...found);
      });
    }
    return all;
  };
  const fitted = await gather(names);
  const heldOut = await gather(heldOutDesigns);
  if (cells.includes(logicCell)) {
    // Their requantizers shift left: other modules than those of any network of the fit.
    const narrowed = await gather([...narrowDesigns, ...heldOutDesigns], { weights: 'ternary', cells: [logicCell] });
    narrowed.forEach((own, at) => {
      heldOut[at]!.push(...own.map((one) => ({ ...one, design: ternaryCopyOf(one.design) })));
    });
  }
  const ofCell = (all: readonly (readonly InstanceObservation[])[], cell: string) =>
    all.map((own) => own.filter((one) => one.cell === cell));
  return Object.fromEntries(
    cells.map((cell) => [
      cell,
      fitDesignCell({
        fitted: ofCell(fitted, cell),
        heldOut: ofCell(heldOut, cell),
        loadDelays,
        source: `${libraries.map(({ name }) => name).join(', ')}; ${yosys.tool}`,
        conditions:
          `modules of ${names.join(', ')}${narrow}${gated}, each alone, on sampled windows of its own data; gate level with glitches, ` +
          'estimated wires and clock tree, without leakage',
      }),
    ]),
  );
}

/** Energies of kinds of modules that whole designs are made of: those of `designCells` that are asked for, one form of arithmetic after the other. */
export async function* fitDesignCells(
  request: ElementRequest,
  wanted: readonly string[],
  terminal: Terminal,
): AsyncGenerator<Record<string, ToggleCell>> {
  for (const { cells: all, ...asked } of asksFor(clockGateOf(request.libraries) !== null)) {
    const cells = all.filter((cell) => wanted.includes(cell));
    if (cells.length > 0) yield await fitForm({ ...request, ...asked, cells }, terminal);
  }
}
