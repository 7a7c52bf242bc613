/** Text that is HTML already. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Part[];

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function text(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (character) => named[character]!);
  return 'markup' in part ? part.markup : part.map(text).join('');
}

/** HTML in which every value is escaped unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return {
    markup: strings.map((piece, index) => piece + (index < values.length ? text(values[index]!) : '')).join(''),
  };
}

/** For texts of our own that must not be escaped: style sheets, scripts, fonts. */
export function raw(markup: string): Markup {
  return { markup };
}

export const nothing: Markup = { markup: '' };

/** JSON inside a script element: `<` escaped, so that no value can end the element or open a comment. */
export function jsonScript(id: string, value: unknown): Markup {
  const json = JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return html`<script type="application/json" id="${id}">${raw(json)}</script>`;
}
