import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import { networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import { topLogic } from '../../hdl-gen/arch/stream/top.ts';
import type { EnginePart } from '../../hdl-gen/arch/stream/window-logic.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import { enginesOf } from '../../sim/cost/engine-state.ts';
import { type FpgaParts, fpgaParts } from '../../sim/cost/lut-features.ts';
import { blockSites, lutSites } from '../../sim/synthesis/lut-sites.ts';
import type { BlockDevice } from '../../specs/design.ts';

export type CellsByModule = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** A part of a design: what it was estimated from, and what synthesis made of it. */
export interface Row {
  /** `conv2d_0.sequencer`. */
  readonly name: string;
  readonly estimated: FpgaParts;
  readonly luts: number;
  readonly blocks: number;
}

type Found = Pick<Row, 'luts' | 'blocks'>;

const plus = (a: Found, b: Found): Found => ({ luts: a.luts + b.luts, blocks: a.blocks + b.blocks });

/** Instances of a module, with what is inside them. */
function counting(design: Design, device: BlockDevice, cells: CellsByModule) {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const own = (name: string): Found => {
    const found = cells.get(name) ?? {};
    return { luts: lutSites(device, found), blocks: blockSites(found) };
  };
  const whole = (name: string): Found =>
    modules.get(name)!.instances.reduce((sum, { module }) => plus(sum, whole(module)), own(name));
  return { own, whole, instancesOf: (name: string) => modules.get(name)!.instances };
}

const partOf = (instance: string) => (/^lane_\d+$/.test(instance) ? 'lanes' : instance);

/** Every part of a design that was synthesised module by module. */
export function rowsOf(accelerator: Accelerator, device: BlockDevice, cells: CellsByModule): Row[] {
  const { design, schedule, pruned } = accelerator;
  const { own, whole, instancesOf } = counting(design, device, cells);
  const { works } = networkWorks(pruned.graph);
  const engines = enginesOf(device);
  const stageRows = (stage: Stage, module: string): Row[] => {
    const work = works.find(({ name }) => name === stage.name);
    const parts = engines.parts(stage, work);
    const { memories } = engines.resources(stage, work);
    if (stage.timing !== 'window') {
      return [{ name: stage.name, estimated: fpgaParts(device, parts, memories), ...whole(module) }];
    }
    return parts.map((part) => {
      const inside = memories.filter(({ path }) => (path[0] ?? null) === part.instance);
      const found =
        part.instance === null
          ? own(module)
          : instancesOf(module)
              .filter(({ name }) => partOf(name) === part.instance)
              .reduce((sum, instance) => plus(sum, whole(instance.module)), { luts: 0, blocks: 0 });
      const name = part.instance === null ? stage.name : `${stage.name}.${part.instance}`;
      return { name, estimated: fpgaParts(device, [part], inside), ...found };
    });
  };
  const around: EnginePart = { instance: null, logic: topLogic(schedule.stages, accelerator) };
  return [
    ...instancesOf(design.top).flatMap(({ name, module }) =>
      stageRows(schedule.stages.find((stage) => stage.name === name)!, module),
    ),
    { name: 'interface', estimated: fpgaParts(device, [around], []), ...own(design.top) },
  ];
}
