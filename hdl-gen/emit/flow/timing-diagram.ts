import { clocksOf, hexValue, type Wave, type WaveSignal, type WaveSpan } from './wave.ts';

const cell = 46;
const row = 34;
const high = 20;
const left = 96;
const gap = 40;
const top = 64;
const slope = 4;

const colour = {
  ink: '#1f2933',
  faint: '#9aa5b1',
  grid: '#e4e7eb',
  move: '#d9f0e3',
  hatch: '#cbd2d9',
  band: '#eaf2fb',
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Runs of one value, in order; a cut ends one. */
function runsOf(
  values: readonly (number | null)[],
  cuts: readonly number[] = [],
): { readonly from: number; readonly to: number; readonly value: number | null }[] {
  const runs: { from: number; to: number; value: number | null }[] = [];
  values.forEach((value, at) => {
    const last = runs.at(-1);
    if (last !== undefined && last.value === value && (value === null || !cuts.includes(at))) last.to = at + 1;
    else runs.push({ from: at, to: at + 1, value });
  });
  return runs;
}

function bitRow({ values }: WaveSignal, x: number, y: number): string {
  const level = (value: number) => y + (value === 1 ? 0 : high);
  const parts: string[] = [];
  let path = '';
  for (const { from, to, value } of runsOf(values)) {
    const [start, end] = [x + from * cell, x + to * cell];
    if (value === null) {
      parts.push(`<rect x="${start}" y="${y}" width="${end - start}" height="${high}" fill="url(#unknown)"/>`);
      if (path !== '') parts.push(`<path d="${path}" class="line"/>`);
      path = '';
      continue;
    }
    path += path === '' ? `M${start} ${level(value)}H${end}` : `L${start + slope} ${level(value)}H${end}`;
  }
  if (path !== '') parts.push(`<path d="${path}" class="line"/>`);
  return parts.join('');
}

function bandRow({ values, bits, cuts }: WaveSignal, x: number, y: number): string {
  return runsOf(values, cuts)
    .map(({ from, to, value }) => {
      const [start, end, middle] = [x + from * cell, x + to * cell, y + high / 2];
      if (value === null) {
        return `<rect x="${start + slope}" y="${y}" width="${end - start - 2 * slope}" height="${high}" fill="url(#unknown)"/>`;
      }
      const outline = `M${start} ${middle}L${start + slope} ${y}H${end - slope}L${end} ${middle}L${end - slope} ${y + high}H${start + slope}Z`;
      return `<path d="${outline}" class="band"/><text x="${(start + end) / 2}" y="${middle + 4}" class="value">${hexValue(value, bits)}</text>`;
    })
    .join('');
}

function clockRow(clocks: number, x: number, y: number): string {
  // A clock begins with the rising edge at which the byte of the clock before has moved.
  let path = `M${x} ${y + high}`;
  for (let at = 0; at < clocks; at++) path += `V${y}H${x + (at + 0.5) * cell}V${y + high}H${x + (at + 1) * cell}`;
  return `<path d="${path}" class="line"/>`;
}

function drawSpan(span: WaveSpan, x: number): string {
  const clocks = clocksOf(span);
  const bottom = top + (span.signals.length + 1) * row;
  const moved = span.moves.map(
    (at) => `<rect x="${x + at * cell}" y="${top - 26}" width="${cell}" height="${bottom - top + 14}" class="move"/>`,
  );
  const lines = Array.from({ length: clocks + 1 }, (_, at) => `M${x + at * cell} ${top - 8}V${bottom - 12}`).join('');
  const numbers = Array.from(
    { length: clocks },
    (_, at) => `<text x="${x + (at + 0.5) * cell}" y="${top - 13}" class="clock">${span.firstClock + at}</text>`,
  );
  const rows = span.signals.map((signal, at) => {
    const y = top + (at + 1) * row;
    return signal.bits === 1 ? bitRow(signal, x, y) : bandRow(signal, x, y);
  });
  return [...moved, `<path d="${lines}" class="grid"/>`, ...numbers, clockRow(clocks, x, top), ...rows].join('\n');
}

/** The figure as a stand-alone SVG: clocks from left to right, a gap between spans, clocks in which a byte moves shaded. */
export function timingDiagram({ title, notes, spans }: Wave): string {
  const names = ['clk', ...spans[0]!.signals.map(({ name }) => name)];
  const starts: number[] = [];
  let x = left;
  for (const span of spans) {
    starts.push(x);
    x += clocksOf(span) * cell + gap;
  }
  const width = x - gap + 20;
  const bottom = top + names.length * row;
  const height = bottom + 16 + notes.length * 18;
  const labels = names.map(
    (name, at) => `<text x="${left - 10}" y="${top + at * row + high / 2 + 4}" class="name">${escaped(name)}</text>`,
  );
  const breaks = starts.slice(1).map((start) => `<text x="${start - gap / 2}" y="${top - 13}" class="clock">…</text>`);
  const words = notes.map(
    (note, at) => `<text x="10" y="${bottom + 10 + at * 18}" class="note">${escaped(note)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<defs><pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="${colour.hatch}" stroke-width="3"/></pattern></defs>
<style>
text { font-family: Inter, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 12px; fill: ${colour.ink}; }
.title { font-size: 15px; font-weight: 600; }
.name { text-anchor: end; }
.clock { text-anchor: middle; fill: ${colour.faint}; font-size: 11px; }
.value { text-anchor: middle; font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 11px; }
.note { font-size: 12px; }
.line { fill: none; stroke: ${colour.ink}; stroke-width: 1.5; }
.band { fill: ${colour.band}; stroke: ${colour.ink}; stroke-width: 1.2; }
.grid { fill: none; stroke: ${colour.grid}; stroke-width: 1; }
.move { fill: ${colour.move}; }
</style>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="10" y="22" class="title">${escaped(title)}</text>
${spans.map((span, at) => drawSpan(span, starts[at]!)).join('\n')}
${[...labels, ...breaks, ...words].join('\n')}
</svg>
`;
}
