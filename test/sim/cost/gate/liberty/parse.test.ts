import { describe, expect, test } from 'vitest';
import type { LibraryCell } from '../../../../../sim/cost/gate/liberty/library.ts';
import { parseLiberty } from '../../../../../sim/cost/gate/liberty/parse.ts';
import { lookUp } from '../../../../../sim/cost/gate/liberty/table.ts';
import { Fault } from '../../../../../specs/fault.ts';
import { seededRandom } from '../../../../support/random.ts';
import { smallLiberty } from '../../../../support/small-liberty.ts';

const library = parseLiberty(smallLiberty, 'small.lib');
const cell = (name: string): LibraryCell => library.cells.get(name)!;
const pin = (of: string, name: string) => cell(of).pins.find((found) => found.name === name)!;

function messageOf(text: string): string {
  try {
    parseLiberty(text, 'bad.lib');
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a Liberty file', () => {
  test('is read in SI units', () => {
    expect([library.name, library.voltage, library.cells.size]).toEqual(['small', 2, 11]);
    expect(pin('INV', 'A').capacitance).toBe(0.01e-12);
    expect(cell('INV').leakagePower).toBeCloseTo(3e-9, 20);
    const power = pin('INV', 'Y').power[0]!;
    expect([power.related, power.energy[0]!.values[0], power.energy[1]!.values[0]]).toEqual(['A', 5e-12, 7e-12]);
    expect(pin('AND2', 'Y').arcs.map((arc) => arc.related)).toEqual(['A', 'B']);
    expect(pin('DFF', 'D').arcs[0]!.constraint[1]!.values[0]).toBe(0.5e-9);
  });

  test('reads flops, latches, state tables and memories', () => {
    expect(cell('DFF').state).toMatchObject({ kind: 'flop', variable: 'IQ', clear: null });
    expect(cell('DFFRN').state).toMatchObject({ preset: { kind: 'not', of: { kind: 'pin', name: 'RN' } } });
    expect(cell('LATCH').state).toMatchObject({ kind: 'latch', data: { kind: 'pin', name: 'D' } });
    expect(cell('GATE').state).toMatchObject({
      kind: 'table',
      inputs: ['CK', 'E'],
      rows: [
        { inputs: [0, 0], next: 0 },
        { inputs: [0, 1], next: 1 },
        { inputs: [1, null], next: null },
      ],
    });
    expect(cell('RAM').memory).toEqual({ kind: 'ram', addressBits: 2, wordBits: 8 });
  });

  test('takes buses apart, with what inner groups say about some bits', () => {
    const bus = cell('RAM').pins.filter(({ name }) => name.startsWith('D['));
    expect(bus.map(({ name }) => name)).toEqual([7, 6, 5, 4, 3, 2, 1, 0].map((bit) => `D[${bit}]`));
    expect(bus.map(({ capacitance }) => Math.round(capacitance * 1e14))).toEqual([3, 3, 3, 3, 4, 4, 4, 4]);
    expect(pin('RAM', 'Q[5]').arcs[0]!.related).toBe('CK');
  });

  test('tables interpolate inside and continue outside, in both directions', () => {
    const table = pin('INV', 'Y').arcs[0]!.delay[0]!;
    // d = 1 ns + slew + 10 ns/pF x load, by construction.
    for (const [slew, load] of [
      [0, 0],
      [0.3, 0.04],
      [2.5, 0.3],
      [-0.5, 0.02],
    ] as const) {
      expect(lookUp(table, slew * 1e-9, load * 1e-12) * 1e9).toBeCloseTo(1 + slew + 10 * load, 9);
    }
    const curved = {
      rows: Float64Array.of(0, 1, 3),
      columns: Float64Array.of(0, 2),
      values: Float64Array.of(0, 2, 4, 6, 5, 1),
    };
    expect(lookUp(curved, 1, 0)).toBe(4);
    expect(lookUp(curved, 2, 1)).toBe((4 + 6 + 5 + 1) / 4);
    expect(lookUp(curved, 5, 0)).toBe(6);
    expect(lookUp(curved, 0, 4)).toBe(4);
    expect(lookUp({ rows: Float64Array.of(0), columns: Float64Array.of(0), values: Float64Array.of(7) }, 3, 9)).toBe(7);
  });

  test('a table with swapped axes means the same', () => {
    const swapped = smallLiberty
      .replace(
        'variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; index_1("0, 1"); index_2("0, 0.1");',
        'variable_1 : total_output_net_capacitance; variable_2 : input_net_transition; index_1("0, 0.1"); index_2("0, 1");',
      )
      .replaceAll('index_1("0, 1"); index_2("0, 0.1"); values("1, 2", "2, 3")', 'values("1, 2", "2, 3")');
    expect(swapped).not.toBe(smallLiberty);
    const table = parseLiberty(swapped).cells.get('INV')!.pins[1]!.arcs[0]!.delay[0]!;
    expect(lookUp(table, 0.3e-9, 0.04e-12) * 1e9).toBeCloseTo(1.7, 9);
  });
});

describe('a damaged Liberty file', () => {
  test.each([
    [
      'a missing end',
      smallLiberty.slice(0, smallLiberty.indexOf('cell(XOR2)') + 30),
      'bad.lib:20: the file ends inside the statement cell_le that begins here; fetch the file again, its end is missing [LIBERTY_TRUNCATED]',
    ],
    [
      'an open string',
      'library(x) { time_unit : "1ns; }',
      'bad.lib:1: the file ends inside a string that begins here; fetch the file again, its end is missing [LIBERTY_TRUNCATED]',
    ],
    [
      'an open comment',
      'library(x) { /* ',
      'bad.lib:1: the file ends inside a comment that begins here; fetch the file again, its end is missing [LIBERTY_TRUNCATED]',
    ],
    [
      'another format',
      'module x; endmodule',
      'bad.lib:1: "x; endmodule" follows "module" where \':\' or \'(\' must stand; correct the file, or fetch it again if it is damaged [LIBERTY_SYNTAX]',
    ],
    [
      'nothing',
      '',
      'bad.lib:1: the file holds no library; correct the file, or fetch it again if it is damaged [LIBERTY_SYNTAX]',
    ],
    [
      'a second brace',
      `${smallLiberty}}`,
      'bad.lib:86: a closing brace has no opening one; correct the file, or fetch it again if it is damaged [LIBERTY_SYNTAX]',
    ],
    [
      'a word in a table',
      smallLiberty.replace('values("1, 2", "2, 3")', 'values("1, x2", "2, 3")'),
      'bad.lib:10: "x2\\", \\"2, 3\\"); } cell_fal" is not a number; correct the table, or fetch the file again if it is damaged [LIBERTY_NUMBER]',
    ],
    [
      'a short table',
      smallLiberty.replace('values("1, 2", "2, 3")', 'values("1, 2", "2")'),
      'bad.lib:10: the table has 3 values, its axes ask for 2 x 2; correct the table, or fetch the file again if it is damaged [LIBERTY_TABLE]',
    ],
    [
      'an unknown template',
      smallLiberty.replace('cell_rise(grid)', 'cell_rise(net)'),
      'bad.lib:10: the template "net" is not defined; correct the table, or fetch the file again if it is damaged [LIBERTY_TABLE]',
    ],
    [
      'an axis that falls',
      smallLiberty.replace('cell_rise(grid) { index_1("0, 1")', 'cell_rise(grid) { index_1("1, 0")'),
      'bad.lib:10: index_1 does not increase; correct the table, or fetch the file again if it is damaged [LIBERTY_TABLE]',
    ],
    [
      'a broken function',
      smallLiberty.replace('"A^B"', '"A^"'),
      'bad.lib:22: function "A^" is no Boolean expression: it ends too early; correct the file, or fetch it again if it is damaged [LIBERTY_EXPRESSION]',
    ],
    [
      'a function of a stranger',
      smallLiberty.replace('"A^B"', '"A^Z"'),
      'bad.lib:20: cell XOR2 reads "Z", which is no pin and no state of it; correct the cell, or fetch the file again if it is damaged [LIBERTY_CELL]',
    ],
    [
      'no unit',
      smallLiberty.replace('time_unit : "1ns";', ''),
      'bad.lib:2: the library has no time_unit; add time_unit to the library [LIBERTY_UNIT]',
    ],
    [
      'a strange unit',
      smallLiberty.replace('"1ns"', '"1 fortnight"'),
      'bad.lib:3: time_unit is "1 fortnight", not a number with a unit in s; correct the unit; joulesmith does not guess one [LIBERTY_UNIT]',
    ],
    [
      'no voltage',
      smallLiberty.replace('nom_voltage : 2;', ''),
      'bad.lib:2: the library states no voltage; state nom_voltage as a number above 0 [LIBERTY_UNIT]',
    ],
    [
      'a cell twice',
      smallLiberty.replace('cell(XOR2)', 'cell(INV)'),
      'bad.lib:20: cell INV is defined twice; correct the file, or fetch it again if it is damaged [LIBERTY_CELL]',
    ],
  ])('with %s is refused in one sentence', (_, text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  test('nesting without end is refused', () => {
    expect(messageOf(`library(x) {${'a() {'.repeat(100_000)}`)).toContain('groups are nested more than 64 deep');
  });

  test('cut anywhere or changed anywhere: a Fault or a library, never anything else, and quickly', () => {
    const random = seededRandom(1);
    let refused = 0;
    const runs = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 20_000 : 1000;
    for (let run = 0; run < runs; run++) {
      const at = random.integer(0, smallLiberty.length - 1);
      const marks = [
        '',
        '{',
        '}',
        '(',
        ')',
        '"',
        ';',
        ':',
        '\\',
        '\n',
        ',',
        '9',
        'e',
        '/*',
        '*/',
        "'",
        '!',
        '[',
        '\u0000',
      ];
      const mark = marks[random.integer(0, marks.length - 1)]!;
      const removed = random.integer(0, 3) === 0 ? random.integer(0, 400) : 1;
      const text =
        run % 4 === 0 ? smallLiberty.slice(0, at) : smallLiberty.slice(0, at) + mark + smallLiberty.slice(at + removed);
      if (messageOf(text) !== 'accepted') refused++;
    }
    expect(refused).toBeGreaterThan(runs / 4);
  });
});
