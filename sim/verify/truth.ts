import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../models/graph.ts';
import { runGraph } from '../../models/reference.ts';
import { logitsInside } from './inside.ts';
import type { Truth } from './ladder.ts';
import { logitsOf, tailAfter } from './parts.ts';

/** Outputs that came with the inputs, samples concatenated; null where none did. */
export interface Expectation {
  readonly expected: TensorData | null;
  readonly expectedLogits: TensorData | null;
}

function joined(parts: readonly TensorData[]): TensorData {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = parts[0] instanceof Int16Array ? new Int16Array(length) : new Int8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The integer reference on the first `count` inputs: what must leave the hardware, the network's output, and what enters a softmax in hardware. */
export function referenceTruth(accelerator: Accelerator, inputs: TensorData, count: number): Truth {
  const { graph, inputBytes, outputTensor } = accelerator;
  const runs = Array.from({ length: count }, (_, sample) =>
    runGraph(graph, new Map([[graph.inputs[0]!, inputs.subarray(sample * inputBytes, (sample + 1) * inputBytes)]]), {
      capture: true,
    }),
  );
  const all = (tensor: number) => joined(runs.map((run) => run.get(tensor)!));
  const inside = logitsInside(accelerator);
  return {
    hardware: all(outputTensor),
    output: all(graph.outputs[0]!),
    logits: inside === null ? undefined : all(inside.tensor),
  };
}

/** The host's part of the network, applied to what the hardware gave. */
export function hostOutput(accelerator: Accelerator, hardware: TensorData): TensorData {
  const { graph, outputTensor, outputBytes } = accelerator;
  const tail = tailAfter(graph, outputTensor);
  if (tail === null) return hardware;
  const samples = Array.from({ length: hardware.length / outputBytes }, (_, sample) =>
    hardware.subarray(sample * outputBytes, (sample + 1) * outputBytes),
  );
  return joined(samples.map((logits) => runGraph(tail, new Map([[outputTensor, logits]])).get(tail.outputs[0]!)!));
}

/** What came with the inputs where there is something, the reference elsewhere. */
export function truthFrom(accelerator: Accelerator, given: Expectation, reference: Truth): Truth {
  const { graph, outputTensor } = accelerator;
  const output = given.expected ?? reference.output;
  const logits = reference.logits === undefined ? undefined : (given.expectedLogits ?? reference.logits);
  if (tailAfter(graph, outputTensor) === null) return { output, hardware: output, logits };
  const leaving = logitsOf(graph) === outputTensor ? given.expectedLogits : null;
  return { output, hardware: leaving ?? reference.hardware, logits };
}
