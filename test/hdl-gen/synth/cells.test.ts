/**
 * Cells of four blocks of the library on three targets, Yosys 0.55. More than 2 % above the record is a regression. After a change
 * that is meant: `JOULESMITH_RECORD=1 npx vitest run test/hdl-gen/synth/cells.test.ts`, and say in the commit why.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { design } from '../../../hdl-gen/lang/module.ts';
import { LineBuffer } from '../../../hdl-gen/library/line-buffer.ts';
import { MacLane } from '../../../hdl-gen/library/mac-lane.ts';
import { requantizer } from '../../../hdl-gen/library/requantizer.ts';
import { StreamFifo } from '../../../hdl-gen/library/stream-fifo.ts';
import { seededRandom } from '../../support/random.ts';
import { type Cells, mappedCells, targets } from '../../support/synthesis.ts';

const golden = join(import.meta.dirname, '../../golden/cells.json');
const command = 'JOULESMITH_RECORD=1 npx vitest run test/hdl-gen/synth/cells.test.ts';

function sixteenChannels() {
  const random = seededRandom(16);
  const each = <T>(make: () => T): T[] => Array.from({ length: 16 }, make);
  return {
    bias: BigInt64Array.from(each(() => BigInt(random.integer(-20_000, 20_000)))),
    multiplier: Int32Array.from(each(() => random.integer(2 ** 30, 2 ** 31 - 1))),
    shift: Int32Array.from(each(() => random.integer(-10, -4))),
  };
}

const buffer = { channels: 16, lanes: 4, pixels: 20, imagePixels: 64, width: 1, reads: 1, countsWords: false };
const designs = {
  mac_lane_8: design(MacLane({ simd: 8, unsigned: true, weightBits: 8, weightForm: 'any', accumulatorBits: 20 })),
  requantizer_16: design(
    requantizer('requantizer_16', {
      ...sixteenChannels(),
      ...{ valueBits: 20, biasedBits: 21, zeroPoint: -128, clamp: { min: -128, max: 127 } },
    }),
  ),
  line_buffer_16x20: design(LineBuffer(buffer)),
  stream_fifo_32: design(StreamFifo({ width: 8, depth: 32 })),
};

/** Cells of one kind together: an expression may move between look-up tables of different sizes. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['registers', /^(SB_DFF|FD[RSCP]E|TRELLIS_FF)/],
  ['memories', /^(SB_RAM|RAM|DP16KD|TRELLIS_DPR)/],
  ['multipliers', /^(DSP48|MULT18)/],
  ['logic', /^(SB_LUT|SB_CARRY|LUT|L6MUX|PFUMX|CCU2C|CARRY4|MUXF|INV|SRL)/],
];

/** What a flow puts around a top module. */
const pads = /^(IBUF|OBUF|BUFG)$/;

function counted(cells: Cells): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [type, count] of Object.entries(cells)) {
    if (pads.test(type)) continue;
    const kind = kinds.find(([, pattern]) => pattern.test(type))?.[0] ?? type;
    sums[kind] = (sums[kind] ?? 0) + count;
  }
  return sums;
}

type Recorded = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

test.each(targets)('%s: no block takes more cells than recorded, by over one in fifty', async (target) => {
  const now: Record<string, Record<string, number>> = {};
  for (const [name, one] of Object.entries(designs)) now[name] = counted(await mappedCells(one, target));
  const recorded = JSON.parse(readFileSync(golden, 'utf8')) as Recorded;
  if (process.env.JOULESMITH_RECORD === '1') {
    writeFileSync(golden, `${JSON.stringify({ ...recorded, [target]: now }, null, 2)}\n`);
    return;
  }
  const limits = recorded[target]!;
  expect(Object.keys(limits)).toEqual(Object.keys(now));
  const above = Object.entries(now).flatMap(([name, sums]) =>
    Object.entries(sums)
      .filter(([kind, count]) => count > 1.02 * (limits[name]![kind] ?? 0))
      .map(([kind, count]) => `${name}: ${count} ${kind}, recorded ${limits[name]![kind] ?? 0}`),
  );
  expect(above, `meant? then record it: ${command}`).toEqual([]);
});
