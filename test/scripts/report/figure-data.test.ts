import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReportFigure } from '../../../scripts/report/figure.ts';
import { cellWords } from '../../../scripts/report/figure-table.ts';
import { shortNames } from '../../../scripts/report/figures/shorten.ts';
import type { Tile } from '../../../scripts/report/figures/tile.ts';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { type Rectangle, squarify } from '../../../scripts/report/squarify.ts';
import type { Result } from '../../../specs/result.ts';
import { sampleBaselines, sampleResult, sampleResults } from '../../support/results.ts';

const build = (results: readonly Result[]) => buildFigures(results, sampleBaselines());
const figures = build(sampleResults());
const figure = (id: string, from: readonly ReportFigure[] = figures) => from.find((one) => one.id === id)!;
const rowsOf = (one: ReportFigure) => one.table.rows.map((row) => row.map(cellWords));

interface Point {
  readonly tile: Tile;
  readonly tip: readonly string[];
}
const tiles = (one: ReportFigure) =>
  (one.config.data.datasets as unknown as { readonly data: readonly Point[] }[]).flatMap(({ data }) => data);

/** One design whose shares are whole numbers: layers a and b of a hundred units. */
function small(): Result {
  const result = sampleResult({ name: 'small', architecture: 'stream', multipliers: 16 });
  const exact = (value: number) => ({ value, low: value / 2, high: value * 2 });
  result.energy.breakdown.byLayerAndComponent = {
    a: { mac: 60e-9, clock: 0.04e-9 },
    b: { mac: 0, clock: 39.96e-9 },
  };
  result.energy.breakdown.byLayer = { a: exact(60.04e-9), b: exact(39.96e-9) };
  result.energy.breakdown.byComponent = { mac: exact(60e-9), clock: exact(40e-9) };
  result.energy.joulesPerInference = exact(100e-9);
  result.area.byLayerAndComponent = { a: { mac: 600, registers: 150 }, b: { mac: 200, registers: 0 }, c: { mac: 50 } };
  result.area.byComponent = { mac: exact(850), registers: exact(150) };
  result.area.squareMicrons = exact(1000);
  return result;
}

test('every figure has a table whose rows are as wide as its head, and no figure is without numbers', () => {
  for (const { id, table } of figures) {
    expect(table.rows.length, id).toBeGreaterThan(0);
    for (const row of table.rows) expect(row.length, id).toBe(table.heads.length);
  }
});

test('the stack: every component with its band and share, the whole with its tier, beside the bar too', () => {
  const one = figure('energy-by-component', build([small()]));
  expect(rowsOf(one)).toEqual([
    ['A small', 'mac', '60.0 T0', '30.0 – 120', '60.0'],
    ['A small', 'clock', '40.0 T0', '20.0 – 80.0', '40.0'],
    ['A small', 'all', '100 T0', '50.0 – 200', '100'],
  ]);
  expect(one.table.heads.map(({ unit }) => unit)).toEqual([undefined, undefined, 'nJ', 'nJ', '%']);
  const { totals } = (one.config.options.plugins as { marks: { totals: unknown } }).marks as { totals: unknown };
  expect(totals).toEqual([{ index: 0, low: 50e-9, high: 200e-9, text: '100 nJ (50.0 – 200) T0' }]);
});

test('designs that differ by decades each have a readable number behind their bar', () => {
  const tiny = small();
  const band = tiny.energy.joulesPerInference;
  tiny.energy.joulesPerInference = { value: band.value / 1e4, low: band.low / 1e4, high: band.high / 1e4 };
  const { marks } = figure('energy-by-component', build([small(), tiny])).config.options.plugins as {
    marks: { totals: { text: string }[] };
  };
  expect(marks.totals.map(({ text }) => text)).toEqual(['100 nJ (50.0 – 200) T0', '10.0 pJ (5.00 – 20.0) T0, best']);
});

test('a design that nobody beats is called best, and only when the bands are apart', () => {
  const texts = (from: Result[]) =>
    rowsOf(figure('energy-by-component', build(from))).filter((row) => row[1] === 'all');
  expect(texts(sampleResults()).map((row) => row[2])).toEqual(['0.947 T0', '0.842 T0', '1.17 T0', '0.688 T0']);
  expect(texts(sampleResults().slice(1, 3)).map((row) => row[2])).toEqual(['0.842 T0, best', '1.17 T0']);
});

describe('the heat map', () => {
  const one = figure('heat-a', build([small()]));
  const field = (tip: string) => tiles(one).find((point) => point.tip[0] === tip)!;

  test('shows shares of the energy, the strongest in full colour, sums without colour', () => {
    expect(tiles(one)).toHaveLength(9);
    expect(field('a, mac').tile).toMatchObject({ lines: ['60'], strength: 1, left: -0.5, right: 0.5, top: -0.5 });
    expect(field('a, clock').tile).toMatchObject({ lines: ['<0.1'], left: 0.5, right: 1.5 });
    expect(field('b, clock').tile).toMatchObject({ lines: ['40'], top: 0.5, bottom: 1.5 });
    expect(field('b, clock').tile.strength).toBeCloseTo(39.96 / 60, 12);
    expect(field('b, mac').tile).toMatchObject({ lines: ['0'], strength: 0 });
    expect(field('a, all components').tile).toMatchObject({ lines: ['60'], strength: 0, bold: true });
    expect(field('clock, all layers').tile).toMatchObject({ lines: ['40'], strength: 0, top: 1.5 });
    expect(field('all layers, all components').tile.lines).toEqual(['100']);
    expect(field('a, clock').tip).toEqual(['a, clock', '40.0 pJ, 0.0400 %']);
    expect(new Set(tiles(one).map(({ tile }) => tile.fill)).size).toBe(1);
  });

  test('its table has joules with the tier', () => {
    expect(rowsOf(one)).toEqual([
      ['a', '60.0 T0', '0.0400 T0', '60.0 T0'],
      ['b', '0 T0', '40.0 T0', '40.0 T0'],
      ['all layers', '60.0 T0', '40.0 T0', '100 T0'],
    ]);
    expect(one.alt).toBe('The most active block of small is mac in a with 60.0 % of the energy; it alone takes half.');
  });

  test('a component that a layer does not have is no zero', () => {
    const result = small();
    delete result.energy.breakdown.byLayerAndComponent.b!.mac;
    const changed = figure('heat-a', build([result]));
    expect(tiles(changed).find(({ tip }) => tip[0] === 'b, mac')!.tile.lines).toEqual(['–']);
    expect(rowsOf(changed)[1]![1]).toBe('–');
  });
});

describe('the treemap', () => {
  const one = figure('treemap-a', build([small()]));
  const size = ({ left, right, top, bottom }: Tile) => (right - left) * (bottom - top);

  test('has a frame per layer of its share, with its components inside', () => {
    const frames = tiles(one).filter(({ tile }) => tile.frame === true);
    expect(frames.map(({ tile }) => tile.lines[0])).toEqual(['a', 'b', 'c']);
    const all = frames.reduce((sum, { tile }) => sum + size(tile), 0);
    expect(frames.map(({ tile }) => size(tile) / all)).toEqual(
      [0.75, 0.2, 0.05].map((part) => expect.closeTo(part, 9)),
    );
    const inside = tiles(one).filter(({ tile }) => tile.frame !== true);
    expect(inside.map(({ tip }) => tip)).toEqual([
      ['a, mac', '600 µm², 60.0 %'],
      ['b, mac', '200 µm², 20.0 %'],
      ['c, mac', '50.0 µm², 5.00 %'],
      ['a, registers', '150 µm², 15.0 %'],
    ]);
    const [mac, , , registers] = inside;
    expect(size(mac!.tile) / size(registers!.tile)).toBeCloseTo(4, 9);
    for (const { tile, tip } of inside) {
      const frame = frames.find((each) => tip[0]!.startsWith(`${each.tile.lines[0]},`))!.tile;
      expect(tile.left).toBeGreaterThan(frame.left);
      expect(tile.right).toBeLessThan(frame.right);
      expect(tile.top).toBeGreaterThan(frame.top);
      expect(tile.bottom).toBeLessThan(frame.bottom);
    }
  });

  test('its table and its sentence', () => {
    expect(rowsOf(one)).toEqual([
      ['a', '600 T0', '150 T0', '750 T0'],
      ['b', '200 T0', '0 T0', '200 T0'],
      ['c', '50.0 T0', '–', '50.0 T0'],
      ['all layers', '850 T0', '150 T0', '1,000 T0'],
    ]);
    expect(one.alt).toBe('a takes 75.0 % of the area of small; of the components, mac takes most, 85.0 %.');
  });
});

test('squarify: rectangles fill the box, have the ratios of their values, and do not overlap', () => {
  const values = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e3, noNaN: true })), { maxLength: 30 });
  const side = fc.double({ min: 1, max: 1000, noNaN: true });
  fc.assert(
    fc.property(values, side, side, (parts, width, height) => {
      const found = squarify(parts, { left: 3, top: 5, width, height });
      const sum = parts.reduce((total, part) => total + part, 0);
      found.forEach((box, at) => {
        expect(box.width * box.height).toBeCloseTo(sum === 0 ? 0 : (parts[at]! / sum) * width * height, 4);
        if (parts[at] === 0) return;
        expect(box.left).toBeGreaterThanOrEqual(3 - 1e-6);
        expect(box.left + box.width).toBeLessThanOrEqual(3 + width + 1e-6);
        expect(box.top + box.height).toBeLessThanOrEqual(5 + height + 1e-6);
      });
      const shared = (a: Rectangle, b: Rectangle) =>
        Math.max(0, Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)) *
        Math.max(0, Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top));
      for (const [at, a] of found.entries())
        for (const b of found.slice(at + 1)) expect(shared(a, b)).toBeLessThan(1e-4);
    }),
  );
  // Two in one column would be 2.7 times as wide as high, one alone is 1.5 times as high as wide.
  expect(squarify([1, 1, 1], { left: 0, top: 0, width: 2, height: 1 })).toEqual(
    [0, 1, 2].map((at) => ({
      left: expect.closeTo((2 * at) / 3),
      top: 0,
      width: expect.closeTo(2 / 3),
      height: expect.closeTo(1),
    })),
  );
  // The example of the paper: 6, 6, 4, 3, 2, 2, 1 in a box of 6 x 4.
  expect(squarify([6, 6, 4, 3, 2, 2, 1], { left: 0, top: 0, width: 6, height: 4 }).slice(0, 4)).toEqual(
    [
      { left: 0, top: 0, width: 3, height: 2 },
      { left: 0, top: 2, width: 3, height: 2 },
      { left: 3, top: 0, width: 12 / 7, height: 7 / 3 },
      { left: 3 + 12 / 7, top: 0, width: 9 / 7, height: 7 / 3 },
    ].map(({ left, top, width, height }) => ({
      left: expect.closeTo(left, 9),
      top: expect.closeTo(top, 9),
      width: expect.closeTo(width, 9),
      height: expect.closeTo(height, 9),
    })),
  );
});

describe('long names', () => {
  const cut = (names: readonly string[], most: number) => [...shortNames(names, most).values()];

  test('lose their middle', () => {
    expect(cut(['conv', 'model/block_1/inner/Relu'], 15)).toEqual(['conv', 'model…nner/Relu']);
  });

  test('show what tells them apart, and stay different', () => {
    const names = [1, 2, 30].map((n) => `model/block_${n}/${'x'.repeat(30)}/Relu`);
    expect(cut(names, 16)).toEqual(['…block_1/xxxxxx…', '…block_2/xxxxxx…', '…block_30/xxxxx…']);
    const ends = ['a'.repeat(40), `${'a'.repeat(40)}b`];
    expect(cut(ends, 12)).toEqual(['aaaa…aaaaaaa', 'aaaa…aaaaaab']);
    const far = ['x', 'y'].flatMap((begin) =>
      ['1', '2'].map((end) => `${begin}${'-'.repeat(40)}${end}${'-'.repeat(20)}`),
    );
    expect(cut(far, 10)).toEqual(['x--------…', 'x----- (2)', 'y--------…', 'y----- (2)']);
  });

  test('are never longer than their room and never the same', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 40 }), { maxLength: 20 }),
        fc.integer({ min: 12, max: 30 }),
        (names, most) => {
          const found = cut(names, most);
          expect(new Set(found).size).toBe(names.length);
          expect(found.every((name) => name.length <= most)).toBe(true);
        },
      ),
    );
  });
});
