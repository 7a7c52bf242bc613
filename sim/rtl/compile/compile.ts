import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { planGroups } from '../groups/find.ts';
import { type LanePlan, uniformGuards } from '../lanes/varying.ts';
import { vectorBytes } from '../lanes/vector-code.ts';
import { assembleModule, type WasmFunction } from '../wasm/module.ts';
import { emptyBlock, opcode, valueType } from '../wasm/opcode.ts';
import { coder } from './coder.ts';
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
  /** The WebAssembly module; exports `settle()` and `cycle(n)` with n >= 1. */
  readonly bytes: Uint8Array;
  readonly layout: Layout;
  /** Pages of 64 KiB that its memory needs. */
  readonly pages: number;
}

/** A function that calls others in order, `n` times when it has a parameter. */
function sequence(calls: readonly number[], repeated: boolean): Uint8Array {
  const code = coder(repeated ? 1 : 0);
  if (repeated) {
    code.op(opcode.loop);
    code.op(emptyBlock);
  }
  for (const index of calls) {
    code.op(opcode.call);
    code.out.unsigned(index);
  }
  if (repeated) {
    code.get(0);
    code.constant(valueType.i32, 1n);
    code.op(opcode.i32Sub);
    code.tee(0);
    code.op(opcode.brIf);
    code.out.unsigned(0);
    code.op(opcode.end);
  }
  return code.finish();
}

function laneStorage(netlist: Netlist, { lanes, varies, memories }: LanePlan): VectorStorage {
  return {
    nodeBytes: (node) => (varies[node] === 1 ? vectorBytes(netlist.nodes[node]!, lanes) : 0),
    wordBytes: (memory) => (memories[memory] ? vectorBytes(netlist.memories[memory]!, lanes) : 0),
    chains: [],
  };
}

/** Netlist to WebAssembly bytes. Fault `SIM_WIDTH` for a value wider than 64 bits. */
export function compileNetlist(netlist: Netlist, options: CompileOptions = {}): CompiledNetlist {
  const limits = options.limits ?? defaultLimits;
  const plan = options.lanes ?? null;
  const tasks = clockTasks(netlist, (condition) => plan === null || plan.varies[condition] === 0);
  // Toggle counters are kept per register, so its registers stay scalar.
  const grouping = plan === null && options.toggles !== true && options.groups !== false;
  const groups = grouping ? planGroups(netlist, tasks) : null;
  const scalars = groups === null ? scalarStorage : { ...scalarStorage, chains: groups.chains };
  const layout = layOut(netlist, options.toggles ?? false, plan === null ? scalars : laneStorage(netlist, plan));
  const emit = (tasks: readonly Task[]): Uint8Array[] => {
    const possible = plan === null ? tasks : uniformGuards(tasks, plan);
    return emitProgram(planProgram(netlist, possible, limits), layout, limits, plan);
  };
  const clock = emit(groups?.tasks ?? tasks);
  const settle = emit(outputTasks(netlist));
  const functions: WasmFunction[] = [...clock, ...settle].map((body) => ({ parameters: 0, body, exported: null }));
  const clockCalls = clock.map((_, index) => index);
  const settleCalls = settle.map((_, index) => clock.length + index);
  functions.push({ parameters: 1, body: sequence(clockCalls, true), exported: 'cycle' });
  functions.push({ parameters: 0, body: sequence(settleCalls, false), exported: 'settle' });
  const pages = Math.max(1, Math.ceil(layout.bytes() / 65536));
  return { bytes: assembleModule(functions, pages), layout, pages };
}
