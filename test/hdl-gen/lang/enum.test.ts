import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { lit, mux, select } from '../../../hdl-gen/lang/combine.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { asEnum, enumeration } from '../../../hdl-gen/lang/enum.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { delay, reg } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint, runIcarusRows, runNetlistRows } from '../../support/verilog.ts';

const Op = enumeration('op', ['add', 'subtract', 'keep', 'clear', 'negate']);
const Mode = enumeration('mode', ['slow', 'fast']);

const Alu = module(
  'alu',
  { in: { op: Op, a: sint(8) }, out: { total: sint(8), last: Op, clears: bool } },
  ({ op, a }) => {
    const total = reg('total', sint(8));
    op.cases({
      add: () => {
        total.next = total.addWrap(a);
      },
      subtract: () => {
        total.next = total.subWrap(a);
      },
      keep: () => {},
      clear: () => {
        total.next = 0;
      },
      negate: () => {
        total.next = total.negWrap();
      },
    });
    return { total, last: delay('last', op, { init: 'keep' }), clears: op.eq('clear') };
  },
);

const subject = design(
  module(
    'enums',
    { in: { code: uint(3), a: sint(8), fast: bool }, out: { total: sint(8), next: Op, step: uint(3), slow: bool } },
    ({ code, a, fast }) => {
      const op = wire('op_now', Op);
      op.drive(mux(code.lt(5), asEnum(Op, code), 'keep'));
      const alu = Alu('alu_0', { op, a });
      const mode = reg('mode', Mode, { init: 'fast' });
      when(fast.and(alu.clears), () => {
        mode.next = mux(mode.eq('fast'), 'slow', lit(Mode, 'fast'));
      });
      const past = ram('past', record({ op: Op, modes: vec(2, Mode) }), 2);
      past.write(fast.toUInt(), { op: alu.last, modes: [mode, 'slow'] });
      const seen = past.read(fast.toUInt());
      const known = reg('known', uint(2));
      when(known.ne(3), () => {
        known.next = known.addWrap(1);
      });
      const step = op.match({
        add: lit(uint(3), 1),
        subtract: lit(uint(3), 2),
        keep: alu.last.asUInt(),
        clear: lit(uint(3), 0),
        negate: lit(uint(3), 7),
      });
      const quiet = known.eq(3).and(fast).and(false);
      return {
        total: alu.total,
        next: select(fast.toUInt(), [alu.last, op]),
        step,
        slow: mux(quiet, seen.modes[0]!, mode).eq('slow'),
      };
    },
  ),
);

describe('enumerations', async () => {
  test('print as localparams, one per member that the text needs, and as case', () => {
    const [alu] = emitVerilog(subject).files;
    const lines = alu!.text.split('\n').map((line) => line.trim());
    expect(lines.filter((line) => line.startsWith('localparam'))).toEqual([
      "localparam [2:0] OP_ADD = 3'd0;",
      "localparam [2:0] OP_SUBTRACT = 3'd1;",
      "localparam [2:0] OP_KEEP = 3'd2;",
      "localparam [2:0] OP_CLEAR = 3'd3;",
    ]);
    expect(lines).toContain('default: begin // OP_NEGATE');
    expect(lines).toContain('case (op)');
    expect(lines).toContain('OP_ADD: total <= total + a;');
    expect(lines).toContain('if (rst) last <= OP_KEEP;');
    expect(lines).toContain('assign clears = op == OP_CLEAR;');
  });

  const random = seededRandom(5);
  const rows = Array.from({ length: 200 }, () => [
    BigInt(random.integer(0, 7)),
    BigInt(random.integer(-128, 127)),
    BigInt(random.integer(0, 1)),
  ]);

  test('compute what a plain program does', () => {
    let total = 0;
    let last = 2;
    let slow = 0;
    const wanted = rows.map(([code, a, fast]) => {
      const op = code! < 5n ? Number(code) : 2;
      const row = [total, fast === 1n ? op : last, [1, 2, last, 0, 7][op]!, slow].map(BigInt);
      row[0] = BigInt.asUintN(8, row[0]!);
      total = [total + Number(a), total - Number(a), total, 0, -total][op]!;
      total = Number(BigInt.asIntN(8, BigInt(total)));
      last = op;
      if (fast === 1n && op === 3) slow = 1 - slow;
      return row;
    });
    // The two reset clocks already load what is not reset; nothing here is.
    expect(runNetlistRows(subject, rows)).toEqual(wanted);
  });

  await needTool('iverilog', 'netlist = Icarus', async ({ path }) => {
    expect(await runIcarusRows(subject, rows, path)).toEqual(runNetlistRows(subject, rows));
  });
  await needTool('verilator', 'Verilator -Wall is silent', async ({ path }) => {
    expect(await lint(subject, { verilator: path })).toBe('');
  });
  await needTool('iverilog', 'Icarus -Wall is silent', async ({ path }) => {
    expect(await lint(subject, { iverilog: path })).toBe('');
  });
});
