import { Fault } from '../../specs/fault.ts';
import type { ConstExpr, Expr, ExprId, Module, OperationExpr, SourceExpr } from '../ir/design.ts';
import { minimumOf } from '../ir/fold.ts';
import {
  assignedOnce,
  comparedWidth,
  consumerNames,
  countUses,
  demandedWidths,
  liveFrom,
  needNets,
  type Root,
  unextended,
} from './verilog-demand.ts';
import {
  asSigned,
  compose,
  constantText,
  factorText,
  infix,
  levels,
  netText,
  prefix,
  sameSign,
  type Text,
  wrapped,
} from './verilog-text.ts';

export interface Expressions {
  /** The low `width` bits of the node's value, extended when the node is narrower. */
  readonly at: (id: ExprId, width: number) => Text;
  /** The nodes that have a wire of their own, in their order. */
  readonly definitions: ReadonlyMap<ExprId, NetDefinition>;
  readonly live: Uint8Array;
}
export interface NetDefinition {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  /** Right side. */
  readonly value: Text;
}

/** The nodes with a wire that the texts need, directly or through another one, in their order; without those in `defined`. */
export function neededBy(texts: readonly Text[], { definitions }: Expressions, defined: ReadonlySet<ExprId>): ExprId[] {
  const wanted = new Set<ExprId>();
  const work = texts.flatMap((text) => text.needs);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (wanted.has(id) || defined.has(id)) continue;
    wanted.add(id);
    work.push(...definitions.get(id)!.value.needs);
  }
  return [...wanted].sort((a, b) => a - b);
}

/** Longest text that stays inside another expression. */
const inlineLimit = 72;
/** Longest right side of an assignment. */
const assignmentLimit = 110;
/** Longest text that is repeated rather than named when several places read it. */
const repeatLimit = 14;

/** Renders the expressions that the roots read; unnamed ones that need a net get a name that is not in `takenNames`. */
export function renderExpressions(
  module: Module,
  children: ReadonlyMap<string, Module>,
  takenNames: ReadonlySet<string>,
  roots: readonly Root[],
): Expressions {
  const live = liveFrom(module, roots);
  const same = unextended(module);
  const uses = countUses(module, live, roots, same);
  const widths = demandedWidths(module, live, roots);
  const consumers = consumerNames(module, roots);
  const direct = assignedOnce(uses, widths, roots, same);
  const needed = needNets(module, live, widths, roots, direct, same);
  const taken = new Set(takenNames);
  const texts: (Text | undefined)[] = [];
  const definitions = new Map<ExprId, NetDefinition>();

  const node = (id: ExprId): Expr => module.nodes[id]!;
  const widthOf = (id: ExprId): number => widths[id]!;

  for (const [id, expr] of module.nodes.entries()) {
    if (live[id] === 0) continue;
    if (!('args' in expr)) {
      texts[id] = sourceText(module, children, expr);
      continue;
    }
    const value = operationText(expr, id);
    if (!needsWire(expr, id, value)) {
      texts[id] = value;
      continue;
    }
    const name = expr.name ?? freshName(derivedName(consumers[id] ?? module.name, wordOf(expr)), taken);
    const width = widthOf(id);
    definitions.set(id, { name, width, signed: expr.signed, value });
    texts[id] = netText(name, width, expr.signed, [id]);
  }

  function needsWire(expr: Expr, id: ExprId, value: Text): boolean {
    if (expr.name !== undefined) return true;
    if (value.part !== null) return false;
    if (needed[id] === 1 || value.text.length > (direct[id] === 1 ? assignmentLimit : inlineLimit)) return true;
    return uses[id]! > 1 && value.text.length > repeatLimit;
  }

  /** The part high..low of a text that is itself a plain part of a net. */
  function bitsOf(text: Text, high: number, low: number, width: number): Text {
    const { part } = text;
    if (part === null) {
      throw new Fault({
        code: 'VERILOG_NO_NET',
        place: module.place,
        cause: `bits ${high} to ${low} of the expression '${text.text}' are taken in module '${module.name}'`,
        wayOut: 'name the value with .as(...) and report this as a defect of the Verilog printer',
        kind: 'internal',
      });
    }
    if (low === 0 && high === width - 1) return text;
    const from = part.low + low;
    const to = part.low + high;
    const range = part.netWidth === 1 ? '' : from === to ? `[${from}]` : `[${to}:${from}]`;
    return {
      text: part.net + range,
      level: levels.primary,
      signed: false,
      part: { ...part, low: from },
      needs: text.needs,
    };
  }

  function at(given: ExprId, width: number): Text {
    const id = same[given]!;
    const expr = node(id);
    if (expr.op === 'const')
      return constantText(expr.value, width, expr.signed, width === expr.width ? expr.label : undefined);
    const text = texts[id]!;
    const own = widthOf(id);
    if (width === own) return text;
    if (width < own) return bitsOf(text, width - 1, 0, own);
    const extra = width - own;
    if (!expr.signed) return compose(`{${extra}'d0, ${text.text}}`, levels.primary, [text]);
    const sign = bitsOf(text, own - 1, own - 1, own).text;
    return compose(`{${extra === 1 ? sign : `{${extra}{${sign}}}`}, ${text.text}}`, levels.primary, [text]);
  }

  function factor(id: ExprId): Text {
    const expr = node(same[id]!);
    const width = widthOf(id);
    const negative = expr.op === 'const' && expr.signed && BigInt(expr.value) < 0n && expr.label === undefined;
    return negative ? factorText(expr.value, width) : at(id, width);
  }

  function operationText(expr: OperationExpr, id: ExprId): Text {
    const width = widthOf(id);
    switch (expr.op) {
      case 'extend':
        return at(expr.args[0], width);
      case 'neg':
        return prefix('-', at(expr.args[0], width));
      case 'not':
        return notText(expr.args[0], width);
      case 'reduceAnd':
        return prefix('&', at(expr.args[0], widthOf(expr.args[0])));
      case 'reduceOr':
        return prefix('|', at(expr.args[0], widthOf(expr.args[0])));
      case 'reduceXor':
        return prefix('^', at(expr.args[0], widthOf(expr.args[0])));
      case 'add':
      case 'sub':
        return sumText(expr.op, expr.args[0], expr.args[1], width);
      case 'mul':
        return infix('*', levels.product, ...sameSign(expr.signed, factor(expr.args[0]), factor(expr.args[1])));
      case 'and':
        return width === 1
          ? infix('&&', levels.and, at(expr.args[0], 1), at(expr.args[1], 1))
          : infix('&', levels.bitAnd, at(expr.args[0], width), at(expr.args[1], width));
      case 'or':
        return width === 1
          ? infix('||', levels.or, at(expr.args[0], 1), at(expr.args[1], 1))
          : infix('|', levels.bitOr, at(expr.args[0], width), at(expr.args[1], width));
      case 'xor':
        return infix('^', levels.bitXor, at(expr.args[0], width), at(expr.args[1], width));
      case 'eq':
        return equalText('==', expr.args[0], expr.args[1]);
      case 'lt':
        return lessText(expr.args[0], expr.args[1], false);
      case 'shlBy':
        return infix('<<', levels.shift, at(expr.args[0], width), at(expr.args[1], widthOf(expr.args[1])));
      case 'shrBy': {
        const amount = at(expr.args[1], widthOf(expr.args[1]));
        const value = at(expr.args[0], width);
        return expr.signed
          ? infix('>>>', levels.shift, asSigned(value), amount)
          : infix('>>', levels.shift, value, amount);
      }
      case 'cat': {
        const low = at(expr.args[1], widthOf(expr.args[1]));
        const high = at(expr.args[0], width - widthOf(expr.args[1]));
        return compose(`{${spliced(expr.args[0], high)}, ${spliced(expr.args[1], low)}}`, levels.primary, [high, low]);
      }
      case 'shl': {
        const kept = width - expr.amount;
        if (kept <= 0) return constantText('0', width, false);
        const value = at(expr.args[0], kept);
        return compose(`{${value.text}, ${expr.amount}'d0}`, levels.primary, [value]);
      }
      case 'shr':
        return shiftedText(expr.args[0], expr.amount, width);
      case 'slice':
        return bitsOf(texts[expr.args[0]]!, expr.low + width - 1, expr.low, widthOf(expr.args[0]));
      case 'mux': {
        const [condition, yes, no] = [at(expr.args[0], 1), at(expr.args[1], width), at(expr.args[2], width)];
        return compose(
          `${wrapped(condition, levels.or)} ? ${wrapped(yes, levels.or)} : ${wrapped(no, levels.ternary)}`,
          levels.ternary,
          [condition, yes, no],
        );
      }
    }
  }

  /** Inside a concatenation, an inner concatenation needs no braces. */
  function spliced(id: ExprId, text: Text): string {
    return node(id).op === 'cat' && !definitions.has(id) && text.text.startsWith('{') && text.text.endsWith('}')
      ? text.text.slice(1, -1)
      : text.text;
  }

  function shiftedText(id: ExprId, amount: number, width: number): Text {
    const own = widthOf(id);
    const { signed } = node(id);
    if (amount >= own && !signed) return constantText('0', width, false);
    const low = Math.min(amount, own - 1);
    const high = Math.min(own - 1, low + width - 1);
    const part = bitsOf(texts[id]!, high, low, own);
    const extra = width - (high - low + 1);
    if (extra === 0) return part;
    if (!signed) return compose(`{${extra}'d0, ${part.text}}`, levels.primary, [part]);
    return compose(`{{${extra}{${bitsOf(texts[id]!, own - 1, own - 1, own).text}}}, ${part.text}}`, levels.primary, [
      part,
    ]);
  }

  function sumText(op: 'add' | 'sub', a: ExprId, b: ExprId, width: number): Text {
    const right = node(b);
    if (
      op === 'add' &&
      right.op === 'const' &&
      BigInt(right.value) < 0n &&
      BigInt(right.value) !== minimumOf(width, true)
    ) {
      return infix('-', levels.sum, at(a, width), constantText((-BigInt(right.value)).toString(), width, right.signed));
    }
    return infix(op === 'add' ? '+' : '-', levels.sum, at(a, width), at(b, width));
  }

  /** `!(a == b)` reads better as `a != b`, `!(a < b)` as `a >= b`. */
  function notText(id: ExprId, width: number): Text {
    const inner = node(id);
    if (width === 1 && !definitions.has(id)) {
      if (inner.op === 'eq') return equalText('!=', inner.args[0], inner.args[1]);
      if (inner.op === 'lt') return lessText(inner.args[0], inner.args[1], true);
    }
    return prefix(width === 1 ? '!' : '~', at(id, width));
  }

  function equalText(operator: '==' | '!=', a: ExprId, b: ExprId): Text {
    const width = comparedWidth(module, widths, same, a, b);
    const known = [a, b].find((id) => node(id).op === 'const');
    const other = known === a ? b : a;
    if (width === 1 && known !== undefined) {
      const expr = node(known);
      const wantsOne = (expr.op === 'const' && expr.value !== '0') === (operator === '==');
      return wantsOne ? at(other, 1) : prefix('!', at(other, 1));
    }
    return known === a
      ? infix(operator, levels.equality, at(b, width), at(a, width))
      : infix(operator, levels.equality, at(a, width), at(b, width));
  }

  function lessText(a: ExprId, b: ExprId, negated: boolean): Text {
    const width = comparedWidth(module, widths, same, a, b);
    const signed = node(same[a]!).signed || node(same[b]!).signed;
    const [left, right] = sameSign(signed, at(a, width), at(b, width));
    if (node(a).op === 'const') return infix(negated ? '<=' : '>', levels.relation, right, left);
    return infix(negated ? '>=' : '<', levels.relation, left, right);
  }

  return {
    live,
    at,
    definitions,
  };
}

/** Text of a constant, or of a value that already has a net. */
function sourceText(module: Module, children: ReadonlyMap<string, Module>, expr: ConstExpr | SourceExpr): Text {
  const { width, signed } = expr;
  switch (expr.op) {
    case 'const':
      return constantText(expr.value, width, signed, expr.label);
    case 'input':
      return netText(module.inputs[expr.input]!.name, width, signed);
    case 'register':
      return netText(module.registers[expr.register]!.name, width, signed);
    case 'wire':
      return netText(module.wires[expr.wire]!.name, width, signed);
    case 'instanceOutput':
      return netText(outputNet(module, children, expr.instance, expr.output), width, signed);
    case 'memoryRead': {
      const memory = module.memories[expr.memory]!;
      const { low } = memory.fields[expr.field]!;
      const net = memory.reads[expr.port]!.name;
      if (memory.fields.length === 1) return netText(net, width, signed);
      const range = width === 1 ? `[${low}]` : `[${low + width - 1}:${low}]`;
      return {
        text: net + range,
        level: levels.primary,
        signed: false,
        part: { net, low, netWidth: memory.width },
        needs: [],
      };
    }
  }
}

/** Name of an instance's output net. */
export function outputNet(
  module: Module,
  children: ReadonlyMap<string, Module>,
  instance: number,
  output: number,
): string {
  const found = module.instances[instance]!;
  return `${found.name}_${children.get(found.module)!.outputs[output]!.name}`;
}

function wordOf(expr: Expr): string {
  const words: Readonly<Record<string, string>> = {
    add: 'sum',
    sub: 'difference',
    mul: 'product',
    neg: 'negated',
    not: 'inverted',
    eq: 'equal',
    lt: 'less',
    mux: 'choice',
    cat: 'word',
    shl: 'shifted',
    shr: 'shifted',
    shlBy: 'shifted',
    shrBy: 'shifted',
    and: 'both',
    or: 'either',
    xor: 'differs',
    slice: 'bits',
    extend: 'resized',
    reduceAnd: 'all',
    reduceOr: 'any',
    reduceXor: 'parity',
  };
  return words[expr.op] ?? expr.op;
}

/** `acc` and `sum` make `acc_sum`; where the consumer already says it, `product` becomes `product_next`. */
function derivedName(consumer: string, word: string): string {
  return consumer.split('_').includes(word) ? `${consumer}_next` : `${consumer}_${word}`;
}

/** Several unnamed values of one consumer and kind are told apart by their order inside that consumer. */
function freshName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let again = 2; taken.has(name); again++) name = `${wanted}_${again}`;
  taken.add(name);
  return name;
}
