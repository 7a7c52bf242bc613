import { expect, test } from 'vitest';
import { publishedBaselines } from '../../../scripts/report/baselines.ts';
import { csvReport } from '../../../scripts/report/csv.ts';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { jsonReport, ReportDocument } from '../../../scripts/report/json.ts';
import { markdownReport } from '../../../scripts/report/markdown.ts';
import { check } from '../../../specs/check.ts';
import { sampleBaselines, sampleResults, verification } from '../../support/results.ts';

const results = sampleResults();
const baselines = sampleBaselines();

/** A small reader of its own, so that the writer is not tested with its own rules. */
function readCsv(text: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') lines.push([]);
  }
  const [head, ...rows] = lines.slice(0, -1);
  return rows.map((row) => {
    expect(row).toHaveLength(head!.length);
    return Object.fromEntries(head!.map((name, index) => [name, row[index]!]));
  });
}

test('CSV: base units, exact values, an origin for every number', () => {
  const rows = readCsv(csvReport(results));
  expect(rows.map((row) => row.design)).toEqual(results.map((result) => result.design.name));
  rows.forEach((row, index) => {
    const { energy, cycles, latencySeconds } = results[index]!;
    expect(Number(row.energy_joules_per_inference)).toBe(energy.joulesPerInference.value);
    expect(Number(row.energy_joules_per_inference_low)).toBe(energy.joulesPerInference.low);
    expect(Number(row.energy_weight_memory_joules)).toBe(energy.breakdown.byComponent['weight-memory']!.value);
    expect(Number(row.latency_cycles)).toBe(cycles.latency);
    expect(Number(row.latency_seconds)).toBe(latencySeconds);
    for (const [name, value] of Object.entries(row)) {
      if (`${name}_origin` in row && value !== '') expect(row[`${name}_origin`]).not.toBe('');
    }
  });
  expect(rows.map((row) => row.verdict)).toEqual(['verified', 'verified', 'verified', 'unverified']);
  expect(rows.map((row) => `${row.rank_best}-${row.rank_worst}`)).toEqual(['1-3', '1-2', '2-3', '-']);
  expect(rows.map((row) => row.latency_cycles_origin)).toEqual(['rtl', 'rtl', 'rtl', 'model']);
});

test('CSV: fields with commas, quotes and line ends come back', () => {
  const named = sampleResults();
  named[0]!.design.name = 'a,"b"\r\nc';
  expect(readCsv(csvReport(named))[0]!.design).toBe('a,"b"\r\nc');
});

test('a number that no design has gets no column for people, and an empty one in CSV', () => {
  const bare = sampleResults().map((result) => ({ ...result, model: { ...result.model, accuracy: null } }));
  expect(markdown(results)).toContain('Accuracy');
  expect(markdown(bare)).not.toContain('Accuracy');
  expect(readCsv(csvReport(bare)).map((row) => row.accuracy_fraction)).toEqual(['', '', '', '']);
});

test('JSON holds the results unchanged and keeps its schema', () => {
  const document = check(ReportDocument, JSON.parse(jsonReport(results, baselines)), 'results.json');
  expect(document.results).toEqual(results);
  expect(document.baselines).toEqual(baselines);
  const wrong = { ...JSON.parse(jsonReport(results, baselines)), schema: 'joulesmith/report/0' };
  expect(() => check(ReportDocument, wrong, 'results.json')).toThrow(/schema/);
});

test('the published baselines fit the report', () => {
  const published = publishedBaselines();
  expect(published.length).toBeGreaterThan(10);
  check(ReportDocument, JSON.parse(jsonReport(results, published)), 'results.json');
});

const markdown = (given = results) =>
  markdownReport({ results: given, baselines, figures: buildFigures(given, baselines) });

test('Markdown: verdict, comparison with origins, figures, baselines, provenance and commands in this order', () => {
  const text = markdown();
  const order = [
    '# joulesmith: kws',
    '3 of 4 designs are verified.',
    '## Verdict',
    '## Comparison',
    '## Figures',
    '## Designs in detail',
    '## Published baselines',
    '## Provenance',
    '## How to reproduce',
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(text).toContain('Core-only energy is not comparable one-to-one with board-level measurements');
  expect(text).toContain('](figures/pareto.png)');
  expect(text).toContain('joulesmith verify kws-stream-16.json --levels reference,rtl,verilator,icarus --samples 20');
  const comparison = text.slice(text.indexOf('## Comparison'), text.indexOf('## Figures'));
  const rows = comparison.split('\n').filter((line) => line.startsWith('| '));
  expect(rows).toHaveLength(5);
  for (const row of rows.slice(1)) {
    const cells = row.split(' | ').slice(5);
    expect(cells).toHaveLength(13);
    for (const cell of cells) expect(cell).toMatch(/ (T0|rtl|model|plan|request|card)( \|)?$/);
  }
});

test('Markdown: every table row has as many cells as its head, whatever the texts hold', () => {
  const named = sampleResults();
  named[0]!.design.name = 'a|b`c\nd';
  named[0]!.verification = verification(1, 1, { inputs: 'x|y' });
  const tables = markdown(named)
    .split('\n\n')
    .filter((block) => block.startsWith('| '));
  expect(tables.length).toBeGreaterThan(8);
  for (const table of tables) {
    const widths = table.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);
    expect(new Set(widths).size).toBe(1);
  }
});
