import { type ByteWriter, byteWriter } from './bytes.ts';
import { valueType } from './opcode.ts';

/** Body of one function: local declarations and instructions with the final `end`, without its size prefix. */
export interface WasmFunction {
  /** Number of i32 parameters; results are never needed. */
  readonly parameters: 0 | 1;
  readonly body: Uint8Array;
  /** Name under which the function is exported, or null. */
  readonly exported: string | null;
}

/** Where the module finds its memory. */
export const memoryImport = { module: 'state', name: 'memory' } as const;

const section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;

function writeSection(module: ByteWriter, id: number, fill: (content: ByteWriter) => void): void {
  const content = byteWriter();
  fill(content);
  module.byte(id);
  module.unsigned(content.length());
  module.bytes(content.finish());
}

/** A module with one imported memory of at least `pages` pages of 64 KiB; a function's index is its place in `functions`. */
export function assembleModule(functions: readonly WasmFunction[], pages: number): Uint8Array {
  const module = byteWriter();
  module.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  writeSection(module, section.type, (out) => {
    out.unsigned(2);
    out.bytes(Uint8Array.of(0x60, 0, 0));
    out.bytes(Uint8Array.of(0x60, 1, valueType.i32, 0));
  });
  writeSection(module, section.import, (out) => {
    out.unsigned(1);
    out.text(memoryImport.module);
    out.text(memoryImport.name);
    out.bytes(Uint8Array.of(2, 0));
    out.unsigned(pages);
  });
  writeSection(module, section.function, (out) => {
    out.unsigned(functions.length);
    for (const { parameters } of functions) out.unsigned(parameters);
  });
  const exported = functions.flatMap(({ exported: name }, index) => (name === null ? [] : [{ name, index }]));
  writeSection(module, section.export, (out) => {
    out.unsigned(exported.length);
    for (const { name, index } of exported) {
      out.text(name);
      out.byte(0);
      out.unsigned(index);
    }
  });
  writeSection(module, section.code, (out) => {
    out.unsigned(functions.length);
    for (const { body } of functions) {
      out.unsigned(body.length);
      out.bytes(body);
    }
  });
  return module.finish();
}
