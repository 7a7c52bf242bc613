import {
  allNodes,
  type Net,
  type NetAssertion,
  type Netlist,
  type NetMemory,
  type NetNames,
  type NetNode,
  type NetRegister,
  type NodeId,
} from './netlist.ts';
import { asNode } from './simplify.ts';

/**
 * Keeps what an output or assertion needs, directly or through registers and memories, and renumbers it in the same order.
 * A name keeps no state: it goes with the registers and memories that its value is made of.
 */
export function prune(netlist: Netlist): Netlist {
  const live = markLive(netlist);
  const keptRegisters = netlist.registers.map((register) => live[register.node] === 1);
  const keptMemories = netlist.memories.map((memory) => memory.reads.some((read) => live[read.node] === 1));
  const registerNumber = renumber(keptRegisters);
  const memoryNumber = renumber(keptMemories);
  const number = new Int32Array(netlist.nodes.length).fill(-1);
  const ports = netlist.memories.map((memory) => renumber(memory.reads.map((read) => live[read.node] === 1)));
  const nodes: NetNode[] = [];
  const id = (old: NodeId): NodeId => number[old]!;
  for (const [old, node] of netlist.nodes.entries()) {
    if (live[old] === 0) continue;
    number[old] = nodes.push(moved(node)) - 1;
  }
  const names = netlist.names === undefined ? undefined : keptNames(netlist, netlist.names);

  function moved(node: NetNode): NetNode {
    if (node.op === 'register') return { ...node, register: registerNumber[node.register]! };
    if (node.op === 'memoryRead')
      return { ...node, memory: memoryNumber[node.memory]!, port: ports[node.memory]![node.port]! };
    if (node.op === 'input' || node.op === 'const') return node;
    return asNode({ ...node, args: node.args.map(id) });
  }

  /** The nodes that names need and the circuit does not stand behind those of the circuit. */
  function keptNames(all: Netlist, { nets }: NetNames): NetNames {
    const known = allNodes(all);
    const kept = nets.filter(keptCones(known, live));
    const wanted = markCones(known, kept, live);
    const asides: NetNode[] = [];
    const place = new Int32Array(known.length);
    place.set(number);
    for (const [old, node] of known.entries()) {
      if (wanted[old] === 0 || live[old] === 1) continue;
      const same = 'args' in node ? asNode({ ...node, args: node.args.map((arg) => place[arg]!) }) : node;
      place[old] = nodes.length + asides.push(same) - 1;
    }
    return { asides, nets: kept.map((net) => ({ ...net, node: place[net.node]! })) };
  }

  function watched(assertion: NetAssertion): NetAssertion {
    return { ...assertion, node: id(assertion.node) };
  }

  return {
    name: netlist.name,
    nodes,
    inputs: netlist.inputs.map((input) => ({ ...input, node: id(input.node) })),
    outputs: netlist.outputs.map((output) => ({ ...output, node: id(output.node) })),
    ...(names === undefined || names.nets.length === 0 ? {} : { names }),
    registers: netlist.registers
      .filter((_, index) => keptRegisters[index])
      .map(
        (register): NetRegister => ({
          ...register,
          node: id(register.node),
          next: id(register.next),
          enable: register.enable === null ? null : id(register.enable),
        }),
      ),
    ...(netlist.assertions === undefined ? {} : { assertions: netlist.assertions.map(watched) }),
    ...(netlist.covers === undefined ? {} : { covers: netlist.covers.map(watched) }),
    memories: netlist.memories
      .filter((_, index) => keptMemories[index])
      .map(
        (memory): NetMemory => ({
          ...memory,
          reads: memory.reads
            .filter((read) => live[read.node] === 1)
            .map((read) => ({
              address: id(read.address),
              enable: read.enable === null ? null : id(read.enable),
              node: id(read.node),
            })),
          writes: memory.writes.map((write) => ({
            address: id(write.address),
            data: id(write.data),
            enable: id(write.enable),
          })),
        }),
      ),
  };
}

/** The circuit alone, as it becomes hardware: for area and energy. */
export function withoutAssertions(netlist: Netlist): Netlist {
  if (netlist.assertions === undefined && netlist.covers === undefined) return netlist;
  const { assertions: _assertions, covers: _covers, ...circuit } = netlist;
  return prune(circuit);
}

/** Whether a net is made of live state, inputs and constants alone. */
function keptCones(nodes: readonly NetNode[], live: Uint8Array): (net: Net) => boolean {
  const kept = new Uint8Array(nodes.length);
  for (const [id, node] of nodes.entries()) {
    if (live[id] === 1 || node.op === 'const') kept[id] = 1;
    else if ('args' in node) kept[id] = node.args.every((arg) => kept[arg] === 1) ? 1 : 0;
  }
  return ({ node }) => kept[node] === 1;
}

/** Per node whether a name needs it, as far as the nodes that are live anyway. */
function markCones(nodes: readonly NetNode[], nets: readonly Net[], live: Uint8Array): Uint8Array {
  const wanted = new Uint8Array(nodes.length);
  for (const { node } of nets) wanted[node] = 1;
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id]!;
    if (wanted[id] === 0 || live[id] === 1 || !('args' in node)) continue;
    for (const arg of node.args) wanted[arg] = 1;
  }
  return wanted;
}

function renumber(kept: readonly boolean[]): Int32Array {
  const numbers = new Int32Array(kept.length).fill(-1);
  let next = 0;
  for (const [index, keep] of kept.entries()) if (keep) numbers[index] = next++;
  return numbers;
}

function markLive(netlist: Netlist): Uint8Array {
  const live = new Uint8Array(netlist.nodes.length);
  const work: NodeId[] = [];
  const reach = (node: NodeId | null): void => {
    if (node === null || live[node] === 1) return;
    live[node] = 1;
    work.push(node);
  };
  for (const input of netlist.inputs) reach(input.node);
  for (const output of netlist.outputs) reach(output.node);
  for (const { node } of [...(netlist.assertions ?? []), ...(netlist.covers ?? [])]) reach(node);
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    const expr = netlist.nodes[node]!;
    if (expr.op === 'register') {
      const register = netlist.registers[expr.register]!;
      reach(register.next);
      reach(register.enable);
    } else if (expr.op === 'memoryRead') {
      const memory = netlist.memories[expr.memory]!;
      const read = memory.reads[expr.port]!;
      reach(read.address);
      reach(read.enable);
      for (const write of memory.writes) {
        reach(write.address);
        reach(write.data);
        reach(write.enable);
      }
    } else if ('args' in expr) {
      for (const arg of expr.args) reach(arg);
    }
  }
  return live;
}
