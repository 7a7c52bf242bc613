import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { design } from '../../../hdl-gen/lang/module.ts';
import { record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { Fifo, MacCell, Sequencer } from '../../support/example-modules.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint, runIcarusRows, runNetlistRows } from '../../support/verilog.ts';

const examples = {
  mac: design(MacCell({ width: 8, accWidth: 32 })),
  fifo: design(Fifo({ type: record({ last: uint(1), data: sint(8) }), depth: 12 })),
  sequencer: design(Sequencer({ depth: 64, drain: 14 })),
};

describe('printed text', () => {
  test('the MAC cell reads as a person would write it, in at most 30 lines', () => {
    const [file] = emitVerilog(examples.mac).files;
    expect(file!.name).toBe('mac_8x32.v');
    expect(file!.text).toMatchInlineSnapshot(`
      "// test/support/example-modules.ts:10
      module mac_8x32 (
        input wire clk,
        input wire rst,
        input wire signed [7:0] a,
        input wire signed [7:0] b,
        input wire en,
        input wire clear,
        output reg signed [7:0] a_q,
        output reg signed [7:0] b_q,
        output reg signed [31:0] acc
      );
        wire signed [15:0] product = a * b;

        // test/support/example-modules.ts:18
        always @(posedge clk) begin
          if (rst) acc <= 32'sd0;
          else if (clear) acc <= 32'sd0;
          else if (en) acc <= acc + {{16{product[15]}}, product};
        end

        // test/support/example-modules.ts:23
        always @(posedge clk) a_q <= a;

        // test/support/example-modules.ts:23
        always @(posedge clk) b_q <= b;
      endmodule
      "
    `);
    expect(file!.text.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  test('the FIFO', async () => {
    await expect(emitVerilog(examples.fifo).files[0]!.text).toMatchFileSnapshot('../../golden/verilog/fifo.v');
  });

  test('the state machine keeps its case and its state names', async () => {
    await expect(emitVerilog(examples.sequencer).files[0]!.text).toMatchFileSnapshot(
      '../../golden/verilog/sequencer.v',
    );
  });
});

describe('tools accept the examples', async () => {
  for (const [name, subject] of Object.entries(examples)) {
    await needTool('verilator', `${name}: Verilator -Wall is silent`, async ({ path }) => {
      expect(await lint(subject, { verilator: path })).toBe('');
    });
    await needTool('iverilog', `${name}: Icarus -Wall is silent, and equals the netlist`, async ({ path }) => {
      expect(await lint(subject, { iverilog: path })).toBe('');
      const random = seededRandom(7);
      const { inputs } = subject.modules.at(-1)!;
      const rows = Array.from({ length: 200 }, () =>
        inputs.map((port) => BigInt(random.integer(0, 2 ** port.width - 1))),
      );
      const expected = runNetlistRows(subject, rows);
      const found = await runIcarusRows(subject, rows, path);
      // Registers without reset and memory words not yet written are unknown (-1) in Verilog and 0 in the netlist.
      expect(found).toEqual(
        expected.map((row, clock) => row.map((value, index) => (found[clock]![index] === -1n ? -1n : value))),
      );
      expect(found.flat().filter((value) => value === -1n).length).toBeLessThan(20);
    });
  }
});
