import { describe, expect, test } from 'vitest';
import { Fifo } from '../../../../examples/fifo.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { assert } from '../../../../hdl-gen/lang/assert.ts';
import { cat, lit, mux } from '../../../../hdl-gen/lang/combine.ts';
import { when } from '../../../../hdl-gen/lang/control.ts';
import { ram } from '../../../../hdl-gen/lang/memory.ts';
import { design, type ModuleConstructor, module } from '../../../../hdl-gen/lang/module.ts';
import { delay, reg } from '../../../../hdl-gen/lang/state.ts';
import { bool, type Fields, sint, uint } from '../../../../hdl-gen/lang/types.ts';
import { streamPorts } from '../../../../hdl-gen/library/stream/stream.ts';
import { type BenchOptions, bench, clocks, type Driver, type Dut, sink, source } from '../../../../sim/bench/index.ts';
import { createSimulator, type SimulatorOptions } from '../../../../sim/rtl/simulator.ts';

/** What a run throws: the sentence without the waveform, lines of this file as `here`. */
function said(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const [sentence] = (error as Error).message.split('\n');
    return sentence!.replace(/\(\S*findings\.test\.ts:\d+:\d+\)/g, '(here)');
  }
  return 'nothing';
}

function saidInBench<I extends Fields, O extends Fields>(
  top: ModuleConstructor<I, O>,
  body: (dut: Dut<I, O>) => Driver,
  options: BenchOptions = {},
): string {
  return said(() => bench(top, body, { unknowns: 'check', ...options }));
}

const wayOut =
  'reset it or give it contents, write it before it is read, or let nothing depend on it until then [SIM_UNKNOWN]';

describe('what a bench is told', () => {
  test('the word of a queue before anything was popped', () => {
    expect(
      saidInBench(Fifo({ type: uint(4), depth: 2 }), function* (dut) {
        dut.set({ push: true, data_in: 3 });
        yield* clocks(2);
        expect(dut.out.empty).toBe(false);
        void dut.out.data_out;
      }),
    ).toMatch(
      /^fifo_2\.data_out \(examples\/fifo\.ts:11:10\): the output 'data_out' is 4'bxxxx in clock 1, because memory 'words' was not read before: words -> data_out; /,
    );
  });

  const Table = module(
    'lookup',
    { in: { store: bool, at: uint(3), word: uint(4), from: uint(3) }, out: { found: uint(4) } },
    ({ store, at, word, from }) => {
      const words = ram('words', uint(4), 6);
      words.write(at, word, { enable: store });
      return { found: delay('shown', words.read(from)) };
    },
  );
  const lookUp = (from: number) =>
    saidInBench(Table, function* (dut) {
      dut.set({ store: true, at: 2, word: 9, from });
      yield* clocks(4);
      expect(dut.out.found).toBe(9);
    });
  test('a memory word that was not written, through a register without reset', () => {
    expect(lookUp(2)).toBe('nothing');
    expect(lookUp(5)).toBe(
      `lookup.found (here): the output 'found' is 4'bxxxx in clock 3, because word 5 of memory 'words' was read in clock 1 and not written before: words[5] -> shown -> found; ${wayOut}`,
    );
  });
  test('an address beyond the depth', () => {
    expect(lookUp(7)).toBe(
      `lookup.found (here): the output 'found' is 4'bxxxx in clock 3, because memory 'words' was read in clock 1 at address 7, beyond its 6 words: words[7] -> shown -> found; ${wayOut}`,
    );
  });

  test('an unknown value that was stored over a known word', () => {
    const Stash = module('stash', { in: { store: bool }, out: { word: uint(3) } }, ({ store }) => {
      const never = reg('never', uint(2), { init: null });
      never.next = never;
      const words = ram('words', uint(3), 2, { contents: Int8Array.of(6, 7) });
      words.write(1, never, { enable: store });
      return { word: words.read(1) };
    });
    const run = (store: boolean) =>
      saidInBench(Stash, function* (dut) {
        dut.set({ store });
        yield* clocks(3);
        expect(dut.out.word).toBe(7);
      });
    expect(run(false)).toBe('nothing');
    expect(run(true)).toBe(
      `stash.word (here): the output 'word' is 3'b0xx in clock 2, because register 'never' has no reset value and was not written before: never -> words[1] -> word; ${wayOut}`,
    );
  });

  test('a register without reset as an enable, in the instance of a module', () => {
    const Gate = module('gate', { in: { go: bool }, out: { count: uint(4) } }, ({ go }) => {
      const open = reg('open', bool, { init: null });
      when(go, () => {
        open.next = true;
      });
      const count = reg('count', uint(4));
      when(open, () => {
        count.next = count.addWrap(1);
      });
      return { count };
    });
    const Top = module('top', { in: { go: bool }, out: { count: uint(4) } }, ({ go }) => Gate('gate', { go }));
    const run = (given: readonly boolean[]) =>
      saidInBench(Top, function* (dut) {
        for (const go of given) {
          dut.set({ go });
          yield;
        }
      });
    expect(run([false])).toBe(
      `top.gate.count (here): the enable of register 'gate.count' is 1'bx in clock 0, because register 'gate.open' has no reset value and was not written before: gate.open -> gate.count; ${wayOut}`,
    );
  });

  test('an accumulator that nobody cleared, however long ago', () => {
    const Sum = module('sum', { in: { value: sint(4) }, out: { total: sint(8), low: uint(2) } }, ({ value }) => {
      const total = reg('total', sint(8), { init: null });
      total.next = mux(value.eq(0), total, total.addWrap(value));
      const shown = delay('shown', total.asUInt().bits(1, 0));
      return { total, low: shown };
    });
    expect(
      saidInBench(Sum, function* (dut) {
        dut.set({ value: 3 });
        yield* clocks(20);
        void dut.out.low;
      }),
    ).toBe(
      `sum.low (here): the output 'low' is 2'bxx in clock 19, because register 'total' has no reset value and was not written before: total -> shown -> low; ${wayOut}`,
    );
  });

  test('a register with a reset value that is read before the reset, through one without', () => {
    const Late = module('late', { in: {}, out: { seen: uint(2) } }, () => {
      const mode = reg('mode', uint(2), { init: 2 });
      mode.next = mode;
      return { seen: delay('held', mode, { init: null }) };
    });
    const run = (wait: number) =>
      saidInBench(Late, function* (dut) {
        yield* clocks(wait);
        expect(dut.out.seen).toBe(2);
      });
    expect(run(1)).toBe(
      `late.seen (here): the output 'seen' is 2'bxx in clock 0, because register 'mode' was read before its reset: mode -> held -> seen; ${wayOut}`,
    );
    expect(run(2)).toBe('nothing');
  });

  test('known bits and the bits that decide nothing do not matter', () => {
    const Partly = module(
      'partly',
      { in: { on: bool, at: uint(1) }, out: { all: uint(4), kept: uint(4) } },
      (inputs) => {
        const never = reg('never', uint(3), { init: null });
        never.next = never;
        const mask = mux(inputs.on, lit(uint(3), 0), 7);
        const kept = delay('kept_q', cat(never.and(mask), inputs.at));
        return { all: cat(never, inputs.at), kept };
      },
    );
    expect(
      saidInBench(Partly, function* (dut) {
        dut.set({ on: true, at: 1 });
        yield* clocks(2);
        expect(dut.out.kept).toBe(1);
        void dut.out.all;
      }),
    ).toContain("the output 'all' is 4'bxxx1 in clock 1");
  });

  test('the payload of a stream matters while it is valid', () => {
    const Leaky = (claims: boolean) =>
      module('leaky', streamPorts(uint(8), uint(8)), ({ up, down }) => {
        const full = reg('full', bool);
        const item = reg('item', uint(8), { init: null });
        when(up.valid.and(full.not()), () => {
          full.next = true;
          item.next = up.data;
        }).elsewhen(down.ready, () => {
          full.next = false;
        });
        return { up: { ready: full.not() }, down: { valid: claims ? up.valid : full, data: item } };
      });
    const run = (claims: boolean) =>
      saidInBench(Leaky(claims), function* (dut) {
        dut.start(sink(dut, 'down', () => {}));
        yield* clocks(3);
        expect(dut.out.down.valid).toBe(false);
        dut.start(source(dut, 'up', [7, 8]));
        yield* clocks(6);
      });
    expect(run(false)).toBe('nothing');
    expect(run(true)).toBe(
      `leaky.down_data (here): the output 'down_data' is 8'bxxxxxxxx in clock 3, because register 'item' has no reset value and was not written before: item -> down_data; ${wayOut}`,
    );
  });
});

/** Bits that decide something in different places; each input chooses one of them. */
const Places = module(
  'places',
  { in: { load: bool, value: uint(2), which: uint(3) }, out: { word: uint(4) } },
  ({ load, value, which }) => {
    const never = reg('never', uint(2), { init: null });
    when(load, () => {
      never.next = value;
    });
    const chosen = (number: number) => mux(which.eq(number), never, 0).as(`chosen_${number}`);
    const words = ram('words', uint(4), 4, { contents: Int8Array.of(1, 2, 3, 4) });
    words.write(chosen(1), 5, { enable: which.eq(1) });
    words.write(3, 6, { enable: chosen(2).bit(1) });
    const word = words.read(chosen(3), { enable: which.eq(4).or(which.eq(3)).or(chosen(5).bit(0)) });
    assert(chosen(6).ne(3), 'never is not 3');
    return { word };
  },
);

function simulatorOf(options: SimulatorOptions = {}) {
  const circuit = design(Places);
  return createSimulator(elaborate(circuit), { unknowns: 'check', source: circuit, ...options });
}

describe('what a simulator raises', () => {
  const because = `because register 'never' has no reset value and was not written before: never`;
  test.each([
    [1, `places.words (here): the write address of memory 'words' is 2'bxx in clock 2, ${because} -> words; ${wayOut}`],
    [2, `places.words (here): the write enable of memory 'words' is 1'bx in clock 2, ${because} -> words; ${wayOut}`],
    [3, `places.words (here): the read address of memory 'words' is 2'bxx in clock 2, ${because} -> words; ${wayOut}`],
    [5, `places.words (here): the read enable of memory 'words' is 1'bx in clock 2, ${because} -> words; ${wayOut}`],
    [
      6,
      `places.assert_never_is_not_3 (here): the assertion 'assert_never_is_not_3' is 1'bx in clock 2, ${because} -> assert_never_is_not_3; ${wayOut}`,
    ],
  ])('place %i, unless it was written before', (which, message) => {
    const simulator = simulatorOf();
    simulator.cycle(2);
    simulator.port('which').write(which);
    expect(said(() => simulator.cycle())).toBe(message);
    // The clock has passed, as after an assertion.
    expect(simulator.cycleCount).toBe(3);
    simulator.reset();
    simulator.port('which').write(0);
    simulator.port('load').write(1);
    simulator.cycle();
    simulator.port('which').write(which);
    expect(said(() => simulator.cycle(3))).toBe('nothing');
    simulator.reset();
    expect(said(() => simulator.cycle())).toContain('in clock 0');
  });

  test('an assertion that does not hold in known bits is as in every simulator', () => {
    const simulator = simulatorOf();
    simulator.poke('never', 3n);
    simulator.port('which').write(6);
    expect(said(() => simulator.cycle())).toContain('[SIM_ASSERTION]');
  });

  test('a write of which the address is unknown leaves every word unknown that it may have changed', () => {
    const simulator = simulatorOf();
    simulator.port('which').write(1);
    expect(said(() => simulator.cycle())).toContain('the write address');
    simulator.poke('never', 1n);
    simulator.port('which').write(3);
    simulator.cycle(2);
    // The word was 2 and is 5 perhaps.
    expect(simulator.unknowns!.ofOutput('word')).toBe(0b111n);
    expect(said(() => simulator.port('word').read())).toBe(
      `places.word (here): the output 'word' is 4'b0xxx in clock 2, ${because} -> words -> words[1] -> word; ${wayOut}`,
    );
  });

  test('looking at a register', () => {
    const simulator = simulatorOf();
    expect(said(() => simulator.peek('never'))).toBe(
      `places.never (here): the register 'never' is 2'bxx in clock 0, ${because}; ${wayOut}`,
    );
    expect(simulator.unknowns!.ofRegister('never')).toBe(3n);
    simulator.poke('never', 2n);
    expect(simulator.peek('never')).toBe(2n);
  });

  test('outputs that are not observed may be unknown', () => {
    const simulator = simulatorOf({ observed: [] });
    simulator.cycle();
    expect(simulator.port('word').read()).toBe(0);
    expect(simulator.unknowns!.ofOutput('word')).toBe(0b1111n);
    expect(said(() => simulatorOf({ observed: ['words'] }))).toBe(
      "places: there is no port named 'words'; use one of load, value, which, word [SIM_PORT]",
    );
  });

  test('without the design the place is the name alone, and without the check nothing is raised', () => {
    const netlist = elaborate(design(Places));
    const checked = createSimulator(netlist, { unknowns: 'check' });
    checked.cycle();
    expect(said(() => checked.port('word').read())).toMatch(/^places\.word: the output 'word' is 4'bxxxx in clock 0, /);
    const plain = createSimulator(netlist, { unknowns: 'zero' });
    plain.cycle();
    expect(plain.port('word').read()).toBe(0);
    expect(plain.unknowns).toBe(undefined);
  });

  test('a checkpoint brings back what was unknown, in registers, words and outputs', () => {
    const simulator = simulatorOf();
    simulator.cycle();
    const before = simulator.checkpoint();
    simulator.port('load').write(1);
    simulator.port('which').write(4);
    simulator.cycle(2);
    expect([simulator.peek('never'), simulator.port('word').read()]).toEqual([0n, 1]);
    const after = simulator.checkpoint();
    before.restore();
    expect(simulator.unknowns!.ofRegister('never')).toBe(3n);
    expect(said(() => simulator.port('word').read())).toContain("4'bxxxx in clock 0");
    simulator.port('which').write(1);
    expect(said(() => simulator.cycle())).toContain('the write address');
    after.restore();
    expect([simulator.peek('never'), simulator.port('word').read()]).toEqual([0n, 1]);
    simulator.port('which').write(3);
    simulator.cycle(2);
    expect(simulator.port('word').read()).toBe(1);
  });
});
