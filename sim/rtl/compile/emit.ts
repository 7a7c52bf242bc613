import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { type Forms, forms } from '../lanes/forms.ts';
import { commitDeferredLanes, commitLanes, isLaneTask, type LaneTaskContext } from '../lanes/lane-effect.ts';
import type { LanePlan } from '../lanes/varying.ts';
import { elementBits, vectorBytes, vectorCode } from '../lanes/vector-code.ts';
import { vectorOperation } from '../lanes/vector-expression.ts';
import type { VectorContext } from '../lanes/vector-value.ts';
import { emptyBlock, opcode, type ValueType, valueType } from '../wasm/opcode.ts';
import { type Coder, coder } from './coder.ts';
import { findCrossings } from './crossing.ts';
import { commitDeferred, commitTask, type TaskContext } from './effect.ts';
import { type Expressions, expressions } from './expression.ts';
import { type Layout, typeOf } from './layout.ts';
import type { Limits } from './limits.ts';
import type { Item, Program } from './program.ts';

/** One function being written: its locals, and the branches that are open. */
interface Scope {
  readonly code: Coder;
  readonly expressions: Expressions;
  /** Local that holds a node's value. */
  readonly locals: Map<NodeId, number>;
  /** Open domains, outermost first, each with the values cached since it was opened. */
  readonly open: { readonly domain: number; readonly cached: NodeId[] }[];
  /** Vectors of the nodes that differ between lanes. */
  readonly lanes: (VectorContext & { readonly forms: Forms }) | null;
}

/** Emits the functions of a program, to be called in order; every one takes and returns nothing. */
export function emitProgram(
  program: Program,
  layout: Layout,
  limits: Limits,
  plan: LanePlan | null = null,
): Uint8Array[] {
  const { netlist, domains, items, itemOf, opening } = program;
  const { nodes } = netlist;
  const varies = (id: NodeId): boolean => plan !== null && plan.varies[id] === 1;
  const crossing = findCrossings(program, varies);
  const scratch = new Map<NodeId, number>();
  const conditionSlot = new Map<number, number>();

  nodes.forEach((node, id) => {
    if (crossing.crosses[id] !== 1) return;
    if (plan !== null && varies(id)) scratch.set(id, layout.vector(vectorBytes(node, plan.lanes)));
    else scratch.set(id, layout.scratch(typeOf(node)));
  });

  const addressOf = (id: NodeId): number => {
    const node = nodes[id]!;
    if (node.op === 'input') return layout.inputs[node.input]!;
    if (node.op === 'register') return layout.registers[node.register]!;
    if (node.op === 'memoryRead') return layout.readData[node.memory]![node.port]!;
    return scratch.get(id)!;
  };

  const openScope = (chunk: number): Scope => {
    const code = coder(0);
    const locals = new Map<NodeId, number>();
    const open: Scope['open'] = [];
    const cache = (id: NodeId, type: ValueType): void => {
      const local = code.local(type);
      code.tee(local);
      locals.set(id, local);
      open.at(-1)?.cached.push(id);
    };
    const push = (id: NodeId): void => {
      const node = nodes[id]!;
      const local = locals.get(id);
      if (local !== undefined) code.get(local);
      else if (node.op === 'const') scope.expressions.pushAs(id, typeOf(node));
      else if (crossing.inlined[id] === 1) scope.expressions.operation(node);
      else {
        if (itemOf[id]! >= 0) code.load(typeOf(node), addressOf(id));
        else code.load(typeOf(node), addressOf(id), layout.slotBytes(id), node.signed);
        if ((crossing.external[chunk]?.get(id) ?? 0) > 1) cache(id, typeOf(node));
      }
    };
    const scalar = expressions(nodes, code, push);
    let lanes: Scope['lanes'] = null;
    if (plan !== null) {
      const vector = vectorCode(code, plan.lanes);
      const fetch = (id: NodeId) => vector.load(addressOf(id), vector.partsOf(elementBits(nodes[id]!, plan.lanes)));
      lanes = {
        vector,
        nodes,
        varies,
        forms: forms(vector, { nodes, varies, fetch, expressions: scalar, keepUniform: false }),
      };
    }
    const scope: Scope = { code, locals, open, expressions: scalar, lanes };
    return scope;
  };

  const closeTo = (scope: Scope, depth: number): void => {
    while (scope.open.length > depth) {
      for (const id of scope.open.pop()!.cached) scope.locals.delete(id);
      scope.lanes?.forms.close();
      scope.code.op(opcode.end);
    }
  };

  /** Closes and opens branches until exactly the domain's own are open. `item` is null in the deferred part. */
  const enter = (scope: Scope, domain: number, item: number | null): void => {
    const { code } = scope;
    const path: number[] = [];
    for (let d = domain; d > 0; d = domains.domains[d]!.parent) path.unshift(d);
    let shared = 0;
    while (shared < path.length && scope.open[shared]?.domain === path[shared]) shared += 1;
    closeTo(scope, shared);
    for (const d of path.slice(shared)) {
      const { literal } = domains.domains[d]!;
      if (item !== null && opening[d] === item) {
        scope.expressions.pushCondition(literal.node);
        if (crossing.reopened[d] === 1) {
          const slot = layout.scratch(valueType.i32);
          conditionSlot.set(d, slot);
          const condition = code.local(valueType.i32);
          code.set(condition);
          code.store(valueType.i32, slot, () => code.get(condition));
          code.get(condition);
        }
      } else code.load(valueType.i32, conditionSlot.get(d)!);
      if (!literal.when) code.op(opcode.i32Eqz);
      code.op(opcode.if);
      code.op(emptyBlock);
      scope.open.push({ domain: d, cached: [] });
      scope.lanes?.forms.open();
    }
  };

  const evaluate = (scope: Scope, id: NodeId): void => {
    const { code } = scope;
    const node = nodes[id]!;
    if (scope.lanes !== null && varies(id)) {
      const { forms: own, vector } = scope.lanes;
      const { bits, parts } = vectorOperation(scope.lanes, node);
      own.define(id, bits, parts);
      if (crossing.crosses[id] === 1) vector.store(scratch.get(id)!, own.form(id, elementBits(node, vector.lanes)));
      return;
    }
    const type = typeOf(node);
    const keep = (): void => {
      const local = code.local(type);
      scope.locals.set(id, local);
      if (crossing.crosses[id] === 1) code.tee(local);
      else code.set(local);
    };
    if (crossing.crosses[id] === 1) {
      code.store(type, scratch.get(id)!, () => {
        scope.expressions.operation(node);
        if (crossing.local[id] === 1) keep();
      });
    } else {
      scope.expressions.operation(node);
      keep();
    }
  };

  const shadows = new Map<number, readonly number[]>();
  const contextOf = (scope: Scope, item: Item): TaskContext => ({
    program,
    layout,
    code: scope.code,
    expressions: scope.expressions,
    task: program.tasks[item.task]!,
    ensured: domains.ensured[item.task]!,
  });

  const laneContext = (scope: Scope, item: Item): LaneTaskContext | null => {
    const task = program.tasks[item.task]!;
    if (plan === null || scope.lanes === null || !isLaneTask(program, plan, task)) return null;
    const { expressions: scalar, lanes: context } = scope;
    return { program, layout, plan, expressions: scalar, context, task, ensured: domains.ensured[item.task]! };
  };

  const bodies: Uint8Array[] = [];
  let scope = openScope(0);
  let chunk = 0;
  const finishChunk = (): void => {
    closeTo(scope, 0);
    bodies.push(scope.code.finish());
  };
  items.forEach((item, index) => {
    if (item.chunk !== chunk) {
      finishChunk();
      chunk = item.chunk;
      scope = openScope(chunk);
    }
    enter(scope, item.domain, index);
    for (const id of item.nodes) if (crossing.inlined[id] === 0 && itemOf[id] === index) evaluate(scope, id);
    if (item.task < 0) return;
    const lanes = laneContext(scope, item);
    if (lanes !== null) shadows.set(index, commitLanes(lanes, item.deferred));
    else shadows.set(index, commitTask(contextOf(scope, item), item.deferred));
  });
  finishChunk();

  // Writes to one memory keep the order of its ports: the last port wins.
  const portOrder = ({ task }: Item): number => (program.tasks[task]!.kind === 'write' ? task : -1);
  const deferred = items
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => item.deferred)
    .sort((a, b) => portOrder(a.item) - portOrder(b.item) || a.index - b.index);
  for (let from = 0; from < deferred.length; from += limits.chunkDeferred) {
    scope = openScope(-1);
    for (const { item, index } of deferred.slice(from, from + limits.chunkDeferred)) {
      enter(scope, item.domain, null);
      const lanes = laneContext(scope, item);
      if (lanes !== null) commitDeferredLanes(lanes, shadows.get(index)!);
      else commitDeferred(contextOf(scope, item), shadows.get(index)!);
    }
    finishChunk();
  }
  return bodies;
}
