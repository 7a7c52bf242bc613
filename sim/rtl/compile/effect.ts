import type { NetMemory, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { commitDeferredGroup, commitGroup } from '../groups/group-effect.ts';
import { countScalar } from '../toggles/count.ts';
import { opcode, type ValueType, valueType } from '../wasm/opcode.ts';
import type { Coder } from './coder.ts';
import type { Expressions } from './expression.ts';
import { type Layout, typeOf, wordBytes } from './layout.ts';
import type { Program } from './program.ts';
import { formatRange, nodeRange } from './range.ts';
import type { Task } from './task.ts';

export interface TaskContext {
  readonly program: Program;
  readonly layout: Layout;
  readonly code: Coder;
  readonly expressions: Expressions;
  readonly task: Task;
  /** Guard literals that the open branches already ensure. */
  readonly ensured: number;
}

/** Carries the task's effect out, or, when deferred, leaves its new values in shadow slots and returns their addresses. */
export function commitTask(context: TaskContext, deferred: boolean): readonly number[] {
  const { task } = context;
  switch (task.kind) {
    case 'output': {
      const { netlist } = context.program;
      const { node } = netlist.outputs[task.output]!;
      const type = typeOf(netlist.nodes[node]!);
      const slot = context.layout.outputs[task.output]!;
      context.code.store(type, slot, () => context.expressions.pushAs(node, type));
      return [];
    }
    case 'register':
      return commitRegister(context, task.register, task.values[context.ensured]!, deferred);
    case 'read':
      return commitRead(context, task.memory, task.port, deferred);
    case 'write':
      return commitWrite(context, task.memory, task.port, deferred);
    case 'group':
      return commitGroup({ ...context, netlist: context.program.netlist, group: task.group }, deferred);
  }
}

/** The second half of a deferred task: shadow slots to state. */
export function commitDeferred(context: TaskContext, shadows: readonly number[]): void {
  const { program, layout, code, task } = context;
  const { netlist } = program;
  if (task.kind === 'register') {
    const type = typeOf(netlist.registers[task.register]!);
    storeRegister(context, task.register, () => code.load(type, shadows[0]!));
  } else if (task.kind === 'read') {
    const type = typeOf(netlist.nodes[netlist.memories[task.memory]!.reads[task.port]!.node]!);
    const { node } = netlist.memories[task.memory]!.reads[task.port]!;
    const slot = layout.readData[task.memory]![task.port]!;
    code.store(type, slot, () => code.load(type, shadows[0]!), layout.slotBytes(node));
  } else if (task.kind === 'write') {
    const memory = netlist.memories[task.memory]!;
    scaledIndex(code, memory, () => code.load(valueType.i32, shadows[0]!));
    code.load(typeOf(memory), shadows[1]!);
    storeWord(code, memory, layout.memories[task.memory]!);
  } else if (task.kind === 'group') commitDeferredGroup({ ...context, netlist, group: task.group }, shadows);
}

function commitRegister(context: TaskContext, index: number, value: NodeId, deferred: boolean): readonly number[] {
  const { program, layout, code, expressions, ensured } = context;
  const register = program.netlist.registers[index]!;
  const type = typeOf(register);
  const pushNext = (): void => {
    expressions.pushAs(value, type);
    code.normalise(register, nodeRange(program.netlist.nodes[value]!));
    if (ensured > 0 || register.enable === null) return;
    expressions.pushAs(register.node, type);
    expressions.pushCondition(register.enable);
    code.op(opcode.select);
  };
  if (!deferred) {
    storeRegister(context, index, pushNext);
    return [];
  }
  const shadow = layout.scratch(type);
  code.store(type, shadow, pushNext);
  return [shadow];
}

/** Overwrites a register and, where toggles are counted, adds the bits that change. */
function storeRegister({ program, layout, code }: TaskContext, index: number, pushNext: () => void): void {
  const { width, signed, node } = program.netlist.registers[index]!;
  const bytes = layout.slotBytes(node);
  const type = typeOf({ width, signed });
  const slot = layout.registers[index]!;
  const counter = layout.toggles?.scalars.get(index);
  if (counter === undefined) {
    code.store(type, slot, pushNext, bytes);
    return;
  }
  const next = code.local(type);
  pushNext();
  code.set(next);
  countScalar(code, { width, signed }, counter, () => code.load(type, slot, bytes, signed), next);
  code.store(type, slot, () => code.get(next), bytes);
}

function commitRead(context: TaskContext, index: number, portIndex: number, deferred: boolean): readonly number[] {
  const { program, layout, code, expressions, ensured } = context;
  const memory = program.netlist.memories[index]!;
  const port = memory.reads[portIndex]!;
  const node = program.netlist.nodes[port.node]!;
  const type = typeOf(node);
  const slot = deferred ? layout.scratch(type) : layout.readData[index]![portIndex]!;
  const pushWord = (): void => {
    scaledIndex(code, memory, () => pushIndex(context, memory, port.address, memory.depth));
    loadWord(code, memory, layout.memories[index]!);
    code.convert(typeOf(memory), type, memory.signed);
    code.normalise(node, formatRange(memory));
    if (ensured > 0 || port.enable === null) return;
    expressions.pushAs(port.node, type);
    expressions.pushCondition(port.enable);
    code.op(opcode.select);
  };
  if (deferred) code.store(type, slot, pushWord);
  else code.store(type, slot, pushWord, layout.slotBytes(port.node));
  return [slot];
}

function commitWrite(context: TaskContext, index: number, portIndex: number, deferred: boolean): readonly number[] {
  const { program, layout, code, expressions, ensured } = context;
  const memory = program.netlist.memories[index]!;
  const port = memory.writes[portIndex]!;
  const dropped = memory.depth + 1;
  const pushData = (): void => {
    expressions.pushAs(port.data, typeOf(memory));
    code.normalise(memory, nodeRange(program.netlist.nodes[port.data]!));
  };
  const pushEnabledIndex = (): void => {
    pushIndex(context, memory, port.address, dropped);
    if (ensured > 0) return;
    code.constant(valueType.i32, BigInt(dropped));
    expressions.pushCondition(port.enable);
    code.op(opcode.select);
  };
  if (!deferred) {
    scaledIndex(code, memory, pushEnabledIndex);
    pushData();
    storeWord(code, memory, layout.memories[index]!);
    return [];
  }
  const shadows = [layout.scratch(valueType.i32), layout.scratch(typeOf(memory))];
  code.store(valueType.i32, shadows[0]!, pushEnabledIndex);
  code.store(typeOf(memory), shadows[1]!, pushData);
  return shadows;
}

/** Pushes the address as an i32 below depth, or `outside` when it is not. */
function pushIndex({ program, code, expressions }: TaskContext, memory: NetMemory, id: NodeId, outside: number): void {
  const address = program.netlist.nodes[id]!;
  const range = nodeRange(address);
  if (range.low >= 0n && range.high < BigInt(memory.depth)) {
    expressions.pushAs(id, valueType.i32);
    return;
  }
  const type: ValueType = typeOf(address);
  const temporary = code.local(type);
  expressions.pushAs(id, type);
  code.tee(temporary);
  code.convert(type, valueType.i32, false);
  code.constant(valueType.i32, BigInt(outside));
  code.get(temporary);
  code.constant(type, BigInt(memory.depth));
  code.opFor(type, opcode.i32LtU, opcode.i64LtU);
  code.op(opcode.select);
}

/** Pushes a word's byte offset inside its memory. */
function scaledIndex(code: Coder, memory: NetMemory, index: () => void): void {
  index();
  const shift = Math.log2(wordBytes(memory));
  if (shift === 0) return;
  code.constant(valueType.i32, BigInt(shift));
  code.op(opcode.i32Shl);
}

function loadWord(code: Coder, memory: NetMemory, base: number): void {
  const bytes = wordBytes(memory);
  if (bytes === 1) code.op(memory.signed ? opcode.i32Load8S : opcode.i32Load8U);
  else if (bytes === 2) code.op(memory.signed ? opcode.i32Load16S : opcode.i32Load16U);
  else code.op(bytes === 4 ? opcode.i32Load : opcode.i64Load);
  code.out.unsigned(Math.log2(bytes));
  code.out.unsigned(base);
}

function storeWord(code: Coder, memory: NetMemory, base: number): void {
  const bytes = wordBytes(memory);
  if (bytes === 1) code.op(opcode.i32Store8);
  else if (bytes === 2) code.op(opcode.i32Store16);
  else code.op(bytes === 4 ? opcode.i32Store : opcode.i64Store);
  code.out.unsigned(Math.log2(bytes));
  code.out.unsigned(base);
}
