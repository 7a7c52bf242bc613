import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { planGroups } from '../groups/find.ts';
import { type LanePlan, uniformGuards } from '../lanes/varying.ts';
import { vectorBytes } from '../lanes/vector-code.ts';
import { type Follower, follower } from '../toggles/follow.ts';
import { assembleModule, type WasmFunction } from '../wasm/module.ts';
import { emptyBlock, opcode, valueType } from '../wasm/opcode.ts';
import { type Coder, coder } from './coder.ts';
import { emitProgram } from './emit.ts';
import { type Layout, layOut, scalarStorage, type VectorStorage } from './layout.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { planProgram } from './program.ts';
import { clockTasks, outputTasks, type Task } from './task.ts';

export interface CompileOptions {
  readonly limits?: Limits;
  /** Counts the toggled bits of every register, default false. */
  readonly toggles?: boolean;
  /** Computes registers that repeat as vectors, default true. */
  readonly groups?: boolean;
  /** Computes several independent stimuli at once. */
  readonly lanes?: LanePlan;
}

export interface CompiledNetlist {
  /**
   * The WebAssembly module; exports `settle()`, `cycle(n)` with n >= 1, and, where toggles are counted in vectors,
   * `flush()` and `follow()`.
   */
  readonly bytes: Uint8Array;
  readonly layout: Layout;
  /** Pages of 64 KiB that its memory needs. */
  readonly pages: number;
}

function callAll(code: Coder, functions: readonly number[]): void {
  for (const index of functions) {
    code.op(opcode.call);
    code.out.unsigned(index);
  }
}

function once(calls: readonly number[]): Uint8Array {
  const code = coder(0);
  callAll(code, calls);
  return code.finish();
}

/** Calls the functions in order, as often as the parameter says. */
function repeated(calls: readonly number[], following: Follower | null): Uint8Array {
  const code = coder(1);
  code.op(opcode.loop);
  code.op(emptyBlock);
  callAll(code, calls);
  following?.afterClock(code);
  code.get(0);
  code.constant(valueType.i32, 1n);
  code.op(opcode.i32Sub);
  code.tee(0);
  code.op(opcode.brIf);
  code.out.unsigned(0);
  code.op(opcode.end);
  return code.finish();
}

function laneStorage(netlist: Netlist, { lanes, varies, memories }: LanePlan): VectorStorage {
  return {
    nodeBytes: (node) => (varies[node] === 1 ? vectorBytes(netlist.nodes[node]!, lanes) : 0),
    wordBytes: (memory) => (memories[memory] ? vectorBytes(netlist.memories[memory]!, lanes) : 0),
    chains: [],
    lanes,
  };
}

/** Netlist to WebAssembly bytes; no value is wider than 64 bits (`splitWide` sees to it). */
export function compileNetlist(netlist: Netlist, options: CompileOptions = {}): CompiledNetlist {
  const limits = options.limits ?? defaultLimits;
  const plan = options.lanes ?? null;
  const tasks = clockTasks(netlist, (condition) => plan === null || plan.varies[condition] === 0);
  const groups = plan === null && options.groups !== false ? planGroups(netlist, tasks) : null;
  const clockWork = groups?.tasks ?? tasks;
  const scalars = groups === null ? scalarStorage : { ...scalarStorage, chains: groups.chains };
  const layout = layOut(netlist, options.toggles ?? false, plan === null ? scalars : laneStorage(netlist, plan));
  const emit = (tasks: readonly Task[]): Uint8Array[] => {
    const possible = plan === null ? tasks : uniformGuards(tasks, plan);
    return emitProgram(planProgram(netlist, possible, limits), layout, limits, plan);
  };
  const clock = emit(clockWork);
  const settle = emit(outputTasks(netlist));
  const functions: WasmFunction[] = [...clock, ...settle].map((body) => ({ parameters: 0, body, exported: null }));
  const clockCalls = clock.map((_, index) => index);
  const settleCalls = settle.map((_, index) => clock.length + index);
  functions.push({ parameters: 0, body: once(settleCalls), exported: 'settle' });
  const followed = layout.toggles?.vectors ?? null;
  const following = followed === null ? null : follower(followed, functions.length);
  functions.push(...(following?.functions ?? []));
  functions.push({ parameters: 1, body: repeated(clockCalls, following), exported: 'cycle' });
  const pages = Math.max(1, Math.ceil(layout.bytes() / 65536));
  return { bytes: assembleModule(functions, pages), layout, pages };
}
