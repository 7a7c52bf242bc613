import { checkNetlist } from '../../../hdl-gen/ir/check.ts';
import type { NetInput, Netlist, NetMemory, NetRegister, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addConstant, addOperation, newTable } from '../../../hdl-gen/ir/simplify.ts';
import type { Library } from '../../cost/gate/liberty/library.ts';
import { flipFlopOf, type Gate, gates, gateWork } from './gates.ts';
import { memoryCell, netMemories } from './memory.ts';
import { inPlainGates } from './plain-gates.ts';
import { netlistFault, readYosysModule, type YosysBit, type YosysCell, type YosysModule } from './yosys-json.ts';

/** A gate that drives a bit. */
interface Driver {
  readonly name: string;
  readonly gate: Gate;
  readonly inputs: readonly YosysBit[];
}

/** Names of the author for bits, and the bits that start at 1. */
function namesOf({ netnames }: YosysModule): { readonly name: Map<number, string>; readonly ones: Set<number> } {
  const name = new Map<number, string>();
  const ones = new Set<number>();
  for (const [wire, { bits, hide_name: hidden, attributes }] of Object.entries(netnames)) {
    const start = attributes?.init === undefined ? '' : String(attributes.init);
    for (const [at, bit] of bits.entries()) {
      if (typeof bit !== 'number') continue;
      if (hidden === 0 && !name.has(bit)) name.set(bit, bits.length === 1 ? wire : `${wire}[${at}]`);
      if (start[start.length - 1 - at] === '1') ones.add(bit);
    }
  }
  return { name, ones };
}

const only = (name: string, cell: YosysCell, port: string): YosysBit => {
  const [bit] = cell.connections[port] ?? [];
  if (bit === undefined) throw netlistFault(name, `cell of type ${cell.type} has nothing at ${port}`);
  return bit;
};

export interface NetlistOptions {
  /** Whose cells the netlist has beside simple gates. */
  readonly libraries?: readonly Library[];
  /** Names of wires inside that become outputs, too. */
  readonly probes?: readonly string[];
}

/**
 * A flat netlist of Yosys (`write_json`) as ours: simple gates, flip-flops at the rising edge of the input `clk`, memories
 * of synchronous read. Every bit is a value of its own; the reset is an input like any other. Bits without a value
 * (`x`) are 0. Errors: SYNTH_NETLIST.
 */
export function netlistFromYosys(text: string, top: string, options: NetlistOptions = {}): Netlist {
  return netlistOfModule(readYosysModule(text, top), top, options);
}

/** As `netlistFromYosys`, of a module that is read. */
export function netlistOfModule(read: YosysModule, top: string, options: NetlistOptions = {}): Netlist {
  const { libraries = [], probes = [] } = options;
  const module = libraries.length === 0 ? read : inPlainGates(read, libraries);
  const table = newTable();
  const work = gateWork(table);
  const bits = new Map<number, NodeId>();
  const { name: names, ones } = namesOf(module);
  const [clock = 'none'] = module.ports.clk?.bits ?? [];
  const split = (node: NodeId, into: readonly YosysBit[]): void => {
    for (const [low, bit] of into.entries()) {
      if (typeof bit !== 'number') continue;
      bits.set(bit, addOperation(table, { op: 'slice', width: 1, signed: false, args: [node], low }));
    }
  };

  const inputs: NetInput[] = [];
  for (const [name, { direction, bits: wires }] of Object.entries(module.ports)) {
    if (direction !== 'input' || name === 'clk') continue;
    const width = wires.length;
    const node = table.nodes.push({ op: 'input', width, signed: false, input: inputs.length }) - 1;
    inputs.push({ name, node });
    split(node, wires);
  }

  const drivers = new Map<number, Driver>();
  const loads: (() => Pick<NetRegister, 'next' | 'enable'>)[] = [];
  const registers: Omit<NetRegister, 'next' | 'enable'>[] = [];
  const memories: (() => NetMemory[])[] = [];
  let lanes = 0;

  const addRegister = (name: string, cell: YosysCell): boolean => {
    const flop = flipFlopOf(cell.type);
    if (flop === null) return false;
    const [q, d] = [only(name, cell, 'Q'), only(name, cell, 'D')];
    if (only(name, cell, 'C') !== clock) throw netlistFault(name, `flip-flop of type ${cell.type} has another clock`);
    if (typeof q !== 'number') return true;
    const node = table.nodes.push({ op: 'register', width: 1, signed: false, register: registers.length }) - 1;
    bits.set(q, node);
    registers.push({ name: names.get(q) ?? name, width: 1, signed: false, init: ones.has(q) ? 1n : null, node });
    const isLevel = (port: string, level: 0 | 1): NodeId => {
      const value = nodeOf(only(name, cell, port));
      return level === 1 ? value : work.not(value);
    };
    loads.push(() => {
      const data = nodeOf(d);
      const enable = flop.enable === null ? null : isLevel('E', flop.enable);
      if (flop.reset === null) return { next: data, enable };
      const reset = isLevel('R', flop.reset.level);
      const next = work.mux(reset, addConstant(table, BigInt(flop.reset.value), 1, false), data);
      return { next, enable: enable === null || flop.enabledReset ? enable : work.two('or', enable, reset) };
    });
    return true;
  };
  const addMemory = (name: string, cell: YosysCell): void => {
    const memory = memoryCell(name, cell, clock);
    const outputs = memory.lanes.map(({ bits: wires, data }) => {
      const index = lanes++;
      return data.map((into, port) => {
        const width = wires.length;
        const node = table.nodes.push({ op: 'memoryRead', width, signed: false, memory: index, port }) - 1;
        split(node, into);
        return node;
      });
    });
    memories.push(() => netMemories(memory, outputs, join));
  };

  for (const [name, cell] of Object.entries(module.cells)) {
    const gate = gates[cell.type];
    if (gate !== undefined) {
      const y = only(name, cell, 'Y');
      const read = gate.inputs.map((port) => only(name, cell, port));
      if (typeof y === 'number') drivers.set(y, { name, gate, inputs: read });
    } else if (cell.type === '$mem_v2') addMemory(name, cell);
    else if (!addRegister(name, cell)) throw netlistFault(name, `cells of type ${cell.type} are not read`);
  }

  const known = (bit: YosysBit): NodeId | undefined =>
    typeof bit === 'number' ? bits.get(bit) : addConstant(table, bit === '1' ? 1n : 0n, 1, false);
  /** Gates before their readers, without recursion: netlists are deeper than the stack. */
  const nodeOf = (wanted: YosysBit): NodeId => {
    const stack: YosysBit[] = [wanted];
    const open = new Set<YosysBit>();
    while (stack.length > 0) {
      const bit = stack.at(-1)!;
      if (known(bit) !== undefined) {
        stack.pop();
        continue;
      }
      const driver = drivers.get(bit as number);
      if (driver === undefined) throw netlistFault(names.get(bit as number) ?? `bit ${bit}`, 'is driven by nothing');
      const missing = driver.inputs.filter((input) => known(input) === undefined);
      if (missing.length === 0) {
        bits.set(bit as number, driver.gate.value(work, ...driver.inputs.map((input) => known(input)!)));
        stack.pop();
        continue;
      }
      if (open.has(bit)) throw netlistFault(driver.name, 'is part of a loop without a flip-flop');
      open.add(bit);
      stack.push(...missing);
    }
    return known(wanted)!;
  };
  const join = (wires: readonly YosysBit[]): NodeId => {
    let value = nodeOf(wires[0]!);
    for (let at = 1; at < wires.length; at++) {
      value = addOperation(table, { op: 'cat', width: at + 1, signed: false, args: [nodeOf(wires[at]!), value] });
    }
    return value;
  };

  const ports = Object.entries(module.ports).filter(([, { direction }]) => direction === 'output');
  const inside = probes.map((name) => {
    const wire = module.netnames[name];
    if (wire === undefined) throw netlistFault(top, `has no wire '${name}'`);
    return [name, wire] as const;
  });
  const outputs = [...ports, ...inside].map(([name, { bits: wires }]) => ({ name, node: join(wires) }));
  const netlist: Netlist = {
    name: top,
    inputs,
    outputs,
    registers: registers.map((register, at) => ({ ...register, ...loads[at]!() })),
    memories: memories.flatMap((make) => make()),
    nodes: table.nodes,
  };
  checkNetlist(netlist);
  return netlist;
}
