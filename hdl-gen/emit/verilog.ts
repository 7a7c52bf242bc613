import { checkDesign } from '../ir/check.ts';
import type { Design } from '../ir/design.ts';
import { imageText } from '../ir/image.ts';
import { imageFile, printModule } from './verilog-module.ts';

export interface VerilogFile {
  readonly name: string;
  readonly text: string;
}
export interface Verilog {
  /** One file per module, instantiated modules first. */
  readonly files: readonly VerilogFile[];
  /** Memory contents that the files read with `$readmemh`. */
  readonly images: readonly { readonly file: string; readonly text: string }[];
  /** Name of the top module. */
  readonly top: string;
}

/** Prints the design as Verilog-2005: one module per file, hierarchy, `if`, `case` and names as they were written. */
export function emitVerilog(design: Design): Verilog {
  checkDesign(design);
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  return {
    top: design.top,
    files: design.modules.map((module) => ({ name: `${module.name}.v`, text: printModule(module, modules) })),
    images: design.modules.flatMap((module) =>
      module.memories
        .filter((memory) => memory.contents.length > 0)
        .map((memory) => ({ file: imageFile(module.name, memory.name), text: imageText(memory) })),
    ),
  };
}
