import type { ModelOutline } from '../../../specs/outline.ts';
import { count } from '../format.ts';
import { html, type Markup, nothing } from '../html/markup.ts';
import { type Box, boxHeight, boxWidth, layOut, type Route } from './layout.ts';

/** More boxes than this are no picture any more. */
const mostLayers = 600;

/** Width at which a long network goes on in the next column: that of the page. */
const pageWidth = 1240;

interface Item {
  readonly inputs: readonly number[];
  readonly group: string;
  readonly title: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly macs: number;
  /** Some operands are numbers that the model holds. */
  readonly constant: boolean;
}

const groups: Readonly<Record<string, string>> = {
  conv2d: 'weights',
  depthwiseConv2d: 'weights',
  fullyConnected: 'weights',
  batchMatMul: 'weights',
  add: 'join',
  sub: 'join',
  mul: 'join',
  concatenation: 'join',
  averagePool2d: 'pool',
  maxPool2d: 'pool',
  mean: 'pool',
  softmax: 'function',
  lookup: 'function',
  activation: 'function',
  quantize: 'function',
};

const groupWords: Readonly<Record<string, string>> = {
  weights: 'multiplies',
  join: 'joins',
  pool: 'pools',
  function: 'functions',
  move: 'only moves data',
  end: 'ends',
};

const groupOf = (kind: string): string => groups[kind] ?? 'move';

function items({ inputs, outputs, layers }: ModelOutline): Item[] {
  const list: Item[] = [];
  const producer = new Map<number, number>();
  const end = { group: 'end', macs: 0, constant: false };
  for (const { tensor, name, shape } of inputs) {
    producer.set(tensor, list.push({ ...end, inputs: [], title: 'input', name, shape }) - 1);
  }
  for (const { name, kind, detail, inputs: read, output, shape, macs } of layers) {
    const from = read.flatMap((tensor) => producer.get(tensor) ?? []);
    const title = detail === '' ? kind : `${kind} ${detail}`;
    const item = { inputs: from, group: groupOf(kind), title, name, shape, macs, constant: from.length < read.length };
    producer.set(output, list.push(item) - 1);
  }
  for (const { tensor, name, shape } of outputs) {
    const from = producer.get(tensor);
    list.push({ ...end, inputs: from === undefined ? [] : [from], title: 'output', name, shape });
  }
  return list;
}

/** Cut to what a box of this font holds; the tooltip has all of it. */
const short = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const shapeText = (shape: readonly number[]) => shape.join('×');

function box(item: Item, { x, y }: Box, most: number): Markup {
  const { title, name, shape, macs, group, constant } = item;
  const full = `${title}, ${name}, ${shapeText(shape)}${macs === 0 ? '' : `, ${count(macs)} MACs`}${constant ? ', with a constant' : ''}`;
  const bar = most === 0 ? 0 : ((boxWidth - 20) * macs) / most;
  return html`<g class="layer ${group}" transform="translate(${x} ${y})"><title>${full}</title><rect class="box" width="${boxWidth}" height="${boxHeight}" rx="7"/><rect class="stripe" x="0" y="8" width="4" height="${boxHeight - 16}" rx="2"/><text class="kind" x="12" y="18">${short(`${title}${constant ? ' (constant)' : ''}`, 29)}</text><text class="name" x="12" y="33">${short(name, 30)}</text><text class="name" x="12" y="48">${short(shapeText(shape), 17)}</text>${macs === 0 ? nothing : html`<text class="macs" x="${boxWidth - 8}" y="48">${count(macs)}</text><rect class="work" x="10" y="${boxHeight - 4}" width="${bar.toFixed(1)}" height="2.5" rx="1"/>`}</g>
`;
}

const radius = 6;

/** The line with its corners rounded, and an arrow head at its end. */
function path({ points }: Route): Markup {
  const steps: string[] = [`M${points[0]![0]} ${points[0]![1]}`];
  for (let at = 1; at < points.length - 1; at += 1) {
    const [before, here, after] = [points[at - 1]!, points[at]!, points[at + 1]!];
    const toward = (other: readonly [number, number]) => {
      const [dx, dy] = [other[0] - here[0], other[1] - here[1]];
      const length = Math.hypot(dx, dy);
      const part = length === 0 ? 0 : Math.min(radius, length / 2) / length;
      return `${(here[0] + dx * part).toFixed(1)} ${(here[1] + dy * part).toFixed(1)}`;
    };
    steps.push(`L${toward(before)}`, `Q${here[0]} ${here[1]} ${toward(after)}`);
  }
  const [x, y] = points.at(-1)!;
  return html`<path class="edge" d="${steps.join('')}L${x} ${y - 5}"/><path class="head" d="M${x - 4} ${y - 7}L${x} ${y}L${x + 4} ${y - 7}Z"/>
`;
}

/** The graph of a network as a picture: a box per layer, branches beside each other, bars for the share of the work. */
export function drawing(outline: ModelOutline, name: string): Markup {
  const layers = outline.layers.length;
  if (layers > mostLayers) {
    return html`<p class="soft">${name} has ${count(layers)} layers: too many for a drawing. The table of layers has all of them.</p>`;
  }
  const list = items(outline);
  const { width, height, boxes, routes } = layOut(list, pageWidth);
  const most = Math.max(0, ...list.map(({ macs }) => macs));
  const total = list.reduce((sum, { macs }) => sum + macs, 0);
  const present = Object.entries(groupWords).filter(([group]) => list.some((item) => item.group === group));
  const about = `Graph of ${name}: ${count(layers)} layers, ${count(total)} multiply-accumulates per inference`;
  return html`<div class="scroll drawing" tabindex="0" role="region" aria-label="Graph of ${name}">
<svg role="img" aria-label="${about}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${routes.map(path)}${list.map((item, at) => box(item, boxes[at]!, most))}</svg></div>
<ul class="legend drawing-key" aria-label="Colours">${present.map(([group, words]) => html`<li><span class="dot layer ${group}"></span>${words}</li>`)}<li>Number at the right and bar: multiply-accumulates per inference.</li></ul>`;
}

/** Belongs to the style sheet of a page with drawings. The colours stay apart for colour-blind readers (Okabe and Ito 2008). */
export const drawingStyle = `
.layer { --group: var(--wait); }
.layer.weights { --group: #0072B2; }
.layer.join { --group: #D55E00; }
.layer.pool { --group: #009E73; }
.layer.function { --group: #CC79A7; }
.layer.move { --group: #999999; }
.drawing { max-height: none; padding: 0; }
.drawing svg { display: block; margin: 0 auto; font-family: Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.drawing .box { fill: var(--page); stroke: var(--line); }
.drawing .layer.end .box { fill: var(--head); }
.drawing .stripe, .drawing .work { fill: var(--group); }
.drawing text { fill: var(--soft); font-size: 11px; }
.drawing text.kind { fill: var(--ink); font-size: 12px; font-weight: 600; }
.drawing text.macs { text-anchor: end; }
.drawing .edge { fill: none; stroke: var(--wait); stroke-width: 1.5; }
.drawing .head { fill: var(--wait); }
.drawing-key .dot.layer { background: var(--group); }
@media print { .drawing svg { max-width: 100%; height: auto; } }
`;
