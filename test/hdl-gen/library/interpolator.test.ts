import { expect, test } from 'vitest';
import { module } from '../../../hdl-gen/lang/module.ts';
import { bool, sint } from '../../../hdl-gen/lang/types.ts';
import { interpolator, interpolatorDepth } from '../../../hdl-gen/library/interpolator.ts';
import { interpolationOf, logisticTable, tanhTable } from '../../../models/lookup.ts';
import { blockOf } from '../../support/block.ts';

const output = { type: 'int16', scale: 2 ** -15, zeroPoint: 0 } as const;

test.each([
  ['logistic', 2 ** -12],
  ['logistic', 0.000731],
  ['logistic', 1.9],
  ['logistic', 2 ** -30],
  ['tanh', 2 ** -12],
  ['tanh', 2 ** -11],
  ['tanh', 0.00093],
  ['tanh', 1e-6],
] as const)('%s with input scale %d: every input, with gaps, five clocks later', (name, scale) => {
  const input = { type: 'int16', scale: Math.fround(scale), zeroPoint: 0 } as const;
  const table = (name === 'logistic' ? logisticTable : tanhTable)(input, output)!;
  const line = interpolationOf(name, input)!;
  const block = blockOf(
    module('dut', { in: { take: bool, value: sint(16) }, out: { valid: bool, data: sint(16) } }, ({ take, value }) =>
      interpolator(line, take, value),
    ),
  );
  const due: (number | null)[] = [];
  const wrong: unknown[] = [];
  for (let clock = 0, q = -32768; q < 32768 || clock < due.length + interpolatorDepth; clock++) {
    const take = q < 32768 && clock % 7 !== 3;
    block.clock({ take, value: take ? q : 77 });
    const expected = due[clock - interpolatorDepth] ?? null;
    const found = block.out('valid') === 1 ? block.out('data') : null;
    if (found !== expected) wrong.push({ clock, found, expected });
    if (q < 32768) due.push(take ? table[q + 32768]! : null);
    if (take) q++;
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});
