import type { Design, MemoryStyle } from '../../ir/design.ts';
import { imageFile } from '../verilog-module.ts';

/** A memory of the design. `copies`: how many instances of its module the top holds. */
export interface HeldMemory {
  readonly module: string;
  readonly name: string;
  readonly kind: 'rom' | 'ram';
  /** Of a design for a device; null where synthesis decides. */
  readonly style: MemoryStyle | null;
  readonly words: number;
  readonly bits: number;
  readonly copies: number;
  /** File of its contents; null when it starts empty. */
  readonly image: string | null;
}

/** How often the top holds each module, itself once. */
function copiesOf({ top, modules }: Design): Map<string, number> {
  const copies = new Map<string, number>([[top, 1]]);
  // Modules stand after those they instantiate.
  for (const { name, instances } of modules.toReversed()) {
    const own = copies.get(name) ?? 0;
    for (const { module } of instances) copies.set(module, (copies.get(module) ?? 0) + own);
  }
  return copies;
}

/** Every memory that the top holds, module by module. */
export function memoriesOf(design: Design): HeldMemory[] {
  const copies = copiesOf(design);
  return design.modules.flatMap((module) =>
    module.memories.map((memory) => ({
      module: module.name,
      name: memory.name,
      kind: memory.kind,
      style: memory.style ?? null,
      words: memory.depth,
      bits: memory.width,
      copies: copies.get(module.name) ?? 0,
      image: memory.contents.length > 0 ? imageFile(module.name, memory.name) : null,
    })),
  );
}
