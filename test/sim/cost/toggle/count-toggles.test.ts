import { expect, test } from 'vitest';
import { when } from '../../../../hdl-gen/lang/control.ts';
import { design, module } from '../../../../hdl-gen/lang/module.ts';
import { reg } from '../../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../../hdl-gen/lang/types.ts';
import { type BitBuilder, bitBuilder, type Literal } from '../../../../sim/cost/toggle/bit-program.ts';
import { bitsOfDesign } from '../../../../sim/cost/toggle/bits-of-design.ts';
import { toggleCounter } from '../../../../sim/cost/toggle/count-toggles.ts';
import { termsOf } from '../../../../sim/cost/toggle/terms.ts';
import { togglePlan } from '../../../../sim/cost/toggle/toggle-plan.ts';
import { bitKinds, toggleTerms } from '../../../../specs/toggle-energy.ts';

type Streams = Readonly<Record<string, string>>;

/** Streams as text, a character a clock. */
function run(streams: Streams, build: (builder: BitBuilder, bit: (name: string) => Literal) => Literal, late = {}) {
  const builder = bitBuilder();
  const bits = Object.fromEntries(Object.keys(streams).map((name) => [name, builder.source('input', name, 1)[0]!]));
  const out = build(builder, (name) => bits[name]!);
  const plan = togglePlan(builder.finish({ outputs: new Map([['out', [out]]]), loads: new Map() }), {
    arrivals: new Map(Object.entries(late as Record<string, number>).map(([name, time]) => [name, [time]])),
    loadDelay: 0,
  });
  const clocks = Object.values(streams)[0]!.length;
  const words = (text: string): Int32Array => {
    const found = new Int32Array(Math.ceil(clocks / 32));
    [...text].forEach((bit, at) => {
      found[at >> 5]! |= Number(bit) << (at & 31);
    });
    return found;
  };
  const counts = toggleCounter(plan)((name) => words(streams[name]!), clocks - 1);
  const node = out >> 1;
  return { wanted: counts.wanted[node]!, glitches: counts.glitches[node]!, terms: termsOf(plan, counts) };
}

const exclusive = (builder: BitBuilder, bit: (name: string) => Literal): Literal =>
  builder.xor(bit('a'), bit('b'), 'parity');

test('settled values: every change between neighbouring clocks counts once, none before the first', () => {
  expect(run({ a: '1011', b: '0000' }, exclusive)).toMatchObject({ wanted: 2, glitches: 0 });
  expect(run({ a: '1111', b: '1111' }, exclusive)).toMatchObject({ wanted: 0, glitches: 0 });
});

test('inputs that come together make no pulse; one that comes a gate later does', () => {
  const both = { a: '0101', b: '0101' };
  expect(run(both, exclusive)).toMatchObject({ wanted: 0, glitches: 0 });
  expect(run(both, exclusive, { b: 5 })).toMatchObject({ wanted: 0, glitches: 6 });
});

test('a pulse shorter than the delay of the gate does not appear', () => {
  expect(run({ a: '0101', b: '0101' }, exclusive, { b: 4 })).toMatchObject({ wanted: 0, glitches: 0 });
});

test('an AND sees a pulse only where the rise comes first', () => {
  const conjunction = (builder: BitBuilder, bit: (name: string) => Literal): Literal =>
    builder.and(bit('a'), bit('b'), 'logic');
  // a rises while b falls, then the other way round.
  const crossing = { a: '010', b: '101' };
  expect(run(crossing, conjunction, { b: 2 })).toMatchObject({ wanted: 0, glitches: 2 });
  expect(run(crossing, conjunction)).toMatchObject({ wanted: 0, glitches: 0 });
});

test('beyond 32 clocks the words join: as many changes as the text has', () => {
  const a = Array.from({ length: 100 }, (_, at) => String((at * at * 7 + (at >> 3)) & 1)).join('');
  const changes = [...a].filter((bit, at) => at > 0 && bit !== a[at - 1]).length;
  const b = a.replaceAll(/./g, '0');
  expect(run({ a, b }, exclusive).wanted).toBe(changes);
  // What lies behind the last clock is no change.
  expect(run({ a: `${a.slice(0, 40)}`, b: b.slice(0, 40) }, exclusive).wanted).toBe(
    [...a.slice(0, 40)].filter((bit, at) => at > 0 && bit !== a[at - 1]).length,
  );
});

test('terms are means per clock, in the order of their names', () => {
  const { terms } = run({ a: '01010', b: '01010' }, exclusive, { b: 5 });
  expect(terms).toHaveLength(toggleTerms.length);
  expect(terms[bitKinds.indexOf('input')]).toBe(2);
  expect(terms[toggleTerms.indexOf('parity.glitch.3')]).toBe(2);
  expect(terms.reduce((sum, term) => sum + term, 0)).toBe(4);
});

test('a counter is as good as new at every call', () => {
  const builder = bitBuilder();
  const [a, b] = ['a', 'b'].map((name) => builder.source('input', name, 1)[0]!) as [Literal, Literal];
  const out = builder.xor(a, b, 'parity');
  const plan = togglePlan(builder.finish({ outputs: new Map([['out', [out]]]), loads: new Map() }), {
    arrivals: new Map([['b', [5]]]),
    loadDelay: 0,
  });
  const count = toggleCounter(plan);
  const busy = (name: string) => Int32Array.of(name === 'a' ? 0x55555555 : 0x33333333);
  const still = () => Int32Array.of(-1);
  const first = structuredClone(count(busy, 31));
  expect(first.glitches[out >> 1]).toBeGreaterThan(0);
  expect(count(still, 31).wanted.every((changes) => changes === 0)).toBe(true);
  expect(count(busy, 31)).toEqual(first);
  expect(toggleCounter(plan)(busy, 31)).toEqual(first);
});

test('thousands of nodes: the same operation on the same arguments stays one node, whichever way it is asked for', () => {
  const builder = bitBuilder();
  const bits = builder.source('input', 'x', 64);
  const all = (flipped: boolean): Literal[] =>
    bits.flatMap((x, i) =>
      bits.slice(i + 1).map((y) => (flipped ? builder.and(y, x, 'logic') : builder.and(x, y, 'logic'))),
    );
  const first = all(false);
  expect(new Set(first).size).toBe((64 * 63) / 2);
  expect(all(true)).toEqual(first);
  const { op } = builder.finish({ outputs: new Map([['out', first]]), loads: new Map() });
  expect(op.length).toBe(1 + 64 + (64 * 63) / 2);
});

test('an enable counts as open in the clocks before the edges that it lets through', () => {
  const held = design(
    module('held', { in: { a: uint(8), load: bool }, out: { total: uint(8) } }, ({ a, load }) => {
      const total = reg('total', uint(8));
      when(load, () => {
        total.next = a;
      });
      return { total };
    }),
  );
  expect(bitsOfDesign(held).gated).toEqual([]);
  const program = bitsOfDesign(held, true);
  expect(program.gated.map(({ bits }) => bits)).toEqual([8]);
  const count = toggleCounter(togglePlan(program, { arrivals: null, loadDelay: 0 }));
  const openFor = (load: number, clocks: number, a = 0): number => {
    const words = (name: string) =>
      name === 'load' ? Int32Array.of(load) : new Int32Array(8).fill(name === 'a' ? a : 0);
    return count(words, clocks).open[0]!;
  };
  // The last clock's enable is for an edge behind the window.
  expect(openFor(0b1011, 3)).toBe(2);
  expect(openFor(0b1000, 3)).toBe(0);
  expect(openFor(-1, 31)).toBe(31);
  expect(openFor(0, 31)).toBe(0);
  // The same where something moves.
  expect(openFor(-1, 31, 0x55555555)).toBe(31);
  expect(openFor(0, 31, 0x55555555)).toBe(0);
});
