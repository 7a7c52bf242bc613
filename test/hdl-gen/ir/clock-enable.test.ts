import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { checkDesign } from '../../../hdl-gen/ir/check.ts';
import { clockEnablePort, withClockEnable } from '../../../hdl-gen/ir/clock-enable.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { assert, cover } from '../../../hdl-gen/lang/assert.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../hdl-gen/lang/types.ts';
import { replay } from '../../../scripts/testing/replay.ts';
import { type BenchRun, bench } from '../../../sim/bench/bench.ts';
import { createSimulator, type Simulator } from '../../../sim/rtl/simulator.ts';
import { flatModule } from '../../support/flat-module.ts';
import { fuzzDesign, recipeOf } from '../../support/fuzz-module.ts';
import { stimulusFor } from '../../support/fuzz-run.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint } from '../../support/verilog.ts';

type Row = readonly bigint[];

interface Clock {
  readonly enabled: boolean;
  readonly reset: boolean;
  /** One value per input of the design without the clock enable. */
  readonly row: Row;
}

/** Random clocks; with the enable at 0 the inputs are noise. The reset comes in enabled clocks. */
function clocksOf(circuit: Design, seed: number): Clock[] {
  const random = seededRandom(seed + 4711);
  const rows = stimulusFor(circuit, seed);
  const noise = stimulusFor(circuit, seed + 1_000_000);
  const share = random.fraction();
  return rows.flatMap((row, at): Clock[] => {
    const idle: Clock[] = [];
    while (random.fraction() > share && idle.length < 6)
      idle.push({ enabled: false, reset: false, row: noise[random.integer(0, noise.length - 1)]! });
    return [...idle, { enabled: true, reset: at < 3 || at === 90, row }];
  });
}

function driver(simulator: Simulator, names: readonly string[]) {
  const ports = names.map((name) => simulator.port(name));
  const outputs = simulator.netlist.outputs.map(({ name }) => simulator.port(name));
  return (row: Row, reset: boolean): bigint[] => {
    for (const [index, port] of ports.entries()) port.writeBig(row[index]!);
    simulator.cycle();
    if (reset) for (const { name, init } of simulator.netlist.registers) if (init !== null) simulator.poke(name, init);
    return outputs.map((port) => port.readBig());
  };
}

const stateOf = (simulator: Simulator): bigint[] => [
  ...simulator.registers.map((name) => simulator.peek(name)),
  ...simulator.netlist.memories.flatMap(({ name, depth }) =>
    Array.from({ length: depth }, (_, at) => simulator.word(name, at)),
  ),
];

test.each(Array.from({ length: 150 }, (_, seed) => seed))(
  'random design %i: enabled clocks are those of the design without a clock enable, the others change nothing',
  (seed) => {
    const circuit = fuzzDesign(recipeOf(seed));
    const names = circuit.modules.find(({ name }) => name === circuit.top)!.inputs.map(({ name }) => name);
    const plain = createSimulator(elaborate(circuit));
    const gated = createSimulator(elaborate(withClockEnable(circuit)));
    const runPlain = driver(plain, names);
    const runGated = driver(gated, [clockEnablePort, ...names]);
    for (const [clock, { enabled, reset, row }] of clocksOf(circuit, seed).entries()) {
      const before = enabled ? [] : stateOf(gated);
      const found = runGated([enabled ? 1n : 0n, ...row], reset);
      if (enabled) expect({ clock, outputs: found }).toEqual({ clock, outputs: runPlain(row, reset) });
      else expect({ clock, state: stateOf(gated) }).toEqual({ clock, state: before });
    }
  },
);

const replayed = [0, 3, 5, 8, 12, 25, 31, 50];

function recorded(seed: number): BenchRun {
  const gated = withClockEnable(fuzzDesign(recipeOf(seed)));
  const names = gated.modules.find(({ name }) => name === gated.top)!.inputs.map(({ name }) => name);
  return bench(flatModule(gated), function* (dut) {
    for (const { enabled, reset, row } of clocksOf(gated, seed)) {
      for (const [index, name] of names.entries())
        dut.setPort(name, name === clockEnablePort ? (enabled ? 1n : 0n) : row[index]!);
      if (reset) dut.reset();
      yield;
    }
  });
}

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(
    name,
    `${name}: the text of random designs with a clock enable does the same at every clock`,
    async (tool) => {
      expect((await replay(tool, replayed.map(recorded))).mismatches).toEqual([]);
    },
  );
  await needTool(name, `${name} -Wall is silent on random designs with a clock enable`, async ({ path }) => {
    for (const seed of replayed.slice(0, 4))
      expect(await lint(withClockEnable(fuzzDesign(recipeOf(seed))), { [name]: path })).toBe('');
  });
}

const Cell = module(
  'store_cell',
  { in: { put: bool, word: uint(4) }, out: { back: uint(4), count: uint(3) } },
  ({ put, word }) => {
    const count = reg('count', uint(3), { init: 2 });
    const store = ram('store', uint(4), 8);
    when(put, () => {
      count.next = count.addWrap(1);
      store.write(count, word);
    });
    assert(put.and(word.eq(0)).not(), 'no zero is put');
    cover(count.eq(5), 'five is reached');
    return { back: store.read(count), count };
  },
);

describe('the text', () => {
  test('has the enable behind the reset and in the conditions of memories', () => {
    const { files } = emitVerilog(withClockEnable(design(Cell)), { sourceLines: false });
    expect(files[0]!.text).toContain('input wire ce,');
    expect(files[0]!.text).toContain(`  always @(posedge clk) begin
    if (rst) count <= 3'd2;
    else if (ce && put) count <= count + 3'd1;
  end`);
    expect(files[0]!.text).toContain('if (ce && put) store[count] <= word;');
    expect(files[0]!.text).toContain('if (ce) store_q <= store[count];');
  });
});

test('the reset of the whole design works in every clock, an assertion is checked in enabled ones', () => {
  const run = bench(flatModule(withClockEnable(design(Cell))), function* (dut) {
    const inputs = (ce: number, put: number, word: number) => {
      for (const [name, value] of Object.entries({ ce, put, word })) dut.setPort(name, value);
    };
    inputs(1, 1, 3);
    yield;
    inputs(0, 1, 0);
    yield;
    expect(dut.getPort('count')).toBe(3);
    dut.reset();
    yield;
    yield;
    expect(dut.getPort('count')).toBe(2);
  });
  expect(() =>
    bench(flatModule(run.design), function* (dut) {
      for (const [name, value] of Object.entries({ ce: 1, put: 1, word: 0 })) dut.setPort(name, value);
      yield;
    }),
  ).toThrow(/no zero is put/);
});

test('an instance that has a reset of its own takes it in enabled clocks only', () => {
  const Top = module('top', { in: { clear: bool, put: bool }, out: { count: uint(3) } }, ({ clear, put }) => {
    const { count } = Cell('held', { put, word: 1 }, { reset: clear });
    return { count };
  });
  bench(flatModule(withClockEnable(design(Top))), function* (dut) {
    const step = (ce: number, clear: number, put: number) => {
      for (const [name, value] of Object.entries({ ce, clear, put })) dut.setPort(name, value);
    };
    step(1, 0, 1);
    yield;
    step(0, 1, 1);
    yield;
    step(1, 0, 0);
    yield;
    expect(dut.getPort('count')).toBe(3);
    step(1, 1, 1);
    yield;
    step(1, 0, 0);
    yield;
    expect(dut.getPort('count')).toBe(2);
  });
});

test('a design without state stays as it is, and a taken name is refused', () => {
  const Wires = module('wires', { in: { a: bool }, out: { b: bool } }, ({ a }) => ({ b: a.not() }));
  expect(withClockEnable(design(Wires))).toEqual(design(Wires));
  const Taken = module('taken', { in: { ce: bool }, out: { b: bool } }, ({ ce }) => {
    const kept = reg('kept', bool);
    kept.next = ce;
    return { b: kept };
  });
  expect(() => checkDesign(withClockEnable(design(Taken)))).toThrow(/HDL_NAME_CLASH/);
});
