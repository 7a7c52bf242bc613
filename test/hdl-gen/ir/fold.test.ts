import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateOperation, wrapValue } from '../../../hdl-gen/ir/fold.ts';
import type { ConstNode, NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { asNode } from '../../../hdl-gen/ir/simplify.ts';
import { evaluateNode } from '../../../sim/rtl/evaluate.ts';
import { operations } from '../../support/operations.ts';

const width = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 130 }));
const constant = fc
  .record({ width, signed: fc.boolean(), bits: fc.bigInt({ min: 0n, max: (1n << 130n) - 1n }) })
  .map(({ width, signed, bits }): ConstNode => ({ op: 'const', width, signed, value: wrapValue(bits, width, signed) }));
const bit = fc.boolean().map((on): ConstNode => ({ op: 'const', width: 1, signed: false, value: on ? 1n : 0n }));
const amount = fc
  .integer({ min: 0, max: 9 })
  .map((value): ConstNode => ({ op: 'const', width: 4, signed: false, value: BigInt(value) }));

// Constants are folded before anything is printed or simulated: a mistake there shows in no comparison of simulators.
test.each(operations)('folding %s gives what the simulator computes', (op) => {
  fc.assert(
    fc.property(
      constant,
      constant,
      bit,
      amount,
      width,
      fc.boolean(),
      fc.integer({ min: 0, max: 140 }),
      (a, b, condition, by, resultWidth, signed, place) => {
        const nodes: NetNode[] = op === 'mux' ? [condition, a, b] : op === 'shlBy' || op === 'shrBy' ? [a, by] : [a, b];
        const draft = { op, width: resultWidth, signed, args: [0, 1, 2], amount: place % 11, low: place % a.width };
        const values = nodes.map((node) => (node as ConstNode).value);
        const folded = evaluateOperation(
          draft,
          nodes.map((node, index) => ({ value: values[index]!, width: node.width })),
        );
        expect(folded).toBe(evaluateNode(asNode(draft), nodes, values));
      },
    ),
    { numRuns: 200 },
  );
});
