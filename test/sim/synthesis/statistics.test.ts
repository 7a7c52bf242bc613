import { expect, test } from 'vitest';
import { countCells } from '../../../sim/synthesis/count-cells.ts';
import { stateCellsOf } from '../../../sim/synthesis/liberty-cells.ts';
import { readStatistics } from '../../../sim/synthesis/statistics.ts';
import { targetOf } from '../../../sim/synthesis/target.ts';

const hierarchy = {
  creator: 'Yosys',
  modules: {
    '\\top': { area: 1.5, num_cells_by_type: { INV: 1, middle: 2, leaf: 1 } },
    '\\middle': { area: 4, num_cells_by_type: { NAND: 3, leaf: 5 } },
    '\\leaf': { area: 10, num_cells_by_type: { INV: 7 } },
    '\\unused': { area: 1000, num_cells_by_type: { INV: 9 } },
  },
};
const none = { flipFlops: new Set<string>(), latches: new Set<string>() };

test('every module counts as often as it stands in the design', () => {
  const found = readStatistics(JSON.stringify(hierarchy), 'top', new Map());
  expect(found.cellsByType).toEqual({ INV: 1 + 11 * 7, NAND: 6 });
  expect(found.cells).toBe(84);
  expect(found.areaSquareMicrons).toBe(1.5 + 2 * 4 + 11 * 10);
  expect(Object.fromEntries(Object.entries(found.modules).map(([name, { instances }]) => [name, instances]))).toEqual({
    top: 1,
    middle: 2,
    leaf: 11,
  });
  expect(found.modules.middle).toEqual({ instances: 2, cells: 3, cellsByType: { NAND: 3 }, areaSquareMicrons: 4 });
});

test('where Yosys prints no areas, they are those of the cells', () => {
  const modules = Object.fromEntries(
    Object.entries(hierarchy.modules).map(([name, { num_cells_by_type }]) => [name, { num_cells_by_type }]),
  );
  const areas = new Map([
    ['INV', 2],
    ['NAND', 0.5],
  ]);
  const found = readStatistics(JSON.stringify({ modules }), 'top', areas);
  expect(found.areaSquareMicrons).toBe(2 * (1 + 11 * 7) + 0.5 * 6);
  expect(found.modules.middle!.areaSquareMicrons).toBe(1.5);
});

test('versions that tell modules inside apart from cells give the same', () => {
  const apart = {
    modules: {
      top: { num_cells_by_type: { INV: 1 }, num_submodules_by_type: { middle: 2, leaf: 1 } },
      middle: { num_cells_by_type: { NAND: 3 }, num_submodules_by_type: { leaf: 5 } },
      leaf: { num_cells_by_type: { INV: 7 } },
    },
  };
  const { cells, cellsByType, areaSquareMicrons } = readStatistics(JSON.stringify(apart), 'top', null);
  expect({ cells, cellsByType, areaSquareMicrons }).toEqual({
    cells: 84,
    cellsByType: { INV: 78, NAND: 6 },
    areaSquareMicrons: null,
  });
});

test('the tree of modules that Yosys 0.23 prints into the document is no part of it', () => {
  const text = JSON.stringify(hierarchy, null, 2);
  const last = text.lastIndexOf('\n}');
  const tree = '\n       middle                        2\n         leaf$a-b:1                  5';
  const found = readStatistics(`${text.slice(0, last)}${tree}${text.slice(last)}`, 'top', null);
  expect(found).toEqual(readStatistics(text, 'top', null));
});

test('what is no statistics is refused in words', () => {
  expect(() => readStatistics('{"modules": {,}}', 'top', null)).toThrow(
    'yosys stat -json: wrote 16 characters that are no JSON; use another version of Yosys, or the one that comes with joulesmith (without --tool native) [SYNTH_STATISTICS]',
  );
  expect(() => readStatistics('{}', 'top', null)).toThrow(/\/modules: found nothing.*SYNTH_STATISTICS/);
  expect(() => readStatistics('{"modules": {}}', 'top', null)).toThrow("has no module 'top'");
});

test.each([
  [
    'ice40',
    { SB_LUT4: 10, SB_CARRY: 4, SB_DFF: 1, SB_DFFESR: 2, SB_MAC16: 3, SB_RAM40_4K: 5, SB_RAM40_4KNRNW: 6 },
    { lut: 10, carry: 4, ff: 3, dsp: 3, bram: 11, bramUnit: '4 kbit' },
  ],
  [
    'ecp5',
    { LUT4: 7, PFUMX: 2, L6MUX21: 1, CCU2C: 5, TRELLIS_FF: 8, TRELLIS_DPR16X4: 3, DP16KD: 2, MULT18X18D: 4, ALU54B: 1 },
    { lut: 7, wideMux: 3, carry: 5, ff: 8, lutRam: 3, bram: 2, dsp: 5 },
  ],
  [
    'xc7',
    {
      LUT1: 1,
      LUT6: 6,
      MUXF7: 2,
      MUXF8: 1,
      CARRY4: 9,
      FDRE: 4,
      FDSE: 1,
      FDRE_1: 1,
      RAM32M: 2,
      RAM64X1D: 1,
      SRL16E: 3,
      RAMB18E1: 1,
      RAMB36E1: 2,
      DSP48E1: 7,
      INV: 5,
      LDCE: 1,
    },
    { lut: 7, wideMux: 3, carry: 9, ff: 6, latch: 1, lutRam: 6, bram: 5, dsp: 7 },
  ],
  [
    'gowin',
    {
      LUT1: 1,
      LUT4: 4,
      MUX2_LUT5: 2,
      MUX2_LUT8: 1,
      ALU: 3,
      DFF: 1,
      DFFRE: 2,
      RAM16SDP4: 4,
      SDPX9B: 2,
      pROM: 1,
      SP: 1,
      DPB: 1,
      MULT18X18: 6,
    },
    { lut: 5, wideMux: 3, carry: 3, ff: 3, lutRam: 4, bram: 5, dsp: 6 },
  ],
  [
    'intel',
    {
      MISTRAL_ALUT2: 2,
      MISTRAL_ALUT6: 6,
      MISTRAL_ALUT_ARITH: 3,
      MISTRAL_NOT: 1,
      MISTRAL_FF: 4,
      MISTRAL_M10K: 5,
      MISTRAL_MLAB: 2,
      MISTRAL_MUL9X9: 1,
      MISTRAL_MUL27X27: 1,
    },
    { lut: 9, carry: 3, ff: 4, bram: 5, lutRam: 2, dsp: 2, bramUnit: '10 kbit' },
  ],
  [
    'generic',
    {
      $_AND_: 5,
      $_DFF_P_: 1,
      $_DFFE_PP_: 2,
      $_SDFF_PP0_: 3,
      $_SDFFE_PP0P_: 4,
      $_SDFFCE_PP0P_: 5,
      $_ALDFF_PP_: 6,
      $_DLATCH_P_: 7,
      $mem_v2: 8,
    },
    { lut: 0, ff: 21, latch: 7, memoryMacros: 8, bram: 0, bramUnit: 'none' },
  ],
] as const)('cells of %s are counted by their kind', (target, cells, expected) => {
  const zero = { lut: 0, ff: 0, latch: 0, carry: 0, wideMux: 0, lutRam: 0, dsp: 0, bram: 0, memoryMacros: 0 };
  const { bramUnit, ...counts } = countCells(target, cells, none);
  expect({ bramUnit, ...counts }).toEqual({ bramUnit, ...zero, ...expected });
});

test('flip-flops and latches of a library are those that its text says', () => {
  const text = `/* cell (no) { ff (a, b) {} } */
library ("one") {
  cell (INV) { pin (A) { } }
  cell ("DFF") { ff (IQ, IQN) { } pin (Q) { direction : output; } }
  cell(DFF2) { ff_bank ("IQ", "IQN", 2) { } }
  cell (LAT) { latch (IQ, IQN) { } }
}`;
  const { names, ...state } = stateCellsOf(text, 'one.lib');
  expect(names).toEqual(['INV', 'DFF', 'DFF2', 'LAT']);
  const counts = countCells('liberty', { INV: 4, DFF: 2, DFF2: 1, LAT: 3, $mem_v2: 1 }, state);
  expect(counts).toMatchObject({ ff: 3, latch: 3, memoryMacros: 1 });
});

test('what is no library is refused in words', () => {
  expect(() => stateCellsOf('<html>', 'page.lib')).toThrow(
    'page.lib: starts with "<html>", not with \'library (\'; give a Liberty file, plain or packed with gzip [SYNTH_LIBERTY]',
  );
  expect(() => stateCellsOf('library (empty) { }', 'empty.lib')).toThrow(
    'empty.lib: has no cells; give the library of the standard cells [SYNTH_LIBERTY]',
  );
});

test('targets', () => {
  expect(targetOf('ice40')).toBe('ice40');
  expect(() => targetOf('ice4O')).toThrow(
    "--target: 'ice4O' is neither a target nor a Liberty file (.lib or .lib.gz); did you mean 'ice40'? use one of generic, ice40, ecp5, xc7, gowin, intel, or the path of a library [SYNTH_TARGET]",
  );
});
