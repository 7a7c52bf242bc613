import type { Stage } from '../../hdl-gen/arch/architecture.ts';
import { scalersOf } from '../../hdl-gen/arch/stream/engine.ts';
import { engineOf } from '../../hdl-gen/arch/stream/engines.ts';
import {
  type LayerSums,
  placeResources,
  type Resources,
  windowResources,
} from '../../hdl-gen/arch/stream/resources.ts';
import { layerSums } from '../../hdl-gen/arch/stream/tables.ts';
import { type EnginePart, windowParts } from '../../hdl-gen/arch/stream/window-logic.ts';
import type { WindowWork, Work } from '../../hdl-gen/arch/stream/work.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { logicOf } from '../../hdl-gen/ir/logic.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import { laneStyleOf } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import { placeMemories } from '../../hdl-gen/memory/place.ts';
import type { BlockDevice } from '../../specs/design.ts';
import { type GatedGroup, gatedGroups } from './gated-groups.ts';
import { windowGroups } from './gated-window.ts';
import { inventoryOf } from './inventory.ts';
import { stateAt } from './stage-activity.ts';

/** What engines hold and what they are made of, before the planner has chosen. */
export interface Engines {
  resources(stage: Stage, work: Work | undefined): Resources;
  parts(stage: Stage, work: Work | undefined): readonly EnginePart[];
  /** What holds state in the engine of a design that asks for clock gating, and what its gates stand in front of, fills of FIFOs and drains left out at will. */
  gated(stage: Stage, work: Work | undefined, style: LaneStyle): Gated;
  /** Whether its weights need multipliers, whose arithmetic a design can choose. */
  multiplies(work: Work | undefined): boolean;
}

/** Makes once what is asked for by the same key. */
function remembering<K, T>(): (key: K, make: () => T) => T {
  const known = new Map<K, T>();
  return (key, make) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make();
    known.set(key, made);
    return made;
  };
}

export interface Gated {
  readonly resources: Resources;
  readonly groups: readonly GatedGroup[];
}

interface Built {
  readonly resources: Resources;
  readonly logic: () => EnginePart['logic'];
  readonly groups: () => readonly GatedGroup[];
}

const built = (circuit: Design): Built => {
  let logic: EnginePart['logic'] | null = null;
  let groups: readonly GatedGroup[] | null = null;
  return {
    resources: stateAt(inventoryOf(circuit), []),
    logic: () => {
      logic ??= logicOf(elaborate(circuit, { names: false }));
      return logic;
    },
    groups: () => {
      groups ??= gatedGroups(circuit);
      return groups;
    },
  };
};

/** As the netlist has it, of a design for `device` where one is given: window engines by closed forms, others and requantizers by building them once for each width. */
export function enginesOf(device?: BlockDevice): Engines {
  const placed = (resources: Resources) => (device === undefined ? resources : placeResources(resources, device));
  const sumsOf = remembering<WindowWork, LayerSums>();
  const scalers = remembering<string, readonly (Built & { readonly instance: string })[]>();
  const whole = remembering<string, Built>();
  const scalersAt = (stage: Stage & { readonly timing: 'window' }, work: WindowWork) =>
    scalers(`${stage.name} ${stage.outputWidth}`, () =>
      scalersOf(work, stage).map(({ instance, build }) => ({ instance, ...built(design(build)) })),
    );
  // Lanes are the window engine's: no style matters to the others.
  const wholeAt = (stage: Stage, work: Work | undefined) =>
    whole(`${stage.name} ${stage.inputWidth} ${stage.outputWidth} ${stage.fifoDepth}`, () =>
      built(design(engineOf(stage, work, () => laneStyleOf({}, stage.name)))),
    );
  const multiplies = (work: Work | undefined): boolean =>
    work?.form === 'window' && work.weight !== null && !sumsOf(work, () => layerSums(work)).small;
  const windowAt = (stage: Stage & { readonly timing: 'window' }, work: WindowWork): Resources => {
    const all = scalersAt(stage, work);
    const held = {
      registerBits: all.reduce((sum, { resources }) => sum + resources.registerBits, 0),
      laneBits: 0,
      memories: all.flatMap(({ instance, resources }) =>
        resources.memories.map((memory) => ({ ...memory, path: [instance, ...memory.path] })),
      ),
    };
    return windowResources(
      work,
      stage,
      sumsOf(work, () => layerSums(work)),
      held,
    );
  };
  const gatedWindow = (stage: Stage & { readonly timing: 'window' }, work: WindowWork, style: LaneStyle): Gated => {
    const { registerBits, laneBits, memories } = windowAt(stage, work);
    // Every lane that skips steps remembers whether it did.
    const more = multiplies(work) && style.clockGating ? stage.pe : 0;
    const scalerGroups = scalersAt(stage, work).flatMap(({ instance, groups }) =>
      groups().map((group) => ({ ...group, path: [instance, ...group.path] })),
    );
    const sums = sumsOf(work, () => layerSums(work));
    return {
      resources: { registerBits: registerBits + more, laneBits: laneBits + more, memories },
      groups: windowGroups(work, stage, sums, style, scalerGroups),
    };
  };
  return {
    gated(stage, work, style) {
      if (device === undefined) {
        if (stage.timing === 'window' && work?.form === 'window') return gatedWindow(stage, work, style);
        const { resources, groups } = wholeAt(stage, work);
        return { resources, groups: groups() };
      }
      // Tables that are cut have other registers behind them: the engine is built to see.
      const held = placeMemories(design(engineOf(stage, work, () => style)), device);
      return { resources: stateAt(inventoryOf(held), []), groups: gatedGroups(held) };
    },
    multiplies,
    resources(stage, work) {
      if (stage.timing !== 'window' || work?.form !== 'window') return placed(wholeAt(stage, work).resources);
      return placed(windowAt(stage, work));
    },
    parts(stage, work) {
      if (stage.timing !== 'window' || work?.form !== 'window') {
        return [{ instance: null, logic: wholeAt(stage, work).logic() }];
      }
      const all = scalersAt(stage, work).map(({ instance, logic }) => ({ instance, logic: logic() }));
      const sums = sumsOf(work, () => layerSums(work));
      return windowParts(work, stage, sums, all);
    },
  };
}
