import type { BlockDevice } from '../../specs/design.ts';

type Cells = Readonly<Record<string, number>>;

/** Look-up tables that a cell takes beside those that are one themselves. */
const sites: Readonly<Record<BlockDevice, readonly (readonly [RegExp, number])[]>> = {
  // A carry shares its site with the table that reads it.
  ice40: [[/^SB_LUT4$/, 1]],
  // A pair of carries is made of two tables; a 16 x 4 memory of four, and of two more that its write address takes.
  ecp5: [
    [/^LUT4$/, 1],
    [/^CCU2C$/, 2],
    [/^TRELLIS_DPR16X4$/, 6],
  ],
  xc7: [
    [/^LUT[1-6]$/, 1],
    [/^RAM(32|64)M$/, 4],
    [/^RAM\d+X1D$/, 2],
    [/^RAM\d+X1S$/, 1],
    [/^SRL\w+$/, 1],
  ],
};

/** Look-up tables in use, those included that carries and small memories are made of. */
export function lutSites(device: BlockDevice, cells: Cells): number {
  return Object.entries(cells).reduce((sum, [name, count]) => {
    const own = sites[device].find(([pattern]) => pattern.test(name))?.[1] ?? 0;
    return sum + own * count;
  }, 0);
}

const blocks = /^(?:SB_RAM40_4K\w*|DP16KD|PDPW16KD|RAMB(?:18|36)\w*)$/;

/** Block memories in use; a RAMB36 is two. */
export function blockSites(cells: Cells): number {
  return Object.entries(cells).reduce((sum, [name, count]) => {
    return blocks.test(name) ? sum + (name.startsWith('RAMB36') ? 2 : 1) * count : sum;
  }, 0);
}
