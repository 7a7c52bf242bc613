import { describe, expect, test } from 'vitest';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { design } from '../../../hdl-gen/lang/module.ts';
import { record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { Fifo, MacCell, Sequencer } from '../../support/example-modules.ts';
import { memoryBench, memoryRows } from '../../support/memory-bench.ts';
import { seededRandom } from '../../support/random.ts';
import { randomDesign } from '../../support/random-design.ts';
import { needTool } from '../../support/tools.ts';
import { type Row, runIcarusRows, runNetlistRows, yosys } from '../../support/verilog.ts';

/**
 * Cells after `synth` in generic gates, Yosys 0.55. More than 2 % above is a regression of the printed form: how an
 * addition is written changes its area.
 */
const examples: readonly (readonly [string, () => Design, number])[] = [
  ['multiply-accumulate cell', () => design(MacCell({ width: 8, accWidth: 32 })), 707],
  ['FIFO', () => design(Fifo({ type: record({ last: uint(1), data: sint(8) }), depth: 12 })), 312],
  ['sequencer', () => design(Sequencer({ depth: 64, drain: 14 })), 124],
];

describe('yosys synth', () => {
  test.each(examples)('%s', async (_, make, cells) => {
    const { said } = await yosys(make(), 'synth; stat');
    const found = Number(/Number of cells:\s+(\d+)\s*(?![\s\S]*Number of cells)/.exec(said)?.[1]);
    expect(said).not.toMatch(/\bWarning\b|ERROR/);
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThanOrEqual(cells * 1.02);
  });

  test('random designs are accepted without a warning', async () => {
    for (const seed of [1, 2, 3]) {
      const { said } = await yosys(randomDesign(seededRandom(seed)), 'proc; opt; check -assert');
      expect(said).not.toMatch(/\bWarning\b|ERROR/);
    }
  });
});

describe('gates of yosys synth = netlist at every clock, in Icarus', async () => {
  const clocks = 200;
  const random = seededRandom(5);
  const subjects: readonly (readonly [string, Design, readonly Row[]])[] = [
    ['memories', memoryBench, memoryRows(random, clocks)],
    [
      'sequencer',
      design(Sequencer({ depth: 9, drain: 4 })),
      Array.from({ length: clocks }, () => [BigInt(random.integer(0, 1))]),
    ],
    [
      'random design',
      randomDesign(seededRandom(2)),
      Array.from({ length: clocks }, () => [
        BigInt(random.integer(0, 511)),
        BigInt(random.integer(-64, 63)),
        BigInt(random.integer(0, 1)),
      ]),
    ],
  ];
  for (const [name, subject, rows] of subjects) {
    await needTool('iverilog', name, async ({ path }) => {
      const { netlist } = await yosys(subject, 'synth -flatten; write_verilog -noattr netlist.v');
      const gates = { top: subject.top, files: [{ name: 'netlist.v', text: netlist }], images: [] };
      expect(netlist).not.toMatch(/\w [*+] \w/);
      expect(await runIcarusRows(subject, rows, path, gates)).toEqual(runNetlistRows(subject, rows));
    });
  }
});
