import { expect, test } from 'vitest';
import { parseLiberty } from '../../../sim/cost/gate/liberty/parse.ts';
import { stateCellsOf } from '../../../sim/synthesis/liberty-cells.ts';
import { neededCells, needsMetBy } from '../../../sim/synthesis/needed-cells.ts';
import { cellTechnologies, libertyText, needLiberty } from '../../support/liberty.ts';
import { tinyLiberty } from '../../support/tiny-liberty.ts';

const all = Object.keys(neededCells).sort();
const library = (cells: string) =>
  `library (x) { time_unit : "1ns"; voltage_unit : "1V"; capacitive_load_unit (1, pf); leakage_power_unit : "1nW"; nom_voltage : 1; ${cells} }`;
const gate = (name: string, functions: readonly string[], more = '') =>
  `cell (${name}) { area : 1; ${more} pin (A) { direction : input; capacitance : 1; } pin (B) { direction : input; capacitance : 1; }
   ${functions.map((text, at) => `pin (Y${at}) { direction : output; function : "${text}"; }`).join(' ')} }`;
/** As the text says it, and as the library is understood; both are asked on the ways to gates. */
const metBy = (text: string) => {
  const ways = [stateCellsOf(text, 'x.lib').met, needsMetBy(parseLiberty(text, 'x.lib'))].map((met) => [...met].sort());
  expect(ways[0]).toEqual(ways[1]);
  return ways[0];
};

test.each([
  ["A'", ['inverter']],
  ['!(A)', ['inverter']],
  ['A', []],
  ['A B', ['andOrOr']],
  ["(A+B)'", ['andOrOr']],
  ["A * B'", ['andOrOr']],
  ['A ^ B', []],
  ['(A B) + (A !B)', []],
])('a gate with the output %s gives %j', (output, met) => {
  expect(metBy(library(gate('G', [output])))).toEqual(met);
});

test('what synthesis leaves alone gives nothing', () => {
  expect(metBy(library(gate('G', ["A'"], 'dont_use : true;')))).toEqual([]);
  expect(metBy(library(gate('macro_inverter', ["A'"])))).toEqual([]);
  expect(metBy(library(gate('HALF_ADDER', ['A B', 'A ^ B'])))).toEqual([]);
  expect(metBy(tinyLiberty())).toEqual(all);
  expect(metBy(tinyLiberty().replaceAll('DFF', 'sdfDFF'))).toEqual(['andOrOr', 'inverter']);
});

needLiberty(
  'each of the four libraries has them all, and one of the files of asap7 has not',
  cellTechnologies.flatMap(({ name, files }) => files.map((file) => `${name}/${file}`)),
  (folder) => {
    for (const { name, files } of cellTechnologies) {
      const met = files.map((file) => stateCellsOf(libertyText(folder, `${name}/${file}`), file).met);
      expect([...new Set(met.flatMap((one) => [...one]))].sort(), name).toEqual(all);
      if (files.length > 1) for (const one of met) expect(one.size).toBeLessThan(all.length);
    }
  },
);
