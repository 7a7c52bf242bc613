import type { Stage } from '../../hdl-gen/arch/architecture.ts';
import type { Price, Pricing } from '../../hdl-gen/arch/stream/pricing.ts';
import type { EngineMemory } from '../../hdl-gen/arch/stream/resources.ts';
import { topRegisterBits } from '../../hdl-gen/arch/stream/top.ts';
import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import { placedBlocks } from '../../hdl-gen/memory/pack.ts';
import type { Graph } from '../../models/graph.ts';
import type { BlockDevice, Target } from '../../specs/design.ts';
import type { Technology } from '../../specs/technology.ts';
import { cycles, type Hertz } from '../../specs/units.ts';
import type { LayerActivity } from './activity.ts';
import { layerArea } from './area.ts';
import { coefficientsOf } from './coefficients.ts';
import { layerEnergy } from './energy.ts';
import { enginesOf } from './engine-state.ts';
import { lutPricing } from './luts.ts';
import { dataProfileOf, interfaceActivity, stageActivity } from './stage-activity.ts';

type Counting = (activity: LayerActivity, memories: readonly EngineMemory[]) => Price;

const sum = (bands: Readonly<Record<string, { readonly value: number }>>): number =>
  Object.values(bands).reduce((total, { value }) => total + value, 0);

/** What a goal counts of a stage; null for one that counts multipliers and clocks alone. */
function countingOf(target: Target, technology: Technology, clock: Hertz): Counting | null {
  const k = coefficientsOf(technology);
  if ('area' in target) return (activity) => ({ fixed: sum(layerArea(k, activity, technology)), perClock: 0 });
  if ('blockRam' in target) {
    const { device } = target;
    return (_, memories) => ({
      fixed: memories.reduce((all, memory) => all + placedBlocks(device, memory), 0),
      perClock: 0,
    });
  }
  if ('energy' in target) {
    return (activity) => {
      const joules = (interval: number) =>
        sum(layerEnergy(k, activity, { technology, clock, interval: cycles(interval) }));
      const fixed = joules(0);
      return { fixed, perClock: joules(1) - fixed };
    };
  }
  return null;
}

/** What prices depend on beside the goal. */
export interface PricingConditions {
  readonly technology: Technology;
  readonly clock: Hertz;
  /** FPGA family whose memories the design uses. */
  readonly device: BlockDevice | undefined;
  /** What the design asks of the lanes of a layer. */
  readonly styleOf: (layer: string) => LaneStyle;
  /** Whether it asks for clock gates, in whatever it has. */
  readonly clockGating: boolean;
}

/** Prices for a goal that needs them: area, block memories, look-up tables and energy of stages, as the results tell them. */
export function pricingOf(
  graph: Graph,
  target: Target,
  { technology, clock, device, styleOf, clockGating }: PricingConditions,
): Pricing | undefined {
  if ('lut' in target) return lutPricing(target);
  const counting = countingOf(target, technology, clock);
  if (counting === null) return undefined;
  const engines = enginesOf(device);
  const profiles = new Map<string, LayerActivity['dataProfile']>();
  const profileOf = (stage: Pick<Stage, 'name' | 'inputBits'>) => {
    const known = profiles.get(stage.name) ?? dataProfileOf(stage, graph);
    profiles.set(stage.name, known);
    return known;
  };
  return {
    stage(unplaced, work) {
      // Where bytes come from changes nothing but the number of ports.
      const stage: Stage = { ...unplaced, sources: work?.sources ?? [0] };
      const asked = styleOf(stage.name);
      const style = engines.multiplies(work) ? asked : null;
      const { resources, groups } = clockGating
        ? engines.gated(stage, work, asked)
        : { resources: engines.resources(stage, work), groups: null };
      return counting(stageActivity(stage, resources, profileOf(stage), style, groups), resources.memories);
    },
    around: (stages, frame) => counting(interfaceActivity(topRegisterBits(stages, frame), frame.inputBytes), []),
  };
}
