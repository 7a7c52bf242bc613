import { liveExpressions } from '../ir/check.ts';
import type { Expr, ExprId, Module } from '../ir/design.ts';
import { minimumOf, wrapValue } from '../ir/fold.ts';
import {
  assignedOnce,
  comparedWidth,
  consumerNames,
  countUses,
  demandedWidths,
  needNets,
  rootsOf,
  unextended,
} from './verilog-demand.ts';

/**
 * Expressions as Verilog text. Verilog's rules for width and sign depend on the context of an operand, so nothing here
 * relies on them: every text has, taken alone, exactly the bits of its node; operands are extended by hand.
 */
export interface Text {
  readonly text: string;
  /** Binding strength: 0 ternary ... 10 primary. */
  readonly level: number;
  /** Whether Verilog itself takes the text as signed. */
  readonly signed: boolean;
  /** The net and lowest bit that this text is a plain part of, when it is. */
  readonly part: { readonly net: string; readonly low: number; readonly netWidth: number } | null;
  /** Nodes with a wire of their own that the text mentions. */
  readonly needs: readonly ExprId[];
}

export interface Expressions {
  /** The low `width` bits of the node's value, extended when the node is narrower. */
  readonly at: (id: ExprId, width: number) => Text;
  /** Right side of the wire of a node that has one. */
  readonly definition: (id: ExprId) => {
    readonly name: string;
    readonly width: number;
    readonly signed: boolean;
    readonly value: Text;
  };
  readonly live: Uint8Array;
}

const levels = {
  ternary: 0,
  or: 1,
  and: 2,
  bitOr: 3,
  bitXor: 4,
  bitAnd: 5,
  equality: 6,
  relation: 7,
  shift: 8,
  sum: 9,
  product: 10,
  unary: 11,
  primary: 12,
} as const;

/** Longest text that stays inside another expression. */
const inlineLimit = 72;
/** Longest right side of an assignment. */
const assignmentLimit = 110;
/** Longest text that is repeated rather than named when several places read it. */
const repeatLimit = 14;

/** Renders all live expressions of a module; unnamed ones that need a net get a name that is not in `takenNames`. */
export function renderExpressions(
  module: Module,
  children: ReadonlyMap<string, Module>,
  takenNames: ReadonlySet<string>,
): Expressions {
  const live = liveExpressions(module);
  const roots = rootsOf(module, children);
  const same = unextended(module);
  const uses = countUses(module, live, roots, same);
  const widths = demandedWidths(module, live, roots);
  const consumers = consumerNames(module, roots);
  const direct = assignedOnce(uses, widths, roots, same);
  const needed = needNets(module, live, widths, roots, direct, same);
  const taken = new Set(takenNames);
  const texts: (Text | undefined)[] = [];
  const definitions = new Map<ExprId, { name: string; width: number; signed: boolean; value: Text }>();

  const node = (id: ExprId): Expr => module.nodes[id]!;
  const widthOf = (id: ExprId): number => widths[id]!;

  for (const [id, expr] of module.nodes.entries()) {
    if (live[id] === 0) continue;
    const source = sourceText(module, children, expr);
    if (source !== null) {
      texts[id] = source;
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
    if (part === null)
      throw new Error(`no net to take bits ${high} to ${low} of in module ${module.name}: ${text.text}`);
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

  function operationText(expr: Expr, id: ExprId): Text {
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
        return infix(
          '*',
          levels.product,
          ...sameSign(expr.signed, at(expr.args[0], widthOf(expr.args[0])), at(expr.args[1], widthOf(expr.args[1]))),
        );
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
      default:
        throw new Error(`${expr.op} has no operation text`);
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
    definition: (id) => definitions.get(id)!,
  };
}

function compose(text: string, level: number, parts: readonly Text[]): Text {
  return { text, level, signed: false, part: null, needs: [...new Set(parts.flatMap((part) => part.needs))] };
}

function wrapped(text: Text, level: number): string {
  return text.level < level ? `(${text.text})` : text.text;
}

function prefix(operator: string, operand: Text): Text {
  return compose(`${operator}${wrapped(operand, levels.primary)}`, levels.unary, [operand]);
}

/** Operands of the same operator to the left need no parentheses; anything less obvious than sums and products gets them. */
function infix(operator: string, level: number, left: Text, right: Text): Text {
  const plain =
    operator === '+' ||
    operator === '&&' ||
    operator === '||' ||
    operator === '&' ||
    operator === '|' ||
    operator === '^';
  const leftText =
    plain && left.level === level
      ? left.text
      : wrapped(left, Math.max(level + 1, level >= levels.equality ? levels.sum : levels.equality));
  const rightText = wrapped(right, Math.max(level + 1, level >= levels.equality ? levels.sum : levels.equality));
  return compose(`${leftText} ${operator} ${rightText}`, level, [left, right]);
}

export function netText(net: string, width: number, signed: boolean, needs: readonly ExprId[] = []): Text {
  return { text: net, level: levels.primary, signed, part: { net, low: 0, netWidth: width }, needs };
}

/** Decimal below 2^32, hexadecimal above; the most negative value has no decimal literal. */
export function constantText(value: string, width: number, signed: boolean, label?: string): Text {
  const make = (text: string, level: number): Text => ({ text, level, signed, part: null, needs: [] });
  if (label !== undefined) return make(label, levels.primary);
  const wanted = wrapValue(BigInt(value), width, signed);
  const sign = signed ? 's' : '';
  const magnitude = wanted < 0n ? -wanted : wanted;
  if (magnitude >= 1n << 32n || (signed && wanted === minimumOf(width, true))) {
    return make(`${width}'${sign}h${BigInt.asUintN(width, wanted).toString(16)}`, levels.primary);
  }
  return wanted < 0n
    ? make(`-${width}'sd${magnitude}`, levels.unary)
    : make(`${width}'${sign}d${wanted}`, levels.primary);
}

function asSigned(text: Text): Text {
  return text.signed ? text : { ...compose(`$signed(${text.text})`, levels.primary, [text]), signed: true };
}

/** Both operands with the sign that the operation needs: Verilog takes it as signed only when both are. */
function sameSign(signed: boolean, a: Text, b: Text): [Text, Text] {
  if (signed) return [asSigned(a), asSigned(b)];
  return a.signed && b.signed ? [compose(`$unsigned(${a.text})`, levels.primary, [a]), b] : [a, b];
}

/** Text of a value that already has a net; null for operations and constants. */
function sourceText(module: Module, children: ReadonlyMap<string, Module>, expr: Expr): Text | null {
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
    default:
      return null;
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
