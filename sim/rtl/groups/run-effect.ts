import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Run } from '../compile/task.ts';
import { elementBits, vectorCode } from '../lanes/vector-code.ts';
import { opcode, valueType } from '../wasm/opcode.ts';
import { simd, v128Type } from '../wasm/simd.ts';
import { addressOf, type GroupContext } from './group-context.ts';

/** Bytes that move with one load and one store. */
interface Piece {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8 | 16;
}

/** Pieces that cover `bytes`; the last one overlaps the one before it rather than being small. */
function pieces(bytes: number): Piece[] {
  let size: Piece['size'] = 16;
  while (size > bytes) size = (size / 2) as Piece['size'];
  const list: Piece[] = [];
  for (let offset = 0; offset < bytes; offset += size) list.push({ offset: Math.min(offset, bytes - size), size });
  return list;
}

function loadPiece({ code }: GroupContext, { offset, size }: Piece, base: number): number {
  const type = size === 16 ? v128Type : size === 8 ? valueType.i64 : valueType.i32;
  const local = code.local(type);
  if (size === 16) {
    code.constant(valueType.i32, 0n);
    vectorCode(code, 16).op(simd.load);
    code.out.unsigned(0);
    code.out.unsigned(base + offset);
  } else unaligned(loadOf[size], () => code.constant(valueType.i32, 0n), code, base + offset);
  code.set(local);
  return local;
}

const loadOf = { 1: opcode.i32Load8U, 2: opcode.i32Load16U, 4: opcode.i32Load, 8: opcode.i64Load } as const;
const storeOf = { 1: opcode.i32Store8, 2: opcode.i32Store16, 4: opcode.i32Store, 8: opcode.i64Store } as const;

function unaligned(instruction: number, operands: () => void, code: GroupContext['code'], address: number): void {
  operands();
  code.op(instruction);
  code.out.unsigned(0);
  code.out.unsigned(address);
}

function storePiece({ code }: GroupContext, { offset, size }: Piece, base: number, local: number): void {
  const operands = (): void => {
    code.constant(valueType.i32, 0n);
    code.get(local);
  };
  if (size !== 16) {
    unaligned(storeOf[size], operands, code, base + offset);
    return;
  }
  operands();
  vectorCode(code, 16).op(simd.store);
  code.out.unsigned(0);
  code.out.unsigned(base + offset);
}

/** Runs in an order in which nobody reads what an earlier one has overwritten; null when they wait for each other. */
function runOrder(runs: readonly Run[]): Run[] | null {
  const writer = new Map<NodeId, number>();
  runs.forEach(({ targets }, index) => {
    for (const id of targets) writer.set(id, index);
  });
  // A reader comes before the writer of what it reads.
  const readers: number[][] = runs.map(() => []);
  const waiting = runs.map(() => 0);
  runs.forEach(({ sources }, reader) => {
    for (const written of new Set(sources.map((id) => writer.get(id)))) {
      if (written === undefined || written === reader) continue;
      readers[reader]!.push(written);
      waiting[written]! += 1;
    }
  });
  const ready = runs.map((_, index) => index).filter((index) => waiting[index] === 0);
  const order: Run[] = [];
  for (let at = 0; at < ready.length; at++) {
    const run = ready[at]!;
    order.push(runs[run]!);
    for (const written of readers[run]!) {
      waiting[written]! -= 1;
      if (waiting[written] === 0) ready.push(written);
    }
  }
  return order.length === runs.length ? order : null;
}

function bytesOf({ netlist }: GroupContext, { targets }: Run): number {
  return (targets.length * elementBits(netlist.nodes[targets[0]!]!, 16)) / 8;
}

/** Copies all runs; deferred, they go to shadows whose addresses are returned. */
export function commitRuns(context: GroupContext, deferred: boolean): readonly number[] {
  const { group, layout } = context;
  const sourceOf = (run: Run): number => addressOf(context, run.sources[0]!)!;
  const targetOf = (run: Run): number => addressOf(context, run.targets[0]!)!;
  const move = (run: Run, target: number): (() => void) => {
    const list = pieces(bytesOf(context, run));
    const locals = list.map((piece) => loadPiece(context, piece, sourceOf(run)));
    return () => {
      list.forEach((piece, index) => {
        storePiece(context, piece, target, locals[index]!);
      });
    };
  };
  if (deferred) {
    return group.runs.map((run) => {
      const shadow = layout.vector(Math.ceil(bytesOf(context, run) / 16) * 16);
      move(run, shadow)();
      return shadow;
    });
  }
  const order = runOrder(group.runs);
  if (order === null) {
    const stores = group.runs.map((run) => move(run, targetOf(run)));
    for (const store of stores) store();
  } else for (const run of order) move(run, targetOf(run))();
  return [];
}

/** The second half of deferred runs. */
export function commitDeferredRuns(context: GroupContext, shadows: readonly number[]): void {
  context.group.runs.forEach((run, index) => {
    const list = pieces(bytesOf(context, run));
    const locals = list.map((piece) => loadPiece(context, piece, shadows[index]!));
    list.forEach((piece, at) => {
      storePiece(context, piece, addressOf(context, run.targets[0]!)!, locals[at]!);
    });
  });
}
