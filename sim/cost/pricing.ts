import type { Stage } from '../../hdl-gen/arch/architecture.ts';
import { scalersOf } from '../../hdl-gen/arch/stream/engine.ts';
import { engineOf } from '../../hdl-gen/arch/stream/engines.ts';
import type { Price, Pricing } from '../../hdl-gen/arch/stream/pricing.ts';
import { type LayerSums, type Resources, windowResources } from '../../hdl-gen/arch/stream/resources.ts';
import { layerSums } from '../../hdl-gen/arch/stream/tables.ts';
import { topRegisterBits } from '../../hdl-gen/arch/stream/top.ts';
import type { WindowWork, Work } from '../../hdl-gen/arch/stream/work.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import { laneStyleOf } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import type { Graph } from '../../models/graph.ts';
import { blocksOf } from '../../specs/block-memories.ts';
import type { Target } from '../../specs/design.ts';
import type { Technology } from '../../specs/technology.ts';
import { cycles, type Hertz } from '../../specs/units.ts';
import type { LayerActivity } from './activity.ts';
import { layerArea } from './area.ts';
import { coefficientsOf } from './coefficients.ts';
import { layerEnergy } from './energy.ts';
import { inventoryOf } from './inventory.ts';
import { dataProfileOf, interfaceActivity, stageActivity, stateAt } from './stage-activity.ts';

type Counting = (activity: LayerActivity) => Price;

const sum = (bands: Readonly<Record<string, { readonly value: number }>>): number =>
  Object.values(bands).reduce((total, { value }) => total + value, 0);

/** What a goal counts of a stage; null for one that counts multipliers and clocks alone. */
function countingOf(target: Target, technology: Technology, clock: Hertz): Counting | null {
  const k = coefficientsOf(technology);
  if ('area' in target) return (activity) => ({ fixed: sum(layerArea(k, activity, technology)), perClock: 0 });
  if ('blockRam' in target) {
    const { device } = target;
    const blocks = ({ memories }: LayerActivity) => memories.reduce((all, memory) => all + blocksOf(device, memory), 0);
    return (activity) => ({ fixed: blocks(activity), perClock: 0 });
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

/** The state of engines, as the netlist has it: window engines by closed forms, others by building them once for each width. */
function states() {
  const built = new Map<string, Resources>();
  const sums = new Map<WindowWork, LayerSums>();
  const once = (key: string, make: () => Resources): Resources => {
    const known = built.get(key) ?? make();
    built.set(key, known);
    return known;
  };
  return (stage: Stage, work: Work | undefined): Resources => {
    if (stage.timing !== 'window' || work?.form !== 'window') {
      const key = `${stage.name} ${stage.inputWidth} ${stage.outputWidth} ${stage.fifoDepth}`;
      return once(key, () => stateAt(inventoryOf(design(engineOf(stage, work, () => laneStyleOf({}, stage.name)))), []));
    }
    const own = sums.get(work) ?? layerSums(work);
    sums.set(work, own);
    const scalers = once(`${stage.name} ${stage.outputWidth}`, () => {
      const all = scalersOf(work, stage).map(({ instance, build }) => {
        const { registers, memories } = inventoryOf(design(build));
        const inside = <T extends { readonly path: readonly string[] }>(each: T) => ({
          ...each,
          path: [instance, ...each.path],
        });
        return { registers: registers.map(inside), memories: memories.map(inside) };
      });
      const registers = all.flatMap((scaler) => scaler.registers);
      return stateAt({ registers, memories: all.flatMap(({ memories }) => memories) }, []);
    });
    return windowResources(work, stage, own, scalers);
  };
}

/** Prices for a goal that needs them: area, block memories and energy of stages, as the results tell them. */
export function pricingOf(graph: Graph, target: Target, technology: Technology, clock: Hertz): Pricing | undefined {
  const counting = countingOf(target, technology, clock);
  if (counting === null) return undefined;
  const stateOf = states();
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
      return counting(stageActivity(stage, stateOf(stage, work), profileOf(stage)));
    },
    around: (stages, frame) => counting(interfaceActivity(topRegisterBits(stages, frame), frame.inputBytes)),
  };
}
