import type { NetMemory, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Expressions } from '../compile/expression.ts';
import { type Layout, wordBytes } from '../compile/layout.ts';
import type { Program } from '../compile/program.ts';
import { nodeRange } from '../compile/range.ts';
import type { Task } from '../compile/task.ts';
import { opcode, valueType } from '../wasm/opcode.ts';
import { type ElementBits, elementOps, ltUnsigned, simd, v128Type } from '../wasm/simd.ts';
import type { LanePlan } from './varying.ts';
import { elementBits, type Parts, vectorBytes } from './vector-code.ts';
import { result, type VectorContext, valueAs } from './vector-value.ts';

export interface LaneTaskContext {
  readonly program: Program;
  readonly layout: Layout;
  readonly plan: LanePlan;
  readonly expressions: Expressions;
  readonly context: VectorContext;
  readonly task: Task;
  readonly ensured: number;
}

/** The effect of a task differs between lanes. */
export function isLaneTask({ netlist }: Program, plan: LanePlan, task: Task): boolean {
  switch (task.kind) {
    case 'output':
      return plan.varies[netlist.outputs[task.output]!.node] === 1;
    case 'register':
      return plan.varies[netlist.registers[task.register]!.node] === 1;
    case 'read':
      return plan.varies[netlist.memories[task.memory]!.reads[task.port]!.node] === 1;
    case 'write':
      return plan.memories[task.memory]!;
    case 'group':
      return false;
  }
}

/** As `commitTask`, for every lane. */
export function commitLanes(self: LaneTaskContext, deferred: boolean): readonly number[] {
  const { program, layout, context, task } = self;
  const { vector } = context;
  const { netlist } = program;
  switch (task.kind) {
    case 'output': {
      const { node } = netlist.outputs[task.output]!;
      const bits = elementBits(netlist.nodes[node]!, vector.lanes);
      vector.store(layout.outputs[task.output]!, context.forms.form(node, bits));
      return [];
    }
    case 'register': {
      const register = netlist.registers[task.register]!;
      const { bits, parts } = valueAs(context, task.values[self.ensured]!, register);
      const enable = self.ensured > 0 ? null : register.enable;
      const slot = deferred ? layout.vector(vectorBytes(register, vector.lanes)) : layout.registers[task.register]!;
      vector.store(slot, held(context, parts, bits, register.node, enable));
      return [slot];
    }
    case 'read':
      return commitRead(self, task.memory, task.port, deferred);
    case 'write':
      return commitWrite(self, task.memory, task.port, deferred);
    case 'group':
      throw new RangeError('a batch has no groups');
  }
}

/** The second half of a deferred task. */
export function commitDeferredLanes(self: LaneTaskContext, shadows: readonly number[]): void {
  const { program, layout, context, task } = self;
  const { vector } = context;
  const copy = (id: NodeId, target: number): void => {
    const count = vector.partsOf(elementBits(program.netlist.nodes[id]!, vector.lanes));
    vector.store(target, vector.load(shadows[0]!, count));
  };
  if (task.kind === 'register') {
    copy(program.netlist.registers[task.register]!.node, layout.registers[task.register]!);
  } else if (task.kind === 'read') {
    const { node } = program.netlist.memories[task.memory]!.reads[task.port]!;
    copy(node, layout.readData[task.memory]![task.port]!);
  } else if (task.kind === 'write') {
    const memory = program.netlist.memories[task.memory]!;
    const index = vector.load(shadows[0]!, vector.partsOf(32));
    const data = vector.load(shadows[1]!, vector.partsOf(elementBits(memory, vector.lanes)));
    storeWords(self, memory, layout.memories[task.memory]!, index, data);
  }
}

/** The new value where the enable is 1, the old one elsewhere. */
function held(
  { vector, forms }: VectorContext,
  next: Parts,
  bits: ElementBits,
  old: NodeId,
  enable: NodeId | null,
): Parts {
  if (enable === null) return next;
  const mask = forms.form(enable, bits);
  const before = forms.form(old, bits);
  return vector.each(next.length, (part) => {
    vector.code.get(next[part]!);
    vector.code.get(before[part]!);
    vector.code.get(mask[part]!);
    vector.op(simd.select);
  });
}

/** Word index of every lane in elements of 32 bits; `outside` where the address is not below the depth. */
function indices({ context, program }: LaneTaskContext, memory: NetMemory, id: NodeId, outside: number): Parts {
  const { vector, forms } = context;
  const { code } = vector;
  const address = program.netlist.nodes[id]!;
  const low = forms.integer(id, 32);
  const range = nodeRange(address);
  if (range.low >= 0n && range.high < BigInt(memory.depth)) return low;
  const bits = address.width > 32 ? 64 : 32;
  const whole = forms.integer(id, bits);
  const inside = vector.each(whole.length, (part) => {
    code.get(whole[part]!);
    if (bits === 32) {
      vector.constant(32, BigInt(memory.depth));
      vector.op(ltUnsigned[32]);
      return;
    }
    vector.constant(64, 1n << 63n);
    vector.op(simd.xor);
    vector.constant(64, BigInt(memory.depth) ^ (1n << 63n));
    vector.op(elementOps[64].ltS);
  });
  const mask = bits === 64 ? vector.narrow(inside, 64, 32, true) : inside;
  return vector.each(low.length, (part) => {
    code.get(low[part]!);
    vector.constant(32, BigInt(outside));
    code.get(mask[part]!);
    vector.op(simd.select);
  });
}

/** Pushes a lane of vectors with elements of 32 bits. */
function pushLane({ context }: LaneTaskContext, parts: Parts, lane: number): void {
  context.vector.code.get(parts[lane >> 2]!);
  context.vector.op(elementOps[32].extractUnsigned);
  context.vector.code.out.byte(lane & 3);
}

function memoryOperand(self: LaneTaskContext, instruction: number, bits: ElementBits, at: number, lane: number): void {
  const { vector } = self.context;
  vector.op(instruction);
  vector.code.out.unsigned(Math.log2(bits / 8));
  vector.code.out.unsigned(at);
  vector.code.out.byte(lane % (128 / bits));
}

function storeWords(self: LaneTaskContext, memory: NetMemory, base: number, index: Parts, data: Parts): void {
  const { vector } = self.context;
  const { code, lanes } = vector;
  const bits = elementBits(memory, lanes);
  for (let lane = 0; lane < lanes; lane++) {
    pushLane(self, index, lane);
    code.constant(valueType.i32, BigInt(Math.log2(vectorBytes(memory, lanes))));
    code.op(opcode.i32Shl);
    code.get(data[Math.floor((lane * bits) / 128)]!);
    memoryOperand(self, elementOps[bits].storeLane, bits, base + (lane * bits) / 8, lane);
  }
}

/** A word of every lane's own memory, or of the one that all share. */
function gather(self: LaneTaskContext, memoryIndex: number, index: Parts): Parts {
  const { program, layout, plan, context } = self;
  const { vector } = context;
  const { code, lanes } = vector;
  const memory = program.netlist.memories[memoryIndex]!;
  const base = layout.memories[memoryIndex]!;
  const bits = elementBits(memory, lanes);
  const shared = !plan.memories[memoryIndex];
  const bytes = shared ? wordBytes(memory) : vectorBytes(memory, lanes);
  const locals = Array.from({ length: vector.partsOf(bits) }, () => code.local(v128Type));
  for (const local of locals) {
    vector.constant(bits, 0n);
    code.set(local);
  }
  for (let lane = 0; lane < lanes; lane++) {
    const local = locals[Math.floor((lane * bits) / 128)]!;
    const pushAddress = (): void => {
      pushLane(self, index, lane);
      if (bytes === 1) return;
      code.constant(valueType.i32, BigInt(Math.log2(bytes)));
      code.op(opcode.i32Shl);
    };
    if (!shared) {
      pushAddress();
      code.get(local);
      memoryOperand(self, elementOps[bits].loadLane, bits, base + (lane * bits) / 8, lane);
    } else {
      code.get(local);
      pushAddress();
      if (bytes === 1) code.op(memory.signed ? opcode.i32Load8S : opcode.i32Load8U);
      else if (bytes === 2) code.op(memory.signed ? opcode.i32Load16S : opcode.i32Load16U);
      else code.op(bytes === 4 ? opcode.i32Load : opcode.i64Load);
      code.out.unsigned(Math.log2(bytes));
      code.out.unsigned(base);
      vector.op(elementOps[bits].replace);
      code.out.byte(lane % (128 / bits));
    }
    code.set(local);
  }
  if (!shared || memory.width > 1 || memory.signed) return locals;
  return vector.each(locals.length, (part) => {
    code.get(locals[part]!);
    vector.op(elementOps[bits].neg);
  });
}

function commitRead(self: LaneTaskContext, index: number, portIndex: number, deferred: boolean): readonly number[] {
  const { program, layout, context, ensured } = self;
  const { vector } = context;
  const memory = program.netlist.memories[index]!;
  const port = memory.reads[portIndex]!;
  const node = program.netlist.nodes[port.node]!;
  const word = gather(self, index, indices(self, memory, port.address, memory.depth));
  const from = elementBits(memory, vector.lanes);
  const bits = elementBits(node, vector.lanes);
  let value: Parts = word;
  const mask = memory.width === 1;
  if (bits !== from) {
    value = bits > from ? vector.widen(word, from, bits, memory.signed || mask) : vector.narrow(word, from, bits, mask);
  }
  if (memory.width !== node.width || memory.signed !== node.signed) {
    const raw = value;
    value = result(vector, bits, node, mask && node.width === 1 ? { low: -1n, high: 0n } : null, raw.length, (part) => {
      vector.code.get(raw[part]!);
      if (!mask || memory.signed) return;
      vector.constant(bits, 1n);
      if (node.width > 1) vector.op(simd.and);
      else vector.op(elementOps[bits].eq);
    });
  }
  const slot = deferred ? layout.vector(vectorBytes(node, vector.lanes)) : layout.readData[index]![portIndex]!;
  vector.store(slot, held(context, value, bits, port.node, ensured > 0 ? null : port.enable));
  return [slot];
}

function commitWrite(self: LaneTaskContext, index: number, portIndex: number, deferred: boolean): readonly number[] {
  const { program, layout, context, ensured } = self;
  const { vector, forms } = context;
  const memory = program.netlist.memories[index]!;
  const port = memory.writes[portIndex]!;
  const dropped = memory.depth + 1;
  let at = indices(self, memory, port.address, dropped);
  if (ensured === 0) {
    const plain = at;
    const mask = forms.form(port.enable, 32);
    at = vector.each(plain.length, (part) => {
      vector.code.get(plain[part]!);
      vector.constant(32, BigInt(dropped));
      vector.code.get(mask[part]!);
      vector.op(simd.select);
    });
  }
  const { parts } = valueAs(context, port.data, memory);
  if (!deferred) {
    storeWords(self, memory, layout.memories[index]!, at, parts);
    return [];
  }
  const shadows = [layout.vector(vector.lanes * 4), layout.vector(vectorBytes(memory, vector.lanes))];
  vector.store(shadows[0]!, at);
  vector.store(shadows[1]!, parts);
  return shadows;
}
