import { expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { module } from '../../../hdl-gen/lang/module.ts';
import { bool, sint } from '../../../hdl-gen/lang/types.ts';
import { pipeline } from '../../../hdl-gen/library/pipeline.ts';
import { bench, scoreboard } from '../../../sim/bench/index.ts';
import { seededRandom } from '../../support/random.ts';

/** a * b + c, and whether a < c: four clocks, each operand delayed as long as its partner takes. */
const MultiplyAdd = module(
  'multiply_add',
  { in: { a: sint(8), b: sint(8), c: sint(8), go: bool }, out: { value: sint(17), is_less: bool } },
  ({ a, b, c, go }) => {
    const pipe = pipeline({ enable: go });
    const left = pipe.at('a', a);
    const right = pipe.at('b', b);
    const added = pipe.at('c', c);
    const product = pipe.stage('product', { left, right }, (v) => v.left.mul(v.right));
    const again = pipe.stage('again', { product }, (v) => v.product);
    const sum = pipe.stage('sum', { again, added }, (v) => v.again.add(v.added));
    const less = pipe.stage('less', { left, added }, (v) => v.left.lt(v.added));
    const { values, latency } = pipe.meet({ sum, less });
    expect(latency).toBe(3);
    return { value: values.sum, is_less: values.less };
  },
);

test('operands of different latency meet: an answer per enabled clock, none mixed', () => {
  const random = seededRandom(8);
  bench(MultiplyAdd, function* (dut) {
    const board = scoreboard<{ value: number; is_less: boolean }>('answers');
    let loads = 0;
    for (let clock = 0; clock < 400; clock++) {
      const [a, b, c] = [0, 0, 0].map(() => random.integer(-128, 127)) as [number, number, number];
      const go = random.integer(0, 2) > 0;
      dut.set({ a, b, c, go });
      yield;
      if (!go) continue;
      board.expect({ value: a * b + c, is_less: a < c });
      // Three enabled clocks later the answer stands at the outputs.
      if (loads >= 3) board.found(dut.out);
      loads += 1;
    }
    expect(loads).toBeGreaterThan(200);
  });
});

test('one chain of registers serves every meeting, named after its operand', () => {
  const [file] = emitVerilog({ top: 'multiply_add', modules: [MultiplyAdd.definition.module] }).files;
  const registers = [...file!.text.matchAll(/^ {2}reg (?:signed )?(?:\[\d+:0\] )?(\w+);/gm)].map(([, name]) => name);
  expect(registers.sort()).toEqual(['again', 'c_1', 'c_2', 'less', 'less_1', 'less_2', 'product', 'sum']);
});

test('a latency that is not a whole number is refused', () => {
  expect(() =>
    module('bad', { in: { a: bool }, out: { z: bool } }, ({ a }) => ({ z: pipeline().at('a', a, 0.5).value })),
  ).toThrow(/'a' has a latency of 0.5 clocks; use a whole number from 0 \[HDL_LATENCY\]/);
});
