import { clocksOf, hexValue, type Wave, type WaveSignal } from './wave.ts';

interface Drawn {
  wave: string;
  readonly data: string[];
}

function drawSignal({ values, bits, cuts = [] }: WaveSignal, drawn: Drawn): void {
  let before: number | null | undefined;
  for (const [at, value] of values.entries()) {
    if (value === before && !(bits > 1 && value !== null && cuts.includes(at))) drawn.wave += '.';
    else if (value === null) drawn.wave += 'x';
    else if (bits === 1) drawn.wave += String(value);
    else {
      drawn.wave += '=';
      drawn.data.push(hexValue(value, bits));
    }
    before = value;
  }
}

/** The figure for WaveDrom: one line a signal, `|` between spans. */
export function waveJson({ title, notes, spans }: Wave): string {
  const names = spans[0]!.signals.map(({ name }) => name);
  const gap = (at: number) => (at === 0 ? '' : '|');
  const signal = names.map((name, index) => {
    const drawn: Drawn = { wave: '', data: [] };
    spans.forEach((span, at) => {
      drawn.wave += gap(at);
      drawSignal(span.signals[index]!, drawn);
    });
    return drawn.data.length === 0 ? { name, wave: drawn.wave } : { name, wave: drawn.wave, data: drawn.data };
  });
  const clock = {
    name: 'clk',
    wave: spans.map((span, at) => `${gap(at)}p${'.'.repeat(clocksOf(span) - 1)}`).join(''),
  };
  const number = {
    name: 'clock',
    wave: spans.map((span, at) => `${gap(at)}${'='.repeat(clocksOf(span))}`).join(''),
    data: spans.flatMap((span) => Array.from({ length: clocksOf(span) }, (_, at) => String(span.firstClock + at))),
  };
  const figure = { signal: [clock, number, {}, ...signal], head: { text: title }, foot: { text: notes.join(' ') } };
  return `${JSON.stringify(figure, null, 2)}\n`;
}
