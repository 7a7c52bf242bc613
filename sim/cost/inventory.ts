import type { Design, Memory, Module } from '../../hdl-gen/ir/design.ts';

/** A memory of the circuit with the instances that lead to it, outermost first. */
export interface PlacedMemory {
  readonly path: readonly string[];
  readonly memory: Memory;
}

export interface Inventory {
  readonly memories: readonly PlacedMemory[];
  /** Flip-flops by the path of the instance that holds them; memories and their read registers are counted apart. */
  readonly registers: readonly { readonly path: readonly string[]; readonly bits: number }[];
}

/** Flip-flops that hold words read from memories count as registers of the memory's module. */
function registerBitsOf(module: Module): number {
  const own = module.registers.reduce((sum, register) => sum + register.width, 0);
  const read = module.memories.reduce((sum, memory) => sum + memory.reads.length * memory.width, 0);
  return own + read;
}

/** Everything that holds state, counted on the design that Verilog is printed from. */
export function inventoryOf(design: Design): Inventory {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const memories: PlacedMemory[] = [];
  const registers: { path: readonly string[]; bits: number }[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    const module = modules.get(name)!;
    registers.push({ path, bits: registerBitsOf(module) });
    for (const memory of module.memories) memories.push({ path, memory });
    for (const instance of module.instances) visit(instance.module, [...path, instance.name]);
  };
  visit(design.top, []);
  return { memories, registers };
}
