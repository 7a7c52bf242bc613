import { type Design, type Memory, memoryStyles } from '../../hdl-gen/ir/design.ts';
import { logicalOf } from '../../hdl-gen/memory/place.ts';
import { blocksFor } from '../../hdl-gen/memory/style.ts';
import { blockMemories } from '../../specs/block-memories.ts';
import type { BlockDevice } from '../../specs/design.ts';
import type { MemoryResult } from '../../specs/result.ts';
import { inventoryOf } from './inventory.ts';

/** Blocks, their fill and the memories by style of a design whose memories are placed on a device. */
export function memoriesOn(device: BlockDevice, design: Design): MemoryResult {
  const memories = inventoryOf(design).memories.map(({ memory }) => memory);
  const bitsOf = (of: typeof memories) => of.reduce((sum, { depth, width }) => sum + depth * width, 0);
  const blocksIn = (memory: Memory) => (memory.style === 'block' ? blocksFor(device, logicalOf(memory)) : 0);
  const blocks = memories.reduce((sum, memory) => sum + blocksIn(memory), 0);
  const blockBits = blockMemories[device].bits;
  const styles = memoryStyles.map((style) => {
    const own = memories.filter((memory) => memory.style === style);
    return [style, { memories: own.length, bits: bitsOf(own) }] as const;
  });
  const byStyle = Object.fromEntries(styles);
  const fill = blocks === 0 ? 0 : byStyle.block!.bits / (blocks * blockBits);
  return { device, blocks, blockBits, fill, styles: byStyle };
}
