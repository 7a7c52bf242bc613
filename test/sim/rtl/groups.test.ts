import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Netlist, NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { compileNetlist } from '../../../sim/rtl/compile/compile.ts';
import { defaultLimits, type Limits } from '../../../sim/rtl/compile/limits.ts';
import { clockTasks } from '../../../sim/rtl/compile/task.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { planGroups } from '../../../sim/rtl/groups/find.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';
import { netlistBuilder } from './netlist-builder.ts';

const width = fc.oneof(fc.constantFrom(1, 8, 9, 16, 32, 33, 64), fc.integer({ min: 1, max: 64 }));
const format = fc.record({ width, signed: fc.boolean() });
const pick = fc.nat({ max: 0xffff });
const operations = [
  'neg',
  'not',
  'extend',
  'reduceXor',
  'add',
  'sub',
  'mul',
  'and',
  'xor',
  'eq',
  'lt',
  'shrBy',
] as const;

/** One element of an array; every choice selects, modulo, among what an element can see. */
const arrayRecipe = fc.record({
  instances: fc.integer({ min: 8, max: 40 }),
  columns: fc.integer({ min: 1, max: 16 }),
  registers: fc.array(
    fc.record({
      format,
      copy: fc.boolean(),
      value: pick,
      guard: fc.constantFrom('none', 'shared', 'own', 'hold', 'choice'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  operations: fc.array(
    fc.record({ op: fc.constantFrom(...operations, 'mux', 'shr', 'slice', 'cat'), format, a: pick, b: pick, c: pick }),
    { maxLength: 8 },
  ),
  /** Instances that read something else in the first place. */
  odd: fc.array(fc.nat({ max: 39 }), { maxLength: 3 }),
});
type ArrayRecipe = typeof arrayRecipe extends fc.Arbitrary<infer T> ? T : never;

/** An array of equal elements: own state, the neighbours' state, shared inputs and state, constants of their own. */
function buildArray({ instances, columns, registers, operations: steps, odd }: ArrayRecipe): Netlist {
  const b = netlistBuilder('array');
  const inputs = [b.input('bit', 1), b.input('byte', 8, true), b.input('word', 40)];
  const shared = b.register('shared', 16, true, 5n);
  b.drive(shared, b.add({ op: 'add', args: [shared, inputs[1]!], width: 16, signed: true }));
  const rows = Array.from({ length: instances }, (_, index) =>
    registers.map(({ format: own }, register) =>
      b.register(
        `row_${Math.floor(index / columns)}.element_${index % columns}.r_${register}`,
        own.width,
        own.signed,
        BigInt(index * 7 + register),
      ),
    ),
  );
  const words = {
    name: 'words',
    width: 8,
    signed: true,
    depth: 4,
    init: [3n, -7n, 100n, -128n],
    reads: Array.from({ length: instances }, (_, port) => ({
      address: inputs[0]!,
      enable: null,
      node: b.add({ op: 'memoryRead', memory: 0, port, width: 8, signed: true }),
    })),
    writes: [],
  };
  b.memories.push(words);
  rows.forEach((own, index) => {
    const left = rows[index - 1] ?? [];
    const right = rows[index + 1] ?? [];
    const above = rows[index - columns] ?? [];
    const edge = inputs[1]!;
    const visible: NodeId[] = [
      ...own,
      ...registers.flatMap((_, register) => [left[register] ?? edge, above[register] ?? edge, right[register] ?? edge]),
      ...inputs,
      shared,
      words.reads[index]!.node,
      b.constant(BigInt(index * 37 - 300), 12, true),
    ];
    if (odd.includes(index)) visible[0] = shared;
    const at = (choice: number): NodeId => visible[choice % visible.length]!;
    const bit = (choice: number): NodeId =>
      b.add({ op: 'slice', args: [at(choice)], low: choice % b.nodes[at(choice)]!.width, width: 1, signed: false });
    for (const { op, format: own, a, b: second, c } of steps) {
      let node: NetNode;
      if (op === 'mux') node = { op, args: [bit(c), at(a), at(second)], ...own };
      else if (op === 'shr') node = { op, args: [at(a)], amount: c % 70, ...own };
      else if (op === 'slice') node = { op, args: [at(a)], low: c % b.nodes[at(a)]!.width, ...own };
      else if (op === 'neg' || op === 'not' || op === 'extend' || op === 'reduceXor')
        node = { op, args: [at(a)], ...own };
      else node = { op, args: [at(a), at(second)], ...own };
      visible.push(b.add(node));
    }
    registers.forEach(({ copy, value, guard }, register) => {
      const target = own[register]!;
      const last = visible.length - 1 - (value % Math.max(1, steps.length));
      let next = copy ? (value % 2 === 0 ? (left[register] ?? edge) : (above[register] ?? edge)) : visible[last]!;
      if (guard === 'hold') {
        const { width, signed } = b.nodes[target]!;
        next = b.add({ op: 'mux', args: [inputs[0]!, next, target], width, signed });
      }
      if (guard === 'choice') {
        const { width, signed } = b.nodes[target]!;
        const flag = b.add({ op: 'lt', args: [shared, inputs[1]!], width: 1, signed: false });
        next = b.add({ op: 'mux', args: [value % 3 === 0 ? flag : inputs[0]!, next, at(value >> 3)], width, signed });
      }
      b.drive(target, next, guard === 'shared' ? inputs[0]! : guard === 'own' ? bit(value) : null);
    });
  });
  let all = rows.at(-1)![0]!;
  for (const own of rows) all = b.add({ op: 'xor', args: [all, own.at(-1)!], width: 64, signed: false });
  b.output('all', all);
  return b.netlist();
}

function observe(sim: ReturnType<typeof createInterpreter>): Record<string, bigint> {
  const seen: Record<string, bigint> = { all: sim.port('all').readBig() };
  for (const name of sim.registers) seen[name] = sim.peek(name);
  return seen;
}

const limits: fc.Arbitrary<Limits> = fc.record({
  chunkNodes: fc.constantFrom(5, 100, 2000),
  chunkDeferred: fc.constantFrom(1, 800),
  smallestBranch: fc.constantFrom(0, 12, 1000),
});
const stimuli = fc.array(
  fc.record({ bit: fc.bigInt(0n, 1n), byte: fc.bigInt(-128n, 127n), word: fc.bigInt(0n, (1n << 40n) - 1n) }),
  { minLength: 2, maxLength: 6 },
);

const runs = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 10_000 : 300;

describe('repeated registers as vectors', () => {
  it('computes what the golden model computes on arrays of equal elements', () => {
    let grouped = 0;
    fc.assert(
      fc.property(arrayRecipe, limits, fc.boolean(), stimuli, (recipe, chosen, counting, inputs) => {
        const netlist = buildArray(recipe);
        grouped += planGroups(netlist, clockTasks(netlist)).tasks.filter(({ kind }) => kind === 'group').length;
        const golden = createInterpreter(netlist, true);
        const compiled = createCompiled(netlist, { limits: chosen, toggles: counting });
        for (let pass = 0; pass < 2; pass++) {
          inputs.forEach((stimulus, clock) => {
            for (const sim of [golden, compiled]) {
              for (const [name, value] of Object.entries(stimulus)) sim.port(name).writeBig(value);
              sim.cycle(clock % 3 === 2 ? 2 : 1);
            }
            expect(observe(compiled), `clock ${clock} of pass ${pass}`).toEqual(observe(golden));
          });
          if (counting) expect(compiled.toggles!(), `toggles of pass ${pass}`).toEqual(golden.toggles!());
          golden.reset();
          compiled.reset();
        }
      }),
      { numRuns: runs },
    );
    expect(grouped).toBeGreaterThan(runs / 4);
  }, 120_000);

  it('turns a row of multiply-accumulate elements into one group and its operand chain into one run of copies', () => {
    const b = netlistBuilder('row');
    const weight = b.input('weight', 8, true);
    let operand = b.register('operand_0', 8, true);
    b.drive(operand, b.input('data', 8, true));
    for (let element = 0; element < 16; element++) {
      const product = b.add({ op: 'mul', args: [operand, weight], width: 16, signed: true });
      const total = b.register(`total_${element}`, 32, true);
      b.drive(total, b.add({ op: 'add', args: [total, product], width: 32, signed: true }));
      b.output(`total_${element}`, total);
      const passed = b.register(`operand_${element + 1}`, 8, true);
      b.drive(passed, operand);
      operand = passed;
    }
    const netlist = b.netlist();
    const groups = planGroups(netlist, clockTasks(netlist)).tasks.filter((task) => task.kind === 'group');
    expect(
      groups.map(({ group }) => [group.registers.length, group.template?.slots.length, group.runs.length]),
    ).toEqual([
      [16, 5, 0],
      [16, undefined, 1],
    ]);
    expect(compileNetlist(netlist, { limits: defaultLimits }).bytes.length).toBeLessThan(1500);
  });
});
