import { expect, test } from 'vitest';
import { hasCellName, technologyOfCell } from '../../specs/cell-names.ts';
import { technologyNames, technologyOf } from '../../specs/technologies.ts';

test.each([
  ['INVx1_ASAP7_75t_R', 'asap7'],
  ['DFFHQNx1_ASAP7_75t_SRAM', 'asap7'],
  ['gt2_6t_nand2_x1_w13_svt', 'gt2n'],
  ['sg13g2_dfrbpq_1', 'ihp-sg13g2'],
  ['RM_IHPSG13_1P_64x64_c2_bm_bist', 'ihp-sg13g2'],
  ['sky130_fd_sc_hd__inv_1', 'sky130hd'],
  ['sky130_fd_sc_hs__inv_1', 'sky130hd'],
])('%s is of %s', (cell, technology) => {
  expect(technologyNames.filter((name) => hasCellName(technologyOf(name), cell))).toEqual([technology]);
  expect(technologyOfCell(cell)).toBe(technology);
});

test.each(['INVX1', 'ASAP7_75t', 'xgt2_inv', 'my_sky130_inv', 'sg13g2', '', 'NAND2'])('%j is of none', (cell) => {
  expect(technologyOfCell(cell)).toBeNull();
});

test('letters of a pattern stand for themselves', () => {
  const cells = { names: ['a.b*', '*+z'], source: 'made up' };
  expect(['a.b', 'a.b1', 'q+z', 'axb', 'aab', 'qqz'].map((cell) => hasCellName({ cells }, cell))).toEqual([
    ...[true, true, true],
    ...[false, false, false],
  ]);
});
