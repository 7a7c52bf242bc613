import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { designFromJson, designToJson } from '../../../hdl-gen/ir/design-json.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { parseDesign } from '../../../hdl-gen/ir/parse-design.ts';
import { parseNetlist } from '../../../hdl-gen/ir/parse-netlist.ts';
import { printNetlist } from '../../../hdl-gen/ir/print.ts';
import { printDesign } from '../../../hdl-gen/ir/print-design.ts';
import { assert, cover } from '../../../hdl-gen/lang/assert.ts';
import { enumeration } from '../../../hdl-gen/lang/enum.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../hdl-gen/lang/types.ts';
import { dualPortBench } from '../../support/dual-port-bench.ts';
import { faultText } from '../../support/fault-text.ts';
import { fuzzDesign, recipeOf } from '../../support/fuzz-module.ts';
import { memoryBench } from '../../support/memory-bench.ts';
import { seededRandom } from '../../support/random.ts';
import { randomDesign } from '../../support/random-design.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';

const watched = design(
  module('watched', { in: { a: uint(3), on: bool }, out: { y: uint(3) } }, ({ a, on }) => {
    const Op = enumeration('op', ['up', 'down', 'stay']);
    const op = reg('op', Op, { init: 'stay' });
    op.next = 'up';
    assert(on.or(a.ne(7)), 'a "quoted" text, 100 % of it: %3[7:0] \\ done');
    cover(op.eq('down'), 'going down');
    return { y: a.shl(1).shr(2).wrap(3).xor(a.bits(2, 1)) };
  }),
);

const subjects: readonly (readonly [string, Design])[] = [
  ['memories with contents', memoryBench],
  ['two ports, lanes, new data', dualPortBench],
  ['assertions and an enumeration', watched],
  ...Array.from({ length: 20 }, (_, seed): [string, Design] => [`random ${seed}`, randomDesign(seededRandom(seed))]),
  ...Array.from({ length: exhaustive ? 500 : 20 }, (_, index): [string, Design] => {
    const recipe = recipeOf(300_001 + index);
    return [`of every kind, seed ${recipe.seed}`, fuzzDesign(recipe)];
  }),
];

describe('printed forms parse back', () => {
  for (const [name, subject] of subjects) {
    test(name, () => {
      const text = printDesign(subject);
      const again = parseDesign(text);
      expect(again).toEqual(subject);
      expect(printDesign(again)).toBe(text);
      expect(emitVerilog(again)).toEqual(emitVerilog(subject));

      const netlist = elaborate(subject);
      const netText = printNetlist(netlist, { contents: true });
      expect(parseNetlist(netText)).toEqual(netlist);
      expect(printNetlist(parseNetlist(netText), { contents: true })).toBe(netText);

      const json = JSON.stringify(designToJson(subject));
      expect(designFromJson(JSON.parse(json), 'd.json')).toEqual(subject);
    });
  }
});

describe('what does not parse', () => {
  const text = printDesign(watched);
  const edited =
    (from: string | RegExp, to: string): (() => unknown) =>
    () =>
      parseDesign(text.replace(from, to));

  test('names the line and what is wrong with it', () => {
    expect(faultText(() => parseDesign('dessign x'))).toBe(
      "line 1: the first line does not start with 'design'; give the text as it was printed [HDL_TEXT]",
    );
    expect(faultText(edited('input a u3', 'input a x3'))).toBe(
      "line 3: expected a type such as u8 or s8, found 'x3'; give the text as it was printed [HDL_TEXT]",
    );
    expect(faultText(edited('input on u1', 'input on u1 u2'))).toBe(
      "line 4: 'u2' is too much; give the text as it was printed [HDL_TEXT]",
    );
    expect(faultText(edited('%0 = input u3 a', '%0 = input u3 b'))).toContain("there is no input 'b'");
    expect(faultText(edited('%0 = input', '%1 = input'))).toContain("'%1' starts neither a declaration nor value %0");
    expect(faultText(edited('= xor u3', '= nor u3'))).toContain("'nor' is no operation");
    expect(faultText(edited(/end\n$/, ''))).toContain('the text ends inside a module');
    expect(faultText(() => parseNetlist('netlist x\n  %0 = register u1 r\n'))).toBe(
      "line 2: there is no register 'r'; give the text as it was printed [HDL_TEXT]",
    );
    expect(faultText(() => parseNetlist(printNetlist(elaborate(memoryBench))))).toContain(
      'print the netlist with { contents: true }',
    );
  });

  test('JSON of another form is refused with its pointer', () => {
    const broken = JSON.parse(JSON.stringify(designToJson(watched))) as { modules: { nodes: { width: unknown }[] }[] };
    broken.modules[0]!.nodes[0]!.width = 'wide';
    expect(faultText(() => designFromJson(broken, 'd.json'))).toContain('d.json: /modules/0/nodes/0');
    expect(faultText(() => designFromJson({ format: 'x' }, 'd.json'))).toContain("expected 'joulesmith-design-1'");
  });
});
