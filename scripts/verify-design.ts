import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../hdl-gen/arch/build.ts';
import type { TensorData } from '../models/graph.ts';
import { runGraph } from '../models/reference.ts';
import { runEmbedded } from '../sim/verify/embedded.ts';
import { logitsInside, outputOf, seenLogits } from '../sim/verify/inside.ts';
import { climb, type Rung, type Truth } from '../sim/verify/ladder.ts';
import { localise } from '../sim/verify/localise.ts';
import { hostOutput, referenceTruth, truthFrom } from '../sim/verify/truth.ts';
import { Fault } from '../specs/fault.ts';
import type { Mismatch, ModuleProof, Verification } from '../specs/result.ts';
import { benchFiles } from './bench-files.ts';
import type { LoadedDesign } from './design.ts';
import type { Environment } from './environment.ts';
import { type Level, levelDefaults, levelNames } from './levels.ts';
import { type NetlistOptions, netlistRung, netlistTool, plainNetlist } from './netlist-rung.ts';
import { requestOfPart } from './part-request.ts';
import type { Progress } from './progress.ts';
import { chooseSamples, type SampleFiles, type Samples } from './samples.ts';
import type { BenchRun } from './tools/bench.ts';
import { runIcarus } from './tools/icarus.ts';
import { requireTool } from './tools/locate.ts';
import { runVerilator } from './tools/verilator.ts';

export interface VerifyOptions {
  readonly levels: readonly Level[];
  /** For every level; each has its own default. */
  readonly samples?: number | undefined;
  readonly files?: SampleFiles;
  /** Of the level `netlist`; default: plain gates. */
  readonly netlist?: NetlistOptions;
}

/** Without known outputs, more samples only repeat the reference. */
const randomSamples = 20;

/** Time limit of an external simulator's build and run, each. */
const toolSeconds = 1800;

interface LevelRun {
  readonly accelerator: Accelerator;
  readonly level: Level;
  readonly samples: number;
  readonly input: TensorData;
  readonly reference: Truth;
  readonly environment: Environment;
  readonly name: string;
  readonly netlist: NetlistOptions;
  readonly progress: Progress;
}

function referenceRung({ accelerator, level, samples, reference }: LevelRun): Rung {
  const all = reference.hardware.length / accelerator.outputBytes;
  return {
    level,
    tool: `integer reference, ${accelerator.graph.profile}`,
    samples,
    hardware: reference.hardware.subarray(0, samples * accelerator.outputBytes),
    output: reference.output.subarray(0, samples * (reference.output.length / all)),
    clocks: null,
    logits:
      reference.logits === undefined
        ? undefined
        : { values: reference.logits.subarray(0, samples * (reference.logits.length / all)), clocks: null },
  };
}

function embeddedRung({ accelerator, level, samples, input }: LevelRun): Rung {
  const inside = logitsInside(accelerator);
  const run = runEmbedded(accelerator, input, samples, inside?.stage ? [outputOf(inside.stage)] : []);
  const output = hostOutput(accelerator, run.outputs);
  const logits = seenLogits(inside, run.watched[0], input);
  return {
    level,
    tool: `embedded simulator, ${run.engine}`,
    samples,
    hardware: run.outputs,
    output,
    clocks: run,
    logits,
  };
}

async function benchRung(request: LevelRun): Promise<Rung> {
  const { accelerator, level, samples, input, reference, environment } = request;
  const tool = await requireTool(level === 'verilator' ? 'verilator' : 'iverilog', environment);
  const expected = reference.hardware.subarray(0, samples * accelerator.outputBytes);
  const inside = logitsInside(accelerator);
  const files = benchFiles(accelerator, input, expected, inside?.stage?.name);
  const run: BenchRun =
    level === 'verilator'
      ? await runVerilator(tool, files, { optimise: 'fast', seconds: toolSeconds })
      : await runIcarus(tool, files, toolSeconds);
  const differing = run.outputs.filter((byte, at) => byte !== expected[at]).length;
  if (run.mismatches !== differing + run.unstable) {
    throw new Fault({
      code: 'BENCH_FAILED',
      kind: 'internal',
      place: level,
      cause: `the bench counted ${run.mismatches} mismatches where ${differing + run.unstable} are in what it recorded`,
      wayOut: 'report this design as a defect of joulesmith',
    });
  }
  const output = hostOutput(accelerator, run.outputs);
  const logits = seenLogits(inside, run.watched, input);
  const { unstable } = run;
  return { level, tool: run.tool, samples, hardware: run.outputs, output, clocks: run, logits, unstable };
}

interface Climbed {
  readonly rung: Rung;
  readonly proofs: readonly ModuleProof[] | null;
}

async function gatesRung({
  accelerator,
  name,
  samples,
  input,
  environment,
  netlist,
  progress,
}: LevelRun): Promise<Climbed> {
  const yosys = await netlistTool(netlist, environment);
  try {
    return await netlistRung({ accelerator, name, samples, input }, yosys, netlist, progress);
  } finally {
    await yosys.close();
  }
}

async function runLevel(request: LevelRun): Promise<Climbed> {
  switch (request.level) {
    case 'reference':
      return { rung: referenceRung(request), proofs: null };
    case 'rtl':
      return { rung: embeddedRung(request), proofs: null };
    case 'verilator':
    case 'icarus':
      return { rung: await benchRung(request), proofs: null };
    case 'netlist':
      return gatesRung(request);
  }
}

/** Names the first layer that differs, where the hardware differs from the reference. */
function explain(design: LoadedDesign, accelerator: Accelerator, samples: Samples, found: Mismatch): Mismatch {
  const { graph, inputBytes } = accelerator;
  const input = samples.inputs.subarray(found.sample * inputBytes, (found.sample + 1) * inputBytes);
  const located = localise({
    accelerator,
    input,
    sample: found.sample,
    expected: runGraph(graph, new Map([[graph.inputs[0]!, input]]), { capture: true }),
    build: (part, foldings) => buildAccelerator(part, requestOfPart(design.request, part, foldings)),
    run: (part, sample) => runEmbedded(part, sample, 1),
  });
  return located ?? found;
}

/** What is refuted decides; what is neither proved nor refuted is named. */
function withProofs(ladder: Verification, proofs: readonly ModuleProof[]): Verification {
  const refuted = proofs.some(({ verdict }) => verdict === 'different');
  const notes = proofs.flatMap(({ module, verdict, reason }) => {
    if (verdict === 'proved') return [];
    return [`netlist: ${module} ${verdict === 'different' ? 'is not equal to its text' : 'is not proved'}: ${reason}`];
  });
  const verdict = refuted ? 'different' : ladder.verdict;
  return { ...ladder, verdict, notes: [...ladder.notes, ...notes], proofs: [...proofs] };
}

function scarcity(asked: number | undefined, there: number): string[] {
  if (asked === undefined || asked <= there) return [];
  return [`${asked} samples were asked for, and ${there === 1 ? 'one is' : `${there} are`} there`];
}

function truthNote({ expected }: Samples): string[] {
  if (expected !== null) return [];
  return ['no expected outputs came with the inputs, so the integer reference is taken as the truth'];
}

/** Climbs the ladder for one design, level by level; prints nothing but progress. Errors: TOOL_MISSING and those of the samples. */
export async function verifyDesign(
  design: LoadedDesign,
  accelerator: Accelerator,
  options: VerifyOptions,
  environment: Environment,
  progress: Progress,
): Promise<Verification> {
  const { netlist = plainNetlist } = options;
  const random = design.model.samples === null && options.files?.inputs === undefined;
  const wanted = (level: Level) =>
    options.samples ?? Math.min(levelDefaults[level], random ? randomSamples : levelDefaults.reference);
  const levels = levelNames.filter((level) => options.levels.includes(level));
  const samples = chooseSamples(design.model, options.files ?? {}, Math.max(...levels.map(wanted)));
  const most = Math.min(samples.count, Math.max(...levels.map(wanted)));
  progress.step(0, levels.length, `${design.request.name}: reference, ${most} samples`);
  const reference = referenceTruth(accelerator, samples.inputs, most);

  const climbed: Climbed[] = [];
  for (const [done, level] of levels.entries()) {
    const count = Math.min(wanted(level), most);
    progress.step(done, levels.length, `${design.request.name}: ${level}, ${count} samples`);
    const input = samples.inputs.subarray(0, count * accelerator.inputBytes);
    const { name } = design.request;
    const run = { accelerator, level, samples: count, input, reference, environment, name, netlist, progress };
    climbed.push(await runLevel(run));
  }
  const rungs = climbed.map(({ rung }) => rung);
  const ladder = climb({
    graph: accelerator.graph,
    hardwareTensor: accelerator.outputTensor,
    outputTensor: accelerator.graph.outputs[0]!,
    logitsTensor: logitsInside(accelerator)?.tensor,
    rungs,
    truth: truthFrom(accelerator, samples, reference),
    reference,
    accelerator,
    inputs: samples.origin,
    notes: [...scarcity(options.samples, samples.count), ...truthNote(samples)],
  });
  progress.end();
  const proofs = climbed.flatMap((level) => level.proofs ?? []);
  const result = netlist.proveSeconds === null ? ladder : withProofs(ladder, proofs);
  const first = result.firstMismatch;
  const rtl = rungs.find((rung) => rung.level === 'rtl');
  const wrongHardware =
    rtl !== undefined &&
    (rtl.hardware.some((byte, at) => byte !== reference.hardware[at]) ||
      (rtl.logits?.values.some((value, at) => value !== reference.logits![at]) ?? false));
  if (first?.level !== 'rtl' || !wrongHardware) return result;
  return { ...result, firstMismatch: explain(design, accelerator, samples, first) };
}
