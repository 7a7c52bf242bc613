import { checkDesign } from '../ir/check.ts';
import type { Design, Module } from '../ir/design.ts';
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

export interface VerilogOptions {
  /** Comments with the author's file and line above what they made; default true. Without them an edit that moves lines in the source moves none here. */
  readonly sourceLines?: boolean;
}

/** Prints the design as Verilog-2005: one module per file, hierarchy, `if`, `case` and names as they were written. */
export function emitVerilog(design: Design, { sourceLines = true }: VerilogOptions = {}): Verilog {
  checkDesign(design);
  const printed = sourceLines ? design.modules : design.modules.map(withoutPlaces);
  const modules = new Map(printed.map((module) => [module.name, module]));
  return {
    top: design.top,
    files: printed.map((module) => ({ name: `${module.name}.v`, text: printModule(module, modules) })),
    images: design.modules.flatMap((module) =>
      module.memories
        .filter((memory) => memory.contents.length > 0)
        .map((memory) => ({ file: imageFile(module.name, memory.name), text: imageText(memory) })),
    ),
  };
}

/** The module as if nobody knew where it was written. */
function withoutPlaces(module: Module): Module {
  const place = '';
  return {
    ...module,
    place,
    body: module.body.map((item) => ('place' in item ? { ...item, place } : item)),
    memories: module.memories.map((memory) => ({ ...memory, place })),
    instances: module.instances.map((instance) => ({ ...instance, place })),
    ...(module.assertions === undefined
      ? {}
      : { assertions: module.assertions.map((assertion) => ({ ...assertion, place })) }),
  };
}
