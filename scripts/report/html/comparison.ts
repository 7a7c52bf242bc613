import { type Comparison, rankText } from '../comparison.ts';
import { verdict } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import { badge, keyMark, stateMark } from './pieces.ts';

/** The table of all designs, sortable, with an origin on every number. */
export function comparisonSection({ heads, rows }: Comparison): Markup {
  const head = heads.map(
    ({ column, unit }) =>
      html`<th scope="col" class="n">${column.head}${unit === '' ? '' : html`<span class="unit">${unit}</span>`}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.cells.map((cell) =>
      cell === null
        ? html`<td class="n" data-sort="">not known</td>`
        : html`<td class="n ${cell.mark ?? ''}" data-sort="${cell.value.value}"><span class="value">${cell.text}</span>${badge(cell.value.badge)}${cell.band === null ? '' : html`<span class="band">${cell.band}</span>`}</td>`,
    );
    const { design } = row.result;
    return html`<tr><th scope="row" data-sort="${row.name}">${keyMark(row.key)}<a href="#design-${row.key}">${row.name}</a><span class="unit">${design.architecture}, ${design.technology}</span></th>
<td data-sort="${row.rank?.best ?? ''}">${stateMark(verdict(row.result))}</td>
<td class="n" data-sort="${row.rank === null ? '' : row.rank.best + row.rank.worst / 1000}">${rankText(row.rank)}</td>
${cells}</tr>`;
  });
  return html`<section aria-labelledby="comparison"><h2 id="comparison">Comparison</h2>
<div class="scroll comparison" tabindex="0" role="region" aria-label="Comparison of the designs"><table class="sortable">
<thead><tr><th scope="col">Design</th><th scope="col">Proof</th><th scope="col" class="n">Rank<span class="unit">by energy</span></th>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div>
${legend({ heads, rows })}
<p class="small soft">Green: no verified design is better; pale green where bands overlap and no difference of two designs excludes zero, so that none of them is called better. A rank such as 1 – 2 means the same. Only verified designs of one network at one tier are ranked. Seconds, power and throughput hold at the requested clock.</p>
</section>`;
}

const general: Readonly<Record<string, string>> = {
  rtl: 'cycle model, confirmed clock for clock by hardware rungs',
  differs: 'cycle model, contradicted by a hardware rung',
};

/** What each badge in the table stands for. */
function legend({ rows }: Comparison): Markup {
  const meanings = new Map<string, string>();
  for (const { cells } of rows) {
    for (const cell of cells) {
      if (cell === null) continue;
      const { text, meaning } = cell.value.badge;
      // Names of rungs differ from design to design; the tooltip has them.
      if (!meanings.has(text)) meanings.set(text, general[text] ?? meaning);
    }
  }
  return html`<ul class="legend" aria-label="Origins">${[...meanings].map(([text, meaning]) => html`<li>${badge({ text, meaning })}${meaning}</li>`)}</ul>`;
}
