// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source code.
import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in the Verilog printer. */
export const printerFaults: readonly PlantedFault[] = [
  ...faultsIn('hdl-gen/emit/verilog-expressions.ts', [
    [
      'sign extension becomes zero extension',
      'if (!expr.signed) return compose(`{${extra}',
      'if (true) return compose(`{${extra}',
    ],
    [
      'zero extension becomes sign extension',
      'if (!expr.signed) return compose(`{${extra}',
      'if (false) return compose(`{${extra}',
    ],
    [
      'sign extension repeats the bit below the sign',
      'const sign = bitsOf(text, own - 1, own - 1, own).text;',
      'const sign = bitsOf(text, Math.max(0, own - 2), Math.max(0, own - 2), own).text;',
    ],
    ['arithmetic shift becomes logical', "? infix('>>>', levels.shift", "? infix('>>', levels.shift"],
    [
      'shift loses the sign of its value',
      "infix('>>>', levels.shift, asSigned(value), amount)",
      "infix('>>>', levels.shift, value, amount)",
    ],
    ['left shift becomes right shift', "return infix('<<', levels.shift", "return infix('>>', levels.shift"],
    [
      'arms of a mux swapped',
      '[at(expr.args[0], 1), at(expr.args[1], width), at(expr.args[2], width)]',
      '[at(expr.args[0], 1), at(expr.args[2], width), at(expr.args[1], width)]',
    ],
    [
      'parentheses dropped around the condition of a mux',
      '${wrapped(condition, levels.or)} ?',
      '${wrapped(condition, levels.ternary)} ?',
    ],
    [
      'halves of a concatenation swapped',
      '`{${spliced(expr.args[0], high)}, ${spliced(expr.args[1], low)}}`',
      '`{${spliced(expr.args[1], low)}, ${spliced(expr.args[0], high)}}`',
    ],
    [
      'inner concatenation loses its braces when it is none',
      "node(id).op === 'cat' && !definitions.has(id) && text.text.startsWith('{')",
      "text.text.startsWith('{')",
    ],
    [
      'slice off by one',
      'bitsOf(texts[expr.args[0]]!, expr.low + width - 1, expr.low, widthOf(expr.args[0]))',
      'bitsOf(texts[expr.args[0]]!, expr.low + width, expr.low + 1, widthOf(expr.args[0]))',
    ],
    ['part of a part forgets where it begins', 'const from = part.low + low;', 'const from = low;'],
    ['upper end of a part forgets where it begins', 'const to = part.low + high;', 'const to = high;'],
    [
      'constant shift to the right is one short',
      'const low = Math.min(amount, own - 1);',
      'const low = Math.min(Math.max(amount - 1, 0), own - 1);',
    ],
    [
      'signed constant shift fills with zeros',
      'if (!signed) return compose(`{${extra}',
      'if (true) return compose(`{${extra}',
    ],
    [
      'constant shift to the left appends one zero too few',
      "return compose(`{${value.text}, ${expr.amount}'d0}`",
      "return compose(`{${value.text}, ${expr.amount - 1}'d0}`",
    ],
    [
      'subtraction printed as addition',
      "infix(op === 'add' ? '+' : '-', levels.sum",
      "infix(op === 'add' ? '+' : '+', levels.sum",
    ],
    [
      'a negative constant is added with its sign dropped',
      "return infix('-', levels.sum, at(a, width)",
      "return infix('+', levels.sum, at(a, width)",
    ],
    [
      'inequality printed as equality',
      "return equalText('!=', inner.args[0], inner.args[1]);",
      "return equalText('==', inner.args[0], inner.args[1]);",
    ],
    [
      'negated comparison loses its negation',
      'return lessText(inner.args[0], inner.args[1], true);',
      'return lessText(inner.args[0], inner.args[1], false);',
    ],
    [
      'comparison of signed values is unsigned',
      'const signed = node(same[a]!).signed || node(same[b]!).signed;',
      'const signed = false;',
    ],
    [
      'constant on the left: less printed as less or equal',
      "infix(negated ? '<=' : '>', levels.relation, right, left)",
      "infix(negated ? '<' : '>', levels.relation, right, left)",
    ],
    [
      'constant on the left: operands not exchanged',
      "infix(negated ? '<=' : '>', levels.relation, right, left)",
      "infix(negated ? '<=' : '>', levels.relation, left, right)",
    ],
    [
      'greater or equal printed as greater',
      "infix(negated ? '>=' : '<', levels.relation",
      "infix(negated ? '>' : '<', levels.relation",
    ],
    [
      'a bit compared with a constant is inverted',
      "return wantsOne ? at(other, 1) : prefix('!', at(other, 1));",
      "return wantsOne ? prefix('!', at(other, 1)) : at(other, 1);",
    ],
    [
      'inversion of many bits printed as logical not',
      "return prefix(width === 1 ? '!' : '~', at(id, width));",
      "return prefix('!', at(id, width));",
    ],
    ['and printed as or', "infix('&', levels.bitAnd", "infix('|', levels.bitAnd"],
    ['or of bits printed as and', "infix('||', levels.or, at", "infix('&&', levels.or, at"],
    ['exclusive or printed as or', "infix('^', levels.bitXor", "infix('|', levels.bitXor"],
    ['reduction over all printed as over any', "return prefix('&', at", "return prefix('|', at"],
    ['parity printed as over any', "return prefix('^', at", "return prefix('|', at"],
    [
      'signed product is unsigned',
      "infix('*', levels.product, ...sameSign(expr.signed,",
      "infix('*', levels.product, ...sameSign(false,",
    ],
    [
      'field of a memory word read from bit 0',
      '? `[${low}]` : `[${low + width - 1}:${low}]`;\n      return {',
      '? `[0]` : `[${width - 1}:0]`;\n      return {',
    ],
  ]),
  ...faultsIn('hdl-gen/emit/verilog-demand.ts', [
    [
      'a product is computed in the bits that are read only',
      'widths[id] = Math.max(demand[id]!, ...node.args.map((arg) => module.nodes[arg]!.width));',
      'widths[id] = demand[id]!;',
    ],
    [
      'comparison of mixed signs is a bit too narrow',
      'widths[id]! + (mixed && !module.nodes[id]!.signed ? 1 : 0)',
      'widths[id]!',
    ],
    ['an extension loses its width', 'if (inner.signed ? node.signed && room >= 0 :', 'if (inner.signed ? room >= 0 :'],
    [
      'a shift by a signal reads too few bits',
      'return index === 0 ? width : full;',
      'return index === 0 ? Math.max(1, width - 1) : full;',
    ],
    [
      'a constant shift to the right reads too few bits',
      'return Math.min(full, node.amount + width);',
      'return Math.max(1, Math.min(full, node.amount + width) - 1);',
    ],
  ]),
  ...faultsIn('hdl-gen/emit/verilog-text.ts', [
    [
      'parentheses dropped on the right of a subtraction',
      'const rightText = wrapped(right, Math.max(level + 1,',
      'const rightText = wrapped(right, Math.max(level,',
    ],
    [
      'parentheses dropped under a prefix',
      '${operator}${wrapped(operand, levels.primary)}',
      '${operator}${operand.text}',
    ],
    [
      'negative constant loses its sign',
      "return wanted < 0n\n    ? make(`-${width}'sd${magnitude}`, levels.unary)",
      "return wanted < 0n\n    ? make(`${width}'sd${magnitude}`, levels.unary)",
    ],
    [
      'large constant loses its high bits',
      'h${BigInt.asUintN(width, wanted).toString(16)}`, levels.primary)',
      'h${BigInt.asUintN(Math.min(width, 32), wanted).toString(16)}`, levels.primary)',
    ],
  ]),
  ...faultsIn('hdl-gen/emit/verilog-statements.ts', [
    [
      'wrong reset value',
      'return initLabel ?? constantText(init ??',
      "return initLabel ?? constantText(init === '1' ? '0' : init ??",
    ],
    [
      'the last state serves no other value',
      'const full = item.arms.length === 2 ** subject.width;',
      'const full = true;',
    ],
    [
      'otherwise is dropped',
      'arms.push({ condition: null, body: printList(printer, item.otherwise) });',
      'arms.push({ condition: null, body: [] });',
    ],
    [
      'an if alone inside another one loses the outer condition',
      'const all = texts.reduce((a, b) =>',
      'const all = texts.slice(1).reduce((a, b) =>',
    ],
  ]),
  ...faultsIn('hdl-gen/emit/verilog-processes.ts', [
    [
      'statements of joined processes in the wrong order',
      'const statements = indices.map(',
      'const statements = indices.toReversed().map(',
    ],
    ['conditions of merged ifs not compared', 'if (arm!.condition === condition) {', 'if (arm !== undefined) {'],
    [
      'statements on one register in two processes',
      'for (const shared of family === null ? registers : [...registers, family]) {',
      'for (const shared of family === null ? [...registers].slice(1) : [...registers, family]) {',
    ],
  ]),
  ...faultsIn('hdl-gen/emit/verilog-memory.ts', [
    [
      'write enable ignored',
      'lines.push(guarded([write.enable, part.mask], [], `${target}',
      'lines.push(guarded([part.mask], [], `${target}',
    ],
    [
      'read enable ignored',
      'lines.push(guarded([port.enable], [], `${port.name}',
      'lines.push(guarded([], [], `${port.name}',
    ],
    [
      'lane mask ignored',
      'lines.push(guarded([write.enable, part.mask], [], `${target}',
      'lines.push(guarded([write.enable], [], `${target}',
    ],
    ['write first instead of read first', '} <= ${part.value};`));\n    }\n  }', '} = ${part.value};`));\n    }\n  }'],
    ['new data forwarded from every address', 'write.address === port.address ? []', 'true ? []'],
    ['fields of a word in the wrong order', 'const inner = values.toReversed().map', 'const inner = values.map'],
  ]),
];
