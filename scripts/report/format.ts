import type { Band } from '../../specs/result.ts';

const prefixes: readonly (readonly [number, string])[] = [
  [-18, 'a'],
  [-15, 'f'],
  [-12, 'p'],
  [-9, 'n'],
  [-6, 'µ'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
];

/** One unit for many numbers: `value / factor` is what to print before `unit`. */
export interface Scale {
  readonly factor: number;
  readonly unit: string;
}

/** The SI prefix that brings the largest magnitude into 1 ... 999. */
export function scaleFor(values: Iterable<number>, unit: string): Scale {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0) || !Number.isFinite(largest)) return { factor: 1, unit };
  const exponent = Math.floor(Math.log10(Number(largest.toPrecision(3))) / 3) * 3;
  const [power, prefix] = prefixes.find(([p]) => p === Math.min(12, Math.max(-18, exponent)))!;
  return { factor: 10 ** power, unit: prefix + unit };
}

/** Areas arrive in square microns; large ones read better in square millimetres. */
export function areaScale(values: Iterable<number>): Scale {
  return Math.max(0, ...values) >= 1e5 ? { factor: 1e6, unit: 'mm²' } : { factor: 1, unit: 'µm²' };
}

/** Three significant digits, thousands in groups, never in exponent form. */
export function digits(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(significant));
  const places = significant - 1 - Math.floor(Math.log10(Math.abs(rounded)));
  return grouped(rounded.toFixed(Math.min(100, Math.max(0, places))));
}

/** A whole number with its thousands in groups. */
export function count(value: number): string {
  return grouped(String(value));
}

function grouped(text: string): string {
  const [whole, fraction] = text.split('.');
  const groups = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

export function scaled(value: number, scale: Scale): string {
  return digits(value / scale.factor);
}

/** `12.3 µJ` */
export function quantity(value: number, unit: string): string {
  const scale = scaleFor([value], unit);
  return `${scaled(value, scale)} ${scale.unit}`;
}

/** `12.3 µJ (8.1 – 19.0)`: value and band in one unit. */
export function bandQuantity(band: Band, unit: string): string {
  return bandText(band, scaleFor([band.value], unit));
}

export function bandText(band: Band, scale: Scale): string {
  return `${scaled(band.value, scale)} ${scale.unit} (${bandRange(band, scale)})`;
}

export function bandRange(band: Band, scale: Scale): string {
  return `${scaled(band.low, scale)} – ${scaled(band.high, scale)}`;
}

export function percent(fraction: number): string {
  return `${digits(fraction * 100)} %`;
}
