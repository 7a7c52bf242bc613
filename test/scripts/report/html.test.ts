import { expect, test } from 'vitest';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { htmlReport } from '../../../scripts/report/html.ts';
import { markdownReport } from '../../../scripts/report/markdown.ts';
import { sampleBaselines, sampleResults, verification } from '../../support/results.ts';

const report = (results = sampleResults(), baselines = sampleBaselines()) =>
  htmlReport({ results, baselines, figures: buildFigures(results, baselines) });

/** Without style, fonts and scripts. */
const body = (page: string) => page.slice(page.indexOf('<body>')).replace(/<script[\s\S]*?<\/script>/g, '');

const words = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Headings, table heads, figures and folded parts in order: the skeleton of the page. */
function outline(page: string): string {
  const lines: string[] = [];
  const pattern = /<(h[1-3]|summary)\b[^>]*>([\s\S]*?)<\/\1>|<thead>([\s\S]*?)<\/thead>|<canvas id="([^"]*)"/g;
  for (const [, tag, text, head, canvas] of body(page).matchAll(pattern)) {
    if (canvas !== undefined) lines.push(`canvas: ${canvas}`);
    else if (head !== undefined) {
      lines.push(`table: ${[...head.matchAll(/<th[\s\S]*?<\/th>/g)].map(([cell]) => words(cell)).join(' | ')}`);
    } else lines.push(`${tag}: ${words(text!)}`);
  }
  return `${lines.join('\n')}\n`;
}

test('the skeleton of the page', async () => {
  await expect(outline(report())).toMatchFileSnapshot('../../golden/report/outline.txt');
});

test('the same results give the same bytes, without a date or a path', () => {
  const page = report();
  expect(report()).toBe(page);
  expect(body(page)).not.toContain(process.cwd());
  expect(body(page)).not.toMatch(/\b20\d\d-\d\d-\d\d\b/);
});

test('nothing is loaded from elsewhere', () => {
  const page = report();
  const addresses = [...page.matchAll(/\b(?:src|href)\s*=\s*"([^"]*)"|url\(([^)]*)\)/g)].map(([, a, b]) => a ?? b!);
  expect(addresses.length).toBeGreaterThan(3);
  expect(addresses.filter((address) => !/^(data:|#)/.test(address))).toEqual([]);
});

test('the verdict comes first and names the rungs', () => {
  const text = words(body(report()));
  expect(text.indexOf('3 of 4 designs are verified.')).toBeGreaterThan(0);
  expect(text.indexOf('3 of 4 designs are verified.')).toBeLessThan(text.indexOf('Comparison'));
  expect(text).toContain('Equal on every sample: 20/20 reference, 20/20 rtl, 3/3 verilator, 1/1 icarus.');
  expect(text).toContain('Not verified: no rung of the ladder has run, so it has no rank.');
});

test('a mismatch is told with its place and values', () => {
  const results = sampleResults();
  results[0]!.verification = verification(1, 1, {
    verdict: 'different',
    firstMismatch: {
      level: 'rtl',
      sample: 3,
      layer: 'pw2',
      index: 1234,
      position: [0, 1, 2, 3],
      channel: 3,
      cycle: 5678,
      expected: -5,
      found: 7,
    },
  });
  expect(words(body(report(results)))).toContain(
    'First mismatch at rtl: sample 3, layer pw2, index 1234 [0, 1, 2, 3], channel 3, cycle 5,678: expected -5, found 7.',
  );
});

test('every number of the comparison carries an origin', () => {
  const page = body(report());
  const table = /<table class="sortable">[\s\S]*?<\/table>/.exec(page)![0];
  const numbers = [...table.matchAll(/<td class="n[^"]*" data-sort="[^"]*"><span class="value">[\s\S]*?<\/td>/g)];
  expect(numbers).toHaveLength(4 * 13);
  expect(numbers.filter(([cell]) => !/<abbr class="badge origin-\w+" title="[^"]+"/.test(cell))).toEqual([]);
});

test('overlapping bands are called overlapping, separate ones are ranked', () => {
  const text = words(body(report()));
  expect(text).toContain(
    'Its band overlaps with that of kws-stream-16 (A): bands overlap, so none of them is called better.',
  );
  const apart = sampleResults().slice(1, 3);
  expect(words(body(report(apart)))).toMatch(/kws-stream-64 \(A\) needs the least energy: \d+ nJ/);
});

test('a rung with other cycles than the model is shown as differing', () => {
  const results = sampleResults();
  const { latency, interval } = results[0]!.cycles;
  results[0]!.verification = verification(latency + 1, interval);
  const page = body(report(results));
  expect(page).toContain('origin-differs');
  expect(words(page)).toContain(
    'Bytes equal, cycles not: cycle model, but rtl, verilator, icarus took another number of clocks.',
  );
  expect(body(report())).not.toContain('origin-differs');
});

test('core-only energy is said not to be comparable with boards, and every baseline has scope and source', () => {
  const page = body(report());
  expect(words(page)).toContain('Core-only energy is not comparable one-to-one with board-level measurements');
  for (const { name, scope, source } of sampleBaselines()) {
    const row = new RegExp(`<tr><th scope="row">${name}</th>[\\s\\S]*?</tr>`).exec(
      page.slice(page.indexOf('id="baselines"')),
    )![0];
    expect(row).toContain(scope);
    expect(row).toContain(source);
  }
});

test('every technology entry that was used is listed with band, class, source and conditions', () => {
  const page = words(body(report()));
  expect(page).toContain('mac.int8.relu asap7 110 fJ 73.3 – 165 library hand-made sample for the report tests 0.70 V');
  expect(page).toContain('leakage.gate asap7 300 nW 200 – 450 assumed');
  expect(page).toContain('area.mac.int8 asap7 180 µm²');
});

test('texts are escaped and the data can be read back', () => {
  const results = sampleResults();
  const name = '</script><img src=x onerror=alert(1)>"&';
  results[0]!.design.name = name;
  const page = report(results);
  expect(page).not.toContain('<img src=x');
  const data = /<script type="application\/json" id="results">([\s\S]*?)<\/script>/.exec(page)![1]!;
  expect(JSON.parse(data)).toEqual(results);
});

test('figures have alternative texts with numbers', () => {
  const alternatives = [...report().matchAll(/<canvas[^>]*role="img" aria-label="([^"]*)"/g)].map(([, alt]) => alt!);
  expect(alternatives).toHaveLength(25);
  expect(alternatives.filter((alt) => !/\d/.test(alt))).toEqual([]);
});

test('a stage without multipliers has no utilisation of them, in the page and in Markdown', () => {
  const [first] = sampleResults();
  const { stages, ...rest } = first!;
  const skipped = { macs: 0, channels: 0 };
  const pool = {
    name: 'pool_9',
    kind: 'globalPool',
    layers: ['pool_9'],
    pe: 1,
    simd: 1,
    taps: 1,
    inputWidth: 2,
    outputWidth: 4,
    multipliers: 0,
    macs: 0,
    skipped,
  };
  const results = [{ ...rest, stages: [...stages, { ...pool, cycles: 123, utilisation: 0.5 }] }];
  const details = report(results, []);
  const row = /<tr><th scope="row">pool_9<\/th>[\s\S]*?<\/tr>/.exec(details.slice(details.indexOf('id="designs"')));
  expect(words(row![0])).toBe('pool_9 globalPool pool_9 1 1 1 2 / 4 0 0 123 –');
  const markdown = markdownReport({ results, baselines: [], figures: buildFigures(results, []) });
  expect(markdown).toContain('| pool\\_9 | globalPool | 1 | 1 | 1 | 2 / 4 | 0 | 0 | 123 | – |');
});
