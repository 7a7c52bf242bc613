import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { rom } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { memoryBench, memoryRows } from '../../support/memory-bench.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint, runIcarusRows, runNetlistRows } from '../../support/verilog.ts';

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
    const rows = memoryRows(random, 300);
    const expected = runNetlistRows(memoryBench, rows);
    const found = await runIcarusRows(memoryBench, rows, path);
    expect(found).toEqual(expected);
    expect(new Set(expected.map((row) => row.join())).size).toBeGreaterThan(50);
  });

  await needTool('verilator', 'Verilator -Wall is silent', async ({ path }) => {
    expect(await lint(memoryBench, { verilator: path })).toBe('');
  });
});
