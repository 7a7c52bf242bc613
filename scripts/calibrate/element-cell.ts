import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { MultiplierForm } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { instanceTables } from '../../sim/cost/gate/energy-tables.ts';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { timing } from '../../sim/cost/gate/timing.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { sourceArrivals } from '../../sim/cost/toggle/arrivals.ts';
import { bitsOfDesign } from '../../sim/cost/toggle/bits-of-design.ts';
import { type PlanTimes, togglePlan } from '../../sim/cost/toggle/toggle-plan.ts';
import { Fault } from '../../specs/fault.ts';
import { technologyOf } from '../../specs/technologies.ts';
import type { ToggleCell } from '../../specs/toggle-energy.ts';
import type { LibertyFile } from '../gate/liberty-files.ts';
import { mapModule } from '../gate/map-module.ts';
import type { JobRunner } from '../tools/job.ts';
import { drawnKinds } from './drawn-kinds.ts';
import { accumulatorBits, elementBench } from './element-bench.ts';
import { crossValidated, fitCell } from './fit-cell.ts';
import { heldOutKinds } from './held-out-kinds.ts';
import { fittedLayers, layerKinds } from './layer-kinds.ts';
import { namedKinds } from './named-kinds.ts';
import { type MeasuredWindow, measureWindow, observeWindow, type WindowObservation } from './observe.ts';
import { type Draw, operandStream } from './operands.ts';
import { shapeKinds } from './shape-kinds.ts';

const forms: readonly MultiplierForm[] = ['plain', 'split', 'fused'];
const nameOf = (form: MultiplierForm, bits: number | string): string => `element.${form}.${bits}`;

/** Kinds of cells that elements are: form and bits of both operands. */
export const elementNames = (): string[] =>
  forms.flatMap((form) => Object.keys(accumulatorBits).map((bits) => nameOf(form, bits)));

export interface ElementRequest {
  readonly technology: string;
  readonly libraries: readonly LibertyFile[];
  readonly yosys: JobRunner;
}

const mappingSeconds = 1200;
const drawnCount = 140;
const drawnSeed = 6;
const fittedSeed = 1;
const fittedClocks = 256;
export const heldOutSeed = 4_409;
export const heldOutClocks = 512;

/** Kinds of data that energies are fitted to. */
export const fittedKinds = (): Readonly<Record<string, Draw>> => ({
  ...namedKinds,
  ...drawnKinds(drawnCount, drawnSeed),
  ...shapeKinds,
  ...layerKinds(fittedLayers, {}),
});

/** Errors: `CALIBRATE_CELL`. */
function shapeOf(cell: string): { readonly form: MultiplierForm; readonly bits: number } {
  for (const form of forms) {
    for (const bits of Object.keys(accumulatorBits))
      if (cell === nameOf(form, bits)) return { form, bits: Number(bits) };
  }
  throw new Fault({
    code: 'CALIBRATE_CELL',
    place: '--cell',
    cause: `'${cell}' is no kind of cell that can be fitted`,
    wayOut: `take some of ${elementNames().join(', ')}`,
  });
}

/** What is needed to measure an element of a technology on any stream. */
export async function elementGates(cell: string, { technology, libraries, yosys }: ElementRequest) {
  const { form, bits } = shapeOf(cell);
  const bench = elementBench(form, bits);
  const { instance, columns } = bench;
  const verilog = emitVerilog(instance.shell.design, { sourceLines: false }).files.map(({ text }) => text);
  const { name } = instance.shell.module;
  const document = await mapModule(yosys, verilog.join('\n'), name, libertyForMapping(libraries), {
    seconds: mappingSeconds,
  });
  const netlist = readMappedNetlist(
    document,
    libraries.map(({ library }) => library),
    name,
  );
  const { wires, clockTree } = layoutEstimate(technologyOf(technology));
  const times = timing(netlist, { wires });
  const gates = { netlist, timing: times, tables: instanceTables(netlist, times), clockTree };
  const program = bitsOfDesign(instance.shell.design);
  return {
    arrivals: () => sourceArrivals(netlist, times, program),
    measure: (kind: string, draw: Draw, clocks: number, seed: number): MeasuredWindow => {
      const rows = bench.record(operandStream(draw, bits, clocks + 1, seed));
      return { kind, rows, energy: measureWindow(gates, instance, columns, rows) };
    },
    observer: (times: PlanTimes) => {
      const plan = togglePlan(program, times);
      return (window: MeasuredWindow): WindowObservation => observeWindow(window, plan, instance, columns);
    },
  };
}

/** Tried for every cell; in the units of the plan's delays for each input that is driven. */
const loadDelays = [0, 0.25, 0.5, 0.75];

/** Windows as they are where energies of single bits are left out. */
const termsAlone = (windows: readonly WindowObservation[]): WindowObservation[] =>
  windows.map(({ bits: _, ...others }) => others);

const listed = (kinds: Readonly<Record<string, unknown>>): string => Object.keys(kinds).join(', ');

/** Energies of one element, fitted and held against data that the fit has not seen. */
export async function elementCell(cell: string, request: ElementRequest): Promise<ToggleCell> {
  const gates = await elementGates(cell, request);
  const measured = (kinds: Readonly<Record<string, Draw>>, clocks: number, seed: number): MeasuredWindow[] =>
    Object.entries(kinds).map(([kind, draw]) => gates.measure(kind, draw, clocks, seed));
  return fitElement(cell, {
    arrivals: gates.arrivals(),
    observer: gates.observer,
    fitted: measured(fittedKinds(), fittedClocks, fittedSeed),
    heldOut: measured(heldOutKinds(process.env), heldOutClocks, heldOutSeed),
    source: `${request.libraries.map(({ name }) => name).join(', ')}; ${request.yosys.tool}`,
  });
}

export interface ElementData {
  readonly arrivals: NonNullable<PlanTimes['arrivals']>;
  readonly observer: (times: PlanTimes) => (window: MeasuredWindow) => WindowObservation;
  readonly fitted: readonly MeasuredWindow[];
  readonly heldOut: readonly MeasuredWindow[];
  /** Libraries, and the tool that mapped. */
  readonly source: string;
}

/** Energies of one element from what its gates took. */
export function fitElement(cell: string, { arrivals, observer, fitted, heldOut, source }: ElementData): ToggleCell {
  const { form, bits } = shapeOf(cell);
  const tried = loadDelays.map((loadDelay) => {
    const observe = observer({ arrivals, loadDelay });
    const seen = fitted.map(observe);
    return { loadDelay, observe, seen, error: crossValidated(termsAlone(seen)) };
  });
  const { loadDelay, observe, seen } = tried.reduce((best, one) => (one.error < best.error ? one : best));
  return fitCell({
    fitted: seen,
    heldOut: heldOut.map(observe),
    arrivals: Object.fromEntries([...arrivals].map(([name, times]) => [name, [...times]])),
    loadDelay,
    source,
    conditions:
      `MacElement, form ${form}, ${bits} x ${bits} bits; gate level with glitches, estimated wires and clock tree, without ` +
      `leakage; windows of ${fittedClocks} clocks of each of ${fitted.length} kinds of data: ${listed(namedKinds)}, ` +
      `${listed(shapeKinds)}, layers of ${listed(fittedLayers)}, and ${drawnCount} drawn at random, seed ${drawnSeed}`,
  });
}
