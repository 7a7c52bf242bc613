import { describe, expect, it } from 'vitest';
import type { NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';
import { type Format, maximum, minimum } from '../../../sim/rtl/value.ts';
import { netlistBuilder } from './netlist-builder.ts';

const formats = (widths: readonly number[]): Format[] =>
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
  const amounts = [...new Set([0, 1, aWidth - 1, aWidth, 31, 32, 33, 63, 64, 70])];
  const shifts = amounts.flatMap((amount): NetNode[] => [
    { op: 'shl', args: [a], amount, ...own },
    { op: 'shr', args: [a], amount, ...own },
  ]);
  const slices = [...new Set([0, 1, aWidth >> 1, aWidth - 1, aWidth])].map(
    (low): NetNode => ({ op: 'slice', args: [a], low, ...own }),
  );
  return [...unary, ...binary, ...shifts, ...slices];
}

function expectEveryPair(
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

const everyValue = (format: Format): bigint[] => {
  const values: bigint[] = [];
  for (let value = minimum(format); value <= maximum(format); value += 1n) values.push(value);
  return values;
};

const corners = (format: Format): bigint[] => {
  const low = minimum(format);
  const high = maximum(format);
  return [...new Set([low, low + 1n, 0n, 1n, high >> 1n, high - 1n, high, low >> 1n, 5n % (high + 1n)])];
};

describe('every operation, compiled against golden', () => {
  const small = formats([1, 2, 3]);
  it.each(small)('exhaustively for a first argument of $width bits, signed $signed', (a) => {
    for (const b of small) expectEveryPair(a, b, formats([1, 2, 4, 7]), everyValue);
  });

  const large = formats([8, 31, 32, 33, 63, 64]);
  it.each(large)('at the corners of $width bits, signed $signed', (a) => {
    for (const b of formats([6, 32, 33, 64])) expectEveryPair(a, b, formats([1, 8, 16, 31, 32, 33, 48, 64]), corners);
  });
});
