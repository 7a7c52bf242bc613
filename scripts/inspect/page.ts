import type { ModelOutline } from '../../specs/outline.ts';
import { drawing, drawingStyle } from '../report/drawing/drawing.ts';
import { count, counted } from '../report/format.ts';
import { fontFaces } from '../report/html/fonts.ts';
import { html, type Markup, raw } from '../report/html/markup.ts';
import { style } from '../report/html/style.ts';
import type { NetworkDocument, PortDocument } from './document.ts';
import { layerTable, shapeText } from './layer-table.ts';

function portFact({ type, shape, scale, zeroPoint }: PortDocument): Markup {
  const quantisation = scale === null ? '' : html`, scale ${scale}, zero point ${zeroPoint ?? 0}`;
  return html`${type} ${shapeText(shape)}${quantisation}`;
}

function facts(document: NetworkDocument): Markup {
  const { inputs, outputs, totals, format, numbers, sha256 } = document;
  const list: [string, Markup][] = [
    ['Form', html`${format}, ${numbers} network`],
    ...(document.numbers === 'integer' ? [['Arithmetic', html`${document.profile}`] as [string, Markup]] : []),
    ...inputs.map((port): [string, Markup] => ['Input', portFact(port)]),
    ...outputs.map((port): [string, Markup] => ['Output', portFact(port)]),
    ['Multiply-accumulates per inference', html`${count(totals.macs)}`],
    ['Parameters', html`${count(totals.parameters)}`],
    ['SHA-256', html`<code>${sha256}</code>`],
  ];
  return html`<dl class="facts card">${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function tableMarkup(document: NetworkDocument): Markup {
  const { columns, rows, total } = layerTable(document);
  const side = (at: number) => (columns[at]!.align === 'right' ? html` class="n"` : '');
  const head = columns.map(({ title }, at) => html`<th scope="col"${side(at)}>${title}</th>`);
  const cells = (row: readonly string[]) =>
    row.map((cell, at) => (at === 1 ? html`<th scope="row">${cell}</th>` : html`<td${side(at)}>${cell}</td>`));
  const body = rows.map(
    (row) => html`<tr>${cells(row)}</tr>
`,
  );
  return html`<div class="scroll" id="layers-table" tabindex="0" role="region" aria-label="Layers"><table>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>
<tfoot><tr>${cells(total)}</tr></tfoot>
</table></div>`;
}

const words = `Zero weights are products that are always 0; a dead channel has no other. Accumulator: bits that hold every sum for every input, bias included.
CSD digits: signed powers of two per weight other than 0 in the canonical form. Scale and zero point are those of the output; weight scales are per layer or per output channel.`;

/** What marks a page as written here, so that it may be replaced. */
export const pageMark = '<meta name="generator" content="joulesmith">';

/** One self-contained page: drawing and table of a network. The same network gives the same bytes. */
export function networkPage(document: NetworkDocument, outline: ModelOutline): string {
  const { model, layers, totals } = document;
  const own = 'main, header.top, footer { max-width: 1700px; } #layers-table td { white-space: nowrap; }';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${raw(pageMark)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>joulesmith: ${model}</title>
<style>${raw(fontFaces() + style + drawingStyle + own)}</style>
</head>
<body>
<header class="top"><h1>${model}</h1>
<p class="soft">${counted(layers.length, 'layer')}, ${counted(totals.macs, 'multiply-accumulate')} per inference, ${counted(totals.parameters, 'parameter')}</p></header>
<main>
${facts(document)}
<section aria-labelledby="network"><h2 id="network">Network</h2>
${drawing(outline, model)}</section>
<section aria-labelledby="layers"><h2 id="layers">Layers</h2>
${tableMarkup(document)}
<p class="small soft">${words}</p></section>
</main>
<footer>Written by joulesmith. Font: Inter (SIL Open Font License 1.1).</footer>
</body>
</html>
`.markup;
}
