import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { failedAssertion } from './assertion.ts';
import type { CompileOptions } from './compile/compile.ts';
import { typeOf, wordBytes } from './compile/layout.ts';
import { joinCounts, joinedSlot } from './limbs/join.ts';
import { splitWide } from './limbs/split.ts';
import { memoryLookup, registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import { loadMachine } from './machine.ts';
import { observersOf } from './observe.ts';
import type { Port, Simulator } from './simulator.ts';
import type { Format } from './value.ts';
import { valueType } from './wasm/opcode.ts';
import { scalarSlot, wordViews, writeInitialWords } from './words.ts';

/** The simulator interface on compiled code; values wider than 64 bits in limbs. Fault `SIM_HOST` without WebAssembly. */
export function createCompiled(netlist: Netlist, options: CompileOptions = {}): Simulator {
  const split = splitWide(netlist);
  const parts = split.netlist;
  const { layout, buffer, start } = loadMachine(parts, netlist.name, options);
  const views = wordViews(buffer);
  const registerIndex = registerLookup(netlist);
  const memoryIndex = memoryLookup(netlist);

  const nodeFormat = (node: number): Format => netlist.nodes[node]!;
  const registers = netlist.registers.map((register, index) => {
    const limbs = split.registers[index]!.map((place) => {
      const limb = parts.registers[place]!;
      return scalarSlot(views, layout.registers[place]!, limb, layout.slotBytes(limb.node));
    });
    return joinedSlot(limbs, register);
  });
  netlist.registers.forEach(({ init }, index) => {
    registers[index]!.writeBig(init ?? 0n);
  });
  parts.memories.forEach((memory, index) => {
    writeInitialWords(buffer, layout.memories[index]!, memory);
  });
  const assertions = netlist.assertions ?? [];
  const small = views.bytes4;
  const flags = layout.outputs.slice(parts.outputs.length).map((address) => address >> 2);
  const machine = start((clock) => {
    const failed = assertions.findIndex((_, index) => small[flags[index]!] === 0);
    return failed < 0 ? null : failedAssertion(assertions[failed]!, clock);
  });
  const { toggles } = machine;

  const ports = new Map<string, Port>();
  netlist.inputs.forEach(({ name, node }, index) => {
    const { width, signed } = nodeFormat(node);
    const limbs = split.inputs[index]!.map((place) => {
      const limb = parts.inputs[place]!.node;
      return scalarSlot(views, layout.inputs[place]!, parts.nodes[limb]!, layout.slotBytes(limb));
    });
    ports.set(name, { name, direction: 'input', width, signed, ...joinedSlot(limbs, nodeFormat(node)) });
  });
  netlist.outputs.forEach(({ name, node }, index) => {
    const { width, signed } = nodeFormat(node);
    const limbs = split.outputs[index]!.map((place) => {
      const limb = parts.nodes[parts.outputs[place]!.node]!;
      return scalarSlot(views, layout.outputs[place]!, limb, typeOf(limb) === valueType.i32 ? 4 : 8);
    });
    const { read, readBig } = joinedSlot(limbs, nodeFormat(node));
    const refuse = (): never => {
      throw writtenOutput(netlist, name);
    };
    ports.set(name, { name, direction: 'output', width, signed, read, readBig, write: refuse, writeBig: refuse });
  });

  const port = (name: string): Port => {
    const found = ports.get(name);
    if (found === undefined) throw unknownPort(netlist, name);
    return found;
  };

  const readData = netlist.memories.map((memory, index) =>
    memory.reads.map((_, port) => {
      const limbs = split.memories[index]!.map((place) => {
        const { node } = parts.memories[place]!.reads[port]!;
        return scalarSlot(views, layout.readData[place]![port]!, parts.nodes[node]!, layout.slotBytes(node));
      });
      return joinedSlot(limbs, memory);
    }),
  );
  const { get, observe, observeWords } = observersOf(netlist)({
    port: (name) => ports.get(name),
    input: (index) => ports.get(netlist.inputs[index]!.name)!,
    register: (index) => registers[index]!,
    readData: (memory, port) => readData[memory]![port]!,
  });

  return {
    netlist,
    engine: 'wasm',
    registers: netlist.registers.map((register) => register.name),
    nets: (netlist.names?.nets ?? []).map((net) => net.name),
    get cycleCount() {
      return machine.clocks();
    },
    reset: machine.reset,
    port,
    settle: machine.settle,
    cycle: machine.cycle,
    checkpoint: machine.checkpoint,
    get,
    observe,
    observeWords,
    set: (name, value) => port(name).writeBig(BigInt(value)),
    toggles: toggles === null ? null : () => joinCounts(toggles.sums(1), split.registers),
    peek: (name) => registers[registerIndex(name)]!.readBig(),
    poke(name, value) {
      const register = registers[registerIndex(name)]!;
      machine.change(() => register.writeBig(value));
    },
    word(name, address) {
      const index = memoryIndex(name, address);
      const limbs = split.memories[index]!.map((place) => {
        const memory = parts.memories[place]!;
        const bytes = wordBytes(memory);
        return scalarSlot(views, layout.memories[place]! + address * bytes, memory, bytes);
      });
      return joinedSlot(limbs, netlist.memories[index]!).readBig();
    },
  };
}
