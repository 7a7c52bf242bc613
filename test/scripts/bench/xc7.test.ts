import { expect, test } from 'vitest';
import { cellsOf } from '../../../scripts/bench/peers/xc7.ts';

const cells = { lut: 12, ff: 7, dsp: 2, ramb18: 7, lutRam: 5 };

test('cells of the last table, name first (before 0.46) and count first', () => {
  const old = `   Number of cells:  99
     LUT2   1000
=== top ===
   Number of cells:                 40
     BUFG                            1
     CARRY4                          4
     DSP48E1                         2
     FDRE                            6
     FDSE                            1
     LUT2                            3
     LUT6                            9
     MUXF7                           8
     RAM32M                          1
     RAM64X1D                        2
     RAMB18E1                        3
     RAMB36E1                        2
     SRL16E                          2
`;
  expect(cellsOf(old)).toEqual(cells);
  const recent = old.replaceAll(/^ {5}(\w+) +(\d+)$/gm, '     $2   $1');
  expect(recent).not.toBe(old);
  expect(cellsOf(recent)).toEqual(cells);
});
