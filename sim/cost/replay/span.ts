import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../../models/graph.ts';
import { Fault } from '../../../specs/fault.ts';
import { simulateCycles } from '../../cycle/cycles.ts';
import { steadyState } from '../../cycle/steady.ts';

/** Clocks of one inference in steady state, inputs back to back: `first` up to, not including, `first + length`. */
export interface Span {
  /** Inferences to feed so that the span lies in the midst of work. */
  readonly frames: number;
  readonly first: number;
  readonly length: number;
}

/** The interval that ends with the last output of the last but one inference: all stages are at work around it. */
export function steadySpan({ schedule }: Accelerator): Span {
  const { latency, interval } = steadyState(schedule);
  const frames = 2 + Math.ceil(latency / interval);
  const { lastOut } = simulateCycles(schedule, { frames });
  const first = lastOut[frames - 3]! + 1;
  const length = lastOut[frames - 2]! + 1 - first;
  return { frames, first, length };
}

/** As many inputs as the span needs, from the first on, beginning anew when they are used up. Errors: `SIM_STREAM`. */
export function inputsFor({ frames }: Span, inputs: TensorData, inputBytes: number): TensorData {
  if (inputs.length === 0 || inputs.length % inputBytes !== 0) {
    throw new Fault({
      code: 'SIM_STREAM',
      place: 'inputs of the energy run',
      cause: `${inputs.length} bytes are not whole inputs of ${inputBytes} bytes`,
      wayOut: 'give at least one whole input',
    });
  }
  const found = inputs instanceof Int16Array ? new Int16Array(frames * inputBytes) : new Int8Array(frames * inputBytes);
  for (let at = 0; at < found.length; at++) found[at] = inputs[at % inputs.length]!;
  return found;
}
