import { afterAll, describe, expect, test } from 'vitest';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { design } from '../../../hdl-gen/lang/module.ts';
import { record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { gateNetlist } from '../../../scripts/synthesis/gate-netlist.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { Fifo, MacCell, Sequencer } from '../../support/example-modules.ts';
import { memoryBench } from '../../support/memory-bench.ts';
import { type Random, seededRandom } from '../../support/random.ts';
import { randomDesign } from '../../support/random-design.ts';
import { type Row, runRows } from '../../support/verilog.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const yosys = packagedYosys();
afterAll(() => yosys.close());
const limits = { seconds: 600 };
const clocks = 300;

const bits = (random: Random, width: number): bigint => {
  let value = 0n;
  for (let at = 0; at < width; at++) value |= BigInt(random.integer(0, 1)) << BigInt(at);
  return value;
};

/** Two clocks of reset with the first row, then every row: the outputs before each clock edge, in the order of `names`. */
function gateRows(
  gates: Netlist,
  inputs: readonly string[],
  rows: readonly Row[],
  names: readonly string[],
): bigint[][] {
  const simulator = createSimulator(gates);
  const clocked = gates.inputs.some(({ name }) => name === 'rst');
  const apply = (row: Row): void => {
    for (const [at, name] of inputs.entries()) simulator.set(name, row[at]!);
  };
  apply(rows[0]!);
  if (clocked) simulator.set('rst', 1);
  simulator.cycle(2);
  if (clocked) simulator.set('rst', 0);
  return rows.map((row) => {
    apply(row);
    simulator.cycle();
    return names.map((name) => simulator.get(name));
  });
}

async function compare(subject: Design): Promise<Netlist> {
  const rtl = elaborate(subject);
  const gates = await gateNetlist(subject, yosys, limits);
  const [inputs, outputs] = [rtl.inputs.map(({ name }) => name), rtl.outputs.map(({ name }) => name)];
  const random = seededRandom(7);
  const rows = Array.from({ length: clocks }, () => rtl.inputs.map(({ node }) => bits(random, rtl.nodes[node]!.width)));
  expect(gateRows(gates, inputs, rows, outputs)).toEqual(runRows(rtl, rows));
  return gates;
}

describe('gates of synthesis = the design at every clock, in the embedded simulator', () => {
  test('memories', { timeout: 300_000 }, async () => {
    const gates = await compare(memoryBench);
    expect(gates.registers.every(({ width }) => width === 1)).toBe(true);
  });
  test('a deep FIFO keeps its memory whole', { timeout: 300_000 }, async () => {
    const gates = await compare(design(Fifo({ type: record({ last: uint(1), data: sint(8) }), depth: 40 })));
    expect(gates.memories.reduce((sum, { depth, width }) => sum + depth * width, 0)).toBe(40 * 9);
  });
  test.each([1, 2, 3])('random design %i', { timeout: 300_000 }, async (seed) => {
    await compare(randomDesign(seededRandom(seed)));
  });
  test.runIf(exhaustive)('sequencer and multiply-accumulate cell', { timeout: 600_000 }, async () => {
    await compare(design(Sequencer({ depth: 9, drain: 4 })));
    await compare(design(MacCell({ width: 8, accWidth: 32 })));
  });
  const seeds = Array.from({ length: 60 }, (_, at) => 100 + at);
  test.runIf(exhaustive).each(seeds)('random design %i', { timeout: 600_000 }, async (seed) => {
    await compare(randomDesign(seededRandom(seed)));
  });
});
