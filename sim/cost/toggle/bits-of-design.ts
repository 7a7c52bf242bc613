import type { ConstExpr, Design } from '../../../hdl-gen/ir/design.ts';
import { exprOf, flattenHierarchy, readsOf, type Scope } from '../../../hdl-gen/ir/hierarchy.ts';
import { fewestGated } from '../gate/liberty/clock-gates.ts';
import { selectBits } from './bit-arithmetic.ts';
import { operationBits, type Value, wide } from './bit-operation.ts';
import {
  type BitBuilder,
  type BitLoad,
  type BitProgram,
  bitBuilder,
  type GatedBits,
  type Literal,
} from './bit-program.ts';
import { constantFlipFlops, type ResetBit } from './constant-bits.ts';

/** A register that something observable depends on. */
interface LiveRegister {
  readonly scope: Scope;
  readonly register: number;
  readonly name: string;
  readonly own: readonly Literal[];
  /** The same, but 0 for bits that have no flip-flop. */
  readonly flipFlops: readonly Literal[];
}

function constantBits({ value, width }: Pick<ConstExpr, 'value' | 'width'>): Literal[] {
  const integer = BigInt(value);
  return Array.from({ length: width }, (_, at) => Number((integer >> BigInt(at)) & 1n));
}

type Hierarchy = ReturnType<typeof flattenHierarchy>;

/**
 * What each bit of a register is, by the register's name: the number of the bit whose flip-flop it shares, its own or a lower
 * one, or a constant, -1 for 0 and -2 for 1. Registers without an entry have a flip-flop for each bit.
 */
type KnownBits = ReadonlyMap<string, readonly number[]>;
const constantPlace = (bit: Literal): number => -1 - bit;
const constantAt = (place: number): Literal => -1 - place;

/** Evaluates the nodes of a checked design that are asked for, with all that they read, arguments first. */
function evaluator(builder: BitBuilder, { top, size, scopeOf }: Hierarchy, known: KnownBits) {
  const values: (Value | undefined)[] = new Array(size);
  const live: LiveRegister[] = [];
  const inputs = top.module.inputs.map(({ name, width }) => builder.source('input', name, width));

  const bitsOf = (scope: Scope, node: number, reads: readonly number[]): readonly Literal[] => {
    const expr = exprOf(scope, node);
    switch (expr.op) {
      case 'const':
        return constantBits(expr);
      case 'input':
        return scope.parent === null ? inputs[expr.input]! : wide(values[reads[0]!]!, expr.width);
      case 'wire':
      case 'instanceOutput':
        return wide(values[reads[0]!]!, expr.width);
      case 'register': {
        const { register, width } = expr;
        const name = scope.path + scope.module.registers[register]!.name;
        const places = known.get(name);
        const flipFlops = builder.source('register', name, width, (bit) => places === undefined || places[bit] === bit);
        const own: Literal[] = [];
        flipFlops.forEach((flipFlop, bit) => {
          const place = places?.[bit] ?? bit;
          own.push(place < 0 ? constantAt(place) : place === bit ? flipFlop : own[place]!);
        });
        live.push({ scope, register, name, own, flipFlops });
        return own;
      }
      case 'memoryRead':
        throw new Error(`${scope.module.name} holds a memory: only its shell has bits`);
      default:
        return operationBits(
          builder,
          expr,
          reads.map((read) => values[read]!),
        );
    }
  };
  // An explicit stack: designs are deeper than JavaScript's own.
  const evaluate = (root: number): Value => {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack[stack.length - 1]!;
      if (values[node] === undefined) {
        const scope = scopeOf(node);
        const reads = readsOf(scope, node);
        const known = stack.length;
        for (let at = reads.length - 1; at >= 0; at--) if (values[reads[at]!] === undefined) stack.push(reads[at]!);
        if (stack.length > known) continue;
        values[node] = { bits: bitsOf(scope, node, reads), signed: exprOf(scope, node).signed };
      }
      stack.pop();
    }
    return values[root]!;
  };
  return { top, live, evaluate };
}

/** The own resets of the instances that lead to the scope, as one bit; 0 where there are none. */
function ownReset(builder: BitBuilder, scope: Scope, evaluate: (node: number) => Value): Literal {
  let found: Literal = 0;
  for (let { parent, instance } = scope; parent !== null; { parent, instance } = parent) {
    const { reset } = parent.module.instances[instance]!;
    if (reset !== undefined) found = builder.or(found, evaluate(parent.base + reset).bits[0]!, 'logic');
  }
  return found;
}

/** A live register and what it takes: `loaded` at the edges that its enable lets through. */
interface Loading extends LiveRegister {
  readonly enable: Literal;
  readonly loaded: readonly Literal[];
}

/** What every register that outputs depend on takes. */
function loadingsOf(builder: BitBuilder, { live, evaluate }: ReturnType<typeof evaluator>): Loading[] {
  const found: Loading[] = [];
  // What one loads can reach further ones: the list grows meanwhile.
  for (const each of live) {
    const { scope, register } = each;
    const { next, enable } = scope.lowered.loads[register]!;
    const { width, init } = scope.module.registers[register]!;
    const reset = init === null ? 0 : ownReset(builder, scope, evaluate);
    const value = wide(evaluate(scope.base + next), width);
    const condition = enable === null ? 1 : evaluate(scope.base + enable).bits[0]!;
    const start = reset === 0 ? [] : constantBits({ value: init!, width });
    const loaded = reset === 0 ? value : selectBits(builder, reset, start, value);
    found.push({ ...each, enable: builder.or(condition, reset, 'logic'), loaded });
  }
  return found;
}

/** Registers that one clock gate would stand in front of, by the number of the gate. */
function gatesOf(registers: readonly Loading[], isNeeded: (literal: Literal) => boolean) {
  // A register with a reset loads in that as well, so its gate is another one.
  const gateOf = ({ scope, register, enable }: Loading): number =>
    2 * enable + (scope.module.registers[register]!.init === null ? 0 : 1);
  const gates = new Map<number, GatedBits>();
  for (const register of registers) {
    const [{ enable, flipFlops }, gate] = [register, gateOf(register)];
    const bits = (gates.get(gate)?.bits ?? 0) + flipFlops.filter(isNeeded).length;
    if (enable > 1) gates.set(gate, { enable, bits });
  }
  for (const [gate, { bits }] of gates) if (bits < fewestGated) gates.delete(gate);
  return { gates: [...gates.values()], isGated: (register: Loading) => gates.has(gateOf(register)) };
}

/** Bits of registers that are what the reset makes of them for good. */
function constantBitsOf(builder: BitBuilder, registers: readonly Loading[]): ReadonlySet<Literal> {
  const bits: ResetBit[] = [];
  for (const { scope, register, flipFlops, loaded, enable } of registers) {
    const { init, width } = scope.module.registers[register]!;
    if (init === null) continue;
    const start = constantBits({ value: init, width });
    flipFlops.forEach((flipFlop, bit) => {
      if (flipFlop !== 0) bits.push({ flipFlop, loaded: loaded[bit]!, enable, start: start[bit] === 1 ? 1 : 0 });
    });
  }
  return constantFlipFlops(builder.columns(), bits);
}

/**
 * What bits of registers need no flip-flop, as synthesis finds: those that keep the value they have from the reset, and those that
 * load what a lower one does, as copies of a sign. Null where nothing is found beyond what is known.
 */
function knownBits({ builder, registers }: Evaluated, before: KnownBits): KnownBits | null {
  const constant = constantBitsOf(builder, registers);
  const found = new Map(before);
  let isNew = false;
  for (const { scope, register, name, loaded, own } of registers) {
    const { init, width } = scope.module.registers[register]!;
    const start = init === null ? null : constantBits({ value: init, width });
    const firstOf = new Map<number, number>();
    const known = before.get(name);
    const places = own.map((literal, bit) => {
      const place = known?.[bit] ?? bit;
      if (place !== bit) return place;
      const value = loaded[bit]!;
      const starts = start?.[bit] ?? 0;
      // Without a reset a register starts as anything, so also as the 0 that it loads.
      if (constant.has(literal) || (start === null && value === 0)) return constantPlace(starts);
      // Of those that load the same, one that starts the same.
      const key = 2 * value + starts;
      const first = firstOf.get(key) ?? bit;
      firstOf.set(key, first);
      return first;
    });
    if (places.every((place, bit) => place === (known?.[bit] ?? bit))) continue;
    found.set(name, places);
    isNew = true;
  }
  return isNew ? found : null;
}

/** Bits of a design before it is known which are needed. */
function evaluated(hierarchy: Hierarchy, known: KnownBits) {
  const builder = bitBuilder();
  const evaluation = evaluator(builder, hierarchy, known);
  const { top, evaluate } = evaluation;
  const outputs = new Map(
    top.module.outputs.map(({ name, width, value }) => [name, wide(evaluate(top.base + value), width)]),
  );
  return { builder, outputs, registers: loadingsOf(builder, evaluation) };
}
type Evaluated = ReturnType<typeof evaluated>;

/** Whether outputs depend on the flip-flop of a literal. */
function neededBits({ builder, outputs, registers }: Evaluated): (literal: Literal) => boolean {
  const loads = new Map<number, BitLoad>();
  for (const { flipFlops, loaded, enable } of registers) {
    flipFlops.forEach((flipFlop, bit) => {
      if (flipFlop !== 0) loads.set(flipFlop >> 1, { loaded: loaded[bit]!, enable });
    });
  }
  const needed = builder.needed([...outputs.values()].flat(), (node) => loads.get(node));
  return (literal) => literal > 1 && needed[literal >> 1] === 1;
}

/**
 * The bits of a checked design without memories, as that of a shell: its inputs and registers are sources by their names;
 * what is computed is what outputs take, and bits of registers that outputs depend on. With clock gates, registers behind one
 * need no multiplexer that feeds their own value back.
 */
export function bitsOfDesign(design: Design, hasClockGates = false): BitProgram {
  const hierarchy = flattenHierarchy(design);
  let whole = evaluated(hierarchy, new Map());
  // What is known of one register can tell more of those that load from it. Of most designs nothing is.
  for (let known = knownBits(whole, new Map()); known !== null; known = knownBits(whole, known))
    whole = evaluated(hierarchy, known);
  const { builder, outputs, registers } = whole;
  const isNeeded = neededBits(whole);
  const { gates, isGated } = gatesOf(registers, isNeeded);
  const loads = new Map(
    registers.map((register) => {
      const { name, enable, loaded, own, flipFlops } = register;
      const condition = hasClockGates && isGated(register) ? 1 : enable;
      const found: Literal[] = [];
      own.forEach((literal, bit) => {
        if (flipFlops[bit] !== 0) found.push(isNeeded(literal) ? builder.select(condition, loaded[bit]!, literal) : 0);
        else found.push(literal < 2 ? literal : found[flipFlops.indexOf(literal)]!);
      });
      return [name, found];
    }),
  );
  return builder.finish({ outputs, loads }, hasClockGates ? gates : []);
}
