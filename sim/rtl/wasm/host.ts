import { memoryImport } from './module.ts';

/** The part of the host's WebAssembly interface that is used; present in Node and in every browser. */
interface WebAssemblyHost {
  readonly Memory: new (shape: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, object>>,
  ) => { readonly exports: Record<string, unknown> };
}

/** Compiles and links a module made by `assembleModule`; its exports are functions of numbers. */
export function instantiate(
  bytes: Uint8Array,
  pages: number,
): { readonly buffer: ArrayBuffer; call(name: string): (argument?: number) => void } {
  const host = (globalThis as unknown as { WebAssembly: WebAssemblyHost }).WebAssembly;
  const memory = new host.Memory({ initial: pages });
  const instance = new host.Instance(new host.Module(bytes), {
    [memoryImport.module]: { [memoryImport.name]: memory },
  });
  return {
    buffer: memory.buffer,
    call: (name) => instance.exports[name] as (argument?: number) => void,
  };
}
