import { describe, expect, test } from 'vitest';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { delay, reg } from '../../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';
import { replay } from '../../../scripts/testing/replay.ts';
import { bench, clocks, type Dut } from '../../../sim/bench/bench.ts';
import { createRecorder, type Trace } from '../../../sim/observe/trace.ts';
import { printVcd } from '../../../sim/observe/vcd.ts';
import { printWave } from '../../../sim/observe/wave.ts';
import { createBatchSimulator } from '../../../sim/rtl/batch.ts';
import { compileNetlist } from '../../../sim/rtl/compile/compile.ts';
import { createSimulator, type Simulator } from '../../../sim/rtl/simulator.ts';
import { fuzzDesign, recipeOf } from '../../support/fuzz-module.ts';
import { seededRandom } from '../../support/random.ts';
import { randomDesign } from '../../support/random-design.ts';
import { needTool } from '../../support/tools.ts';
import { sampleVcd } from '../../support/vcd.ts';

/** Multiplies and sums; its parts have names of every kind. */
const Lane = module('lane', { in: { a: sint(8), b: sint(8) }, out: { total: sint(20) } }, ({ a, b }) => {
  const total = reg('total', sint(20), { init: 3 });
  total.next = total.addWrap(a.mul(b).as('product'));
  return { total };
});
const Top = module(
  'top',
  { in: { a: sint(8), b: sint(8), store: bool, wide: uint(100) }, out: { y: sint(24), old: sint(20), parity: bool } },
  ({ a, b, store, wide }) => {
    const feedback = wire('feedback', sint(8));
    const first = Lane('first', { a, b: feedback });
    const second = Lane('second', { a: b, b: first.total.wrap(8) });
    feedback.drive(delay('last', second.total.wrap(8)));
    const memory = ram('past', sint(20), 4);
    const count = reg('count', uint(2));
    const full = count.eq(3).as('full');
    when(store.and(full.not()), () => {
      count.next = count.addWrap(1);
    });
    memory.write(count, first.total, { enable: store });
    const sum = first.total.add(second.total).as('sum');
    const square = wide.mul(wide).as('square');
    // Folded away in the netlist, but not by name.
    const doubled = sum.extend(30).as('doubled');
    return { y: doubled.wrap(24), old: memory.read(count), parity: square.reduceXor().and(full.as('stop').not()) };
  },
);
const top = design(Top);
const topNetlist = elaborate(top);

/** What the names mean, in BigInt. */
function meaning(
  sim: Pick<Simulator, 'get'>,
  given: { readonly a: bigint; readonly b: bigint; readonly wide: bigint },
) {
  const feedback = sim.get('last');
  const [first, second] = [sim.get('first.total'), sim.get('second.total')];
  const full = sim.get('count') === 3n ? 1n : 0n;
  return {
    feedback,
    'first.a': given.a,
    'first.b': feedback,
    'first.product': given.a * feedback,
    'second.b': BigInt.asIntN(8, first),
    'second.product': given.b * BigInt.asIntN(8, first),
    sum: first + second,
    doubled: first + second,
    square: given.wide * given.wide,
    full,
    stop: full,
  };
}

function step(sim: Simulator, clock: number) {
  const random = seededRandom(clock);
  const given = {
    a: BigInt(random.integer(-128, 127)),
    b: BigInt(random.integer(-128, 127)),
    wide: BigInt(random.integer(0, 2 ** 30)) << 68n,
  };
  for (const [name, value] of Object.entries(given)) sim.set(name, value);
  sim.set('store', clock % 3 === 0 ? 1 : 0);
  return given;
}

/** What `observeWords` reads, put together to signed integers; behind other words, which it leaves alone. */
function wordsOf(sim: Simulator, names: readonly string[]): bigint[] {
  const { start, read } = sim.observeWords(names);
  const words = new Int32Array(2 + start.at(-1)!).fill(7);
  read(words, 2);
  expect([...words.subarray(0, 2)]).toEqual([7, 7]);
  return names.map((_, at) => {
    const own = [...words.subarray(2 + start[at]!, 2 + start[at + 1]!)];
    const pattern = own.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
    return BigInt.asIntN(32 * own.length, pattern);
  });
}

describe.each([
  ['wasm', {}],
  ['js-interpreter', {}],
  ['js-interpreter', { unknowns: 'check' }],
] as const)('nets by name, %s %o', (engine, more) => {
  const make = (): Simulator => createSimulator(topNetlist, { engine, ...more });

  test('are what present inputs and state make of them, alone and together, and after a checkpoint', () => {
    const sim = make();
    const run = (from: number, to: number): unknown[] => {
      const seen: unknown[] = [];
      for (let clock = from; clock < to; clock++) {
        const wanted = meaning(sim, step(sim, clock));
        const names = Object.keys(wanted);
        const found = Object.fromEntries(names.map((name) => [name, sim.get(name)]));
        expect(found).toEqual(wanted);
        expect(sim.observe(names)()).toEqual(Object.values(wanted));
        expect(wordsOf(sim, names)).toEqual(Object.values(wanted));
        seen.push(found);
        sim.cycle();
      }
      return seen;
    };
    run(0, 9);
    const checkpoint = sim.checkpoint();
    const first = run(9, 15);
    checkpoint.restore();
    expect(run(9, 15)).toEqual(first);
  });

  test('the word that a memory reads has a name, too', () => {
    const sim = make();
    for (let clock = 0; clock < 12; clock++) {
      step(sim, clock);
      sim.set('store', 1);
      sim.cycle();
    }
    const word = sim.word('past', 3);
    sim.cycle();
    expect(sim.get('past_q')).toBe(word);
    expect(word).not.toBe(0n);
  });

  test('values up to 32 bits as one word, wider ones as several, with their signs', () => {
    const sim = make();
    step(sim, 5);
    sim.set('a', -3);
    const words = (name: string): number[] => {
      const { start, read } = sim.observeWords([name]);
      const found = new Int32Array(start.at(-1)!);
      read(found, 0);
      return [...found];
    };
    expect(words('a')).toEqual([-3]);
    expect(words('wide')).toHaveLength(4);
    expect(words('square')).toHaveLength(Math.ceil(200 / 32));
  });

  test('names what is close to an unknown name', () => {
    const sim = make();
    expect(() => sim.get('product')).toThrow(
      "top: there is no port, register or net named 'product' (did you mean 'first.product' or 'second.product'?); use a name of the ports, of `registers` or of `nets`; what nothing observable depends on has none [SIM_NAME]",
    );
    expect(() => sim.get('feedbak')).toThrow("(did you mean 'feedback'?)");
    expect(() => sim.observe(['a', 'nothing like it'])).toThrow("named 'nothing like it'; use a name");
    expect(() => sim.observeWords(['a', 'nothing like it'])).toThrow("named 'nothing like it'; use a name");
    expect(() => sim.get('past')).toThrow('it is a memory: read one of its words with word(name, address) [SIM_NAME]');
    expect(() => sim.peek('first.totl')).toThrow("no register named 'first.totl' (did you mean 'first.total'?)");
    expect(() => sim.word('pats', 0)).toThrow("no memory named 'pats' (did you mean 'past'?)");
  });
});

test('a net with unknown bits is refused where unknown bits are checked', () => {
  const sim = createSimulator(topNetlist, { unknowns: 'check' });
  step(sim, 1);
  expect(() => sim.get('past_q')).toThrow(
    "top.past_q: the net 'past_q' is 20'bxxxxxxxxxxxxxxxxxxxx in clock 0, because memory 'past' was not read before: past -> past_q; ",
  );
  expect(sim.get('sum')).toBe(6n);
});

test('every lane of a batch has its own nets', () => {
  const batch = createBatchSimulator(topNetlist, { lanes: 4, shared: ['store'] });
  const singles = Array.from({ length: 4 }, () => createSimulator(topNetlist));
  for (let clock = 0; clock < 8; clock++) {
    for (const [lane, single] of singles.entries()) {
      for (const [name, value] of Object.entries(step(single, 100 * lane + clock))) batch.set(name, value, lane);
      single.set('store', 1);
      batch.set('store', 1);
      for (const name of single.nets) expect([name, batch.get(name, lane)]).toEqual([name, single.get(name)]);
    }
    for (const single of singles) single.cycle();
    batch.cycle();
  }
  expect(new Set(singles.map((single) => single.get('sum'))).size).toBe(4);
  expect(() => batch.get('summ', 0)).toThrow("(did you mean 'sum'?)");
  expect(() => batch.get('sum', 4)).toThrow('there is no lane 4');
});

test('names change no compiled code', () => {
  for (let seed = 0; seed < 5; seed++) {
    const { names, ...circuit } = elaborate(randomDesign(seededRandom(seed)));
    expect(compileNetlist({ ...circuit, names: names! }).bytes).toEqual(compileNetlist(circuit).bytes);
  }
});

test('a bench traces nets, and draws them when asked', () => {
  const body = function* (dut: Dut<typeof Lane.ports.in, typeof Lane.ports.out>) {
    for (let clock = 0; clock < 5; clock++) {
      dut.set({ a: clock, b: -2 });
      yield;
      expect(dut.get('product')).toBe(BigInt(-2 * clock));
    }
  };
  const { trace } = bench(Lane, body, { traces: ['product'] });
  expect(printWave(trace, { signals: ['a', 'product', 'total'] })).toMatchInlineSnapshot(`
    "clock   0  1  2  3  4
    a       |0 |1 |2 |3 |4
    product |0 |-2|-4|-6|-8
    total   |3    |1 |-3|-9"
  `);
  expect(printWave(trace)).not.toContain('product');
  expect(printVcd(trace)).toMatch(/\$var wire 16 \S+ product \[15:0\] \$end/);
  const all = bench(Top, () => clocks(3), { traces: 'all' }).trace;
  expect(all.signals.map(({ name }) => name)).toEqual(expect.arrayContaining(['y', 'second.total', 'second.product']));
  expect(() => bench(Lane, body, { traces: ['prod'] })).toThrow('[SIM_NAME]');
});

test('what only names need stands apart from the circuit', () => {
  const { names, ...circuit } = topNetlist;
  expect(names!.asides.length).toBeGreaterThan(0);
  expect(names!.asides.map(({ op }) => op)).not.toContain('register');
  const used = new Set([
    ...circuit.outputs.map(({ node }) => node),
    ...circuit.registers.flatMap(({ next, enable }) => [next, enable]),
    ...circuit.nodes.flatMap((node) => ('args' in node ? node.args : [])),
  ]);
  for (const index of names!.asides.keys()) expect(used.has(circuit.nodes.length + index)).toBe(false);
});

/** One clock of reset with everything at 0, then random inputs. */
function record(subject: Design, seed: number, length: number): Trace {
  const sim = createSimulator(elaborate(subject));
  const recorder = createRecorder(sim, sim.nets);
  const random = seededRandom(seed);
  for (const { name } of sim.netlist.inputs) sim.set(name, 0);
  for (const name of sim.registers) sim.poke(name, 0n);
  recorder.cycle(true);
  for (let clock = 0; clock < length; clock++) {
    for (const { name } of sim.netlist.inputs) {
      const value =
        random.integer(0, 3) === 0 ? BigInt(random.integer(0, 3)) : BigInt(random.integer(0, 2 ** 31)) ** 4n;
      sim.set(name, value);
    }
    recorder.cycle();
  }
  return recorder.trace;
}

const subjects: readonly (readonly [string, Design])[] = [
  ['example', top],
  ...Array.from({ length: 12 }, (_, seed) => [`random ${seed}`, randomDesign(seededRandom(seed))] as const),
  ...Array.from({ length: 8 }, (_, seed) => [`of every kind ${seed}`, fuzzDesign(recipeOf(seed))] as const),
];

describe('nets in the dumps', async () => {
  await needTool('iverilog', 'equal those of the same names in the dump of Icarus, clock by clock', async (tool) => {
    const count = { nets: 0, values: 0, unknown: 0, withoutDump: 0 };
    for (const [index, [name, subject]] of subjects.entries()) {
      const trace = record(subject, index, 40);
      const { vcd, mismatches } = await replay(tool, [{ design: subject, trace }], { dump: true });
      expect({ name, mismatches }).toEqual({ name, mismatches: [] });
      const times = trace.resets.map((_, clock) => 10 * clock + 4);
      const theirs = sampleVcd(vcd!, times);
      const ours = sampleVcd(printVcd(trace), times);
      for (const { kind, name: net } of trace.signals) {
        if (kind !== 'net') continue;
        const found = theirs.get(`replay.bench_0.dut.${net}`);
        if (found === undefined) {
          count.withoutDump++;
          continue;
        }
        // What a memory reads beyond its depth is unknown in Verilog, and so is what is made of it.
        const wanted = ours.get(`${trace.name}.${net}`)!.map((value, clock) => (found[clock] === null ? null : value));
        expect({ name, net, values: found }).toEqual({ name, net, values: wanted });
        count.nets++;
        for (const value of found) count[value === null ? 'unknown' : 'values']++;
      }
    }
    expect(count.nets).toBeGreaterThan(5 * count.withoutDump);
    expect(count.values).toBeGreaterThan(20_000);
    expect(count.unknown).toBeLessThan(200);
  });
});
