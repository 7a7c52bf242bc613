import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import { Fault } from '../../specs/fault.ts';
import type { LayerActivity, MemoryActivity } from './activity.ts';
import { type Inventory, inventoryOf, type PlacedMemory } from './inventory.ts';

const pixelsOf = (shape: { height: number; width: number }) => shape.height * shape.width;

/** Clocks per inference in which the stage reads operands (or, for a global pool, takes bytes). */
export function activeClocks(stage: Stage): number {
  return stage.kind === 'globalPool'
    ? pixelsOf(stage.input) * stage.input.channels
    : pixelsOf(stage.output) * stage.results.length * stage.steps;
}

/** Words read and written per inference, by what the memory is for. */
function accesses(stage: Stage, { path, memory }: PlacedMemory): Pick<MemoryActivity, 'role' | 'reads' | 'writes'> {
  const bytesIn = pixelsOf(stage.input) * stage.input.channels;
  const bytesOut = pixelsOf(stage.output) * stage.output.channels;
  switch ([...path.slice(1), memory.name].join('.')) {
    case 'weights':
      return { role: 'weights', reads: activeClocks(stage), writes: 0 };
    case 'requantizer.parameters':
      return { role: 'weights', reads: bytesOut, writes: 0 };
    case 'line_buffer.memory':
      return { role: 'activations', reads: activeClocks(stage), writes: pixelsOf(stage.input) * stage.wordsPerPixel };
    case 'output_fifo.memory':
      return { role: 'activations', reads: bytesOut, writes: bytesOut };
    case 'sums':
      return { role: 'activations', reads: bytesIn, writes: bytesIn };
    default:
      throw new Fault({
        code: 'ACTIVITY_UNKNOWN_MEMORY',
        place: [...path, memory.name].join('.'),
        cause: 'nothing says how often this memory is accessed',
        wayOut: 'add it to accesses() in sim/cost/stage-activity.ts; this is a defect',
        kind: 'internal',
      });
  }
}

function stageActivity(stage: Stage, accelerator: Accelerator, inventory: Inventory): LayerActivity {
  const own = inventory.registers.filter(({ path }) => path[0] === stage.name);
  const bits = (entries: typeof own) => entries.reduce((sum, { bits }) => sum + bits, 0);
  const layer = accelerator.graph.layers.find(({ name }) => name === stage.name)!;
  const input = accelerator.graph.tensors.get(inputsOf(layer)[0]!)!;
  const adds = stage.multipliers === 0;
  const bytesOut = pixelsOf(stage.output) * stage.output.channels;
  return {
    layer: stage.name,
    // A zero point of -128 means that no activation is negative: the output of a ReLU.
    dataProfile: input.zeroPoint === -128 ? 'relu' : 'uniform',
    multipliers: stage.multipliers,
    macs: stage.macs,
    adders: adds ? stage.pe : 0,
    additions: adds ? activeClocks(stage) * (stage.kind === 'globalPool' ? 1 : stage.pe) : 0,
    // The division of an average is a multiplication by its reciprocal, of a requantizer's size or smaller.
    requantizers: 1,
    requantizations: bytesOut,
    registerBits: bits(own),
    macRegisterBits: bits(own.filter(({ path }) => !adds && /^lane_\d+$/.test(path[1] ?? ''))),
    activeClocks: activeClocks(stage),
    memories: inventory.memories
      .filter(({ path }) => path[0] === stage.name)
      .map((placed) => ({
        name: [...placed.path, placed.memory.name].join('.'),
        kind: placed.memory.kind,
        words: placed.memory.depth,
        wordBits: placed.memory.width,
        ...accesses(stage, placed),
      })),
  };
}

/** What every stage does for one inference, and the counters and handshakes around them (`interface`). */
export function activitiesOf(accelerator: Accelerator): LayerActivity[] {
  const inventory = inventoryOf(accelerator.design);
  const top = inventory.registers.filter(({ path }) => path.length === 0).reduce((sum, { bits }) => sum + bits, 0);
  const around: LayerActivity = {
    layer: 'interface',
    dataProfile: 'uniform',
    multipliers: 0,
    macs: 0,
    adders: 0,
    additions: 0,
    requantizers: 0,
    requantizations: 0,
    registerBits: top,
    macRegisterBits: 0,
    activeClocks: accelerator.inputBytes,
    memories: [],
  };
  return [...accelerator.schedule.stages.map((stage) => stageActivity(stage, accelerator, inventory)), around];
}
