import { expect, test } from 'vitest';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import { parseLiberty } from '../../../../sim/cost/gate/liberty/parse.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { timing } from '../../../../sim/cost/gate/timing.ts';
import { type CountedShell, gatedCells } from '../../../../sim/cost/t2/clocked-cells.ts';
import { smallLiberty } from '../../../support/small-liberty.ts';
import { smallNetlist } from '../../../support/small-netlist.ts';

const library = parseLiberty(smallLiberty, 'small.lib');

/** Two flip-flops behind clock gates with these enables: a net or a constant. */
function gatedBy(count: number, ...enables: readonly [string, string]): CountedShell {
  const document = smallNetlist(
    { inputs: ['CK', 'E', 'D'], outputs: ['Q0', 'Q1'] },
    Object.fromEntries(
      enables.flatMap((enable, at) => [
        [`gate${at}`, ['GATE', { CK: 'CK', E: enable, GCK: `own${at}` }]],
        [`flop${at}`, ['DFF', { CK: `own${at}`, D: 'D', Q: `Q${at}` }]],
      ]),
    ),
  );
  const netlist = readMappedNetlist(document, [library], 'top');
  const times = timing(netlist);
  return { shell: { netlist, timing: times, tables: instanceTables(netlist, times) }, count };
}

const picojoules = ({ clock, clockTree }: { readonly clock: number; readonly clockTree: number }) =>
  [clock, clockTree].map((joules) => Number((1e12 * joules).toPrecision(12)));

test('what a flip-flop and a clock gate draw, by hand', () => {
  const { flipFlops, clockGates, flipFlop, open, closed } = gatedCells([gatedBy(3, 'E', 'E')], 4)!;
  expect([flipFlops, clockGates]).toEqual([6, 6]);
  // Inside 0.25 + 0.5 pJ, charged 0.02 pF at 2 V up and down; the tree three times the charge.
  expect(picojoules(flipFlop)).toEqual([0.83, 0.24]);
  expect(picojoules(closed)).toEqual([0.04, 0.12]);
  expect(picojoules(open)).toEqual([18.04, 0.12]);
});

test('a clock gate with a constant enable tells nothing of others; where all have one, none is told', () => {
  const wanted = gatedCells([gatedBy(1, 'E', 'E')], 4)!;
  for (const constant of ['0', '1']) {
    const found = gatedCells([gatedBy(1, 'E', constant)], 4)!;
    expect(found).toEqual({ ...wanted, clockGates: 1 });
  }
  expect(gatedCells([gatedBy(1, '0', '1')], 4)).toBeNull();
  expect(gatedCells([gatedBy(2, '1', '1')], 4)).toBeNull();
  expect(gatedCells([gatedBy(1, '0', '0'), gatedBy(1, 'E', '0')], 4)).toEqual({
    ...wanted,
    flipFlops: 4,
    clockGates: 1,
  });
});
