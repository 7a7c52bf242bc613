import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { TensorData } from '../../models/graph.ts';
import { simulateCycles } from '../cycle/cycles.ts';
import { createSimulator, type Engine } from '../rtl/simulator.ts';
import { runStream, type StreamProbe, type StreamRun } from '../rtl/stream.ts';

/** When a run is given up: an accelerator that is wrong may also be one that never ends. */
export function clockLimit(accelerator: Accelerator, frames: number): number {
  return 2 * simulateCycles(accelerator.schedule, { frames }).lastOut.at(-1)! + 10_000;
}

/** Elaborates the accelerator and streams `frames` inputs through it, back to back and without pauses; `watch` names streams inside that are written down. */
export function runEmbedded(
  accelerator: Accelerator,
  input: TensorData,
  frames: number,
  watch: readonly StreamProbe[] = [],
): StreamRun & { readonly engine: Engine } {
  const { inputBytes, outputBytes } = accelerator;
  const probes = watch.flatMap(({ valid, ready, data }) => [valid, ready, data]);
  const simulator = createSimulator(elaborate(accelerator.design, { names: false, probes }));
  const maxClocks = clockLimit(accelerator, frames);
  const run = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks, watch });
  return { ...run, engine: simulator.engine };
}
