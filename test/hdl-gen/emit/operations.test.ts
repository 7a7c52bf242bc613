import { describe, expect } from 'vitest';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { allOf, anyOf, cat, max, min, mux, replaceAt, select } from '../../../hdl-gen/lang/combine.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import type { Bool, SInt, UInt } from '../../../hdl-gen/lang/signal.ts';
import { sint, type Type, uint } from '../../../hdl-gen/lang/types.ts';
import { type Random, seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint, type Row, runIcarusRows, runNetlistRows } from '../../support/verilog.ts';

/** Every operation of the language on two operands of one kind, both uint or both sint; keys name the outputs. */
function operations(a: UInt, b: UInt, amount: UInt): Record<string, UInt | SInt | Bool> {
  const high = a.width - 1;
  const middle = a.width >> 1;
  return {
    eq: a.eq(b),
    ne: a.ne(b),
    lt: a.lt(b),
    le: a.le(b),
    gt: a.gt(b),
    ge: a.ge(b),
    add: a.add(b),
    sub: a.sub(b),
    mul: a.mul(b),
    neg: a.neg(),
    add_wrap: a.addWrap(b.wrap(a.width)),
    sub_wrap: a.subWrap(b.wrap(a.width)),
    and: a.and(b),
    or: a.or(b),
    xor: a.xor(b),
    not: a.not(),
    shl: a.shl(3),
    shr: a.add(b).shr(middle),
    shr_all: a.shr(a.width + 2),
    shl_by: a.shlBy(amount),
    shr_by: a.shrBy(amount),
    wrap: a.mul(b).wrap(middle + 1),
    extend: a.extend(a.width + 9),
    sat: a.add(b).sat(Math.max(1, middle)),
    as_uint: a.asUInt(),
    as_sint: a.asSInt(),
    bit: a.bit(middle),
    bits: a.bits(high, middle),
    or_all: a.reduceOr(),
    and_all: a.reduceAnd(),
    xor_all: a.reduceXor(),
    mux: mux(a.lt(b), a, b),
    cat: cat(a, b, a.bit(0)),
    min: min(a, b),
    max: max(a, b),
    neg_wrap: a.negWrap(),
    abs: a.abs(),
    popcount: a.popcount(),
    replicate: a.replicate(3),
    bit_at: a.bitAt(amount),
    round: a.round(3),
    round_even: a.mul(b).round(middle + 1, 'nearestEven'),
    round_up: a.round(middle, 'nearestUp'),
    ceil: a.round(3, 'ceil'),
    to_zero: a.round(middle + 1, 'zero'),
    min_literal: min(a, 0),
    max_literal: max(0, a),
    any: anyOf(a.bit(0), b.bit(0), amount.bit(0)),
    all: allOf(a.bit(0), b.bit(0), amount.bit(0)),
    at: select(amount, [a, b, a, b, a, b, a, b]),
    replaced: select(amount.bits(1, 0), replaceAt(amount, [a, a, b], b)),
    add_literal: a.add(1),
    mul_literal: a.mul(1).add(a.mul(0)),
    mixed: a.mul(b).add(a).sub(b).shr(1),
    signed_less: a.sub(b).lt(b.neg()),
    unsigned_product: a.asUInt().mul(b.asUInt()),
    signed_product: a.asSInt().mul(b.asSInt()),
  };
}

function typeOfSignal(signal: UInt | SInt | Bool): Type {
  return signal.kind === 'sint' ? sint(signal.width) : uint(signal.width);
}

/** One module for a range of widths; both kinds. */
function designFor(from: number, to: number, random: Random): Design {
  const inputs: Record<string, Type> = { amount: uint(3) };
  const pairs: { readonly a: string; readonly b: string; readonly signed: boolean }[] = [];
  for (let width = from; width <= to; width++) {
    for (const signed of [false, true]) {
      const make = signed ? sint : uint;
      const a = `${signed ? 's' : 'u'}${width}_a`;
      const b = `${signed ? 's' : 'u'}${width}_b`;
      inputs[a] = make(width);
      inputs[b] = make(random.integer(1, 64));
      pairs.push({ a, b, signed });
    }
  }
  // The output types are known only after the operations have run once.
  const outputs: Record<string, Type> = {};
  const describeAll = (ports: Record<string, UInt>): Record<string, UInt | SInt> => {
    const results: Record<string, UInt | SInt> = {};
    for (const { a, b } of pairs) {
      const made = operations(ports[a]!, ports[b]!, ports.amount!);
      for (const [name, signal] of Object.entries(made))
        results[`${a}_${name}`] = signal.kind === 'bool' ? (signal as Bool).toUInt() : (signal as UInt | SInt);
    }
    for (const [name, signal] of Object.entries(results)) outputs[name] = typeOfSignal(signal);
    return results;
  };
  module(`probe_${from}_${to}`, { in: inputs, out: {} }, (ports) => {
    describeAll(ports as Record<string, UInt>);
    return {};
  });
  return design(
    module(`operations_${from}_${to}`, { in: inputs, out: outputs }, (ports) =>
      describeAll(ports as Record<string, UInt>),
    ),
  );
}

function rowsFor(subject: Design, count: number, random: Random): Row[] {
  const { inputs } = subject.modules.at(-1)!;
  return Array.from({ length: count }, () =>
    inputs.map(({ width }) => {
      const pick = random.integer(0, 7);
      if (pick === 0) return 0n;
      if (pick === 1) return (1n << BigInt(width)) - 1n;
      if (pick === 2) return 1n << BigInt(width - 1);
      if (pick === 3) return (1n << BigInt(width - 1)) - 1n;
      let value = 0n;
      for (let bits = 0; bits < width; bits += 16) value = (value << 16n) | BigInt(random.integer(0, 0xffff));
      return BigInt.asUintN(width, value);
    }),
  );
}

/** Names of the outputs that differ, with their values: the message of a failure. */
function differences(subject: Design, rows: readonly Row[], expected: readonly Row[], found: readonly Row[]): string[] {
  const { inputs, outputs } = subject.modules.at(-1)!;
  const lines: string[] = [];
  for (const [clock, row] of expected.entries()) {
    for (const [index, value] of row.entries()) {
      if (found[clock]?.[index] === value) continue;
      const name = outputs[index]!.name;
      const given = inputs
        .map((port, at) => `${port.name}=${rows[clock]![at]}`)
        .filter((text) => text.startsWith(name.split('_')[0]!) || text.startsWith('amount'));
      lines.push(`${name}: netlist ${value}, Verilog ${found[clock]?.[index]} with ${given.join(' ')}`);
    }
  }
  return lines;
}

describe('operations, widths 1 to 64, both signs: netlist = emitted Verilog in Icarus', async () => {
  const step = 8;
  for (let from = 1; from <= 64; from += step) {
    const to = from + step - 1;
    await needTool('iverilog', `widths ${from} to ${to}`, async ({ path }) => {
      const random = seededRandom(from);
      const subject = designFor(from, to, random);
      const rows = rowsFor(subject, 40, random);
      const expected = runNetlistRows(subject, rows);
      const found = await runIcarusRows(subject, rows, path);
      expect(found).toHaveLength(rows.length);
      expect(differences(subject, rows, expected, found).slice(0, 10)).toEqual([]);
    });
  }
});

describe('operations: lint is silent', async () => {
  for (const [from, to] of [
    [1, 4],
    [7, 9],
    [31, 33],
    [63, 64],
  ] as const) {
    await needTool('verilator', `Verilator -Wall, widths ${from} to ${to}`, async ({ path }) => {
      expect(await lint(designFor(from, to, seededRandom(from)), { verilator: path })).toBe('');
    });
    await needTool('iverilog', `Icarus -Wall, widths ${from} to ${to}`, async ({ path }) => {
      expect(await lint(designFor(from, to, seededRandom(from)), { iverilog: path })).toBe('');
    });
  }
});
