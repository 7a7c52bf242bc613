import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import { outside } from '../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../models/graph.ts';
import type { StreamProbe, Watched } from '../rtl/stream.ts';
import type { Seen } from './ladder.ts';
import { logitsOf } from './parts.ts';

/** What leaves a stage, as the netlist names it. */
export function outputOf({ name, outputBits: bits }: Stage): StreamProbe {
  return { valid: `${name}.out_valid`, ready: `${name}.out_ready`, data: `${name}.out_data`, bits };
}

/** Where the elements before a final softmax can be seen when the hardware computes it. */
export interface Logits {
  readonly tensor: number;
  /** The stage that gives them; null when the softmax reads the network's input. */
  readonly stage: Stage | null;
}

/** Null when the network does not end in a softmax, or the host computes it: then the logits are what leaves the hardware. */
export function logitsInside({ graph, schedule, outputTensor }: Accelerator): Logits | null {
  const tensor = logitsOf(graph);
  if (tensor === null || outputTensor === tensor) return null;
  const source = schedule.stages.at(-1)!.sources[0]!;
  return { tensor, stage: source === outside ? null : schedule.stages[source]! };
}

/** What entered the softmax: elements seen inside, or those that entered the hardware. */
export function seenLogits(inside: Logits | null, watched: Watched | undefined, input: TensorData): Seen | undefined {
  if (inside === null) return undefined;
  return watched ?? { values: input, clocks: null };
}

/** The ports of `outputOf`, where the design has them: in the module of the stage. */
export function portsOf(
  { design }: Accelerator,
  { name }: Stage,
): { readonly module: string; readonly ports: string[] }[] {
  const top = design.modules.find((module) => module.name === design.top)!;
  const ports = ['out_valid', 'out_ready', 'out_data'];
  return top.instances.filter((instance) => instance.name === name).map(({ module }) => ({ module, ports }));
}
