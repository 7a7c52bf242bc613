import { type BitKind, bitKinds } from '../../../specs/toggle-energy.ts';
import { bitNodes } from './bit-nodes.ts';

/**
 * A circuit bit by bit: what a description asks of gates before any library is chosen. A literal is twice the number of
 * a node, plus 1 where its complement is meant; 0 and 1 are the constants.
 */
export type Literal = number;

/** `andOr` is a and b, or c; `select` is b where a is 1, else c. */
export const bitOp = { source: 0, and: 1, xor: 2, majority: 3, andOr: 4, select: 5 } as const;

/** Columns of equal length, a node each; node 0 is the constant 0. Arguments come before what reads them. */
export interface BitColumns {
  readonly op: Uint8Array;
  readonly kind: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
}

export interface BitProgram extends BitColumns {
  /** Nodes of the bits of each source, least significant first; 0, the constant's, for bits of registers that need no flip-flop. */
  readonly sources: ReadonlyMap<string, readonly number[]>;
  readonly outputs: ReadonlyMap<string, readonly Literal[]>;
  /** What each register takes at the next edge, behind a clock gate if that is open; 0 for bits that nothing needs. */
  readonly loads: ReadonlyMap<string, readonly Literal[]>;
  /** Flip-flops of all registers: what the clock drives. */
  readonly clocked: number;
  /** Clock gates, of a design that has such. */
  readonly gated: readonly GatedBits[];
}

/** Flip-flops behind one clock gate, and the bit that opens it. */
export interface GatedBits {
  readonly bits: number;
  readonly enable: Literal;
}

/** What a bit of a register takes, and when. */
export interface BitLoad {
  readonly loaded: Literal;
  readonly enable: Literal;
}

/** Builds a program; equal operations on equal arguments become one node, and constants none. */
export interface BitBuilder {
  /** 0 for bits that need no node: of registers, where `isHeld` says so. */
  source(kind: 'input' | 'register', name: string, width: number, isHeld?: (bit: number) => boolean): Literal[];
  and(a: Literal, b: Literal, kind: BitKind): Literal;
  or(a: Literal, b: Literal, kind: BitKind): Literal;
  xor(a: Literal, b: Literal, kind: BitKind): Literal;
  majority(a: Literal, b: Literal, c: Literal, kind: BitKind): Literal;
  andOr(a: Literal, b: Literal, c: Literal, kind: BitKind): Literal;
  select(condition: Literal, one: Literal, zero: Literal): Literal;
  /** All nodes that there are. */
  columns(): BitColumns;
  /** Nodes that the results need, through registers too, of which it is told what their nodes load. */
  needed(results: Iterable<Literal>, loadOf: (node: number) => BitLoad | undefined): Uint8Array;
  /** Only what outputs, loads and clock gates need is kept. */
  finish(results: Pick<BitProgram, 'outputs' | 'loads'>, gated?: readonly GatedBits[]): BitProgram;
}

const not = (literal: Literal): Literal => literal ^ 1;
const registerKind = bitKinds.indexOf('register');
const kindNumber = Object.fromEntries(bitKinds.map((kind, number) => [kind, number])) as Record<BitKind, number>;

export function bitBuilder(): BitBuilder {
  const nodes = bitNodes();
  nodes.push(bitOp.source, 0, 0, 0, 0);
  const sources = new Map<string, number[]>();

  const node = (op: number, kind: BitKind, a: Literal, b: Literal, c: Literal): Literal =>
    2 * nodes.join(op, kindNumber[kind], a, b, c);
  const and = (a: Literal, b: Literal, kind: BitKind): Literal => {
    const [x, y] = a < b ? [a, b] : [b, a];
    if (x === 0 || x === not(y)) return 0;
    return x === 1 || x === y ? y : node(bitOp.and, kind, x, y, 0);
  };
  const or = (a: Literal, b: Literal, kind: BitKind): Literal => not(and(not(a), not(b), kind));
  const xor = (a: Literal, b: Literal, kind: BitKind): Literal => {
    const [x, y] = (a & ~1) < (b & ~1) ? [a, b] : [b, a];
    if (x < 2) return y ^ x;
    if (x >> 1 === y >> 1) return x === y ? 0 : 1;
    return node(bitOp.xor, kind, x & ~1, y & ~1, 0) ^ ((x ^ y) & 1);
  };
  const majority = (a: Literal, b: Literal, c: Literal, kind: BitKind): Literal => {
    const x = Math.min(a, b, c);
    const z = Math.max(a, b, c);
    const y = a + b + c - x - z;
    if (x === 0) return and(y, z, kind);
    if (x === 1) return or(y, z, kind);
    if (x === y || y === z) return y;
    if (x === not(y)) return z;
    return y === not(z) ? x : node(bitOp.majority, kind, x, y, z);
  };
  const andOr = (a: Literal, b: Literal, c: Literal, kind: BitKind): Literal => {
    const [x, y] = a < b ? [a, b] : [b, a];
    if (x < 2 || x >> 1 === y >> 1) return or(and(x, y, kind), c, kind);
    if (c === 0) return and(x, y, kind);
    return c === 1 ? 1 : node(bitOp.andOr, kind, x, y, c);
  };
  const select = (condition: Literal, one: Literal, zero: Literal): Literal => {
    if (condition < 2) return condition === 1 ? one : zero;
    if (one === zero) return one;
    if ((condition & 1) === 1) return select(not(condition), zero, one);
    if (zero === 0) return and(condition, one, 'select');
    if (one === 0) return and(not(condition), zero, 'select');
    if (zero === 1) return or(not(condition), one, 'select');
    if (one === 1) return or(condition, zero, 'select');
    if (one === not(zero)) return xor(condition, zero, 'select');
    return node(bitOp.select, 'select', condition, one, zero);
  };
  return {
    source(kind, name, width, isHeld = () => true) {
      const own = Array.from({ length: width }, (_, bit) =>
        isHeld(bit) ? nodes.push(bitOp.source, kindNumber[kind], 0, 0, 0) : 0,
      );
      sources.set(name, own);
      return own.map((at) => 2 * at);
    },
    and,
    or,
    xor,
    majority,
    andOr,
    select,
    columns: () => nodes.columns(),
    needed(results, loadOf) {
      const { op, a, b, c } = nodes.columns();
      const found = new Uint8Array(op.length);
      const stack: number[] = [];
      const need = (literal: Literal): void => {
        if (found[literal >> 1] === 1) return;
        found[literal >> 1] = 1;
        stack.push(literal >> 1);
      };
      for (const literal of results) need(literal);
      for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
        if (op[at] === bitOp.source) {
          const load = loadOf(at);
          if (load === undefined) continue;
          need(load.loaded);
          need(load.enable);
        } else {
          need(a[at]!);
          need(b[at]!);
          need(c[at]!);
        }
      }
      return found;
    },
    finish({ outputs, loads }, gated = []) {
      const { op, kind, a, b, c } = nodes.columns();
      const used = new Uint8Array(op.length);
      for (const literals of [...outputs.values(), ...loads.values()]) for (const one of literals) used[one >> 1] = 1;
      for (const { enable } of gated) used[enable >> 1] = 1;
      for (let at = op.length - 1; at > 0; at--) {
        if (used[at] === 0) continue;
        used[a[at]! >> 1] = 1;
        used[b[at]! >> 1] = 1;
        used[c[at]! >> 1] = 1;
      }
      const place = new Int32Array(op.length);
      let count = 0;
      let clocked = 0;
      for (let at = 0; at < op.length; at++) {
        const isRegister = op[at] === bitOp.source && kind[at] === registerKind;
        const isKept = at === 0 || used[at] === 1 || (op[at] === bitOp.source && !isRegister);
        if (isKept && isRegister) clocked++;
        // Bits of registers that nothing needs are told as the constant.
        place[at] = isKept ? count++ : isRegister ? 0 : -1;
      }
      const moved = (literal: Literal): Literal => 2 * place[literal >> 1]! + (literal & 1);
      const allMoved = (results: BitProgram['outputs']) =>
        new Map([...results].map(([name, literals]) => [name, literals.map(moved)]));
      const [keptOp, keptKind] = [new Uint8Array(count), new Uint8Array(count)];
      const [keptA, keptB, keptC] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
      for (let at = 0; at < op.length; at++) {
        const to = place[at]!;
        if (to < 0) continue;
        keptOp[to] = op[at]!;
        keptKind[to] = kind[at]!;
        keptA[to] = moved(a[at]!);
        keptB[to] = moved(b[at]!);
        keptC[to] = moved(c[at]!);
      }
      return {
        op: keptOp,
        kind: keptKind,
        a: keptA,
        b: keptB,
        c: keptC,
        sources: new Map([...sources].map(([name, own]) => [name, own.map((at) => place[at]!)])),
        outputs: allMoved(outputs),
        loads: allMoved(loads),
        clocked,
        gated: gated.map(({ bits, enable }) => ({ bits, enable: moved(enable) })),
      };
    },
  };
}
