import type { Result } from '../../../specs/result.ts';
import { sameTask, shortScope } from '../baselines.ts';
import { scopeCaution } from '../caution.ts';
import type { Baseline } from '../figure.ts';
import { bandQuantity, quantity } from '../format.ts';
import { usedOrigins } from '../origins.ts';
import { recipe } from '../reproduce.ts';
import { html, type Markup, nothing } from './markup.ts';
import { badge, table } from './pieces.ts';

const number = { numeric: true };

/** Published numbers with what they include: those of the same task and the peaks in view, other tasks folded away. */
export function baselinesSection(results: readonly Result[], baselines: readonly Baseline[]): Markup {
  if (baselines.length === 0) return nothing;
  const near = baselines.filter((one) => one.joulesPerInference === undefined || sameTask(one, results));
  const others = baselines.filter((one) => !near.includes(one));
  return html`<section aria-labelledby="baselines"><h2 id="baselines">Published baselines</h2>
<p>${scopeCaution(results)}</p>
${near.length === 0 ? nothing : baselineTable(near, 'Published baselines')}
${
  others.length === 0
    ? nothing
    : html`<details><summary>Other tasks than this network's (${others.length})</summary>${baselineTable(others, 'Published baselines of other tasks')}</details>`
}
</section>`;
}

function baselineTable(baselines: readonly Baseline[], caption: string): Markup {
  const rows = baselines.map(
    (
      baseline,
    ) => html`<tr><th scope="row">${baseline.name}</th><td>${baseline.task}</td><td class="n">${optional(baseline.joulesPerInference, 'J', baseline.band)}</td><td class="n">${optional(baseline.latencySeconds, 's')}</td><td class="n">${optional(baseline.joulesPerOp, 'J/op', baseline.band)}</td><td>${badge({ text: baseline.class, meaning: shortScope(baseline) })}</td><td class="words">${baseline.scope}</td><td class="words">${baseline.source}<span class="band">${baseline.conditions}</span></td></tr>
`,
  );
  return table(
    [
      { text: 'System' },
      { text: 'Task' },
      { text: 'Energy per inference', ...number },
      { text: 'Latency', ...number },
      { text: 'Energy per operation', ...number },
      { text: 'Class' },
      { text: 'Scope' },
      { text: 'Source and conditions' },
    ],
    rows,
    caption,
  );
}

function optional(value: number | undefined, unit: 'J' | 's' | 'J/op', band?: Baseline['band']): string {
  if (value === undefined) return '–';
  return band === undefined ? quantity(value, unit) : bandQuantity({ value, ...band }, unit);
}

/** Every technology entry behind the numbers. */
export function provenanceSection(results: readonly Result[]): Markup {
  const rows = usedOrigins(results).map(
    ({
      origin,
      technologies,
      text,
      band,
    }) => html`<tr><th scope="row">${origin.entry}</th><td>${technologies.join(', ')}</td><td class="n">${text}</td><td class="n">${band}</td><td>${badge({ text: origin.class, meaning: `class of the entry: ${origin.class}` })}</td><td class="words">${origin.source}</td><td class="words">${origin.conditions}</td></tr>
`,
  );
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2>
<p>Every technology entry that went into an energy or an area of this page, with its band and where it comes from.</p>
${table(
  [
    { text: 'Entry' },
    { text: 'Technology' },
    { text: 'Value', ...number },
    { text: 'Band', ...number },
    { text: 'Class' },
    { text: 'Source' },
    { text: 'Conditions' },
  ],
  rows,
  'Technology entries',
)}
</section>`;
}

/** Files, commands and versions that lead to the same numbers. */
export function reproduceSection(results: readonly Result[]): Markup {
  const { files, commands } = recipe(results);
  const models = new Map(results.map(({ model }) => [model.sha256, model.name]));
  const tools = new Map(results.flatMap((result) => Object.entries(result.tools)));
  return html`<section aria-labelledby="reproduce"><h2 id="reproduce">How to reproduce</h2>
<p>Save the design files, put the model (or its path) under the name they give, and run:</p>
<pre><code>${commands.join('\n')}</code></pre>
${files.map(({ name, text }) => html`<details><summary>${name}</summary><pre><code>${text}</code></pre></details>`)}
<h3>Models and tools</h3>
${table(
  [{ text: 'What' }, { text: 'Version or SHA-256' }],
  [
    ...[...models].map(
      ([hash, name]) => html`<tr><th scope="row">model ${name}</th><td><code>${hash}</code></td></tr>`,
    ),
    ...[...tools].map(([name, version]) => html`<tr><th scope="row">${name}</th><td>${version}</td></tr>`),
  ],
  'Models and tools',
)}
</section>`;
}
