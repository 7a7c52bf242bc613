import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import type { BlockDevice } from '../../specs/design.ts';
import { defaultDevice } from '../synthesis/place.ts';
import { type Synthesised, type SynthesisTools, synthesise } from '../synthesis/synthesise.ts';
import { trainingDesign } from './training-design.ts';
import { trainingNetwork } from './training-network.ts';

/** Of one synthesis. */
const seconds = 1200;

/** The design of a number. */
export function trainingAccelerator(seed: number, device: BlockDevice): Accelerator {
  const graph = trainingNetwork(seed);
  return buildAccelerator(graph, trainingDesign(graph, seed, device));
}

/** Synthesis of a training design: every module for itself, or all as one. */
export async function measured(
  seed: number,
  device: BlockDevice,
  flatten: boolean,
  tools: SynthesisTools,
): Promise<{ readonly accelerator: Accelerator; readonly result: Synthesised['result'] }> {
  const accelerator = trainingAccelerator(seed, device);
  const { result } = await synthesise(
    {
      name: `training_${seed}`,
      design: accelerator.design,
      target: device,
      libraries: [],
      device: device === 'ice40' ? defaultDevice : null,
      clockHertz: 100e6,
      flatten,
      place: 'never',
      netlist: false,
    },
    tools,
    { seconds },
  );
  return { accelerator, result };
}
