import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { htmlReport } from '../../../scripts/report/html.ts';
import { findChromium, openPage } from '../../support/chromium.ts';
import { sampleBaselines, sampleResults } from '../../support/results.ts';

const browser = findChromium();
// A browser is no tool of joulesmith: even JOULESMITH_REQUIRE_TOOLS=1 lets these be skipped, by name.
const title = `the page in Chromium, offline${browser === null ? ': skipped, needs chromium' : ''}`;

describe.skipIf(browser === null)(title, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'joulesmith-page-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (text: string, width?: number) => {
    const file = join(folder, 'index.html');
    writeFileSync(file, text);
    return openPage(browser!, file, width);
  };
  const results = sampleResults();
  const baselines = sampleBaselines();
  const figures = buildFigures(results, baselines);
  const page = htmlReport({ results, baselines, figures });

  test.each([1300, 500])('draws every figure without a word on the console, %d pixels wide', (width) => {
    const { dom, console: said } = open(page, width);
    expect(said).toEqual([]);
    for (const { id } of figures) {
      const canvas = new RegExp(`<canvas id="canvas-${id}"[^>]*>`).exec(dom)?.[0];
      // Chart.js sets the drawn size on the element.
      expect(canvas).toMatch(/style="[^"]*height: \d+px/);
    }
    expect(dom.match(/<g class="layer /g)?.length).toBe(results[0]!.model.layers + 2);
    expect(dom.match(/<button type="button" class="sort">/g)?.length).toBeGreaterThan(10);
  });

  test('a page with a broken script is noticed', () => {
    const { console: said } = open(page.replace("getElementById('figures')", "getElementById('nowhere')"));
    expect(said.join()).toContain('TypeError');
  });

  test('texts of the input stay texts', () => {
    const hostile = '</script><script>console.error("escaped")</script><b>"\'&';
    const named = results.map((result) => ({ ...result, design: { ...result.design, name: hostile } }));
    const { console: said } = open(htmlReport({ results: named, baselines, figures: buildFigures(named, baselines) }));
    expect(said).toEqual([]);
  });
});
