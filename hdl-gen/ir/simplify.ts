import { evaluateOperation, maximumOf, minimumOf, type Operation, wrapValue } from './fold.ts';
import type { ConstNode, NetNode, NodeId } from './netlist.ts';

/** An operation on existing nodes, before it has become one. */
export interface Draft extends Operation {
  readonly args: readonly NodeId[];
}

/** Nodes under construction: equal operations are shared, constants folded, identities removed. */
export interface NodeTable {
  readonly nodes: NetNode[];
  readonly shared: Map<string, NodeId>;
}

export function newTable(): NodeTable {
  return { nodes: [], shared: new Map() };
}

export function addConstant(table: NodeTable, value: bigint, width: number, signed: boolean): NodeId {
  return share(table, `const ${value} ${width} ${signed}`, () => ({ op: 'const', width, signed, value }));
}

function share(table: NodeTable, key: string, make: () => NetNode): NodeId {
  const known = table.shared.get(key);
  if (known !== undefined) return known;
  const id = table.nodes.push(make()) - 1;
  table.shared.set(key, id);
  return id;
}

/** The node that computes the draft: an existing equal one, a simpler one, or a new one. */
export function addOperation(table: NodeTable, draft: Draft): NodeId {
  const args = draft.args.map((id) => table.nodes[id]!);
  if (args.every((node): node is ConstNode => node.op === 'const')) {
    return addConstant(table, evaluateOperation(draft, args), draft.width, draft.signed);
  }
  const simpler = simplify(table, draft, args);
  if (simpler !== null) return simpler;
  const { op, width, signed, amount, low } = draft;
  const ordered =
    commutative.has(op) && draft.args[0]! > draft.args[1]! ? [draft.args[1]!, draft.args[0]!] : draft.args;
  const key = `${op} ${width} ${signed} ${ordered.join(' ')} ${amount ?? ''} ${low ?? ''}`;
  return share(table, key, () => asNode({ ...draft, args: ordered }));
}

const commutative: ReadonlySet<string> = new Set(['add', 'mul', 'and', 'or', 'xor', 'eq']);

/** The operation as a node of the netlist. */
export function asNode(draft: Draft): NetNode {
  const { op, width, signed } = draft;
  const [a, b, c] = draft.args as [NodeId, NodeId, NodeId];
  switch (op) {
    case 'shl':
    case 'shr':
      return { op, width, signed, args: [a], amount: draft.amount ?? 0 };
    case 'slice':
      return { op, width, signed, args: [a], low: draft.low ?? 0 };
    case 'mux':
      return { op, width, signed, args: [a, b, c] };
    case 'neg':
    case 'not':
    case 'extend':
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return { op, width, signed, args: [a] };
    default:
      return { op, width, signed, args: [a, b] };
  }
}

function simplify(table: NodeTable, draft: Draft, args: readonly NetNode[]): NodeId | null {
  const { width, signed } = draft;
  const [idA, idB, idC] = draft.args as [NodeId, NodeId, NodeId];
  const [a, b, c] = args as [NetNode, NetNode, NetNode];
  const resize = (id: NodeId): NodeId => resized(table, id, width, signed);
  const constant = (value: bigint): NodeId => addConstant(table, wrapValue(value, width, signed), width, signed);
  switch (draft.op) {
    case 'extend':
      return simplifyExtend(table, draft, a);
    case 'add':
      return isConst(a, 0n) ? resize(idB) : isConst(b, 0n) ? resize(idA) : null;
    case 'sub':
      return isConst(b, 0n) ? resize(idA) : idA === idB ? constant(0n) : null;
    case 'mul':
      if (isConst(a, 0n) || isConst(b, 0n)) return constant(0n);
      return isConst(a, 1n) ? resize(idB) : isConst(b, 1n) ? resize(idA) : null;
    case 'and':
      if (isConst(a, 0n) || isConst(b, 0n)) return constant(0n);
      if (idA === idB || coversAll(b, a)) return resize(idA);
      return coversAll(a, b) ? resize(idB) : null;
    case 'or':
      if (isConst(a, 0n) || idA === idB) return resize(idB);
      if (isConst(b, 0n)) return resize(idA);
      return width === 1 && !signed && (isConst(a, 1n) || isConst(b, 1n)) ? constant(1n) : null;
    case 'xor':
      if (isConst(a, 0n)) return resize(idB);
      if (isConst(b, 0n)) return resize(idA);
      return idA === idB ? constant(0n) : null;
    case 'not':
      return a.op === 'not' && a.width === width && a.signed === signed && sameType(table, a.args[0], width, signed)
        ? a.args[0]
        : null;
    case 'eq':
      return simplifyEqual(table, draft, a, b);
    case 'lt':
      if (idA === idB || lowest(a) >= highest(b)) return constant(0n);
      return highest(a) < lowest(b) ? constant(1n) : null;
    case 'shl':
      return draft.amount === 0 ? resize(idA) : null;
    case 'shr':
      if (!a.signed && (draft.amount ?? 0) >= a.width) return constant(0n);
      return draft.amount === 0 ? resize(idA) : null;
    case 'slice':
      return simplifySlice(table, draft, a);
    case 'reduceOr':
    case 'reduceAnd':
    case 'reduceXor':
      return a.width === 1 ? addOperation(table, { op: 'slice', width: 1, signed: false, args: [idA], low: 0 }) : null;
    case 'mux':
      if (a.op === 'const') return resize(a.value === 1n ? idB : idC);
      if (idB === idC) return resize(idB);
      if (a.op === 'not' && isBit(table.nodes[a.args[0]]!))
        return addOperation(table, { ...draft, args: [a.args[0], idC, idB] });
      if (width === 1 && !signed && isConst(b, 1n) && isConst(c, 0n)) return idA;
      return width === 1 && !signed && isConst(b, 0n) && isConst(c, 1n)
        ? addOperation(table, { op: 'not', width, signed, args: [idA] })
        : null;
    default:
      return null;
  }
}

/** The value of `id` in another width and sign. */
export function resized(table: NodeTable, id: NodeId, width: number, signed: boolean): NodeId {
  return sameType(table, id, width, signed) ? id : addOperation(table, { op: 'extend', width, signed, args: [id] });
}

function sameType(table: NodeTable, id: NodeId, width: number, signed: boolean): boolean {
  const node = table.nodes[id]!;
  return node.width === width && node.signed === signed;
}

function isBit(node: NetNode): boolean {
  return node.width === 1 && !node.signed;
}

function isConst(node: NetNode, value: bigint): boolean {
  return node.op === 'const' && node.value === value;
}

/** Whether `mask` is a constant whose ones cover every bit `value` can have. */
function coversAll(mask: NetNode, value: NetNode): boolean {
  if (mask.op !== 'const') return false;
  return (
    mask.value === -1n ||
    (!value.signed && !mask.signed && mask.value === maximumOf(mask.width, false) && mask.width >= value.width)
  );
}

function lowest(node: NetNode): bigint {
  return node.op === 'const' ? node.value : minimumOf(node.width, node.signed);
}

function highest(node: NetNode): bigint {
  return node.op === 'const' ? node.value : maximumOf(node.width, node.signed);
}

function simplifyEqual(table: NodeTable, draft: Draft, a: NetNode, b: NetNode): NodeId | null {
  if (draft.args[0] === draft.args[1]) return addConstant(table, 1n, 1, false);
  if (highest(a) < lowest(b) || highest(b) < lowest(a)) return addConstant(table, 0n, 1, false);
  for (const [bit, constant, id] of [
    [a, b, draft.args[0]!],
    [b, a, draft.args[1]!],
  ] as const) {
    if (!isBit(bit)) continue;
    if (isConst(constant, 1n)) return id;
    if (isConst(constant, 0n)) return addOperation(table, { op: 'not', width: 1, signed: false, args: [id] });
  }
  return null;
}

/** Looks through an inner resize when that one loses nothing that is still wanted. */
function simplifyExtend(table: NodeTable, draft: Draft, a: NetNode): NodeId | null {
  if (a.width === draft.width && a.signed === draft.signed) return draft.args[0]!;
  if (a.op !== 'extend') return null;
  const inner = table.nodes[a.args[0]]!;
  const keepsValue =
    lowest(a) <= minimumOf(inner.width, inner.signed) && highest(a) >= maximumOf(inner.width, inner.signed);
  if (keepsValue || draft.width <= a.width) return resized(table, a.args[0], draft.width, draft.signed);
  return null;
}

function simplifySlice(table: NodeTable, draft: Draft, a: NetNode): NodeId | null {
  const low = draft.low ?? 0;
  const { width, signed } = draft;
  if (low === 0 && width === a.width) return resized(table, draft.args[0]!, width, signed);
  if (a.op === 'slice' && low + width <= a.width)
    return addOperation(table, { ...draft, args: [a.args[0]], low: low + a.low });
  if (a.op === 'extend' && low + width <= table.nodes[a.args[0]]!.width)
    return addOperation(table, { ...draft, args: [a.args[0]] });
  if (a.op === 'cat') {
    const lower = table.nodes[a.args[1]]!.width;
    if (low + width <= lower) return addOperation(table, { ...draft, args: [a.args[1]] });
    if (low >= lower && low + width <= lower + table.nodes[a.args[0]]!.width)
      return addOperation(table, { ...draft, args: [a.args[0]], low: low - lower });
  }
  return null;
}
