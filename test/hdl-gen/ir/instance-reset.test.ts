import { expect, test } from 'vitest';
import { checkDesign } from '../../../hdl-gen/ir/check.ts';
import { designFromJson, designToJson } from '../../../hdl-gen/ir/design-json.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { parseDesign } from '../../../hdl-gen/ir/parse-design.ts';
import { printDesign } from '../../../hdl-gen/ir/print-design.ts';
import { assert } from '../../../hdl-gen/lang/assert.ts';
import { design, module, moduleOf } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { replay } from '../../../scripts/testing/replay.ts';
import { type BenchRun, bench } from '../../../sim/bench/bench.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { clearable } from '../../support/clearable.ts';
import { flatModule } from '../../support/flat-module.ts';
import { fuzzDesign, recipeOf } from '../../support/fuzz-module.ts';
import { stimulusFor } from '../../support/fuzz-run.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint } from '../../support/verilog.ts';

const seeds = Array.from({ length: 60 }, (_, index) => 300 + index);

function clears(seed: number, clocks: number): boolean[] {
  const random = seededRandom(seed + 99);
  return Array.from({ length: clocks }, () => random.integer(0, 12) === 0);
}

test.each(seeds)('random design %i: a reset of its own is the reset of the design alone', (seed) => {
  const circuit = fuzzDesign(recipeOf(seed));
  const inner = createSimulator(elaborate(circuit));
  const outer = createSimulator(elaborate(clearable(circuit)));
  const names = circuit.modules.find(({ name }) => name === circuit.top)!.inputs.map(({ name }) => name);
  const rows = stimulusFor(circuit, seed);
  const outputs = inner.netlist.outputs.map(({ name }) => name);
  for (const [clock, clear] of clears(seed, rows.length).entries()) {
    for (const [index, name] of names.entries()) {
      inner.set(name, rows[clock]![index]!);
      outer.set(name, rows[clock]![index]!);
    }
    outer.set('clear', clear ? 1 : 0);
    inner.cycle();
    outer.cycle();
    const read = (simulator: typeof inner) => outputs.map((name) => simulator.port(name).readBig());
    expect({ clock, outputs: read(outer) }).toEqual({ clock, outputs: read(inner) });
    if (clear) for (const { name, init } of inner.netlist.registers) if (init !== null) inner.poke(name, init);
  }
});

const recorded = (seed: number): BenchRun => {
  const circuit = clearable(fuzzDesign(recipeOf(seed)));
  const { inputs } = circuit.modules.find(({ name }) => name === circuit.top)!;
  return bench(flatModule(circuit), function* (dut) {
    const rows = stimulusFor(circuit, seed);
    for (const [clock, clear] of clears(seed, rows.length).entries()) {
      for (const [index, { name }] of inputs.entries())
        dut.setPort(name, name === 'clear' ? (clear ? 1n : 0n) : rows[clock]![index]!);
      if (clock === 70) dut.reset();
      yield;
    }
  });
};

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(name, `${name}: the text does the same at every clock, and -Wall is silent`, async (tool) => {
    const runs = seeds.slice(0, 6).map(recorded);
    expect((await replay(tool, runs)).mismatches).toEqual([]);
    for (const run of runs.slice(0, 2)) expect(await lint(run.design, { [name]: tool.path })).toBe('');
  });
}

const Count = module('count_up', { in: {}, out: { count: uint(4) } }, () => {
  const count = reg('count', uint(4), { init: 3 });
  count.next = count.addWrap(1);
  assert(count.ne(6), 'six is not reached');
  return { count };
});
const Top = module('top', { in: { a: bool, b: bool }, out: { count: uint(4) } }, ({ a, b }) =>
  Count('counter', {}, { reset: a.and(b) }),
);

test('the printed form and JSON keep it', () => {
  const circuit = design(Top);
  expect(parseDesign(printDesign(circuit))).toEqual(circuit);
  expect(designFromJson(designToJson(circuit), 'test')).toEqual(circuit);
});

test('while it is 1 the assertions inside are not checked', () => {
  const count = (clear: (clock: number) => boolean) =>
    bench(Top, function* (dut) {
      for (let clock = 0; clock < 6; clock++) {
        dut.set({ a: true, b: clear(clock) });
        yield;
      }
    });
  expect(() => count(() => false)).toThrow(/six is not reached/);
  expect(() => count((clock) => clock === 3)).not.toThrow();
});

test('mistakes', () => {
  const Wires = module('wires', { in: { a: bool }, out: { b: bool } }, ({ a }) => ({ b: a.not() }));
  const Useless = module('useless', { in: { a: bool }, out: { b: bool } }, ({ a }) => Wires('w', { a }, { reset: a }));
  expect(() => checkDesign(design(Useless))).toThrow(/instance 'w' has a reset, and module 'wires' has nothing/);
  expect(() => moduleOf(design(Wires), { in: { a: sint(1) }, out: { b: bool } })).toThrow(
    /the ports of module 'wires' are \[a u1\], and \[a s1\] were given.*HDL_PORTS/,
  );
});
