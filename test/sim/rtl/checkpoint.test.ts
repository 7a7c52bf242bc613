import { describe, expect, it } from 'vitest';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { createBatchSimulator } from '../../../sim/rtl/batch.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { netlistBuilder } from './netlist-builder.ts';

/** Sums its input, keeps the sums in a memory, and claims that no sum reaches 20. */
function accumulator(): Netlist {
  const b = netlistBuilder('accumulator');
  const step = b.input('step', 8);
  const total = b.register('total', 8);
  const next = b.add({ op: 'add', args: [total, step], width: 8, signed: false });
  b.drive(total, next);
  const past = b.add({ op: 'memoryRead', memory: 0, port: 0, width: 8, signed: false });
  const address = b.add({ op: 'slice', args: [total], low: 0, width: 2, signed: false });
  const always = b.constant(1n, 1);
  b.memories.push({
    name: 'past',
    width: 8,
    signed: false,
    depth: 4,
    init: null,
    reads: [{ address, enable: null, node: past }],
    writes: [{ address, data: next, enable: always }],
  });
  b.output('past', past);
  const low = b.add({ op: 'lt', args: [total, b.constant(20n, 8)], width: 1, signed: false });
  const assertion = { name: 'core.total_is_low', node: low, message: 'the sum stays below 20', place: 'sum.ts:7:3' };
  return { ...b.netlist(), assertions: [assertion] };
}

const silent = (): Netlist => ({ ...accumulator(), assertions: [] });

describe.each(['wasm', 'js-interpreter'] as const)('checkpoints and assertions, %s', (engine) => {
  it('comes back to a checkpoint with state, memory, inputs, outputs and clock count', () => {
    const sim = createSimulator(silent(), { engine, toggles: true });
    sim.port('step').write(3);
    sim.cycle(5);
    const checkpoint = sim.checkpoint();
    const run = (): unknown[] =>
      Array.from({ length: 6 }, () => {
        sim.cycle();
        return [sim.cycleCount, sim.port('step').read(), sim.port('past').read(), sim.peek('total'), sim.toggles!()];
      });
    const first = run();
    sim.port('step').write(100);
    sim.cycle(3);
    checkpoint.restore();
    expect(sim.cycleCount).toBe(checkpoint.cycleCount);
    expect(run()).toEqual(first);
    checkpoint.restore();
    expect(run()).toEqual(first);
  });

  it('stops at the end of the first clock in which an assertion does not hold', () => {
    const sim = createSimulator(accumulator(), { engine });
    sim.port('step').write(6);
    sim.cycle(4);
    expect(() => sim.cycle(10)).toThrow(
      "sum.ts:7:3: the assertion 'core.total_is_low' does not hold in clock 4: the sum stays below 20; look at what leads to it, or correct the assertion [SIM_ASSERTION]",
    );
    expect([sim.cycleCount, sim.peek('total')]).toEqual([5, 30n]);
  });
});

it('names the lane in which an assertion does not hold', () => {
  const batch = createBatchSimulator(accumulator());
  batch.port('step').write(9, 6);
  batch.cycle(4);
  expect(() => batch.cycle(10)).toThrow('does not hold in clock 4 of lane 9: the sum stays below 20');
  expect(batch.cycleCount).toBe(5);
});
