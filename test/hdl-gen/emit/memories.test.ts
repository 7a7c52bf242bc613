import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { rom } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { dualPortBench, dualPortRows } from '../../support/dual-port-bench.ts';
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

  test('deep tables ask for block memory, shallow or small ones leave it to the tool', () => {
    const table = (depth: number, width: number): string => {
      const top = module(
        'tables',
        { in: { at: uint(Math.ceil(Math.log2(depth))) }, out: { y: uint(width) } },
        ({ at }) => ({
          y: rom('t', uint(width), depth, new Uint32Array(depth)).read(at),
        }),
      );
      return emitVerilog(design(top)).files[0]!.text;
    };
    const asks = (depth: number, width: number) => table(depth, width).includes('(* rom_style = "block" *)\n  reg ');
    expect([asks(256, 16), asks(640, 8), asks(255, 17), asks(256, 15)]).toEqual([true, true, false, false]);
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

describe('two ports, byte enables, both collision rules, initial words', async () => {
  test('a plain program of the same memories gives the same words', () => {
    const rows = dualPortRows(seededRandom(3), 400);
    const start = (): number[][] =>
      Array.from({ length: 4 }, (_, word) => Array.from({ length: 4 }, (_, lane) => (word * 4 + lane) * 7));
    const old = start();
    const fresh = start();
    const shown = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    const held = [shown[0]!, shown[2]!];
    let holds = false;
    const found = runNetlistRows(dualPortBench, rows).map((row) => row.slice(0, 16).map(Number));
    // The reset clocks apply the first row twice before the first output is seen.
    for (const [clock, row] of [rows[0]!, rows[0]!, ...rows].entries()) {
      const [a, b, first, second, ...rest] = row.map(Number) as [number, number, number, number, ...number[]];
      const data = rest.slice(0, 4);
      const lanes = rest.slice(4, 8);
      const on = rest[8] === 1;
      if (clock >= 2) expect(found[clock - 2]).toEqual(shown.flat());
      const before = old.map((word) => [...word]);
      for (const lane of [0, 1, 2, 3]) {
        if (first && lanes[lane]) old[a]![lane] = data[lane]!;
        if (second) old[b]![lane] = data[3 - lane]!;
        if (first) fresh[a]![lane] = data[lane]!;
        const mask = [lanes[0], lanes[0], 1, 1 - lanes[3]!][lane];
        if (second && (on || first) && mask) fresh[b]![lane] = data[3 - lane]!;
      }
      // The registers hold while `on` is 0; the bench shows 0 until it was 1 once after the reset.
      if (on) held.splice(0, 2, [...before[a]!], [...fresh[a]!]);
      if (on && clock >= 2) holds = true;
      if (holds) [shown[0], shown[2]] = [held[0]!, held[1]!];
      shown[1] = [...before[b]!];
      shown[3] = [...fresh[(b + 1) % 4]!];
    }
  });

  await needTool('iverilog', 'netlist = Icarus', async ({ path }) => {
    const rows = dualPortRows(seededRandom(4), 400);
    expect(await runIcarusRows(dualPortBench, rows, path)).toEqual(runNetlistRows(dualPortBench, rows));
  });
  await needTool('verilator', 'Verilator -Wall is silent', async ({ path }) => {
    expect(await lint(dualPortBench, { verilator: path })).toBe('');
  });
  await needTool('iverilog', 'Icarus -Wall is silent', async ({ path }) => {
    expect(await lint(dualPortBench, { iverilog: path })).toBe('');
  });

  test('writes store lanes, and a collision overwrites what was read', () => {
    const text = emitVerilog(dualPortBench).files[0]!.text;
    const lines = text.split('\n').map((line) => line.trim());
    expect(lines).toContain('if (first && lanes_2) old[a][23:16] <= data_2;');
    expect(lines).toContain('if (on) old_q <= old[a];');
    expect(lines).toContain('if (on && first) fresh_q <= {data_3, data_2, data_1, data_0};');
  });
});
