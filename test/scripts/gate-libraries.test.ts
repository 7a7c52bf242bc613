import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type LoadedDesign, loadDesign } from '../../scripts/design.ts';
import { type LibertyFile, readLibertyFile } from '../../scripts/gate/liberty-files.ts';
import { readTechnology } from '../../scripts/gate/libraries.ts';
import { checkLibraryTechnology, otherTechnologyNotes } from '../../scripts/gate/library-technology.ts';
import { technologyOfCell } from '../../specs/cell-names.ts';
import { technologyNames, technologyOf } from '../../specs/technologies.ts';
import { runCli } from '../support/cli.ts';
import { cellTechnologies, needLiberty } from '../support/liberty.ts';
import { tinyLiberty } from '../support/tiny-liberty.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-libraries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

function designIn(technology: string, change: { readonly voltage?: string } = {}): LoadedDesign {
  writeFileSync(
    at('own.json'),
    JSON.stringify({
      ...{ name: 'own', model: 'digits', architecture: 'stream', parameters: { multipliers: 8 } },
      ...{ clock: '10 MHz', technology },
    }),
  );
  return loadDesign('own.json', folder, {}, change);
}

/** A library by hand: its cells begin with `prefix`, its supply is `volts`. */
function made(name: string, prefix: string, volts: number, text = tinyLiberty()): LibertyFile {
  const named = text
    .replaceAll(/cell \((\w+)\)/g, (_, cell) => `cell (${prefix}${cell})`)
    .replace('nom_voltage : 1;', `nom_voltage : ${volts};`);
  writeFileSync(at(name), named);
  return readLibertyFile(at(name));
}
const macro = `library (macros) {
  time_unit : "1ns"; voltage_unit : "1V"; capacitive_load_unit (1, pf); leakage_power_unit : "1nW"; nom_voltage : 1;
  cell (RAM64) { area : 100; memory () { type : ram; address_width : 6; word_width : 1; }
    pin (CK) { direction : input; clock : true; capacitance : 1; } pin (Q) { direction : output; } }
}
`;

needLiberty(
  'each of the four libraries is taken for its own technology and refused for the three others',
  cellTechnologies.flatMap(({ name, files }) => files.map((file) => `${name}/${file}`)),
  (liberty) => {
    expect(cellTechnologies.map(({ name }) => name).sort()).toEqual([...technologyNames].sort());
    for (const technology of cellTechnologies) {
      const files = readTechnology(liberty, technology);
      const cells = files.flatMap(({ library }) => [...library.cells.keys()]);
      expect(cells.length).toBeGreaterThan(50);
      expect(new Set(cells.map(technologyOfCell))).toEqual(new Set([technology.name]));
      for (const name of technologyNames) {
        const check = () => checkLibraryTechnology(files, designIn(name), false);
        if (name === technology.name) {
          expect(check).not.toThrow();
          continue;
        }
        const words = new RegExp(
          String.raw`\.lib: has cells of ${technology.name} \(\w+\), and the technology of \S*own\.json is ${name}; give the libraries of ${name}, or say "technology": "${technology.name}" in the design file \[LIBERTY_TECHNOLOGY\]$`,
        );
        expect(check).toThrow(words);
        // Nobody's word makes these cells of another technology.
        expect(() => checkLibraryTechnology(files, designIn(name), true)).toThrow(words);
      }
    }
    const ihp = readdirSync(join(liberty, 'ihp-sg13g2')).map((name) =>
      readLibertyFile(join(liberty, 'ihp-sg13g2', name)),
    );
    expect(ihp.length).toBeGreaterThan(5);
    expect(() => checkLibraryTechnology(ihp, designIn('ihp-sg13g2'), false)).not.toThrow();
  },
  120,
);

test('what a file is called does not matter, nor what else is in it', () => {
  const files = [made('sky130_fd_sc_hd__tt.lib', 'gt2_', 0.7), made('macros.lib', 'my_', 0.7, macro)];
  expect(() => checkLibraryTechnology(files, designIn('gt2n'), false)).not.toThrow();
  expect(() => checkLibraryTechnology(files, designIn('asap7'), false)).toThrow('has cells of gt2n (gt2_INV)');
});

test('one file of another technology among several, and one cell of it among its own', () => {
  const [own, other] = [made('own.lib', 'gt2_', 0.7), made('other.lib', 'sg13g2_', 0.7)];
  expect(() => checkLibraryTechnology([own, other], designIn('gt2n'), false)).toThrow(
    /^other\.lib: has cells of ihp-sg13g2/,
  );
  const text = tinyLiberty().replace('cell (BUF)', 'cell (x_ASAP7_75t_L)');
  expect(() => checkLibraryTechnology([made('mixed.lib', '', 0.7, text)], designIn('gt2n'), true)).toThrow(
    'mixed.lib: has cells of asap7 (x_ASAP7_75t_L)',
  );
});

test('cells under names of their own need the word of who brings them', () => {
  const files = [made('mine.lib', 'my_', 1.2)];
  const design = designIn('ihp-sg13g2');
  expect(() => checkLibraryTechnology(files, design, false)).toThrow(
    'mine.lib: has no cell that is called like those of ihp-sg13g2 (sg13g2_*, RM_IHPSG13_*) but cells like my_INV; give the libraries of ihp-sg13g2, or --own-cells if these are of that technology under other names [LIBERTY_TECHNOLOGY]',
  );
  expect(() => checkLibraryTechnology(files, design, true)).not.toThrow();
  expect(() => checkLibraryTechnology([made('known.lib', 'sg13g2_', 1.2)], design, true)).toThrow(
    '--own-cells: says nothing of these libraries, whose cells are called like those of ihp-sg13g2; leave it out [COMMAND_LINE]',
  );
});

test('another corner comes in at its own supply', () => {
  const fast = [made('fast.lib', 'gt2_', 0.77)];
  const source = at('own.json');
  expect(() => checkLibraryTechnology(fast, designIn('gt2n'), false)).toThrow(
    `fast.lib: is made for 0.77 V, and ${source} is in gt2n, at ${technologyOf('gt2n').volts} V; give libraries of that supply, or --voltage 0.77V for this one [LIBERTY_TECHNOLOGY]`,
  );
  expect(() => checkLibraryTechnology(fast, designIn('gt2n', { voltage: '0.77V' }), false)).not.toThrow();
  expect(() => checkLibraryTechnology(fast, designIn('gt2n', { voltage: '0.6V' }), false)).toThrow(
    `fast.lib: is made for 0.77 V, and ${source} asks for 0.6 V; give libraries`,
  );
});

test('every verb that needs the technology looks before anything is mapped', async () => {
  made('mine.lib', 'my_', 0.7);
  made('gt2.lib', 'gt2_', 0.7);
  designIn('asap7');
  const measured = ['--arithmetic', 'measured'];
  for (const argv of [
    ['simulate', 'own.json', '--tier', 'T2'],
    ['synth', 'own.json', ...measured],
    ['verify', 'own.json', '--levels', 'netlist', ...measured],
  ]) {
    const run = (...more: string[]) => runCli([...argv, ...more], { folder });
    for (const [more, words] of [
      [['--liberty', 'gt2.lib'], 'gt2.lib: has cells of gt2n (gt2_INV), and the technology of'],
      [['--liberty', 'mine.lib'], 'or --own-cells if these are of that technology'],
    ] as const) {
      const { code, out, err } = await run(...more);
      expect([code, out, err]).toEqual([2, '', expect.stringContaining(words)]);
      expect(err).toContain('[LIBERTY_TECHNOLOGY]');
    }
  }
  const idle = [
    [['simulate', 'own.json', '--own-cells'], 'simulate --own-cells: says nothing at tier T0; give --tier T2'],
    [['synth', 'own.json', '--liberty', 'mine.lib', '--own-cells'], '--own-cells: belongs to --arithmetic measured'],
    [['verify', 'own.json', '--own-cells'], '--own-cells: belongs to --arithmetic measured; leave it out'],
    [
      ['simulate', 'own.json', '--tier', 'T2', '--liberty', 'gt2.lib', '--voltage', '0.7V', '--node', '3nm'],
      'asks for 3nm, and tier T2 knows cells at their own node alone; leave the node away, or take --tier T0 [TIER_SCALED]',
    ],
    [
      ['simulate', 'own.json', '--tier', 'T1', '--voltage', '0.6V'],
      'asks for 0.6V, and tier T1 holds at the supply of its fit alone; leave the supply and the node away',
    ],
  ] as const;
  for (const [argv, words] of idle) {
    const { code, err } = await runCli(argv, { folder });
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  }
});

test('cells of another technology are noted where any library may be given', () => {
  const design = designIn('gt2n');
  const [note, ...more] = otherTechnologyNotes(['INVx1_ASAP7_75t_R', 'INVx2_ASAP7_75t_R'], design);
  expect(note).toBe(
    `the cells are of asap7 (INVx1_ASAP7_75t_R), and so are their area and clock; the technology of ${design.source} is gt2n`,
  );
  expect(more).toEqual([]);
  expect(otherTechnologyNotes(['INVx1_ASAP7_75t_R'], designIn('asap7'))).toEqual([]);
  expect(otherTechnologyNotes(['INV'], design)).toEqual([]);
});
