import type { NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { type Format, maximum, minimum, wrap } from '../value.ts';

/** Smallest and largest integer that a value can be. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

const known = new Map<number, Range>();

export function formatRange(format: Format): Range {
  const key = format.width * 2 + (format.signed ? 1 : 0);
  let range = known.get(key);
  if (range === undefined) {
    range = { low: minimum(format), high: maximum(format) };
    known.set(key, range);
  }
  return range;
}

export function nodeRange(node: NetNode): Range {
  if (node.op !== 'const') return formatRange(node);
  const value = wrap(node.value, node);
  return { low: value, high: value };
}

export function fits(range: Range, format: Format): boolean {
  const limits = formatRange(format);
  return range.low >= limits.low && range.high <= limits.high;
}

export function union(a: Range, b: Range): Range {
  // biome-ignore lint/complexity/useMathMinMax: Math.min and Math.max do not take BigInt
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high };
}

export function sumRange(a: Range, b: Range): Range {
  return { low: a.low + b.low, high: a.high + b.high };
}

export function differenceRange(a: Range, b: Range): Range {
  return { low: a.low - b.high, high: a.high - b.low };
}

export function productRange(a: Range, b: Range): Range {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return corners.map((value) => ({ low: value, high: value })).reduce(union);
}

/** Two's complement `and`, `or`, `xor` of two values. */
export function bitwiseRange(op: 'and' | 'or' | 'xor', a: Format, b: Format): Range {
  if (!a.signed && !b.signed) {
    const width = op === 'and' ? Math.min(a.width, b.width) : Math.max(a.width, b.width);
    return formatRange({ width, signed: false });
  }
  if (op === 'and' && !a.signed) return formatRange(a);
  if (op === 'and' && !b.signed) return formatRange(b);
  const signedWidth = (format: Format): number => format.width + (format.signed ? 0 : 1);
  return formatRange({ width: Math.max(signedWidth(a), signedWidth(b)), signed: true });
}
