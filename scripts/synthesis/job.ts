import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import type { ClockGate } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { type KeptPorts, outputFiles, synthesisScript } from '../../sim/synthesis/script.ts';
import type { SynthesisTarget } from '../../specs/synthesis.ts';
import { asClockGateFault } from '../gate/map-module.ts';
import type { Job, JobDone, JobLimits, JobRunner } from '../tools/job.ts';
import type { Library } from './libraries.ts';

/** A design, and what it is mapped to. */
export interface MappingRequest {
  readonly design: Design;
  readonly target: SynthesisTarget;
  /** For `liberty`: at least one. */
  readonly libraries: readonly Library[];
  /** Of the libraries, for a design that wants clock gates. */
  readonly clockGate?: ClockGate | null;
  /** For `ice40`. */
  readonly device: string | null;
  readonly clockHertz: number;
  readonly flatten: boolean;
  /** Whether the netlist is wanted without modules, too; for a library it always is. */
  readonly flat?: boolean;
  /** Ports of modules that keep their names and bits in the netlist. */
  readonly kept?: readonly KeptPorts[];
}

const scriptFile = 'synthesis.ys';

/** Verilog, images, libraries and script, side by side in Yosys's folder. */
function yosysFiles(request: MappingRequest, netlist: boolean): Record<string, string> {
  const verilog = emitVerilog(request.design, { sourceLines: false });
  const { target, flatten, libraries, clockHertz, device, clockGate = null, kept = [], flat = false } = request;
  const script = synthesisScript({
    verilog,
    target,
    flatten,
    libraries: libraries.map(({ file, state }) => ({ file, sequential: state.flipFlops.size > 0 })),
    picoseconds: 1e12 / clockHertz,
    device,
    clockGate,
    netlist,
    flat,
    kept,
  });
  return Object.fromEntries([
    ...verilog.files.map(({ name, text }) => [name, text] as const),
    ...verilog.images.map(({ file, text }) => [file, text] as const),
    ...libraries.map(({ file, text }) => [file, text] as const),
    [scriptFile, script],
  ]);
}

/** Runs Yosys on a design: statistics, for a library the flat netlist, and on request the netlist as it is counted. Errors: SYNTH_* of docs/errors.md. */
export async function runSynthesis(
  request: MappingRequest,
  netlist: boolean,
  yosys: JobRunner,
  limits: JobLimits,
): Promise<{ readonly job: Job; readonly done: JobDone }> {
  const outputs = [
    outputFiles.statistics,
    ...(netlist ? [outputFiles.netlist] : []),
    ...(request.target === 'liberty' || request.flat === true ? [outputFiles.flat] : []),
  ];
  // Headings of two levels are what shows progress.
  const job = { args: ['-v', '2', '-s', scriptFile], files: yosysFiles(request, netlist), outputs };
  const done = await yosys.run(job, limits).catch((error: unknown) => {
    throw asClockGateFault(error, yosys);
  });
  return { job, done };
}
