import type { LaneGroup } from '../../hdl-gen/arch/architecture.ts';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { design as designOf } from '../../hdl-gen/lang/module.ts';
import { laneOf } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import { type MultiplierForm, multiplierForms } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { chooseForm } from '../../sim/cost/gate/choose-form.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import type { GateNetlist } from '../../sim/cost/gate/netlist.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { measureLane } from '../../sim/cost/lanes/measure-lane.ts';
import { recordLanes } from '../../sim/cost/lanes/record-lanes.ts';
import type { MeasuredForms } from '../../specs/synthesis.ts';
import { parseHertz } from '../../specs/units.ts';
import { buildDesign, type LoadedDesign } from '../design.ts';
import type { Progress } from '../progress.ts';
import { chooseSamples } from '../samples.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import type { LibertyFile } from './liberty-files.ts';
import { mapModule } from './map-module.ts';

/** Inputs beyond these would change nothing: an inference in steady state sees a few frames. */
const mostInputs = 8;

export interface MeasuredArithmetic {
  /** The design with the form of every layer that multiplies. */
  readonly design: LoadedDesign;
  readonly measured: MeasuredForms;
}

/**
 * Maps the lanes of every layer in every form to the library, drives them with what the layer's first lane sees in an inference on the design's own
 * inputs (those that come with its model, else seeded random ones), and takes the form that draws least among those that reach the design's clock; where none does, the
 * fastest. Deterministic. `libraries` are of the design's technology (`checkLibraryTechnology`). Errors: those of the parts.
 */
export async function measureArithmetic(
  asked: LoadedDesign,
  libraries: readonly LibertyFile[],
  yosys: JobRunner,
  limits: JobLimits,
  progress: Progress,
): Promise<MeasuredArithmetic> {
  const { request, model, technology } = asked;
  const accelerator = buildDesign(asked);
  progress.step(0, 1, `${request.name}: recording operands`);
  const lanes = recordLanes(accelerator, chooseSamples(model, {}, mostInputs).inputs);
  const cells = libertyForMapping(libraries);
  const gate = clockGateOf(libraries);
  const options = { layout: layoutEstimate(technology), period: 1 / parseHertz(request.clock) };
  const mapped = async ({ shape, style }: LaneGroup, form: MultiplierForm): Promise<GateNetlist> => {
    const { files, top } = emitVerilog(designOf(laneOf(shape, { ...style, form })), { sourceLines: false });
    const document = await mapModule(
      yosys,
      files.map(({ text }) => text).join('\n'),
      top,
      cells,
      limits,
      style.clockGating ? gate : null,
    );
    return readMappedNetlist(
      document,
      libraries.map(({ library }) => library),
      top,
    );
  };
  const arithmetic: Record<string, MultiplierForm> = {};
  const measured: MeasuredForms = {};
  for (const [done, lane] of lanes.entries()) {
    const { stage } = lane.group;
    const candidates: Partial<Record<MultiplierForm, GateNetlist>> = {};
    for (const form of multiplierForms) {
      progress.step(done, lanes.length, `${request.name}: ${stage}, ${form}`);
      candidates[form] = await mapped(lane.group, form);
    }
    const choice = chooseForm(
      candidates as Record<MultiplierForm, GateNetlist>,
      (netlist) => measureLane(netlist, lane, options),
      options.period,
    );
    const fastest = choice.measured.reduce((best, one) =>
      one.figures.minimumPeriod < best.figures.minimumPeriod ? one : best,
    );
    arithmetic[stage] = choice.form ?? fastest.form;
    measured[stage] = choice.measured.map(({ form, figures }) => ({
      form,
      lanes: lane.group.count,
      joulesPerInference: figures.joules,
      squareMicrons: figures.area,
      minimumPeriodSeconds: figures.minimumPeriod,
    }));
  }
  progress.end();
  return { design: { ...asked, request: { ...request, parameters: { ...request.parameters, arithmetic } } }, measured };
}
