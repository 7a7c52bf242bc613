import { describe, expect, test } from 'vitest';
import { logAxis, siLabel, zeroAxis } from '../../../scripts/report/axes.ts';
import type { Figure, Json } from '../../../scripts/report/figure.ts';
import { buildFigures } from '../../../scripts/report/figures.ts';
import { scaleFor } from '../../../scripts/report/format.ts';
import { sampleBaselines, sampleResult, sampleResults } from '../../support/results.ts';

const figures = buildFigures(sampleResults(), sampleBaselines());
const figure = (id: string, from: readonly Figure[] = figures) => from.find((one) => one.id === id)!;

interface Dataset {
  readonly label: string;
  readonly backgroundColor: string;
  readonly pointBackgroundColor?: readonly string[];
  readonly data: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[];
}
const datasets = (one: Figure) => one.config.data.datasets as unknown as Dataset[];
const scales = (one: Figure) =>
  one.config.options.scales as unknown as Record<string, { type?: string; title?: { text: string } }>;

test.each(figures)('$id is JSON without functions, has one y axis and a unit on its x axis', (one) => {
  expect(JSON.parse(JSON.stringify(one.config))).toEqual(one.config);
  expect(Object.keys(scales(one)).sort()).toEqual(['x', 'y']);
  expect(scales(one).x!.title!.text).toMatch(/\[[^\]]+\]/);
  expect(one.alt).toMatch(/\d.*\.$/);
});

test('each component has one colour in every figure', () => {
  const seen = new Map<string, string>();
  for (const id of ['energy-by-component', 'energy-by-layer', 'area']) {
    for (const { label, backgroundColor } of datasets(figure(id))) {
      expect(seen.get(label) ?? backgroundColor).toBe(backgroundColor);
      seen.set(label, backgroundColor);
    }
  }
  expect(new Set(seen.values()).size).toBe(seen.size);
  expect(seen.size).toBe(7);
});

test('an unknown component gets a colour of its own', () => {
  const results = sampleResults();
  results[0]!.energy.breakdown.byComponent.crossbar = { value: 1e-9, low: 1e-9, high: 1e-9 };
  const sets = datasets(figure('energy-by-component', buildFigures(results, [])));
  expect(sets.map(({ label }) => label)).toContain('crossbar');
  expect(new Set(sets.map(({ backgroundColor }) => backgroundColor)).size).toBe(8);
});

describe('pareto', () => {
  const front = (from: readonly Figure[]) =>
    datasets(figure('pareto', from)).filter(({ label }) => label.startsWith('Pareto'));

  test('holds value and band of every design', () => {
    const results = sampleResults();
    const points = datasets(figure('pareto')).flatMap(({ data }) => data);
    for (const { latencySeconds, energy } of results) {
      const { value, low, high } = energy.joulesPerInference;
      expect(points).toContainEqual(expect.objectContaining({ x: latencySeconds, y: value, low, high }));
    }
  });

  test('an unverified design is hollow and not on the front, even if it is best in both', () => {
    const results = sampleResults();
    const hardwired = results[3]!;
    const set = datasets(figure('pareto')).find(({ label }) => label === 'hardwired')!;
    expect(set.pointBackgroundColor).toEqual(['rgba(0,0,0,0)']);
    expect(front(figures)[0]!.data.map(({ x }) => x)).not.toContain(hardwired.latencySeconds);
    // With a proof it beats all others and is the front by itself.
    const proven = sampleResult({ name: 'h', architecture: 'hardwired', multipliers: 900, joulesPerMac: 0.04e-12 });
    const after = front(buildFigures([...results.slice(0, 3), proven], []));
    expect(after[0]!.data.slice(1, -1)).toEqual([
      { x: proven.latencySeconds, y: proven.energy.joulesPerInference.value },
    ]);
  });

  test('shows baselines of the same task only', () => {
    const text = JSON.stringify(figure('pareto').config);
    expect(text).toContain('GAP9');
    expect(text).toContain('board level');
    expect(text).not.toContain('STM32U385');
  });

  test('networks with other bytes have fronts of their own', () => {
    const results = sampleResults();
    const other = sampleResults().map((result) => ({ ...result, model: { ...result.model, sha256: 'cd'.repeat(32) } }));
    expect(front(buildFigures([...results, ...other], []))).toHaveLength(2);
  });

  test('both axes are logarithmic with SI labels', () => {
    const { x, y } = scales(figure('pareto'));
    expect([x!.type, y!.type]).toEqual(['logarithmic', 'logarithmic']);
    const marks = (figure('pareto').config.options.plugins as Record<string, Json>).marks;
    expect(JSON.stringify(marks)).toContain('"label":"100 µs"');
  });
});

test('cycles: the longest stage of each design is marked, the axis is logarithmic only when values span decades', () => {
  const marked = datasets(figure('cycles-by-layer')).flatMap(({ data, pointBackgroundColor }) =>
    data.filter((_, index) => pointBackgroundColor![index] === '#D55E00').map(({ x }) => x),
  );
  const verified = sampleResults().slice(0, 3);
  const longest = verified.flatMap(({ stages }) => {
    const most = Math.max(...stages.map(({ cycles }) => cycles));
    return stages.filter(({ cycles }) => cycles === most).map(({ cycles }) => cycles);
  });
  expect(marked).toEqual(longest);
  expect(scales(figure('cycles-by-layer')).x!.type).toBe('logarithmic');
  const even = sampleResult({ name: 'even', architecture: 'stream', multipliers: 64 });
  even.stages = even.stages.map((stage) => ({ ...stage, cycles: 500 + stage.pe }));
  expect(scales(figure('cycles-by-layer', buildFigures([even], []))).x!.type).toBe('linear');
});

test('cycles: stages that tie are all bottlenecks', () => {
  const even = sampleResult({ name: 'even', architecture: 'stream', multipliers: 64 });
  even.stages = even.stages.map((stage, index) => ({ ...stage, cycles: index < 3 ? 500 : 400 }));
  const built = figure('cycles-by-layer', buildFigures([even], []));
  expect(datasets(built)[0]!.pointBackgroundColor!.filter((colour) => colour === '#D55E00')).toHaveLength(3);
  expect(built.alt).toContain('conv1 (and 2 more) with 500 cycles');
});

test('a baseline ran the task when the model is named after it', () => {
  const named = (name: string) => sampleResults().map((result) => ({ ...result, model: { ...result.model, name } }));
  const shown = (name: string) => JSON.stringify(figure('pareto', buildFigures(named(name), sampleBaselines())).config);
  for (const name of ['kws_ref_model', 'mlperf-KWS', 'kws01']) expect(shown(name)).toContain('GAP9');
  for (const name of ['digits', 'akws', 'kwsx', 'ad01_int8']) expect(shown(name)).not.toContain('GAP9');
});

test('the sentence follows the data', () => {
  const results = sampleResults();
  expect(figure('area').alt).toContain('kws-stream-16 is the smallest');
  results[0]!.area.squareMicrons = { value: 9e9, low: 8e9, high: 10e9 };
  expect(figure('area', buildFigures(results, [])).alt).toContain('kws-stream-64 is the smallest');
});

test('figures with rows per layer show at most six designs and say so', () => {
  const many = Array.from({ length: 8 }, (_, index) =>
    sampleResult({ name: `d${index}`, architecture: 'stream', multipliers: 16 + index }),
  );
  const built = buildFigures(many, []);
  expect(figure('energy-by-layer', built).title).toContain('the first 6 of 8 designs');
  expect(JSON.stringify(figure('energy-by-component', built).config)).toContain('d7');
});

describe('axes', () => {
  test.each([
    [[3.2e-6, 4.1e-3], '2 µs', '5 ms'],
    [[1, 1], '800 ms', '1.2 s'],
    [[0, 2e-9], '1.6 ns', '2.5 ns'],
  ])('a logarithmic axis around %j reaches from %s to %s', (values, first, last) => {
    const axis = logAxis(values, siLabel('s'));
    expect(axis.ticks[0]).toEqual({ value: axis.min, label: first });
    expect(axis.ticks.at(-1)).toEqual({ value: axis.max, label: last });
  });

  test('a linear axis starts at zero and covers its values in the unit of its title', () => {
    const axis = zeroAxis([1.52e-6, 0.4e-6], scaleFor([1.52e-6], 'J'));
    expect(axis.ticks.map(({ label }) => label)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1', '1.2', '1.4', '1.6']);
    expect(axis.max).toBeCloseTo(1.6e-6, 15);
    expect(zeroAxis([0], { factor: 1, unit: 'J' }).ticks).toEqual([{ value: 0, label: '0' }]);
  });
});
