import type { Badge } from '../badge.ts';
import type { FigureCell, FigureTable } from '../figure-table.ts';
import type { Verdict } from '../verdict.ts';
import { html, type Markup } from './markup.ts';

export function badge({ text, meaning }: Badge): Markup {
  return html` <abbr class="badge origin-${text}" title="${meaning}" style="text-decoration:none">${text}</abbr>`;
}

export function keyMark(key: string): Markup {
  return html`<span class="key">${key}</span>`;
}

const states = { verified: 'verified', unverified: 'not verified', different: 'different' } as const;

export function stateMark({ state }: Verdict): Markup {
  return html`<span class="state ${state}">${states[state]}</span>`;
}

/** A table in a frame that scrolls on narrow screens. `numeric` columns are set to the right. */
export function table(
  heads: readonly { readonly text: string; readonly unit?: string; readonly numeric?: boolean }[],
  body: Markup | readonly Markup[],
  caption: string,
  foot?: Markup,
): Markup {
  const head = heads.map(
    ({ text, unit, numeric }) =>
      html`<th scope="col"${numeric === true ? html` class="n"` : ''}>${text}${unit === undefined || unit === '' ? '' : html`<span class="unit">${unit}</span>`}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>${
    foot === undefined
      ? ''
      : html`
<tfoot>${foot}</tfoot>`
  }
</table></div>`;
}

/** The numbers of a figure. */
export function figureTable({ heads, rows }: FigureTable, caption: string): Markup {
  const cellOf = (cell: string | FigureCell, column: number): Markup => {
    const number = heads[column]?.numeric === true;
    if (typeof cell === 'string') {
      if (column === 0) return html`<th scope="row">${cell}</th>`;
      return number ? html`<td class="n">${cell}</td>` : html`<td>${cell}</td>`;
    }
    const { text, badge: origin, mark = null } = cell;
    const words = html`<span class="value">${text}</span>${mark === 'best' ? ' best' : ''}${origin === undefined ? '' : badge(origin)}`;
    return html`<td class="${number ? 'n' : ''} ${mark ?? ''}">${words}</td>`;
  };
  return table(
    heads,
    rows.map(
      (row) => html`<tr>${row.map(cellOf)}</tr>
`,
    ),
    caption,
  );
}
