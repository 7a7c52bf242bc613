import { expect, test } from 'vitest';
import { MatrixMultiplier } from '../../../examples/matrix.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { design } from '../../../hdl-gen/lang/module.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';

test('an output that is a register of a group reads as it was before the edge', () => {
  const netlist = elaborate(design(MatrixMultiplier({ size: 3, bits: 8, accumulatorBits: 20 })));
  const outputs = (simulator: ReturnType<typeof createCompiled>): number[][] => {
    for (const { name } of netlist.inputs) simulator.port(name).write(1);
    simulator.port('first').write(0);
    return Array.from({ length: 6 }, () => {
      simulator.cycle();
      return netlist.outputs.map(({ name }) => simulator.port(name).read());
    });
  };
  const expected = outputs(createInterpreter(netlist, false));
  expect(outputs(createCompiled(netlist))).toEqual(expected);
  expect(expected[0]).toEqual(new Array<number>(9).fill(0));
});
