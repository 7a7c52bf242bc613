import type { BinaryNode, Netlist, NetMemory, NetNode, UnaryOp } from '../../hdl-gen/ir/netlist.ts';
import { pattern, wrap } from './value.ts';

/**
 * The golden model: the meaning of a netlist in BigInt, any width, as plain as possible. The compiled simulator is
 * tested against this one.
 */
export interface Evaluator {
  /** Value of every node after the last `settle`, canonical for its width and sign. */
  readonly values: readonly bigint[];
  /** Current content of the registers, in the order of `netlist.registers`. */
  readonly registers: bigint[];
  /** One entry per input, in the order of `netlist.inputs`; written by the caller (wrapped at `settle`). */
  readonly inputs: bigint[];
  /** Power-on state: registers at `init` (or 0), read data 0, memories at their initial words, inputs kept. */
  reset(): void;
  /** Computes every node from the present inputs and state. */
  settle(): void;
  /** The clock edge: commits what the last `settle` computed. */
  tick(): void;
  /** Remembers registers, read data, memories and inputs; the result brings them back. */
  snapshot(): () => void;
  /** What a read port of a memory shows. */
  readData(memory: number, port: number): bigint;
  /** The word of a memory, 0 beyond its depth. */
  word(memory: number, address: bigint): bigint;
}

/** Value of a node that is not a source, from the integers of its arguments. */
export function evaluateNode(node: NetNode, nodes: readonly NetNode[], values: readonly bigint[]): bigint {
  switch (node.op) {
    case 'input':
    case 'register':
    case 'memoryRead':
      throw new RangeError(`a source node (${node.op}) is not computed from arguments`);
    case 'const':
      return wrap(node.value, node);
    case 'mux':
      return wrap(values[node.args[0]]! !== 0n ? values[node.args[1]]! : values[node.args[2]]!, node);
    case 'shl':
      return wrap(values[node.args[0]]! << BigInt(node.amount), node);
    case 'shr':
      return wrap(values[node.args[0]]! >> BigInt(node.amount), node);
    case 'slice':
      return wrap(pattern(values[node.args[0]]!, nodes[node.args[0]]!) >> BigInt(node.low), node);
    case 'neg':
    case 'not':
    case 'extend':
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return wrap(unary(node.op, values[node.args[0]]!, nodes[node.args[0]]!), node);
    default:
      return wrap(binary(node, nodes, values), node);
  }
}

function unary(op: UnaryOp, a: bigint, format: NetNode): bigint {
  switch (op) {
    case 'neg':
      return -a;
    case 'not':
      return ~a;
    case 'extend':
      return a;
    case 'reduceAnd':
      return pattern(a, format) === (1n << BigInt(format.width)) - 1n ? 1n : 0n;
    case 'reduceOr':
      return a !== 0n ? 1n : 0n;
    case 'reduceXor': {
      let ones = 0n;
      for (let rest = pattern(a, format); rest > 0n; rest >>= 1n) ones ^= rest & 1n;
      return ones;
    }
  }
}

function binary(node: BinaryNode, nodes: readonly NetNode[], values: readonly bigint[]): bigint {
  const a = values[node.args[0]]!;
  const b = values[node.args[1]]!;
  switch (node.op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'eq':
      return a === b ? 1n : 0n;
    case 'lt':
      return a < b ? 1n : 0n;
    case 'shlBy':
      // A shift by the node's width or more leaves none of the kept bits.
      return b < 0n || b >= BigInt(node.width) ? 0n : a << b;
    case 'shrBy': {
      const width = BigInt(nodes[node.args[0]]!.width);
      return a >> (b < 0n || b > width ? width : b);
    }
    case 'cat': {
      const low = nodes[node.args[1]]!;
      return (pattern(a, nodes[node.args[0]]!) << BigInt(low.width)) | pattern(b, low);
    }
  }
}

function initialWord(memory: NetMemory, address: number): bigint {
  const word = memory.init?.[address];
  return word === undefined ? 0n : wrap(BigInt(word), memory);
}

export function createEvaluator(netlist: Netlist): Evaluator {
  const { nodes } = netlist;
  const values: bigint[] = new Array<bigint>(nodes.length).fill(0n);
  const registers: bigint[] = netlist.registers.map(() => 0n);
  const inputs: bigint[] = netlist.inputs.map(() => 0n);
  const readData: bigint[][] = netlist.memories.map((memory) => memory.reads.map(() => 0n));
  const written: Map<number, bigint>[] = netlist.memories.map(() => new Map());

  const word = (memory: number, address: bigint): bigint => {
    const shape = netlist.memories[memory]!;
    if (address < 0n || address >= BigInt(shape.depth)) return 0n;
    return written[memory]!.get(Number(address)) ?? initialWord(shape, Number(address));
  };

  const isOn = (enable: number | null): boolean => enable === null || values[enable]! !== 0n;

  const evaluator: Evaluator = {
    values,
    registers,
    inputs,
    reset() {
      netlist.registers.forEach((register, index) => {
        registers[index] = register.init === null ? 0n : wrap(register.init, register);
      });
      for (const data of readData) data.fill(0n);
      for (const words of written) words.clear();
    },
    settle() {
      for (let id = 0; id < nodes.length; id += 1) {
        const node = nodes[id]!;
        if (node.op === 'input') values[id] = wrap(inputs[node.input]!, node);
        else if (node.op === 'register') values[id] = wrap(registers[node.register]!, node);
        else if (node.op === 'memoryRead') values[id] = wrap(readData[node.memory]![node.port]!, node);
        else values[id] = evaluateNode(node, nodes, values);
      }
    },
    tick() {
      netlist.registers.forEach((register, index) => {
        if (isOn(register.enable)) registers[index] = wrap(values[register.next]!, register);
      });
      // All reads first: a read at the clock of a write gives the old word.
      netlist.memories.forEach((memory, index) => {
        memory.reads.forEach((port, read) => {
          if (isOn(port.enable)) readData[index]![read] = word(index, values[port.address]!);
        });
        for (const port of memory.writes) {
          const address = values[port.address]!;
          if (!isOn(port.enable) || address < 0n || address >= BigInt(memory.depth)) continue;
          written[index]!.set(Number(address), wrap(values[port.data]!, memory));
        }
      });
    },
    word,
    readData: (memory, port) => readData[memory]![port]!,
    snapshot() {
      const state = [registers.slice(), inputs.slice(), ...readData.map((data) => data.slice())];
      const words = written.map((memory) => [...memory]);
      return () => {
        [registers, inputs, ...readData].forEach((target, index) => {
          target.splice(0, target.length, ...state[index]!);
        });
        written.forEach((memory, index) => {
          memory.clear();
          for (const [address, value] of words[index]!) memory.set(address, value);
        });
      };
    },
  };
  evaluator.reset();
  return evaluator;
}
