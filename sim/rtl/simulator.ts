import type { Design } from '../../hdl-gen/ir/design.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../specs/fault.ts';
import { createCompiled } from './compiled.ts';
import { createInterpreter } from './interpreter.ts';
import type { WordReader } from './reading.ts';
import { createChecked, type UnknownBits } from './unknown/checked.ts';

export type Engine = 'wasm' | 'js-interpreter';

export interface SimulatorOptions {
  /**
   * Default `wasm`, and `js-interpreter` on a host that runs no WebAssembly with vector instructions. With `wasm` asked
   * for, such a host is a Fault `SIM_HOST`.
   */
  readonly engine?: Engine;
  /** Counts the toggled bits of every register; costs up to half of the speed. Default false. */
  readonly toggles?: boolean;
  /**
   * What never-written state is: `zero` as in Verilator, or `check`: every bit of it is unknown, and a Fault `SIM_UNKNOWN`
   * says where such a bit decides something: an assertion, an enable, a memory's address, an output that is read. Checking
   * takes the interpreter. Default `zero`.
   */
  readonly unknowns?: 'zero' | 'check';
  /** With `unknowns: 'check'`: the outputs that must be known when they are read. Default all. */
  readonly observed?: readonly string[];
  /** With `unknowns: 'check'`: the design of the netlist; its source lines go into the Fault. */
  readonly source?: Design;
}

/** A top-level port. An output reads as it was before the edge of the last `cycle` (or after the last `settle`). */
export interface Port {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly signed: boolean;
  /** Value as a number; exact up to 32 bits, beyond that only while it is a safe integer. */
  read(): number;
  /** Wraps into the port's width. Only inputs; on an output a Fault `SIM_PORT`. */
  write(value: number): void;
  readBig(): bigint;
  writeBig(value: bigint): void;
}

/** State, inputs and clock count of a simulator at one moment. */
export interface Checkpoint {
  readonly cycleCount: number;
  /** Brings its simulator back, as often as wanted. Toggle counts go back, too. */
  restore(): void;
}

export interface Simulator {
  readonly netlist: Netlist;
  readonly engine: Engine;
  /** Hierarchical names, in the order of `netlist.registers`. */
  readonly registers: readonly string[];
  /** Hierarchical names of everything else that has one: named values, wires, ports of instances, words that memories read. */
  readonly nets: readonly string[];
  /** Clocks since the last reset. */
  readonly cycleCount: number;
  /** Power-on state: registers at their reset value (0 where they have none), memories at their initial words; inputs keep their value. */
  reset(): void;
  /** Fault `SIM_PORT` for an unknown name. */
  port(name: string): Port;
  /** Computes the outputs from the present inputs and state; no clock edge. */
  settle(): void;
  /**
   * `n` times: settle, sample the outputs, commit the clock edge. Fault `SIM_ASSERTION` at the end of the first clock in
   * which an assertion of the netlist was 0; with `unknowns: 'check'` Fault `SIM_UNKNOWN` in the same way.
   */
  cycle(n?: number): void;
  checkpoint(): Checkpoint;
  /**
   * Bits that changed at clock edges since the last reset, one count per register in the order of `registers` (the
   * Hamming distance of old and new content at the declared width); null unless asked for.
   */
  readonly toggles: (() => Float64Array) | null;
  /** With `unknowns: 'check'` only. */
  readonly unknowns?: UnknownBits;
  /**
   * Value of a port, else of a register, else of a net. A port is what it was for `Port`; a net is computed when it is
   * asked for, from the inputs and the state of now. Fault `SIM_NAME` for none of them.
   */
  get(name: string): bigint;
  /** As `get` for several names, looked up once: the result reads them. */
  observe(names: readonly string[]): () => readonly bigint[];
  /** As `observe`, in words of 32 bits written to where the caller says. */
  observeWords(names: readonly string[]): WordReader;
  /** Writes an input (wrapped into its width). Fault `SIM_PORT` for anything else. */
  set(name: string, value: number | bigint): void;
  /** Present word of a memory. Fault `SIM_MEMORY` for an unknown name or an address beyond the depth. */
  word(memory: string, address: number): bigint;
  /** Present content of a register. Fault `SIM_REGISTER` for an unknown name. */
  peek(register: string): bigint;
  /** Overwrites a register (wrapped into its width). */
  poke(register: string, value: bigint): void;
}

/** A running simulator in its power-on state. */
export function createSimulator(netlist: Netlist, options: SimulatorOptions = {}): Simulator {
  if (options.unknowns === 'check') return createChecked(netlist, options);
  if (options.engine === 'js-interpreter') return createInterpreter(netlist, options.toggles);
  try {
    return createCompiled(netlist, { toggles: options.toggles ?? false });
  } catch (error) {
    if (error instanceof Fault && error.code === 'SIM_HOST' && options.engine === undefined)
      return createInterpreter(netlist, options.toggles);
    throw error;
  }
}
