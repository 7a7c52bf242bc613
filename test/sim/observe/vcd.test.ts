import { describe, expect, test } from 'vitest';
import { replay } from '../../../scripts/testing/replay.ts';
import { printVcd } from '../../../sim/observe/vcd.ts';
import { counterBench, fifoBench, firBench, matrixBench, uartBench } from '../../examples/benches.ts';
import { needTool } from '../../support/tools.ts';
import { sampleVcd, togglesOf } from '../../support/vcd.ts';

const benches = { counterBench, fifoBench, firBench, matrixBench, uartBench };

/** Just before the edge that ends each clock, in the time of both files. */
const endOfClock = (clock: number) => 10 * clock + 4;

describe.each(Object.entries(benches))('%s', async (_, make) => {
  const run = make({ toggles: true });
  const { trace } = run;
  const times = trace.resets.map((_, clock) => endOfClock(clock));
  const registers = trace.signals.flatMap(({ kind, name }, index) => (kind === 'register' ? [{ name, index }] : []));

  test('our value change dump holds the trace', () => {
    const samples = sampleVcd(printVcd(trace), times);
    for (const [index, { name }] of trace.signals.entries())
      expect(samples.get(`${trace.name}.${name}`)).toEqual(trace.values[index]);
    expect(samples.get(`${trace.name}.rst`)).toEqual(trace.resets.map((reset) => BigInt(reset)));
    expect(samples.get(`${trace.name}.clk`)!.every((level) => level === 1n)).toBe(true);
  });

  await needTool(
    'iverilog',
    'every register has in the dump of Icarus what it has in ours; toggles are equal',
    async (tool) => {
      const { vcd } = await replay(tool, [run], { dump: true });
      // One more: what the last edge did.
      const theirs = sampleVcd(vcd!, [...times, endOfClock(times.length)]);
      const ours = sampleVcd(printVcd(trace), times);
      for (const { name } of registers)
        expect(theirs.get(`replay.bench_0.dut.${name}`)!.slice(0, -1)).toEqual(ours.get(`${trace.name}.${name}`));

      const counted = Object.fromEntries(registers.map(({ name }, register) => [name, run.toggles![register]!]));
      const fromDump = Object.fromEntries(
        registers.map(({ name }) => [name, togglesOf(theirs.get(`replay.bench_0.dut.${name}`)!.slice(1))]),
      );
      expect(counted).toEqual(fromDump);
      expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
    },
  );
});

test('scopes follow the hierarchy; an output that is a register stands once', () => {
  const trace = {
    name: 'top',
    signals: [
      { name: 'go', kind: 'input', width: 1, signed: false },
      { name: 'count', kind: 'output', width: 3, signed: false },
      { name: 'count', kind: 'register', width: 3, signed: false },
      { name: 'inner.deep.flag', kind: 'register', width: 1, signed: false },
    ],
    values: [
      [0n, 1n],
      [0n, 5n],
      [0n, 5n],
      [1n, 1n],
    ],
    resets: [true, false],
  } as const;
  expect(printVcd(trace)).toBe(`$timescale 1ns $end
$scope module top $end
$var wire 1 ! clk $end
$var wire 1 " rst $end
$var wire 1 # go $end
$var wire 3 $ count [2:0] $end
$scope module inner $end
$scope module deep $end
$var reg 1 & flag $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
1!
1"
0#
b0 $
1&
#5
0!
#10
1!
0"
1#
b101 $
#15
0!
#20
`);
});

test('more than 94 signals still have different identifiers', () => {
  const signals = Array.from({ length: 300 }, (_, index) => ({
    name: `s${index}`,
    kind: 'register' as const,
    width: 9,
    signed: false,
  }));
  const trace = { name: 'top', signals, values: signals.map((_, index) => [BigInt(index)]), resets: [false] };
  const samples = sampleVcd(printVcd(trace), [4]);
  for (const [index, { name }] of signals.entries()) expect(samples.get(`top.${name}`)).toEqual([BigInt(index)]);
});
