import { type Accelerator, acceleratorPorts } from '../../hdl-gen/arch/architecture.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import type { TensorData } from '../../models/graph.ts';
import { createSimulator, type Engine } from '../rtl/simulator.ts';
import { runStream, type StreamProbe, type StreamRun } from '../rtl/stream.ts';
import { clockLimit } from './embedded.ts';

/** Clocks of reset before the first one that counts. */
const resetClocks = 2;

/** As `runEmbedded`, with a netlist of gates in the place of the design: its reset is an input that has to be driven. `watch`: outputs of the netlist that are a stream inside. */
export function runGates(
  accelerator: Accelerator,
  gates: Netlist,
  input: TensorData,
  frames: number,
  watch: readonly StreamProbe[] = [],
): StreamRun & { readonly engine: Engine } {
  const { inputBytes, outputBytes } = accelerator;
  const simulator = createSimulator(gates);
  simulator.port(acceleratorPorts.inValid).write(0);
  simulator.port('rst').write(1);
  simulator.cycle(resetClocks);
  simulator.port('rst').write(0);
  const maxClocks = clockLimit(accelerator, frames);
  const run = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks, resetFirst: false, watch });
  return { ...run, engine: simulator.engine };
}
