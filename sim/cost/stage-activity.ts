import { type Accelerator, mapBytes, type Stage } from '../../hdl-gen/arch/architecture.ts';
import type { EngineMemory } from '../../hdl-gen/arch/stream/resources.ts';
import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import { elementBitsOf } from '../../hdl-gen/memory/place.ts';
import type { Graph } from '../../models/graph.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import type { LayerActivity } from './activity.ts';
import { gatedActivity, groupsOfStage } from './gated-activity.ts';
import { type GatedGroup, gatedGroups } from './gated-groups.ts';
import { type Inventory, inventoryOf } from './inventory.ts';
import { accesses, activeClocks } from './stage-work.ts';

/** Adders beside the multiply-accumulate lanes, and the additions (or comparisons) they do per inference. */
function addersOf(stage: Stage): { adders: number; additions: number } {
  switch (stage.timing) {
    case 'window':
      return stage.multipliers > 0
        ? { adders: 0, additions: 0 }
        : { adders: stage.pe, additions: activeClocks(stage) * stage.pe };
    case 'globalPool':
      return { adders: stage.inputWidth, additions: mapBytes(stage.input) };
    case 'bytewise': {
      const perByte = stage.kind === 'add' || stage.kind === 'sub' ? 1 : 0;
      return { adders: perByte * stage.outputWidth, additions: perByte * mapBytes(stage.output) };
    }
    case 'turns':
    case 'rearrange':
      return { adders: 0, additions: 0 };
    case 'row':
      return { adders: 1, additions: mapBytes(stage.input) };
  }
}

/** Fixed-point rescalings per result byte: both operands and the sum of an addition, one elsewhere, none where bytes only move. */
function requantizersOf(stage: Stage): number {
  if (stage.timing === 'turns' || stage.timing === 'rearrange') return 0;
  if (stage.timing !== 'bytewise') return 1;
  switch (stage.kind) {
    case 'add':
    case 'sub':
      return 3;
    case 'mul':
    case 'rescale':
    case 'interpolate':
      return 1;
    case 'lookup':
    case 'queue':
      return 0;
  }
}

/** What holds state in a stage. */
export interface StageState {
  readonly registerBits: number;
  /** Of these, in the multiply-accumulate lanes. */
  readonly laneBits: number;
  readonly memories: readonly EngineMemory[];
}

/** The statistics of what a stage multiplies: a zero point of -128 means that no activation is negative, the output of a ReLU. */
export function dataProfileOf(stage: Pick<Stage, 'name' | 'inputBits'>, graph: Graph): LayerActivity['dataProfile'] {
  const layer = graph.layers.find(({ name }) => name === stage.name);
  const input = layer === undefined ? undefined : graph.tensors.get(inputsOf(layer)[0]!);
  return input?.zeroPoint === -128 && stage.inputBits === 8 ? 'relu' : 'uniform';
}

const isOperators = ({ form, clockGating, operandIsolation }: LaneStyle): boolean =>
  form === 'plain' && !clockGating && !operandIsolation;

/**
 * Bits of the weights that a stage multiplies by, as its table holds them; 8 where it has none. Weights of -1, 0 and 1 count as 2, others
 * as at least 3.
 */
function weightBitsOf(memories: readonly EngineMemory[], style: LaneStyle | null): number {
  const table = memories.find(({ path, name }) => path.length === 0 && /^weights(_\d+)?$/.test(name));
  if (table === undefined) return 8;
  return style === null ? 2 : Math.max(3, Math.min(8, table.elementBits));
}

/**
 * What a stage does for one inference with the state that it holds; `style` is null where no weight needs a multiplier, `groups`
 * where the design does not ask for clock gating.
 */
export function stageActivity(
  stage: Stage,
  { registerBits, laneBits, memories }: StageState,
  dataProfile: LayerActivity['dataProfile'],
  style: LaneStyle | null,
  groups: readonly GatedGroup[] | null = null,
): LayerActivity {
  const requantizers = requantizersOf(stage);
  const weightBits = stage.multipliers > 0 ? weightBitsOf(memories, style) : 8;
  return {
    layer: stage.name,
    dataProfile,
    multipliers: stage.multipliers,
    ...(stage.multipliers > 0 && stage.inputBits > 8 ? { activationBits: stage.inputBits } : {}),
    ...(weightBits === 8 ? {} : { weightBits }),
    ...(style === null || isOperators(style) ? {} : { style }),
    macs: stage.macs,
    ...addersOf(stage),
    // The division of an average is a multiplication by its reciprocal, of a requantizer's size or smaller.
    requantizers: requantizers * stage.outputWidth,
    requantizations: requantizers * mapBytes(stage.output),
    registerBits,
    macRegisterBits: stage.multipliers > 0 ? laneBits : 0,
    activeClocks: activeClocks(stage),
    memories: memories.map((memory) => ({
      name: [stage.name, ...memory.path, memory.name].join('.'),
      kind: memory.kind,
      words: memory.words,
      wordBits: memory.wordBits,
      ...accesses(stage, memory),
    })),
    ...(groups === null ? {} : { gated: gatedActivity(stage, groups, style) }),
  };
}

/** The state of one stage, of a circuit in which `path` leads to it. */
export function stateAt({ registers, memories }: Inventory, path: readonly string[]): StageState {
  const below = (each: { readonly path: readonly string[] }) => path.every((part, at) => each.path[at] === part);
  const own = registers.filter(below);
  const bits = (entries: typeof own) => entries.reduce((sum, { bits }) => sum + bits, 0);
  return {
    registerBits: bits(own),
    laneBits: bits(own.filter((each) => /^lane_\d+$/.test(each.path[path.length] ?? ''))),
    memories: memories.filter(below).map((placed) => ({
      path: placed.path.slice(path.length),
      name: placed.memory.name,
      kind: placed.memory.kind,
      words: placed.memory.depth,
      wordBits: placed.memory.width,
      elementBits: elementBitsOf(placed.memory),
      ...(placed.memory.style === undefined ? {} : { style: placed.memory.style }),
    })),
  };
}

/** The counters and handshakes around the stages. */
export function interfaceActivity(registerBits: number, inputBytes: number): LayerActivity {
  return {
    layer: 'interface',
    dataProfile: 'uniform',
    multipliers: 0,
    macs: 0,
    adders: 0,
    additions: 0,
    requantizers: 0,
    requantizations: 0,
    registerBits,
    macRegisterBits: 0,
    activeClocks: inputBytes,
    memories: [],
  };
}

/** What every stage does for one inference, and the counters and handshakes around them (`interface`). */
export function activitiesOf(accelerator: Accelerator): LayerActivity[] {
  const inventory = inventoryOf(accelerator.design);
  const top = inventory.registers.filter(({ path }) => path.length === 0).reduce((sum, { bits }) => sum + bits, 0);
  const around = interfaceActivity(top, accelerator.inputBytes);
  const { graph, schedule } = accelerator;
  const styles = new Map(accelerator.lanes().map(({ stage, style }) => [stage, style]));
  const groups = accelerator.clockGating ? gatedGroups(accelerator.design) : null;
  const stages = schedule.stages.map((stage) =>
    stageActivity(
      stage,
      stateAt(inventory, [stage.name]),
      dataProfileOf(stage, graph),
      styles.get(stage.name) ?? null,
      groups && groupsOfStage(groups, stage.name),
    ),
  );
  return [...stages, around];
}
