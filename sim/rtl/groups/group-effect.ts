import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Expressions } from '../compile/expression.ts';
import { forms } from '../lanes/forms.ts';
import { elementBits, type Parts, type VectorCode, vectorCode } from '../lanes/vector-code.ts';
import { vectorOperation } from '../lanes/vector-expression.ts';
import { valueAs } from '../lanes/vector-value.ts';
import { wrap } from '../value.ts';
import { valueType } from '../wasm/opcode.ts';
import { type ElementBits, elementOps, simd } from '../wasm/simd.ts';
import { addressOf, type GroupContext } from './group-context.ts';
import { commitDeferredRuns, commitRuns } from './run-effect.ts';
import type { Template } from './template.ts';

/** Members that are computed together, whatever their element size. */
const lanes = 16;

function lane(vector: VectorCode, instruction: number, at: number): void {
  vector.op(instruction);
  vector.code.out.byte(at);
}

/** Pushes one vector with the values of up to 128 / bits sources, 0 in the lanes without one. */
function pushSources(context: GroupContext, vector: VectorCode, ids: readonly NodeId[], bits: ElementBits): void {
  const { netlist, layout, code, expressions } = context;
  const first = ids[0];
  if (first === undefined) {
    vector.constant(bits, 0n);
    return;
  }
  const format = netlist.nodes[first]!;
  const base = addressOf(context, first);
  const bytes = bits / 8;
  const together =
    base !== null &&
    ids.every((id, at) => layout.slotBytes(id) === bytes && addressOf(context, id) === base + at * bytes);
  if (together) {
    code.constant(valueType.i32, 0n);
    vector.op(simd.load);
    code.out.unsigned(0);
    code.out.unsigned(base);
  } else {
    vector.op(simd.constant);
    for (let at = 0; at < 128 / bits; at++) {
      const node = at < ids.length ? netlist.nodes[ids[at]!]! : null;
      const value = node?.op === 'const' ? wrap(node.value, node) : 0n;
      for (let byte = 0; byte < bytes; byte++) {
        code.out.byte(Number((BigInt.asUintN(bits, value) >> BigInt(8 * byte)) & 255n));
      }
    }
    ids.forEach((id, at) => {
      if (netlist.nodes[id]!.op === 'const') return;
      expressions.pushAs(id, bits === 64 ? valueType.i64 : valueType.i32);
      lane(vector, elementOps[bits].replace, at);
    });
  }
  if (format.width === 1 && !format.signed) vector.op(elementOps[bits].neg);
}

/** Stores the lanes of a vector behind each other or, where the targets lie apart, one by one. */
function storeTargets(vector: VectorCode, local: number, bits: ElementBits, targets: readonly number[]): void {
  const { code } = vector;
  const bytes = bits / 8;
  const store = (size: ElementBits, address: number, at: number): void => {
    code.constant(valueType.i32, 0n);
    code.get(local);
    vector.op(elementOps[size].storeLane);
    code.out.unsigned(0);
    code.out.unsigned(address);
    code.out.byte(at);
  };
  const first = targets[0];
  if (first === undefined) return;
  if (targets.some((address, at) => address !== first + at * bytes)) {
    targets.forEach((address, at) => {
      store(bits, address, at);
    });
    return;
  }
  if (targets.length * bytes === 16) {
    code.constant(valueType.i32, 0n);
    code.get(local);
    vector.op(simd.store);
    code.out.unsigned(0);
    code.out.unsigned(first);
    return;
  }
  const end = targets.length * bytes;
  for (let at = 0; at < end; ) {
    let size = 8;
    while (at % size !== 0 || at + size > end) size /= 2;
    store((size * 8) as ElementBits, first + at, at / size);
    at += size;
  }
}

/** Chunks in an order in which nobody reads what an earlier one has overwritten; null when there is none. */
function chunkOrder({ netlist, group }: GroupContext, template: Template): number[] | null {
  const chunks = Math.ceil(group.registers.length / lanes);
  const writer = new Map<NodeId, number>();
  group.registers.forEach((register, at) => {
    writer.set(netlist.registers[register]!.node, Math.floor(at / lanes));
  });
  let up = true;
  let down = true;
  for (const { kind, members } of template.slots) {
    if (kind !== 'each') continue;
    members.forEach((id, at) => {
      const written = writer.get(id);
      if (written === undefined) return;
      const reading = Math.floor(at / lanes);
      if (written < reading) up = false;
      if (written > reading) down = false;
    });
  }
  const order = Array.from({ length: chunks }, (_, chunk) => chunk);
  if (up) return order;
  return down ? order.reverse() : null;
}

/** Computes and stores all members; deferred, it leaves them in a shadow and returns its address. */
export function commitGroup(context: GroupContext, deferred: boolean): readonly number[] {
  const { netlist, layout, code, expressions, group } = context;
  const { template } = group;
  if (template === null) return commitRuns(context, deferred);
  const vector = vectorCode(code, lanes);
  const nodes = template.slots.map(({ node }) => node);
  const order = deferred ? null : chunkOrder(context, template);
  const format = netlist.registers[group.registers[0]!]!;
  const bits = elementBits(format, lanes);
  const perPart = 128 / bits;
  const bytes = bits / 8;
  const shadow = order === null ? layout.vector(Math.ceil((group.registers.length * bytes) / 16) * 16) : null;
  let chunk = 0;
  const fetch = (slot: number): Parts => {
    const own = elementBits(nodes[slot]!, lanes);
    const { members } = template.slots[slot]!;
    return vector.each(vector.partsOf(own), (part) => {
      const from = chunk * lanes + (part * 128) / own;
      const to = Math.min(from + 128 / own, (chunk + 1) * lanes, members.length);
      pushSources(context, vector, members.slice(from, to), own);
    });
  };
  const varies = (slot: number): boolean => template.slots[slot]!.kind !== 'uniform';
  const pushAs: Expressions['pushAs'] = (slot, type) => expressions.pushAs(template.slots[slot]!.members[0]!, type);
  const own = forms(vector, { nodes, varies, fetch, expressions: { pushAs }, keepUniform: true });
  const slots = { vector, forms: own, nodes, varies };
  const chunks = Math.ceil(group.registers.length / lanes);
  for (const next of order ?? Array.from({ length: chunks }, (_, index) => index)) {
    chunk = next;
    own.open();
    template.slots.forEach(({ kind, node }, slot) => {
      if (kind !== 'operation') return;
      const { bits: size, parts } = vectorOperation(slots, node);
      own.define(slot, size, parts);
    });
    let { parts } = valueAs(slots, nodes.length - 1, format);
    if (format.width === 1 && !format.signed) {
      const masks = parts;
      parts = vector.each(masks.length, (part) => {
        code.get(masks[part]!);
        vector.constant(bits, 1n);
        vector.op(simd.and);
      });
    }
    parts.forEach((local, part) => {
      const from = chunk * lanes + part * perPart;
      const members = group.registers.slice(from, Math.min(from + perPart, (chunk + 1) * lanes));
      const targets = members.map((register, at) =>
        shadow === null ? layout.registers[register]! : shadow + (from + at) * bytes,
      );
      storeTargets(vector, local, bits, targets);
    });
    own.close();
  }
  if (shadow === null) return [];
  if (!deferred) copyShadow(context, shadow);
  return [shadow];
}

function copyShadow({ netlist, layout, code, group }: GroupContext, shadow: number): void {
  const vector = vectorCode(code, lanes);
  const bits = elementBits(netlist.registers[group.registers[0]!]!, lanes);
  const perPart = 128 / bits;
  for (let from = 0; from < group.registers.length; from += perPart) {
    const [local] = vector.load(shadow + (from * bits) / 8, 1);
    const targets = group.registers.slice(from, from + perPart).map((register) => layout.registers[register]!);
    storeTargets(vector, local!, bits, targets);
  }
}

/** The second half of a deferred group. */
export function commitDeferredGroup(context: GroupContext, shadows: readonly number[]): void {
  if (context.group.template === null) commitDeferredRuns(context, shadows);
  else copyShadow(context, shadows[0]!);
}
