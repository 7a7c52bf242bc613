import type { Band } from '../../specs/result.ts';
import {
  formatHertz,
  formatInferencesPerSecond,
  formatJoules,
  formatJoulesPerOp,
  formatSeconds,
  formatSquareMicrons,
  formatWatts,
  hertz,
  inferencesPerSecond,
  joules,
  joulesPerOp,
  parseHertz,
  parseInferencesPerSecond,
  parseJoules,
  parseJoulesPerOp,
  parseSeconds,
  parseSquareMicrons,
  parseWatts,
  seconds,
  squareMicrons,
  watts,
} from '../../specs/units.ts';

/** Text of a value in its base unit, and the value of a text: what this folder needs to know of a unit. */
interface Unit {
  readonly text: (value: number) => string;
  readonly value: (text: string) => number;
}

/** Base units with SI prefixes. */
export type UnitName = 'J' | 'J/op' | 's' | 'W' | 'Hz' | 'inference/s' | 'µm²';

const units: Readonly<Record<UnitName, Unit>> = {
  J: { text: (value) => formatJoules(joules(value)), value: parseJoules },
  'J/op': { text: (value) => formatJoulesPerOp(joulesPerOp(value)), value: parseJoulesPerOp },
  s: { text: (value) => formatSeconds(seconds(value)), value: parseSeconds },
  W: { text: (value) => formatWatts(watts(value)), value: parseWatts },
  Hz: { text: (value) => formatHertz(hertz(value)), value: parseHertz },
  'inference/s': {
    text: (value) => formatInferencesPerSecond(inferencesPerSecond(value)),
    value: parseInferencesPerSecond,
  },
  'µm²': { text: (value) => formatSquareMicrons(squareMicrons(value)), value: parseSquareMicrons },
};

/** One unit for many numbers: `value / factor` is what to print before `unit`. */
export interface Scale {
  readonly factor: number;
  readonly unit: string;
}

/** The prefix that brings the largest of the values into 1 ... 999. Errors: `QUANTITY_RANGE`. */
export function scaleFor(values: Iterable<number>, unit: UnitName): Scale {
  const largest = Math.max(0, ...values);
  if (largest === 0) return { factor: 1, unit };
  const prefixed = units[unit].text(largest).split(' ')[1]!;
  return { factor: units[unit].value(`1 ${prefixed}`), unit: prefixed };
}

/** `12.3 µJ`. Errors: `QUANTITY_RANGE`. */
export function quantity(value: number, unit: UnitName): string {
  return scaled(value, scaleFor([value], unit), true);
}

/** `12.3 µJ (8.1 – 19.0)`: value and band in one unit. */
export function bandQuantity(band: Band, unit: UnitName): string {
  const scale = scaleFor([band.value], unit);
  return `${scaled(band.value, scale, true)} (${bandRange(band, scale)})`;
}

export function bandRange(band: Band, scale: Scale): string {
  return `${scaled(band.low, scale)} – ${scaled(band.high, scale)}`;
}

export function scaled(value: number, scale: Scale, withUnit = false): string {
  const text = digits(value / scale.factor);
  return withUnit ? `${text} ${scale.unit}` : text;
}

/** Three significant digits, thousands in groups, never in exponent form. */
export function digits(value: number, significant = 3): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(significant));
  const places = significant - 1 - Math.floor(Math.log10(Math.abs(rounded)));
  return grouped(rounded.toFixed(Math.min(100, Math.max(0, places))));
}

/** A whole number with its thousands in groups. */
export function count(value: number): string {
  return grouped(String(value));
}

/** `1 layer`, `12 layers`; a plural that is no `s` is given. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function grouped(text: string): string {
  const [whole, fraction] = text.split('.');
  const groups = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

export function percent(fraction: number): string {
  return `${digits(fraction * 100)} %`;
}
