import { expect } from 'vitest';
import type { NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';
import { type Format, maximum, minimum } from '../../../sim/rtl/value.ts';
import { netlistBuilder } from './netlist-builder.ts';

/** Each width without and with sign. */
export const formats = (widths: readonly number[]): Format[] =>
  widths.flatMap((width) => [
    { width, signed: false },
    { width, signed: true },
  ]);

/** Every operation on inputs a and b with the given result format; shifts by constants inside and beyond the widths. */
function operations(a: NodeId, b: NodeId, aWidth: number, own: Format): NetNode[] {
  const unary = (['neg', 'not', 'extend', 'reduceAnd', 'reduceOr', 'reduceXor'] as const).map(
    (op): NetNode => ({ op, args: [a], ...own }),
  );
  const binary = (['add', 'sub', 'mul', 'and', 'or', 'xor', 'eq', 'lt', 'shlBy', 'shrBy', 'cat'] as const).map(
    (op): NetNode => ({ op, args: [a, b], ...own }),
  );
  const amounts = [
    ...new Set([0, 1, aWidth - 1, aWidth, 31, 32, 33, 63, 64, 70, ...(aWidth > 64 ? [65, 128, 130] : [])]),
  ];
  const shifts = amounts.flatMap((amount): NetNode[] => [
    { op: 'shl', args: [a], amount, ...own },
    { op: 'shr', args: [a], amount, ...own },
  ]);
  const slices = [...new Set([0, 1, aWidth >> 1, aWidth - 1, aWidth, ...(aWidth > 64 ? [60, 64, 65] : [])])].map(
    (low): NetNode => ({ op: 'slice', args: [a], low, ...own }),
  );
  return [...unary, ...binary, ...shifts, ...slices];
}

/** Every operation on inputs of two formats, with results of several: compiled = golden for the values of both. */
export function expectEveryPair(
  a: Format,
  b: Format,
  results: readonly Format[],
  valuesOf: (format: Format) => readonly bigint[],
): void {
  const builder = netlistBuilder(`${a.width}${a.signed} ${b.width}${b.signed}`);
  const nodeA = builder.input('a', a.width, a.signed);
  const nodeB = builder.input('b', b.width, b.signed);
  const bit = builder.input('bit', 1);
  for (const own of results) {
    const all = [...operations(nodeA, nodeB, a.width, own), { op: 'mux', args: [bit, nodeA, nodeB], ...own } as const];
    for (const node of all) {
      const detail = 'amount' in node ? node.amount : 'low' in node ? node.low : '';
      builder.output(`${node.op} ${detail} to ${own.width} ${own.signed}`, builder.add(node));
    }
  }
  const netlist = builder.netlist();
  const golden = createInterpreter(netlist);
  const compiled = createCompiled(netlist);
  for (const x of valuesOf(a)) {
    for (const y of valuesOf(b)) {
      for (const sim of [golden, compiled]) {
        sim.port('a').writeBig(x);
        sim.port('b').writeBig(y);
        sim.port('bit').write(Number(x & 1n));
        sim.settle();
      }
      for (const { name } of netlist.outputs) {
        const found = compiled.port(name).readBig();
        const expected = golden.port(name).readBig();
        if (found !== expected)
          expect.fail(`${name} of ${x} (${a.width}), ${y} (${b.width}): ${found}, not ${expected}`);
      }
    }
  }
}

/** The extremes of a format and their neighbours. */
export const corners = (format: Format): bigint[] => {
  const low = minimum(format);
  const high = maximum(format);
  return [...new Set([low, low + 1n, 0n, 1n, high >> 1n, high - 1n, high, low >> 1n, 5n % (high + 1n)])];
};
