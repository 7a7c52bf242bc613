import { expect, test } from 'vitest';
import { blockSites, lutSites } from '../../../sim/synthesis/lut-sites.ts';

test('tables of carries and of small memories count, other cells do not', () => {
  expect(lutSites('ice40', { SB_LUT4: 7, SB_CARRY: 5, SB_DFFE: 9, SB_RAM40_4K: 2 })).toBe(7);
  expect(lutSites('ecp5', { LUT4: 7, CCU2C: 5, TRELLIS_DPR16X4: 2, PFUMX: 3, TRELLIS_FF: 9 })).toBe(7 + 10 + 12);
  expect(lutSites('xc7', { LUT1: 1, LUT6: 2, RAM32M: 3, RAM64X1D: 1, SRL16E: 4, CARRY4: 9, INV: 8, MUXF7: 2 })).toBe(
    21,
  );
});

test('block memories, where one is two', () => {
  expect(blockSites({ SB_RAM40_4K: 2, SB_RAM40_4KNW: 1 })).toBe(3);
  expect(blockSites({ DP16KD: 4, LUT4: 9 })).toBe(4);
  expect(blockSites({ RAMB18E1: 3, RAMB36E1: 2, RAM32M: 5 })).toBe(7);
});
