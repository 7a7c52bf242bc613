/** What Yosys makes of accelerators: no latch, no net with two drivers, no loop, nothing undriven, no warning. */
import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { loadZoo, zooNames } from '../../../models/zoo/zoo.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomNetwork } from '../../support/random-network.ts';
import { readAll, runScript, textsOf } from '../../support/synthesis.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;

/** Cells that hold a value without a clock edge. */
const latches = 't:$dlatch t:$adlatch t:$dlatchsr t:$sr t:$_DLATCH* t:$_SR_*';

/** Module by module, then flat: a loop or a second driver can also run through several modules. */
const clean = (top: string): string =>
  [
    `hierarchy -check -top ${top}`,
    'proc',
    'check -assert',
    `select -assert-none ${latches}`,
    'flatten',
    'opt_clean',
    'check -assert',
    `select -assert-none ${latches}`,
    ...(exhaustive ? ['synth', 'check -assert', `select -assert-none ${latches}`] : []),
  ].join('; ');

async function isClean(texts: Record<string, string>, read: string, top: string): Promise<void> {
  const { said } = await runScript(texts, `${read}; ${clean(top)}`);
  expect(said).not.toMatch(/\bWarning\b|ERROR/);
}

describe('accelerators are clean', () => {
  test.each(zooNames)('zoo network %s', async (name) => {
    const { graph } = loadZoo(name);
    const { design } = buildAccelerator(graph, {
      ...{ name: 'net', model: name, architecture: 'stream', clock: '100 MHz', technology: 'asap7' },
      parameters: { multipliers: 24 },
    });
    const verilog = emitVerilog(design);
    await isClean(textsOf(verilog), readAll(verilog), verilog.top);
  });

  const count = exhaustive ? 40 : 6;
  test(`${count} random networks with branches, folded at random`, async () => {
    for (let seed = 1; seed <= count; seed++) {
      const graph = randomNetwork(seed);
      const verilog = emitVerilog(buildAccelerator(graph, randomRequest(graph, seed)).design);
      await isClean(textsOf(verilog), readAll(verilog), verilog.top);
    }
  });
});

describe('the check finds what it is for', () => {
  test.each([
    ['a latch', 'module t(input a, input b, output reg y); always @* if (a) y = b; endmodule'],
    ['two drivers', 'module t(input a, input b, output y); assign y = a; assign y = b; endmodule'],
    ['a loop', 'module t(input a, output y); wire z = a ^ y; assign y = z & a; endmodule'],
    ['a net without a driver', 'module t(input a, output y); wire z; assign y = a & z; endmodule'],
    [
      'a loop through two modules',
      'module u(input a, output y); assign y = ~a; endmodule module t(output y); wire z; u p(z, y); u q(y, z); endmodule',
    ],
  ])('%s', async (_, text) => {
    await expect(isClean({ 't.v': text }, 'read_verilog t.v', 't')).rejects.toThrow();
  });
});
