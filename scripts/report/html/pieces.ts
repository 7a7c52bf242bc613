import type { Badge } from '../badge.ts';
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
