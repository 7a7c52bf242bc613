import { expect, test } from 'vitest';
import { isAvoided, libertyForMapping } from '../../../../../sim/cost/gate/liberty/for-mapping.ts';
import { libertyGroups } from '../../../../../sim/cost/gate/liberty/groups.ts';
import { libraryOf, parseLiberty } from '../../../../../sim/cost/gate/liberty/parse.ts';
import { Fault } from '../../../../../specs/fault.ts';
import { smallLiberty } from '../../../../support/small-liberty.ts';

const read = (text: string, file: string) => {
  const source = { file, text };
  const group = libertyGroups(source);
  return { group, library: libraryOf(source, group) };
};

/** Cells of other names, and other axes under the same names of templates. */
const other = smallLiberty
  .replaceAll(/\bcell\((\w+)\)/g, 'cell(OTHER_$1)')
  .replaceAll('index_1("0, 1"); index_2("0, 0.1")', 'index_1("0, 2"); index_2("0, 0.4")');

test('two libraries become one: every usable cell with its delays, states and functions, and no energy', () => {
  const files = [read(smallLiberty, 'small.lib'), read(other, 'other.lib')];
  const merged = parseLiberty(libertyForMapping(files));
  const usable = files.flatMap(({ library }) => [...library.cells.values()]).filter((cell) => !isAvoided(cell));
  expect([...merged.cells.keys()]).toEqual(usable.map(({ name }) => name));
  expect(usable.length).toBeLessThan(files.reduce((sum, { library }) => sum + library.cells.size, 0));
  for (const cell of usable) {
    const found = merged.cells.get(cell.name)!;
    expect([found.area, found.state]).toEqual([cell.area, cell.state]);
    for (const [at, pin] of cell.pins.entries()) {
      const { power, arcs, ...same } = pin;
      const isDelay = ({ type }: { readonly type: string }) => type === 'combinational';
      expect(found.pins[at]).toMatchObject(same);
      expect(found.pins[at]!.arcs.filter(isDelay)).toEqual(arcs.filter(isDelay));
      expect(found.pins[at]!.power).toEqual([]);
    }
  }
  expect(usable.some(({ pins }) => pins.some(({ power }) => power.length > 0))).toBe(true);
});

test('libraries of different units are no one library', () => {
  const files = [read(smallLiberty, 'small.lib'), read(other.replace('"1ns"', '"1ps"'), 'other.lib')];
  const merge = () => libertyForMapping(files);
  expect(merge).toThrow(Fault);
  expect(merge).toThrow(/other\.lib: has time_unit 1ps, .*small\.lib has time_unit 1ns.*same units/);
});
