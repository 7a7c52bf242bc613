import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { energyT1 } from '../../sim/cost/energy-t1.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';
import { runStream } from '../../sim/rtl/stream.ts';
import { toggleEnergiesOf } from '../../specs/toggle-energies.ts';
import { cycles, ops, parseHertz } from '../../specs/units.ts';
import { buildDesign, type LoadedDesign } from '../design.ts';
import { forLibrary } from '../gate/arithmetic.ts';
import { energyInputs } from '../gate/energy-inputs.ts';
import { median } from './measure.ts';

/** Times the embedded simulation of one inference that tier T1 may take. */
export const toggleTierBar = 2;

export interface ToggleTierSpeed {
  readonly design: string;
  /** Of processor time, median. */
  readonly seconds: { readonly simulation: number; readonly tierT1: number };
  readonly ratio: number;
}

function processorSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/**
 * Tier T1 of one inference beside the embedded simulation of one, in turn; both begin with the built accelerator, so that
 * elaboration and compilation are counted. A first pair of runs, in which the engine compiles, is left out.
 */
export function toggleTierSpeed(asked: LoadedDesign, tries: number): ToggleTierSpeed {
  const { design } = forLibrary(asked, undefined);
  const accelerator = buildDesign(design);
  const { inputs } = energyInputs(design.model, undefined);
  const { inputBytes, outputBytes } = accelerator;
  const interval = cycles(steadyState(accelerator.schedule).interval);
  const energies = toggleEnergiesOf(design.technology.name);
  const simulate = (): void => {
    const simulator = createSimulator(elaborate(accelerator.design, { names: false }));
    const input = inputs.subarray(0, inputBytes);
    runStream(simulator, { input, inputBytes, outputBytes, frames: 1, maxClocks: Number.POSITIVE_INFINITY });
  };
  const price = (): void => {
    const { technology, request } = design;
    // The operations divide the joules; they decide nothing that takes time.
    const clock = parseHertz(request.clock);
    energyT1({ accelerator, inputs, energies, technology, clock, interval, operations: ops(1) });
  };
  const pairs = Array.from({ length: tries + 1 }, () => [processorSeconds(simulate), processorSeconds(price)] as const);
  const [simulation, tierT1] = [0, 1].map((side) => median(pairs.slice(1).map((pair) => pair[side]!))) as [
    number,
    number,
  ];
  return { design: design.request.name, seconds: { simulation, tierT1 }, ratio: tierT1 / simulation };
}
