import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import type { Netlist } from '../hdl-gen/ir/netlist.ts';
import type { TensorData } from '../models/graph.ts';
import { runGates } from '../sim/verify/gates.ts';
import { logitsInside, outputOf, portsOf, seenLogits } from '../sim/verify/inside.ts';
import type { Rung } from '../sim/verify/ladder.ts';
import { hostOutput } from '../sim/verify/truth.ts';
import type { ModuleProof } from '../specs/result.ts';
import { cacheFolder } from './cache-folder.ts';
import type { Environment } from './environment.ts';
import type { Progress } from './progress.ts';
import { type GateMapping, gateDesign, gateNetlist, type Inside, plainGates } from './synthesis/gate-netlist.ts';
import { defaultLimit } from './synthesis/options.ts';
import { proveModules, writtenModules } from './synthesis/prove.ts';
import { cachedRunner } from './tools/cached-runner.ts';
import type { JobRunner } from './tools/job.ts';
import { openYosys, type ToolKind } from './tools/yosys/open.ts';

/** How the rung `netlist` comes to its gates. */
export interface NetlistOptions extends GateMapping {
  readonly tool: ToolKind;
  /** That Yosys may take. */
  readonly seconds: number;
  readonly cache: boolean;
  /** Seconds for the proof of every module; null: no proofs. */
  readonly proveSeconds: number | null;
}

export const plainNetlist: NetlistOptions = {
  proveSeconds: null,
  ...plainGates,
  tool: 'package',
  seconds: defaultLimit,
  cache: true,
};

/** The Yosys of these options. Errors: SYNTH_PACKAGE, TOOL_MISSING. */
export async function netlistTool({ tool, cache }: NetlistOptions, environment: Environment): Promise<JobRunner> {
  const yosys = await openYosys(tool, environment);
  return cache ? cachedRunner(yosys, cacheFolder(environment)) : yosys;
}

export interface NetlistRun {
  readonly accelerator: Accelerator;
  readonly name: string;
  readonly samples: number;
  readonly input: TensorData;
}

interface Gates {
  readonly netlist: Netlist;
  readonly proofs: readonly ModuleProof[] | null;
}

async function gatesOf(
  { accelerator: { design }, name }: NetlistRun,
  yosys: JobRunner,
  options: NetlistOptions,
  inside: Inside,
  progress: Progress,
): Promise<Gates> {
  const { seconds, proveSeconds } = options;
  const onLine = (line: string) => progress.step(0, 1, `${name}: ${line.slice(0, 100)}`);
  const limits = { seconds, onLine };
  if (proveSeconds === null)
    return { netlist: await gateNetlist(design, yosys, limits, options, inside), proofs: null };
  const { netlist, modules } = await gateDesign(design, yosys, limits, options, inside);
  const written = await writtenModules(design, options.flatten, yosys, limits);
  const proofs = await proveModules(written, modules, yosys, proveSeconds, (module, at, all) =>
    progress.step(at, all, `${name}: proving ${module}`),
  );
  return { netlist, proofs };
}

/** The gates that synthesis makes of the design, in the embedded simulator, and what is proved of them. */
export async function netlistRung(
  request: NetlistRun,
  yosys: JobRunner,
  options: NetlistOptions,
  progress: Progress,
): Promise<{ readonly rung: Rung } & Pick<Gates, 'proofs'>> {
  const { accelerator, name, samples, input } = request;
  const inside = logitsInside(accelerator);
  const stage = inside?.stage ?? null;
  const probe = stage === null ? null : outputOf(stage);
  const seen = {
    kept: stage === null ? [] : portsOf(accelerator, stage),
    probes: probe === null ? [] : [probe.valid, probe.ready, probe.data],
  };
  const { netlist, proofs } = await gatesOf(request, yosys, options, seen, progress);
  progress.step(0, 1, `${name}: netlist, ${samples} samples on ${netlist.nodes.length} nodes`);
  const run = runGates(accelerator, netlist, input, samples, probe === null ? [] : [probe]);
  const cells = options.libraries.map(({ path }) => path.split(/[\\/]/).at(-1)).join(', ');
  const rung: Rung = {
    level: 'netlist',
    tool: `${cells === '' ? 'gates' : `cells of ${cells}`} of ${yosys.tool} in the embedded simulator, ${run.engine}`,
    samples,
    hardware: run.outputs,
    output: hostOutput(accelerator, run.outputs),
    clocks: run,
    logits: seenLogits(inside, run.watched[0], input),
  };
  return { rung, proofs };
}
