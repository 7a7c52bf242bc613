import type { ConstExpr, Design } from '../../../hdl-gen/ir/design.ts';
import { exprOf, flattenHierarchy, readsOf, type Scope } from '../../../hdl-gen/ir/hierarchy.ts';
import { fewestGated } from '../gate/liberty/clock-gates.ts';
import { selectBits } from './bit-arithmetic.ts';
import { operationBits, type Value, wide } from './bit-operation.ts';
import { type BitBuilder, type BitProgram, bitBuilder, type GatedBits, type Literal } from './bit-program.ts';

/** A register that something observable depends on. */
interface LiveRegister {
  readonly scope: Scope;
  readonly register: number;
  readonly name: string;
  readonly own: readonly Literal[];
}

function constantBits({ value, width }: Pick<ConstExpr, 'value' | 'width'>): Literal[] {
  const integer = BigInt(value);
  return Array.from({ length: width }, (_, at) => Number((integer >> BigInt(at)) & 1n));
}

/** Evaluates the nodes of a checked design that are asked for, with all that they read, arguments first. */
function evaluator(builder: BitBuilder, design: Design) {
  const { top, size, scopeOf } = flattenHierarchy(design);
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
        const own = builder.source('register', name, width);
        live.push({ scope, register, name, own });
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
function gatesOf(registers: readonly Loading[]) {
  // A register with a reset loads in that as well, so its gate is another one.
  const gateOf = ({ scope, register, enable }: Loading): number =>
    2 * enable + (scope.module.registers[register]!.init === null ? 0 : 1);
  const gates = new Map<number, GatedBits>();
  for (const register of registers) {
    const [{ enable, own }, gate] = [register, gateOf(register)];
    if (enable > 1) gates.set(gate, { enable, bits: (gates.get(gate)?.bits ?? 0) + own.length });
  }
  for (const [gate, { bits }] of gates) if (bits < fewestGated) gates.delete(gate);
  return { gates: [...gates.values()], isGated: (register: Loading) => gates.has(gateOf(register)) };
}

/**
 * The bits of a checked design without memories, as that of a shell: its inputs and registers are sources by their names;
 * what is computed is what outputs take, and registers that outputs depend on. With clock gates, registers behind one need
 * no multiplexer that feeds their own value back.
 */
export function bitsOfDesign(design: Design, hasClockGates = false): BitProgram {
  const builder = bitBuilder();
  const evaluation = evaluator(builder, design);
  const { top, evaluate } = evaluation;
  const outputs = new Map(
    top.module.outputs.map(({ name, width, value }) => [name, wide(evaluate(top.base + value), width)]),
  );
  const registers = loadingsOf(builder, evaluation);
  const { gates, isGated } = gatesOf(registers);
  const loads = new Map(
    registers.map((register) => {
      const { name, enable, loaded, own } = register;
      const condition = hasClockGates && isGated(register) ? 1 : enable;
      return [name, selectBits(builder, condition, loaded, own)];
    }),
  );
  return builder.finish({ outputs, loads }, hasClockGates ? gates : []);
}
