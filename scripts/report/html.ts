import type { Result } from '../../specs/result.ts';
import { chartScript } from './assets.ts';
import { tierBadges } from './badge.ts';
import { compareDesigns } from './comparison.ts';
import { drawing, drawingStyle } from './drawing/drawing.ts';
import type { Baseline, ReportFigure } from './figure.ts';
import { count, counted } from './format.ts';
import { comparisonSection } from './html/comparison.ts';
import { designSection } from './html/design.ts';
import { baselinesSection, provenanceSection, reproduceSection } from './html/evidence.ts';
import { fontFaces } from './html/fonts.ts';
import { html, jsonScript, type Markup, raw } from './html/markup.ts';
import { badge, figureTable, keyMark, stateMark } from './html/pieces.ts';
import { script } from './html/script.ts';
import { style } from './html/style.ts';
import { marksSource } from './marks.ts';
import { noSyntheses, type Syntheses } from './syntheses.ts';
import { headline, verdict } from './verdict.ts';

export interface ReportInput {
  /** At least one. */
  readonly results: readonly Result[];
  readonly baselines: readonly Baseline[];
  /** As built by `buildFigures` from the same results and baselines. */
  readonly figures: readonly ReportFigure[];
  readonly syntheses?: Syntheses;
}

/** One self-contained page: opens without a network, its tables also without scripts; the same input gives the same bytes. */
export function htmlReport({ results, baselines, figures, syntheses = noSyntheses }: ReportInput): string {
  const comparison = compareDesigns(results);
  const [pareto, ...others] = figures;
  const title = `joulesmith: ${modelNames(results).join(', ')}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(fontFaces() + style + drawingStyle)}</style>
</head>
<body>
<header class="top"><h1>${modelNames(results).join(', ')}: ${count(results.length)} ${results.length === 1 ? 'design' : 'designs'}</h1>
<p class="soft">${summary(results)}</p></header>
<main>
${verdictBanner(comparison.rows, results)}
${comparisonSection(comparison)}
<section aria-labelledby="figures-title"><h2 id="figures-title">Figures</h2>
<noscript><p>The figures need scripts. They are also beside this page as PNG files, and every number in them stands in a table.</p></noscript>
<p class="small soft">Behind every number stands where it comes from:</p>
<ul class="legend" aria-label="Tiers">${tierBadges.map((tier) => html`<li>${badge(tier)}${tier.meaning}</li>`)}</ul>
${pareto === undefined ? '' : figureMarkup(pareto)}
${others.map(figureMarkup)}
</section>
${networkSection(results)}
<section aria-labelledby="designs"><h2 id="designs">Designs in detail</h2>
${comparison.rows.map((row) => designSection(row, syntheses.get(row.result)))}
</section>
${baselinesSection(results, baselines)}
${provenanceSection(results)}
${reproduceSection(results)}
</main>
<footer>Written by joulesmith. Figures: Chart.js (MIT License). Font: Inter (SIL Open Font License 1.1).</footer>
${jsonScript(
  'figures',
  figures.map(({ id, config }) => ({ id, config })),
)}
${jsonScript('results', results)}
<script>${raw(inline(chartScript()))}</script>
<script>${raw(inline(`var installMarks = ${marksSource};\n${script}`))}</script>
</body>
</html>
`;
  return page.markup;
}

function modelNames(results: readonly Result[]): string[] {
  return [...new Set(results.map(({ model }) => model.name))];
}

function summary(results: readonly Result[]): string {
  const models = new Map(results.map(({ model }) => [model.sha256, model]));
  const work = [...models.values()].map(
    ({ macs, parameters, layers }) =>
      `${counted(macs, 'multiply-accumulate')} per inference, ${counted(parameters, 'parameter')}, ${counted(layers, 'layer')}`,
  );
  const technologies = [...new Set(results.map(({ design }) => design.technology))];
  const tiers = [...new Set(results.map(({ energy }) => energy.tier))].sort();
  return `${work.join('; ')}. Technology ${technologies.join(', ')}; energy tier ${tiers.join(', ')}.`;
}

/** Every network once, however many designs compute it. */
function networkSection(results: readonly Result[]): Markup {
  const models = new Map(results.map(({ model }) => [model.sha256, model]));
  const drawings = [...models.values()].map(
    ({ name, graph }) => html`${models.size === 1 ? '' : html`<h3>${name}</h3>`}${drawing(graph, name)}
`,
  );
  return html`<section aria-labelledby="network"><h2 id="network">Network</h2>
${drawings}</section>`;
}

function verdictBanner(rows: ReturnType<typeof compareDesigns>['rows'], results: readonly Result[]): Markup {
  const verdicts = rows.map((row) => ({ row, verdict: verdict(row.result) }));
  const wrong = verdicts.some((one) => one.verdict.state === 'different');
  const all = verdicts.every((one) => one.verdict.state === 'verified');
  const [first, ...more] = headline(results);
  const items = verdicts.map(
    (
      one,
    ) => html`<li>${stateMark(one.verdict)}<span class="name">${keyMark(one.row.key)}${one.row.name}</span><span class="sentence soft">${one.verdict.sentence}</span></li>
`,
  );
  return html`<section class="card verdict ${wrong ? 'wrong' : all ? 'all' : ''}" aria-label="Verdict">
<p class="headline">${first ?? ''}</p>
${more.map((sentence) => html`<p>${sentence}</p>`)}
<ul>${items}</ul></section>`;
}

function figureMarkup(figure: ReportFigure): Markup {
  return html`<figure class="card" id="figure-${figure.id}"><h3>${figure.title}</h3>
<div class="plot" style="height:${figure.height}px"><canvas id="canvas-${figure.id}" role="img" aria-label="${figure.alt}"></canvas></div>
<figcaption>${figure.alt}</figcaption>
<details class="numbers"><summary>Numbers<span class="soft"> of this figure</span></summary>${figureTable(figure.table, `Numbers: ${figure.title}`)}</details></figure>
`;
}

/** No script of ours or of Chart.js may close its own element. */
function inline(source: string): string {
  return source.replace(/<\/(script)/gi, '<\\/$1').replace(/\n?\/\/# sourceMappingURL=.*/g, '');
}
