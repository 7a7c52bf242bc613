import { describe, expect, test } from 'vitest';
import type { ReportFigure } from '../../../scripts/report/figure.ts';
import { cellWords } from '../../../scripts/report/figure-table.ts';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { htmlReport } from '../../../scripts/report/html.ts';
import { folded, longestPart, pathEnds, pathRows } from '../../../scripts/report/path-rows.ts';
import type { Syntheses } from '../../../scripts/report/syntheses.ts';
import type { Result } from '../../../specs/result.ts';
import { sampleResults, sampleSynthesis } from '../../support/results.ts';

const build = (results: readonly Result[], syntheses: Syntheses = new Map()) => buildFigures(results, [], syntheses);
const figure = (id: string, from: readonly ReportFigure[]) => from.find((one) => one.id === id)!;
const rowsOf = (one: ReportFigure) => one.table.rows.map((row) => row.map(cellWords));

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly from?: number;
  readonly to?: number;
  readonly glyph: string;
  readonly label: readonly string[];
}
interface Dataset {
  readonly data: readonly Point[];
  readonly pointBorderColor: readonly string[];
}
const datasets = (one: ReportFigure) => one.config.data.datasets as unknown as readonly Dataset[];
const points = (one: ReportFigure) => datasets(one).flatMap(({ data }) => data);
const orange = (one: ReportFigure) =>
  datasets(one).flatMap(({ data, pointBorderColor }) =>
    data.filter((_, at) => pointBorderColor[at] === '#D55E00').map(({ glyph }) => glyph),
  );

const results = sampleResults();
const [first, second] = results as [Result, Result];
const made: Syntheses = new Map([
  [first, sampleSynthesis(first)],
  [second, sampleSynthesis(second, { fmaxHz: 1.3e9, areaSquareMicrons: 9000, timing: null, placer: 'nextpnr 0.8' })],
]);

describe('energy against area and clock', () => {
  test('estimates carry both bands and say what they are', () => {
    const one = figure('energy-area', build(results));
    const { energy, area } = first;
    expect(points(one)[0]).toMatchObject({
      x: area.squareMicrons.value,
      y: energy.joulesPerInference.value,
      low: energy.joulesPerInference.low,
      high: energy.joulesPerInference.high,
      from: area.squareMicrons.low,
      to: area.squareMicrons.high,
      label: ['kws-stream-16', 'energy T0, area T0'],
    });
    expect(orange(one)).toEqual(['A', 'B']);
    expect(rowsOf(one).map((row) => row[3])).toEqual(['on it', 'on it', 'beaten', 'not verified']);
  });

  test('numbers of synthesis replace estimates and are not weighed against them', () => {
    const one = figure('energy-area', build(results, made));
    expect(points(one).find(({ glyph }) => glyph === 'B')).toMatchObject({ x: 9000 });
    expect(points(one).find(({ glyph }) => glyph === 'B')).not.toHaveProperty('from');
    expect(rowsOf(one).map((row) => [row[1], row[3]])).toEqual([
      ['5,680 µm² cells, best', 'on it'],
      ['9,000 µm² cells', 'on it'],
      [expect.stringMatching(/^\S+ µm² \(.* – .*\) T0$/), 'nothing to compare with'],
      [expect.stringMatching(/ T0$/), 'not verified'],
    ]);
    expect(one.alt).toBe(
      'By the values, kws-stream-16 takes 1.59× less area than kws-stream-64, which needs 1.13× less energy.',
    );
  });

  test('cells without their memories are no area of the design', () => {
    const partly: Syntheses = new Map([[first, sampleSynthesis(first, { memoryMacros: 2 })]]);
    expect(points(figure('energy-area', build(results, partly)))[0]!.x).toBe(first.area.squareMicrons.value);
  });

  test('clocks: of cells, of a placed circuit, or at most that of an element, which ranks nobody', () => {
    const one = figure('energy-fmax', build(results, made));
    expect(rowsOf(one).map((row) => [row[1], row[3]])).toEqual([
      ['1.00 GHz cells', 'nothing to compare with'],
      ['1.30 GHz placed', 'nothing to compare with'],
      ['900 MHz (818 – 990) T0 at most', 'nothing to compare with'],
      ['900 MHz (818 – 990) T0 at most', 'not verified'],
    ]);
    expect(orange(one)).toEqual([]);
    expect(orange(figure('energy-fmax', build(results)))).toEqual([]);
    // The two designs of one number stand side by side around it.
    const [c, d] = ['C', 'D'].map((key) => points(one).find(({ glyph }) => glyph === key)!.x) as [number, number];
    expect(c).toBeLessThan(900e6);
    expect(c * d).toBeCloseTo(900e6 ** 2, -6);
    const both: Syntheses = new Map(
      [first, second].map((result, at) => [result, sampleSynthesis(result, { fmaxHz: 1e9 + at * 1e8 })]),
    );
    expect(orange(figure('energy-fmax', build(results, both)))).toEqual(['B']);
  });

  test('a design whose clock nobody knows is named in the table only', () => {
    const { whatIf: _, ...bare } = first;
    const one = figure('energy-fmax', build([bare, second]));
    expect(points(one).map(({ glyph }) => glyph)).toEqual(['B']);
    expect(rowsOf(one)[0]![1]).toBe('not known');
    expect(figure('energy-fmax', build([bare]))).toBeUndefined();
  });
});

test('the band of each component is drawn, the least marked where bands are apart', () => {
  const one = figure('component-bands', build(results.slice(1, 3)));
  const parts = second.energy.breakdown.byComponent;
  const own = points(one).filter(({ glyph }) => glyph === 'A');
  expect(own.map(({ x, low, high }) => ({ value: x, low, high }))).toEqual(
    ['mac', 'requantize', 'weight-memory', 'activation-memory', 'registers', 'clock', 'leakage'].map(
      (component) => parts[component],
    ),
  );
  // Multipliers of the first need a third of the energy; all other components overlap or are equal.
  expect(orange(one).slice(0, 1)).toEqual(['A']);
  expect(points(figure('component-bands', build([zeroed(first)])))).toHaveLength(6);
});

function zeroed(result: Result): Result {
  const byComponent = { ...result.energy.breakdown.byComponent, leakage: { value: 0, low: 0, high: 0 } };
  return { ...result, energy: { ...result.energy, breakdown: { ...result.energy.breakdown, byComponent } } };
}

describe('the critical path', () => {
  const { criticalPath } = sampleSynthesis(first).timing!;

  test('is told by the names of the design: gates between two of them are one piece', () => {
    const pieces = pathRows(criticalPath).map((row) => [
      row.what,
      row.gates,
      row.cells,
      Math.round(row.delaySeconds * 1e12),
    ]);
    expect(pieces).toEqual([
      ['conv1.weight_q[3]', 1, 'NAND2', 100],
      ['conv1.lane_0.product[7]', 3, 'NAND2, NAND2, NAND2', 600],
      ['last gates into conv1.lane_0.sum[20]', 1, 'NAND2', 250],
      ['setup of conv1.lane_0.sum[20]', 0, 'setup', 50],
    ]);
    const long = { ...criticalPath, steps: Array.from({ length: 9 }, () => ({ ...criticalPath.steps[1]! })) };
    expect(pathRows(long).map(({ gates, cells }) => [gates, cells])).toEqual([
      [1, 'NAND2'],
      [8, 'NAND2, NAND2, NAND2 and 5 more'],
      [0, 'setup'],
    ]);
  });

  test('a long one is drawn in few rows that keep gates and delays', () => {
    const rows = pathRows({
      ...criticalPath,
      steps: Array.from({ length: 99 }, (_, at) => ({ ...criticalPath.steps[0]!, net: `n${at}` })),
    });
    const few = folded(rows, 40);
    expect([rows.length, few.length]).toEqual([100, 34]);
    expect(few[0]).toMatchObject({ what: 'n2', gates: 3, cells: '3 stretches' });
    expect(few.at(-1)).toEqual(rows.at(-1));
    const sum = (of: typeof rows) =>
      of.reduce((total, { gates, delaySeconds }) => total + gates + delaySeconds * 1e12, 0);
    expect(sum(few)).toBeCloseTo(sum(rows), 6);
    expect(folded(rows, 100)).toEqual(rows);
  });

  test('says in words where most of its time goes', () => {
    const slow = (at: number) => ({
      ...criticalPath,
      setupSeconds: at === criticalPath.steps.length ? 1e-9 : criticalPath.setupSeconds,
      periodSeconds: 2e-9,
      steps: criticalPath.steps.map((step, own) => (own === at ? { ...step, delaySeconds: 1e-9 } : step)),
    });
    expect([0, 1, 4, 5].map((at) => longestPart(slow(at)).words)).toEqual([
      'the delay of the first register itself',
      'the logic that ends at conv1.lane_0.product[7]',
      'the last gates before the register at its end',
      'the setup time of the register at its end',
    ]);
    expect(longestPart(slow(5)).share).toBe(0.5);
    expect(pathEnds(criticalPath)).toBe('from register conv1.weight_q[3] to register conv1.lane_0.sum[20]');
  });

  test('its bars follow each other in time, only for designs that have one', () => {
    const built = build(results, made);
    expect(built.filter(({ id }) => id.startsWith('critical-path')).map(({ id }) => id)).toEqual(['critical-path-a']);
    const one = figure('critical-path-a', built);
    const bars = (one.config.data.datasets as unknown as { data: { x: [number, number] }[] }[])[0]!.data;
    expect(bars.map(({ x }) => x.map((time) => Math.round(time * 1e12)))).toEqual([
      [0, 100],
      [100, 700],
      [700, 950],
      [950, 1000],
    ]);
    expect(rowsOf(one)).toEqual([
      ['conv1.weight_q[3]', 'conv1.weight_q[3]', 'NAND2', 'rise', '0.100 cells', '0.100 cells'],
      ['conv1.lane_0.product[7]', 'gate 1', 'NAND2', 'rise', '0.150 cells', '0.250 cells'],
      ['conv1.lane_0.product[7]', 'gate 2', 'NAND2', 'rise', '0.200 cells', '0.450 cells'],
      ['conv1.lane_0.product[7]', 'conv1.lane_0.product[7]', 'NAND2', 'rise', '0.250 cells', '0.700 cells'],
      ['last gates into conv1.lane_0.sum[20]', 'gate 1', 'NAND2', 'rise', '0.250 cells', '0.950 cells'],
      ['setup of conv1.lane_0.sum[20]', '', 'setup time', '', '0.0500 cells', '1.00 cells'],
    ]);
    expect(one.alt).toMatch(
      /^The slowest path of \S+ runs from register conv1\.weight_q\[3\] to register conv1\.lane_0\.sum\[20\] through 5 cells in 1\.00 ns, /,
    );
    expect(one.alt).toMatch(
      /at most 1\.00 GHz; 60\.0 % of that time is the logic that ends at conv1\.lane_0\.product\[7\]\.$/,
    );
  });

  test('the page has what synthesis said beside the design', () => {
    const page = htmlReport({ results, baselines: [], figures: build(results, made), syntheses: made });
    expect(page.match(/<h3>Synthesis<\/h3>/g)).toHaveLength(2);
    expect(page).toContain('sample.lib.gz, SHA-256');
    expect(page).not.toContain('cells/sample.lib.gz, SHA-256');
  });
});

describe('what if', () => {
  const one = figure('what-if-a', build([first]));

  test('a row for every technology and supply, in the order of the table', () => {
    const points = first.whatIf!.points;
    const drawn = (one.config.data.datasets as unknown as { data: Point[]; pointBackgroundColor: string[] }[])[0]!;
    expect(drawn.data.map(({ x, low, high }) => ({ value: x, low, high }))).toEqual(
      points.map(({ joulesPerInference }) => joulesPerInference.design),
    );
    // Hollow where no element is fast enough.
    expect(drawn.pointBackgroundColor.map((colour) => colour === 'rgba(0,0,0,0)')).toEqual([false, false, true, false]);
  });

  test('its table: every profile, what is scaled, what cannot run, and the lowest that can', () => {
    expect(one.table.heads.map(({ text }) => text)).toEqual([
      'Technology',
      'Supply',
      'as planned',
      'all bits random',
      '90 % zero',
      'Band as planned',
      'Clock of an element',
      'Remark',
    ]);
    const rows = rowsOf(one);
    expect(rows.map((row) => row.slice(0, 2).concat(row.slice(6)))).toEqual([
      ['asap7', '0.420', '450 (409 – 495)', 'lowest value'],
      ['asap7', '0.700', '900 (818 – 990)', 'this design'],
      ['gt2n', '0.420', '70.0 (63.6 – 77.0)', 'too slow for this clock'],
      ['gt2n', '0.700', 'not known', ''],
    ]);
    expect(rows.map((row) => row[2])).toEqual(['0.379 T0 scaled', '0.947 T0', '0.284 T0 scaled', '0.758 T0']);
    expect(rows[1]!.slice(3, 6)).toEqual(['1.14 T0', '0.853 T0', '0.474 – 1.89']);
    expect(one.alt).toBe(
      'Lowest value at 100 MHz: asap7 at 0.42 V with 379 nJ (189 – 758) per inference, scaled; kws-stream-16 in asap7 at 0.7 V needs 2.50× as much, but their bands overlap.',
    );
  });

  test('a result without the table has no figure', () => {
    const { whatIf: _, ...bare } = first;
    expect(build([bare]).some(({ id }) => id.startsWith('what-if'))).toBe(false);
  });
});
