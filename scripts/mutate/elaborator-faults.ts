// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source code.
import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in what turns a design into a netlist, and in the golden evaluation. */
export const elaboratorFaults: readonly PlantedFault[] = [
  ...faultsIn('hdl-gen/ir/simplify.ts', [
    [
      'x + 0 folded to 0',
      'return isConst(a, 0n) ? resize(idB) : isConst(b, 0n) ? resize(idA) : null;',
      'return isConst(a, 0n) ? resize(idA) : isConst(b, 0n) ? resize(idA) : null;',
    ],
    [
      'x - x folded to x',
      "idA === idB ? constant(0n) : null;\n    case 'mul'",
      "idA === idB ? resize(idA) : null;\n    case 'mul'",
    ],
    ['x * 1 folded to 1', 'return isConst(a, 1n) ? resize(idB)', 'return isConst(a, 1n) ? resize(idA)'],
    [
      'x & 0 folded to x',
      'if (isConst(a, 0n) || isConst(b, 0n)) return constant(0n);\n      if (idA',
      'if (isConst(a, 0n) || isConst(b, 0n)) return resize(idB);\n      if (idA',
    ],
    [
      'x ^ x folded to x',
      "return idA === idB ? constant(0n) : null;\n    case 'not'",
      "return idA === idB ? resize(idA) : null;\n    case 'not'",
    ],
    ['a mask of some bits taken for one of all', 'mask.width >= value.width', 'mask.width >= 1'],
    [
      'mux with a constant condition takes the other arm',
      'return resize(a.value === 1n ? idB : idC);',
      'return resize(a.value === 1n ? idC : idB);',
    ],
    [
      'mux on an inverted condition keeps its arms',
      'args: [a.args[0], idC, idB] });',
      'args: [a.args[0], idB, idC] });',
    ],
    [
      'mux of 0 and 1 not inverted',
      'if (width === 1 && !signed && isConst(b, 1n) && isConst(c, 0n)) return idA;',
      'if (width === 1 && !signed && isConst(c, 0n)) return idA;',
    ],
    [
      'comparison of ranges off by one',
      'if (idA === idB || lowest(a) >= highest(b)) return constant(0n);',
      'if (idA === idB || lowest(a) + 1n >= highest(b)) return constant(0n);',
    ],
    [
      'equality of ranges that touch',
      'if (highest(a) < lowest(b) || highest(b) < lowest(a))',
      'if (highest(a) <= lowest(b) || highest(b) < lowest(a))',
    ],
    [
      'a bit equal to 0 is not inverted',
      "if (isConst(constant, 0n)) return addOperation(table, { op: 'not', width: 1, signed: false, args: [id] });",
      'if (isConst(constant, 0n)) return id;',
    ],
    [
      'an inner narrowing is looked through',
      'if (keepsValue || draft.width <= a.width)',
      'if (keepsValue || draft.width <= inner.width)',
    ],
    [
      'slice of a slice forgets the outer beginning',
      'args: [a.args[0]], low: low + a.low });',
      'args: [a.args[0]], low: a.low });',
    ],
    [
      'slice of the upper half not moved down',
      'args: [a.args[0]], low: low - lower });',
      'args: [a.args[0]], low: 0 });',
    ],
    [
      'subtraction taken for commutative',
      "new Set(['add', 'mul', 'and', 'or', 'xor', 'eq'])",
      "new Set(['add', 'sub', 'mul', 'and', 'or', 'xor', 'eq'])",
    ],
    [
      'shared nodes ignore their sign',
      'const key = `${op} ${width} ${signed} ${ordered',
      'const key = `${op} ${width} ${ordered',
    ],
    ['shared nodes ignore where a slice begins', "${amount ?? ''} ${low ?? ''}`;", "${amount ?? ''}`;"],
    [
      'reduction of one bit not unsigned',
      "return a.width === 1 ? addOperation(table, { op: 'slice', width: 1, signed: false, args: [idA], low: 0 }) : null;",
      'return a.width === 1 ? idA : null;',
    ],
  ]),
  ...faultsIn('hdl-gen/ir/fold.ts', [
    ['constant negation folded to the value', "case 'neg':\n      return -a;", "case 'neg':\n      return a;"],
    [
      'constant concatenation in the wrong order',
      'return (BigInt.asUintN(args[0]!.width, a) << BigInt(args[1]!.width)) | BigInt.asUintN(args[1]!.width, b);',
      'return (BigInt.asUintN(args[1]!.width, b) << BigInt(args[0]!.width)) | BigInt.asUintN(args[0]!.width, a);',
    ],
    ['constant less folded as less or equal', 'return a < b ? 1n : 0n;', 'return a <= b ? 1n : 0n;'],
    [
      'constants wrapped without sign',
      'return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);',
      'return BigInt.asUintN(width, value);',
    ],
    [
      'constant slice from the wrong bit',
      'return BigInt.asUintN(args[0]!.width, a) >> BigInt(operation.low ?? 0);',
      'return BigInt.asUintN(args[0]!.width, a);',
    ],
  ]),
  ...faultsIn('hdl-gen/ir/lower.ts', [
    [
      'arms of a statement swapped',
      'args: [condition, a.value, b.value] }),',
      'args: [condition, b.value, a.value] }),',
    ],
    [
      'an enable forgets the else',
      "return add({ ...bit, op: 'mux', args: [condition, a, b] });",
      "return add({ ...bit, op: 'and', args: [condition, a] });",
    ],
    [
      'enable of an else arm not inverted',
      "if (a === 'never') return add({ ...bit, op: 'and', args: [not(), b as ExprId] });",
      "if (a === 'never') return add({ ...bit, op: 'and', args: [condition, b as ExprId] });",
    ],
    [
      'the last arm of a case is not the rest',
      'let merged = branches.at(-1)!;\n      for (let index = branches.length - 2;',
      'let merged = branches[0]!;\n      for (let index = branches.length - 2;',
    ],
  ]),
  ...faultsIn('hdl-gen/ir/elaborate.ts', [
    [
      'enable of registers ignored',
      'const enable = alwaysOn(table, condition) ? null : condition;',
      'const enable = alwaysOn(table, condition) ? condition : null;',
    ],
    [
      'enable of reads ignored',
      'enable: alwaysOn(state.table, condition) ? null : condition,',
      'return { next, enable: null };',
    ],
    [
      'registers load values of the wrong sign',
      'const next = resized(table, evaluateNode(state, scope.base + load.next), width, signed);',
      'const next = resized(table, evaluateNode(state, scope.base + load.next), width, false);',
    ],
  ]),
  ...faultsIn('sim/rtl/evaluate.ts', [
    [
      'golden: write before read',
      'for (const port of memory.writes) {',
      'for (const port of memory.writes.toReversed()) {',
    ],
    [
      'golden: signed values shifted to the left lose a bit',
      'return wrap(values[node.args[0]]! << BigInt(node.amount), node);',
      'return wrap(values[node.args[0]]! << BigInt(node.amount - 1), node);',
    ],
  ]),
];
