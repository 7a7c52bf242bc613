import type {
  NetInput,
  Netlist,
  NetMemory,
  NetNode,
  NetOutput,
  NetRegister,
  NodeId,
} from '../../../hdl-gen/ir/netlist.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Builds netlists by hand for tests: every method appends one node and returns its id. */
export function netlistBuilder(name: string) {
  const nodes: NetNode[] = [];
  const inputs: NetInput[] = [];
  const outputs: NetOutput[] = [];
  const registers: Writable<NetRegister>[] = [];
  const memories: NetMemory[] = [];
  const add = (node: NetNode): NodeId => nodes.push(node) - 1;
  return {
    nodes,
    registers,
    memories,
    add,
    input(port: string, width: number, signed = false): NodeId {
      const node = add({ op: 'input', input: inputs.length, width, signed });
      inputs.push({ name: port, node });
      return node;
    },
    constant(value: bigint, width: number, signed = false): NodeId {
      return add({ op: 'const', value, width, signed });
    },
    /** A register that holds its value until `drive` connects it. */
    register(register: string, width: number, signed = false, init: bigint | null = 0n): NodeId {
      const node = add({ op: 'register', register: registers.length, width, signed });
      registers.push({ name: register, width, signed, init, node, next: node, enable: null });
      return node;
    },
    drive(register: NodeId, next: NodeId, enable: NodeId | null = null): void {
      const entry = registers.find((candidate) => candidate.node === register)!;
      entry.next = next;
      entry.enable = enable;
    },
    output(port: string, node: NodeId): void {
      outputs.push({ name: port, node });
    },
    netlist(): Netlist {
      return { name, nodes, inputs, outputs, registers, memories };
    },
  };
}
