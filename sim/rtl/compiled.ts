import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { failedAssertion, withAssertionOutputs } from './assertion.ts';
import { type CompileOptions, compileNetlist } from './compile/compile.ts';
import { typeOf } from './compile/layout.ts';
import { joinCounts, joinedSlot } from './limbs/join.ts';
import { splitWide } from './limbs/split.ts';
import { registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import type { Port, Simulator } from './simulator.ts';
import { toggleReader } from './toggles/read.ts';
import type { Format } from './value.ts';
import { instantiate } from './wasm/host.ts';
import { valueType } from './wasm/opcode.ts';
import { scalarSlot, writeInitialWords } from './words.ts';

/** The simulator interface on compiled code; values wider than 64 bits in limbs. Fault `SIM_HOST` without WebAssembly. */
export function createCompiled(netlist: Netlist, options: CompileOptions = {}): Simulator {
  const split = splitWide(netlist);
  const parts = split.netlist;
  const { bytes, layout, pages } = compileNetlist(withAssertionOutputs(parts), options);
  const { buffer, call } = instantiate(bytes, pages, netlist.name);
  const registerIndex = registerLookup(netlist);
  const cycle = call('cycle');
  const settle = call('settle');
  let cycleCount = 0;

  const nodeFormat = (node: number): Format => netlist.nodes[node]!;
  const registers = netlist.registers.map((register, index) => {
    const limbs = split.registers[index]!.map((place) => {
      const limb = parts.registers[place]!;
      return scalarSlot(buffer, layout.registers[place]!, limb, layout.slotBytes(limb.node));
    });
    return joinedSlot(limbs, register);
  });
  netlist.registers.forEach(({ init }, index) => {
    registers[index]!.writeBig(init ?? 0n);
  });
  parts.memories.forEach((memory, index) => {
    writeInitialWords(buffer, layout.memories[index]!, memory);
  });
  const toggles = layout.toggles === null ? null : toggleReader(parts, layout.toggles, buffer, call);
  const state = new Uint8Array(buffer, layout.resetFrom, layout.resetBytes);
  const powerOn = state.slice();
  // Inputs lie in front of the state.
  const kept = new Uint8Array(buffer, 0, layout.resetFrom + layout.resetBytes);
  const assertions = netlist.assertions ?? [];
  const small = new Int32Array(buffer);
  const flags = layout.outputs.slice(parts.outputs.length).map((address) => address >> 2);

  const ports = new Map<string, Port>();
  netlist.inputs.forEach(({ name, node }, index) => {
    const { width, signed } = nodeFormat(node);
    const limbs = split.inputs[index]!.map((place) => {
      const limb = parts.inputs[place]!.node;
      return scalarSlot(buffer, layout.inputs[place]!, parts.nodes[limb]!, layout.slotBytes(limb));
    });
    ports.set(name, { name, direction: 'input', width, signed, ...joinedSlot(limbs, nodeFormat(node)) });
  });
  netlist.outputs.forEach(({ name, node }, index) => {
    const { width, signed } = nodeFormat(node);
    const limbs = split.outputs[index]!.map((place) => {
      const limb = parts.nodes[parts.outputs[place]!.node]!;
      return scalarSlot(buffer, layout.outputs[place]!, limb, typeOf(limb) === valueType.i32 ? 4 : 8);
    });
    const { read, readBig } = joinedSlot(limbs, nodeFormat(node));
    const refuse = (): never => {
      throw writtenOutput(netlist, name);
    };
    ports.set(name, { name, direction: 'output', width, signed, read, readBig, write: refuse, writeBig: refuse });
  });

  return {
    netlist,
    engine: 'wasm',
    registers: netlist.registers.map((register) => register.name),
    get cycleCount() {
      return cycleCount;
    },
    reset() {
      toggles?.flush();
      state.set(powerOn);
      toggles?.follow();
      cycleCount = 0;
    },
    port(name) {
      const port = ports.get(name);
      if (port === undefined) throw unknownPort(netlist, name);
      return port;
    },
    settle: () => settle(),
    cycle(n = 1) {
      if (n < 1) return;
      if (assertions.length === 0) {
        cycle(n);
        cycleCount += n;
        return;
      }
      for (let clock = 0; clock < n; clock += 1) {
        cycle(1);
        cycleCount += 1;
        const failed = assertions.findIndex((_, index) => small[flags[index]!] === 0);
        if (failed >= 0) throw failedAssertion(assertions[failed]!, cycleCount - 1);
      }
    },
    checkpoint() {
      toggles?.flush();
      const bytes = kept.slice();
      const clocks = cycleCount;
      return {
        cycleCount: clocks,
        restore() {
          toggles?.flush();
          kept.set(bytes);
          toggles?.follow();
          cycleCount = clocks;
        },
      };
    },
    toggles: toggles === null ? null : () => joinCounts(toggles.sums(1), split.registers),
    peek: (name) => registers[registerIndex(name)]!.readBig(),
    poke(name, value) {
      const register = registers[registerIndex(name)]!;
      toggles?.flush();
      register.writeBig(value);
      toggles?.follow();
    },
  };
}
