import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { png } from '../../../scripts/report/png.ts';
import { sampleBaselines, sampleResults } from '../../support/results.ts';

const figures = buildFigures(sampleResults(), sampleBaselines());

async function pixels(bytes: Buffer) {
  const image = await loadImage(bytes);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const colours = new Map<string, number>();
  for (let at = 0; at < data.length; at += 4) {
    const colour = `#${[data[at]!, data[at + 1]!, data[at + 2]!].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    colours.set(colour.toUpperCase(), (colours.get(colour.toUpperCase()) ?? 0) + 1);
  }
  return {
    width: image.width,
    height: image.height,
    colours,
    opaque: data.every((part, at) => at % 4 < 3 || part === 255),
  };
}

test.each(figures)('$id is drawn on white at twice its size', async (figure) => {
  const { width, height, colours, opaque } = await pixels(png(figure));
  expect([width, height]).toEqual([2 * figure.width, 2 * figure.height]);
  expect(opaque).toBe(true);
  // A treemap fills its plot, the others are mostly paper.
  const paper = figure.id.startsWith('treemap') ? 0.2 : 0.3;
  expect(colours.get('#FFFFFF')! / (width * height)).toBeGreaterThan(paper);
  expect(colours.size).toBeGreaterThan(20);
});

test('bars have the colours of their components, and texts are drawn', async () => {
  const figure = figures.find(({ id }) => id === 'energy-by-component')!;
  const { colours } = await pixels(png(figure));
  for (const colour of ['#0072B2', '#009E73', '#F0E442']) expect(colours.get(colour) ?? 0).toBeGreaterThan(1000);
  // The title is the only thing in this colour: without a font there would be none of it.
  expect(colours.get('#111827') ?? 0).toBeGreaterThan(500);
});

test('Inter is there even on a machine without fonts', () => {
  png(figures[0]!);
  expect(GlobalFonts.families.find(({ family }) => family === 'Inter')?.styles.map(({ weight }) => weight)).toEqual([
    400, 600,
  ]);
});

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

test('the same figure gives the same bytes and is not written to', () => {
  for (const figure of figures) {
    const before = JSON.stringify(figure);
    expect(png(frozen(figure)).equals(png(figure))).toBe(true);
    expect(JSON.stringify(figure)).toBe(before);
  }
});
