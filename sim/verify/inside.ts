import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import { outside } from '../../hdl-gen/arch/architecture.ts';
import type { StreamProbe } from '../rtl/stream.ts';
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
