import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { mux } from '../../../hdl-gen/lang/combine.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { ram, rom } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint, runIcarusRows, runNetlistRows } from '../../support/verilog.ts';

const wordType = record({ taps: vec(3, sint(9)), bias: sint(40), last: bool });

/** A ROM of records, and a RAM that is written and read at random with enables, both ports at once. */
const subject = design(
  module(
    'memories',
    {
      in: { at: uint(3), on: bool, write: bool, other: uint(3), data: sint(9) },
      out: { rom: wordType, alone: sint(9), chased: uint(3), seen: vec(2, sint(9)) },
    },
    ({ at, on, write, other, data }) => {
      const random = seededRandom(3);
      const words = rom('words', wordType, 8, {
        taps: Int16Array.from({ length: 24 }, () => random.integer(-256, 255)),
        bias: BigInt64Array.from({ length: 8 }, () => BigInt(random.integer(-(2 ** 39), 2 ** 39 - 1))),
        last: Uint8Array.from({ length: 8 }, () => random.integer(0, 1)),
      });
      const single = rom('single', sint(9), 1, Int16Array.of(-200));
      const pairs = ram('pairs', vec(2, sint(9)), 8);
      // Fills the memory first, so that no word is ever unknown.
      const fill = reg('fill', uint(4));
      const filling = fill.lt(8);
      when(filling, () => {
        fill.next = fill.addWrap(1);
        pairs.write(fill.wrap(3), [0, -1]);
      })
        .elsewhen(write, () => {
          pairs.write(other, [data, data.not()], { enable: on });
        })
        .otherwise(() => {
          pairs.write(other, [data.not(), 5], { enable: on });
        });
      const ready = reg('ready', bool);
      ready.next = filling.not();
      const seen = pairs.read(at.addWrap(other), { enable: on.or(filling) });
      const holds = reg('holds', bool);
      when(on.and(ready), () => {
        holds.next = true;
      });
      // The second port's address is what the first one read.
      const links = rom('links', uint(3), 8, Uint8Array.of(3, 6, 0, 7, 1, 2, 4, 5));
      const chased = links.read(links.read(at), { name: 'chased_q' });
      const word = words.read(at, { enable: on.or(filling) });
      return { rom: word, alone: single.read(0), chased, seen: seen.map((lane) => mux(holds, lane, 0)) };
    },
  ),
);

describe('memories', async () => {
  test('image: one word per line, the last field highest', () => {
    const top = module(
      'tables',
      { in: { at: uint(1) }, out: { y: record({ low: sint(4), high: uint(6) }) } },
      ({ at }) => ({
        y: rom('t', record({ low: sint(4), high: uint(6) }), 2, {
          low: Int8Array.of(-1, 2),
          high: Uint8Array.of(0x21, 0x3f),
        }).read(at),
      }),
    );
    expect(emitVerilog(design(top)).images).toEqual([{ file: 'tables_t.hex', text: '21f\n3f2\n' }]);
  });

  await needTool('iverilog', 'read first, enables, records, two ports: netlist = Icarus', async ({ path }) => {
    const random = seededRandom(11);
    const rows = Array.from({ length: 300 }, () =>
      [
        random.integer(0, 7),
        random.integer(0, 1),
        random.integer(0, 1),
        random.integer(0, 7),
        random.integer(-256, 255),
      ].map(BigInt),
    );
    const expected = runNetlistRows(subject, rows);
    const found = await runIcarusRows(subject, rows, path);
    expect(found).toEqual(expected);
    expect(new Set(expected.map((row) => row.join())).size).toBeGreaterThan(50);
  });

  await needTool('verilator', 'Verilator -Wall is silent', async ({ path }) => {
    expect(await lint(subject, { verilator: path })).toBe('');
  });
});
