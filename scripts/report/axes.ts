import type { Json } from './figure.ts';
import { digits, quantity, type Scale, type UnitName } from './format.ts';

/** One labelled tick; the chart draws exactly these. */
export interface Tick {
  readonly value: number;
  /** Two texts make two lines. */
  readonly label: string | readonly string[];
}

export interface Axis {
  readonly type: 'logarithmic' | 'linear';
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** Do the values ask for a logarithmic axis? They must all be above zero. */
export function spansDecades(values: readonly number[]): boolean {
  const low = Math.min(...values);
  return low > 0 && Math.max(...values) / low > 10;
}

const fine = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9];

/** A logarithmic axis around the positive ones of the values with a label of unit and SI prefix at each tick. */
export function logAxis(values: readonly number[], label: (value: number) => string): Axis {
  const positive = values.filter((value) => value > 0);
  // Zero has no place on such an axis; without any value the axis still has to be one.
  const low = Math.min(...(positive.length > 0 ? positive : [1])) / 1.12;
  const high = Math.max(...(positive.length > 0 ? positive : [1])) * 1.12;
  const span = high / low;
  const steps =
    span < 2 ? fine : span < 6 ? [1, 1.5, 2, 3, 4, 5, 6, 8] : span < 40 ? [1, 2, 3, 5] : span < 2000 ? [1, 2, 5] : [1];
  const all: number[] = [];
  for (let decade = Math.floor(Math.log10(low)) - 1; decade <= Math.ceil(Math.log10(high)) + 1; decade++) {
    for (const step of steps) all.push(Number(`${step}e${decade}`));
  }
  const min = all.filter((value) => value <= low).at(-1)!;
  const max = all.find((value) => value >= high)!;
  const ticks = all.filter((value) => value >= min && value <= max);
  return { type: 'logarithmic', min, max, ticks: ticks.map((value) => ({ value, label: label(value) })) };
}

/** A linear axis from zero; the labels are plain numbers, the unit belongs into the title. */
export function zeroAxis(values: readonly number[], scale: Scale): Axis {
  const top = Math.max(0, ...values) / scale.factor;
  if (!(top > 0)) return { type: 'linear', min: 0, max: scale.factor, ticks: [{ value: 0, label: '0' }] };
  const raw = top / 8;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * magnitude >= raw)! * magnitude;
  const last = Math.ceil(top / step - 1e-9);
  const ticks = Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return {
    type: 'linear',
    min: 0,
    max: last * step * scale.factor,
    ticks: ticks.map((value) => ({ value: value * scale.factor, label: plain(digits(value)) })),
  };
}

/** Rows of a dot plot: whole numbers from the top down, each with its name. */
export function rowAxis(names: readonly Tick['label'][]): Axis {
  return {
    type: 'linear',
    min: -0.5,
    max: names.length - 0.5,
    ticks: names.map((label, value) => ({ value, label })),
  };
}

/** SI labels for `logAxis`. */
export function siLabel(unit: UnitName): (value: number) => string {
  return (value) => plain(quantity(value, unit));
}

/** `10.0 µs` says no more than `10 µs` on an axis. */
function plain(text: string): string {
  return text.replace(/\.(\d*?)0+(?= |$)/, '.$1').replace(/\.(?= |$)/, '');
}

/** Chart.js settings of one axis. */
export function axisOptions(axis: Axis, title: string, extra: { readonly [key: string]: Json } = {}): Json {
  return {
    type: axis.type,
    min: axis.min,
    max: axis.max,
    title: { display: title !== '', text: title, font: { weight: 600 } },
    grid: { drawTicks: false },
    border: { display: false },
    ticks: { padding: 6, maxRotation: 0, autoSkipPadding: 8 },
    ...extra,
  };
}
