import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { main } from '../../scripts/cli.ts';
import { runCli } from '../support/cli.ts';
import { needData } from '../support/data.ts';

async function inspected(model: string) {
  const { code, out, err } = await runCli(['inspect', model, '--json']);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

/** What a terminal of so many characters per line shows. */
async function shown(model: string, columns: number | undefined): Promise<string[]> {
  let out = '';
  const terminal = { watched: false, colour: false, columns, folder: '.', environment: process.env };
  const say = (text: string) => {
    out += text;
  };
  const parts = { out: say, err: () => {} };
  expect(await main(['inspect', model], { ...terminal, ...parts })).toBe(0);
  return out.split('\n');
}

describe('the document', () => {
  test('has the figures and tables of every layer', async () => {
    const { graph } = loadZoo('digits');
    const { layers, numbers, profile, totals } = await inspected('digits');
    expect([numbers, profile]).toEqual(['integer', 'tflite-reference']);
    expect(layers).toHaveLength(graph.layers.length);
    for (const [position, layer] of graph.layers.entries()) {
      const document = layers[position];
      expect(document).toMatchObject({ position, name: layer.name, kind: layer.kind, output: layer.output });
      if (!('weights' in layer)) {
        expect([document.weights, document.weightScales]).toEqual([null, null]);
        continue;
      }
      expect(document.requantize.multiplier).toEqual([...layer.requantize.multiplier]);
      expect(document.requantize.shift).toEqual([...layer.requantize.shift]);
      expect(document.weights.count).toBe(layer.weights.length);
      // scale of sums = scale of input * scale of weights, and the requantizer takes it to that of the output.
      const [first] = document.weightScales;
      const factor = layer.requantize.multiplier[0]! * 2 ** (layer.requantize.shift[0]! - 31);
      expect((first * document.inputScale) / document.outputScale).toBeCloseTo(factor, 12);
    }
    expect(totals.zeroWeights).toBe(27);
  });

  /** Figures of the models' own description (shared notes, section 1.7), rounded as they stand there. */
  needData('of ad: canonical signed digits and powers of two', ['mlperf_ad/ad01_int8.tflite'], async (data) => {
    const { weights, totals } = await inspected(join(data, 'mlperf_ad/ad01_int8.tflite'));
    expect(weights.csdDigitsPerWeight.toFixed(2)).toBe('1.79');
    expect(((100 * weights.powersOfTwo) / (totals.weights - totals.zeroWeights)).toFixed(1)).toBe('38.9');
    expect(weights.accumulatorBits).toBe(22);
  });

  needData('of kws: 2.3 to 2.5 digits, 9 to 15 % powers of two', ['mlperf_kws/kws_ref_model.tflite'], async (data) => {
    const { weights, totals } = await inspected(join(data, 'mlperf_kws/kws_ref_model.tflite'));
    expect(weights.csdDigitsPerWeight).toBeGreaterThan(2.25);
    expect(weights.csdDigitsPerWeight).toBeLessThan(2.55);
    const share = weights.powersOfTwo / (totals.weights - totals.zeroWeights);
    expect(share).toBeGreaterThan(0.085);
    expect(share).toBeLessThan(0.155);
  });

  needData(
    'of vww: zero weights, dead channels, wide accumulators',
    ['mlperf_vww/vww_96_int8.tflite'],
    async (data) => {
      const { layers, totals, weights } = await inspected(join(data, 'mlperf_vww/vww_96_int8.tflite'));
      expect((100 * totals.zeroMacs) / totals.macs).toBeCloseTo(48.5, 1);
      const dead = layers.map(
        (layer: { weights: { deadChannels: number } | null }) => layer.weights?.deadChannels ?? 0,
      );
      expect(Math.max(...dead)).toBe(234);
      expect(weights.accumulatorBits).toBe(32);
    },
  );

  needData('of a float network: everything but the integers', ['mlperf_ad/ad01_fp32.tflite'], async (data) => {
    const document = await inspected(join(data, 'mlperf_ad/ad01_fp32.tflite'));
    expect(document).toMatchObject({ numbers: 'float', totals: { macs: 264_192, parameters: 265_864 } });
    expect(document.inputs[0]).toMatchObject({ type: 'float32', scale: null });
    expect(document.layers[0].weights).toHaveProperty('range');
    expect(document.layers[0].weights).not.toHaveProperty('csdDigits');
  });
});

describe('the table', () => {
  test('is one where nobody counts columns, and fits where somebody does', async () => {
    const wide = await shown('digits', undefined);
    const heads = (lines: string[]) => lines.filter((line) => /^ +# {2}layer/.test(line));
    expect(heads(wide)).toHaveLength(1);
    for (const columns of [140, 100, 80, 60]) {
      const lines = await shown('digits', columns);
      expect(heads(lines).length).toBeGreaterThan(1);
      const table = lines.slice(lines.indexOf(heads(lines)[0]!));
      expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(columns);
      // Every head is there, and in every part every layer.
      for (const word of wide
        .find((line) => line.includes('layer'))!
        .trim()
        .split(/ {2,}/)) {
        expect(
          lines.some((line) => line.includes(word)),
          word,
        ).toBe(true);
      }
      expect(lines.filter((line) => line.includes('conv2d_6')).length).toBe(heads(lines).length);
    }
  });

  test('ends with the sums', async () => {
    const lines = await shown('digits', undefined);
    expect(lines.at(-2)).toMatch(/all +57,568 +3,402 +27 \(0\.8 %\) +0 +20 +2\.55 +9\.0 %$/);
  });
});

describe('the page', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'joulesmith-inspect-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (...argv: string[]) => runCli(['inspect', 'digits', ...argv], { folder });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  test('has the table and the drawing, loads nothing, and is the same every time', async () => {
    const { code, out } = await write('--html', 'net.html');
    expect(code).toBe(0);
    expect(out).toContain(`page: ${join(folder, 'net.html')}`);
    const page = read('net.html');
    const { graph } = loadZoo('digits');
    expect(page.match(/<g class="layer /g)).toHaveLength(graph.layers.length + 2);
    const rows = /<tbody>([\s\S]*)<\/tbody>/.exec(page)![1]!;
    for (const { name } of graph.layers) expect(rows).toContain(`<th scope="row">${name}</th>`);
    const addresses = [...page.matchAll(/\b(?:src|href)\s*=\s*"([^"]*)"|url\(([^)]*)\)/g)].map(([, a, b]) => a ?? b!);
    expect(addresses.filter((address) => !/^(data:|#)/.test(address))).toEqual([]);
    expect((await write('-o', 'net.html')).code).toBe(0);
    expect(read('net.html')).toBe(page);
    expect(readdirSync(folder)).toEqual(['net.html']);
  });

  test.each([
    ['mine.html', /mine\.html: exists, and joulesmith did not write it; choose another file \[OUTPUT_FILE\]/],
    ['nowhere/net.html', /nowhere\/net\.html: cannot be written \(ENOENT\)/],
    ['.', /is a folder/],
  ])('is not written to %s', async (name, sentence) => {
    writeFileSync(join(folder, 'mine.html'), '<p>years of work</p>');
    const { code, out, err } = await write('--html', name);
    expect(err).toMatch(sentence);
    expect([code, out]).toEqual([2, '']);
    expect(read('mine.html')).toBe('<p>years of work</p>');
  });
});
