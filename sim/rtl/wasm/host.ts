import { Fault } from '../../../specs/fault.ts';
import { assembleModule, memoryImport } from './module.ts';
import { opcode } from './opcode.ts';
import { simd, simdPrefix } from './simd.ts';

/** The part of the host's WebAssembly interface that is used; present in Node and in every browser. */
interface WebAssemblyHost {
  readonly Memory: new (shape: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, object>>,
  ) => { readonly exports: Record<string, unknown> };
}

export interface Instance {
  readonly buffer: ArrayBuffer;
  /** An exported function of at most one number. */
  call(name: string): (argument?: number) => void;
}

function link(bytes: Uint8Array, pages: number): Instance {
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

/** Stores one vector: the least that compiled netlists ask of a host. */
const vectorStore = Uint8Array.of(
  ...[0, opcode.i32Const, 0],
  ...[simdPrefix, simd.constant, ...new Uint8Array(16)],
  ...[simdPrefix, simd.store, 4, 0],
  opcode.end,
);

function hostFailure(): unknown {
  try {
    link(assembleModule([{ parameters: 0, body: vectorStore, exported: null }], 1), 1);
    return null;
  } catch (error) {
    return error;
  }
}

/**
 * Compiles and links a module made by `assembleModule` for the netlist named `place`. Fault `SIM_HOST` when this host
 * runs no module with vectors at all; what is wrong with this very module stays the host's own error.
 */
export function instantiate(bytes: Uint8Array, pages: number, place: string): Instance {
  try {
    return link(bytes, pages);
  } catch (error) {
    const reason = hostFailure();
    if (reason === null) throw error;
    throw new Fault({
      code: 'SIM_HOST',
      place,
      cause: `this host runs no WebAssembly with vector instructions (${String(reason)})`,
      wayOut: "leave the engine open or use 'js-interpreter', or run on a host that has them, such as Node 20",
    });
  }
}
