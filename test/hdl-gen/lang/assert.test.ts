import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { printNetlist } from '../../../hdl-gen/ir/print.ts';
import { withoutAssertions } from '../../../hdl-gen/ir/prune.ts';
import { assert, cover } from '../../../hdl-gen/lang/assert.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { design, generator, module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../hdl-gen/lang/types.ts';
import { createEvaluator } from '../../../sim/rtl/evaluate.ts';
import { needTool } from '../../support/tools.ts';
import { lint, yosys } from '../../support/verilog.ts';

/** A counter whose sum with the step may leave a limit; with assertions or without. */
const Counter = generator(({ checked }: { readonly checked: boolean }) =>
  module(
    checked ? 'counter_checked' : 'counter',
    { in: { up: bool, step: uint(4) }, out: { count: uint(6) } },
    ({ up, step }) => {
      const count = reg('count', uint(6));
      const next = count.addWrap(step);
      when(up, () => {
        count.next = next;
        if (checked) assert(count.add(step).lt(50), 'the count stays "below" 50 %');
      });
      if (checked) {
        assert(step.mul(step).bits(7, 5).ne(7), 'the square stays below 224');
        cover(count.eq(12).and(up), 'twelve and counting');
      }
      return { count };
    },
  ),
);

function topOf(checked: boolean): Design {
  return design(
    module('top', { in: { up: bool, step: uint(4) }, out: { count: uint(6) } }, (inputs) =>
      Counter({ checked })('c', inputs),
    ),
  );
}

describe('assertions and covers', async () => {
  test('stand in the netlist with hierarchical name, message and place', () => {
    const netlist = elaborate(topOf(true));
    expect(netlist.assertions?.map(({ name, message }) => [name, message])).toEqual([
      ['c.assert_the_count_stays_below_50', 'the count stays "below" 50 %'],
      ['c.assert_the_square_stays_below_224', 'the square stays below 224'],
    ]);
    expect(netlist.covers?.map(({ name }) => name)).toEqual(['c.cover_twelve_and_counting']);
    for (const { place } of [...netlist.assertions!, ...netlist.covers!])
      expect(place).toMatch(/^test\/hdl-gen\/lang\/assert\.test\.ts:\d+:\d+$/);
    expect(printNetlist(netlist)).toMatch(
      /\n {2}assert c\.assert_the_count_stays_below_50 %\d+ "the count stays \\"below\\" 50 %" "test\/hdl-gen\/lang\/assert\.test\.ts:\d+:\d+"\n/,
    );
  });

  test('their nodes are 0 at the clocks where the condition fails, and only there', () => {
    const netlist = elaborate(topOf(true));
    const evaluator = createEvaluator(netlist);
    evaluator.reset();
    let count = 0;
    for (const [up, step] of [
      [1, 12],
      [0, 15],
      [1, 9],
      [1, 14],
      [0, 14],
      [1, 15],
      [1, 14],
      [1, 1],
    ] as const) {
      [evaluator.inputs[0], evaluator.inputs[1]] = [BigInt(up), BigInt(step)];
      evaluator.settle();
      const seen = [...netlist.assertions!, ...netlist.covers!].map(({ node }) => evaluator.values[node]);
      const wanted = [up === 0 || count + step < 50, step * step < 224, count === 12 && up === 1];
      expect({ count, step, seen }).toEqual({ count, step, seen: wanted.map((holds) => (holds ? 1n : 0n)) });
      evaluator.tick();
      if (up) count = (count + step) % 64;
    }
  });

  test('without them the netlist is the one of the same circuit that never had any', () => {
    const plain = elaborate(topOf(false));
    const stripped = withoutAssertions(elaborate(topOf(true)));
    expect(printNetlist(stripped)).toBe(printNetlist(plain));
    expect(withoutAssertions(plain)).toBe(plain);
  });

  test('an assertion that holds anyway gives a clock and no state', () => {
    const idle = module('idle', { in: { a: bool }, out: { y: bool } }, ({ a }) => {
      assert(a.or(a.not()), 'a has a value');
      return { y: a };
    });
    expect(idle.definition.module.needsClock).toBe(true);
    expect(idle.definition.module.needsReset).toBe(false);
    expect(elaborate(design(idle)).registers).toEqual([]);
  });

  await needTool('verilator', 'Verilator -Wall is silent', async ({ path }) => {
    expect(await lint(topOf(true), { verilator: path })).toBe('');
  });

  await needTool('iverilog', 'Icarus reports message, place and instance; its lint is silent', async ({ path }) => {
    expect(await lint(topOf(true), { iverilog: path })).toBe('');
    expect(
      await runBench(path, topOf(true), [
        [1, 12],
        [1, 2],
        [1, 13],
        [0, 15],
      ]),
    ).toEqual([
      'bench.dut.c: covered: twelve and counting',
      'bench.dut.c: assertion failed: the square stays below 224',
    ]);
    expect(
      await runBench(path, topOf(true), [
        [1, 14],
        [1, 14],
        [1, 14],
        [0, 14],
        [1, 14],
        [1, 1],
      ]),
    ).toEqual(['bench.dut.c: assertion failed: the count stays "below" 50 %']);
  });

  test('synthesis sees the same cells as without them', async () => {
    const cells = async (checked: boolean): Promise<string[]> =>
      [...(await yosys(topOf(checked), 'synth; flatten; opt_clean; stat')).said.matchAll(/^ +\$\S+ +\d+$/gm)].map(
        ([line]) => line,
      );
    const plain = await cells(false);
    expect(plain.length).toBeGreaterThan(3);
    expect(await cells(true)).toEqual(plain);
  });
});

/** What the assertions print, without time and line. */
async function runBench(
  iverilog: string,
  subject: Design,
  rows: readonly (readonly [number, number])[],
): Promise<string[]> {
  const { files } = emitVerilog(subject);
  const bench = `module bench; reg clk = 0; reg rst = 1; reg up = 0; reg [3:0] step = 4'd15; wire [5:0] count;
    top dut (.clk(clk), .rst(rst), .up(up), .step(step), .count(count));
    initial begin
      #1 clk = 1; #1 clk = 0; rst = 0;
      ${rows.map(([up, step]) => `up = ${up}; step = ${step}; #1 clk = 1; #1 clk = 0;`).join('\n')}
    end
  endmodule`;
  const cwd = await mkdtemp(join(tmpdir(), 'joulesmith-'));
  try {
    for (const { name, text } of [...files, { name: 'bench.v', text: bench }]) await writeFile(join(cwd, name), text);
    const names = files.map(({ name }) => name);
    await promisify(execFile)(iverilog, ['-g2005', '-o', 'b.vvp', '-s', 'bench', 'bench.v', ...names], { cwd });
    const { stdout } = await promisify(execFile)('vvp', ['b.vvp'], { cwd });
    return stdout.split('\n').flatMap((line) => /^\d+ (.*) \(\S+:\d+:\d+\)$/.exec(line)?.[1] ?? []);
  } finally {
    await rm(cwd, { recursive: true });
  }
}
