import { expect, test } from 'vitest';
import { staticTiming } from '../../../scripts/synthesis/static-timing.ts';
import { smallLiberty } from '../../support/small-liberty.ts';
import { smallNetlist } from '../../support/small-netlist.ts';

const state = { flipFlops: new Set(['DFF']), latches: new Set<string>(), names: ['DFF'] };
const library = { path: 'small.lib', sha256: '', file: 'small.lib', text: smallLiberty, state } as never;
const bytes = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

/** a -> DFF -> INV -> AND2 -> DFF, as Yosys names registers after `rename -wire`. */
const netlist = smallNetlist(
  { inputs: ['clk', 'a'], outputs: ['y'] },
  {
    first$_DFF_P_: ['DFF', { CK: 'clk', D: 'a', Q: 'first' }],
    g1: ['INV', { A: 'first', Y: 'n1' }],
    g2: ['AND2', { A: 'n1', B: 'first', Y: 'sum' }],
    second$_DFF_P_: ['DFF', { CK: 'clk', D: 'sum', Q: 'y' }],
  },
);

test('clock and path of a netlist that was worked out on paper', () => {
  const { timing, notes } = staticTiming(bytes(netlist), 'top', [library]);
  expect(notes).toEqual([]);
  const { criticalPath, minimumPeriodSeconds, scope } = timing!;
  expect([criticalPath.from, criticalPath.to]).toEqual(['first', 'second']);
  expect(criticalPath.steps.map(({ net, named, cell }) => [net, named, cell])).toEqual([
    ['first', true, 'DFF'],
    ['n1', true, 'INV'],
    ['sum', true, 'AND2'],
  ]);
  const sum = criticalPath.steps.reduce((total, { delaySeconds }) => total + delaySeconds, criticalPath.setupSeconds);
  expect(minimumPeriodSeconds).toBeCloseTo(sum, 18);
  // first rises: 1 + 0 + 10 x 0.03 pF; n1 falls: 2 + 0.53 + 10 x 0.01; sum falls: 2 + 0.51 + 10 x 0.01; setup 0.5.
  expect(criticalPath.steps.map(({ edge, delaySeconds }) => [edge, Math.round(delaySeconds * 1e13) / 1e4])).toEqual([
    ['rise', 1.3],
    ['fall', 2.63],
    ['fall', 2.61],
  ]);
  expect(minimumPeriodSeconds).toBeCloseTo(7.04e-9, 15);
  expect(scope).not.toContain('memories');
});

test('a memory that stays whole cuts its paths, and the scope says so', () => {
  const modules = structuredClone(netlist.modules) as Record<string, { cells: Record<string, unknown> }>;
  const whole = modules.top!;
  const { y } = (modules.top as unknown as { ports: { y: { bits: number[] } } }).ports as { y: { bits: number[] } };
  whole.cells.rom = {
    type: '$mem_v2',
    port_directions: { RD_ADDR: 'input', RD_DATA: 'output' },
    connections: { RD_ADDR: y.bits, RD_DATA: [99] },
  };
  whole.cells.third = { type: 'INV', connections: { A: [99], Y: [98] } };
  const { timing, notes } = staticTiming(bytes({ modules }), 'top', [library]);
  expect(notes).toEqual([]);
  expect(timing!.minimumPeriodSeconds).toBeCloseTo(7.04e-9, 15);
  expect(timing!.scope).toContain('paths that begin or end at the memory are not in it');
});

test('what cannot be timed is a note, not a number', () => {
  const strange = smallNetlist({ inputs: ['clk', 'a'], outputs: ['y'] }, { g: ['NAND9', { A: 'a', Y: 'y' }] });
  expect(staticTiming(bytes(strange), 'top', [library])).toEqual({
    timing: null,
    notes: [expect.stringMatching(/^no clock frequency: module top, cell g: its type "NAND9" is not in the library/)],
  });
  const straight = smallNetlist(
    { inputs: ['clk', 'a'], outputs: ['y'] },
    {
      r: ['DFF', { CK: 'clk', D: 'a', Q: 'y' }],
    },
  );
  expect(staticTiming(bytes(straight), 'top', [library])).toEqual({
    timing: null,
    notes: ['no clock frequency: no path with a delay runs from register to register'],
  });
});
