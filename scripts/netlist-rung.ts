import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../models/graph.ts';
import { runGates } from '../sim/verify/gates.ts';
import { logitsInside, outputOf, portsOf, seenLogits } from '../sim/verify/inside.ts';
import type { Rung } from '../sim/verify/ladder.ts';
import { hostOutput } from '../sim/verify/truth.ts';
import { cacheFolder } from './cache-folder.ts';
import type { Progress } from './progress.ts';
import { type GateMapping, gateNetlist, plainGates } from './synthesis/gate-netlist.ts';
import { defaultLimit } from './synthesis/options.ts';
import { cachedRunner } from './tools/cached-runner.ts';
import type { JobRunner } from './tools/job.ts';
import { openYosys, type ToolKind } from './tools/yosys/open.ts';

/** How the rung `netlist` comes to its gates. */
export interface NetlistOptions extends GateMapping {
  readonly tool: ToolKind;
  /** That Yosys may take. */
  readonly seconds: number;
  readonly cache: boolean;
}

export const plainNetlist: NetlistOptions = { ...plainGates, tool: 'package', seconds: defaultLimit, cache: true };

type Environment = Readonly<Record<string, string | undefined>>;

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

/** The gates that synthesis makes of the design, in the embedded simulator. */
export async function netlistRung(
  { accelerator, name, samples, input }: NetlistRun,
  yosys: JobRunner,
  options: NetlistOptions,
  progress: Progress,
): Promise<Rung> {
  const inside = logitsInside(accelerator);
  const stage = inside?.stage ?? null;
  const probe = stage === null ? null : outputOf(stage);
  const onLine = (line: string) => progress.step(0, 1, `${name}: ${line.slice(0, 100)}`);
  const gates = await gateNetlist(accelerator.design, yosys, { seconds: options.seconds, onLine }, options, {
    kept: stage === null ? [] : portsOf(accelerator, stage),
    probes: probe === null ? [] : [probe.valid, probe.ready, probe.data],
  });
  progress.step(0, 1, `${name}: netlist, ${samples} samples on ${gates.nodes.length} nodes`);
  const run = runGates(accelerator, gates, input, samples, probe === null ? [] : [probe]);
  const cells = options.libraries.map(({ path }) => path.split(/[\\/]/).at(-1)).join(', ');
  return {
    level: 'netlist',
    tool: `${cells === '' ? 'gates' : `cells of ${cells}`} of ${yosys.tool} in the embedded simulator, ${run.engine}`,
    samples,
    hardware: run.outputs,
    output: hostOutput(accelerator, run.outputs),
    clocks: run,
    logits: seenLogits(inside, run.watched[0], input),
  };
}
