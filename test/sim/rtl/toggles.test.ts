import { describe, expect, it } from 'vitest';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { createBatchSimulator, type LaneCount } from '../../../sim/rtl/batch.ts';
import { compileNetlist } from '../../../sim/rtl/compile/compile.ts';
import { createCompiled } from '../../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../../sim/rtl/interpreter.ts';
import { netlistBuilder } from './netlist-builder.ts';

const widths = [1, 2, 7, 8, 9, 16, 17, 32, 33, 63, 64];
const members = 20;

/**
 * For every width and sign 20 registers that invert all of their bits at every clock, while `run` is 1, and 20 that pass
 * an inverting value on: at every clock every bit of every register changes, in the second kind from member to member
 * one clock later.
 */
function restless(): Netlist {
  const b = netlistBuilder('restless');
  const run = b.input('run', 1);
  for (const width of widths) {
    for (const signed of [false, true]) {
      const name = `${signed ? 's' : 'u'}${width}`;
      let passed = -1;
      for (let member = 0; member < members; member++) {
        const own = b.register(`${name}.inverting_${member}`, width, signed);
        const inverted = b.add({ op: 'not', args: [own], width, signed });
        b.drive(own, b.add({ op: 'mux', args: [run, inverted, own], width, signed }));
        if (passed < 0) passed = own;
        const next = b.register(`${name}.passing_${member}`, width, signed);
        b.drive(next, passed);
        passed = next;
      }
    }
  }
  b.output('running', run);
  return b.netlist();
}

/** Toggles of every register of `restless` after so many clocks from power-on, all of them running. */
function expected(netlist: Netlist, clocks: number): number[] {
  return netlist.registers.map(({ name, width }) => {
    const [, kind, member] = /\.(\w+)_(\d+)$/.exec(name)!;
    const late = kind === 'passing' ? Number(member) + 1 : 0;
    return width * Math.max(0, clocks - late);
  });
}

describe('toggle counters', () => {
  it('counts in vectors with elements of every size', () => {
    const netlist = restless();
    const { layout } = compileNetlist(netlist, { toggles: true });
    expect(layout.toggles!.vectors!.areas.map(({ bits }) => bits)).toEqual([8, 16, 32, 64]);
    expect(layout.toggles!.scalars.size).toBeLessThan(netlist.registers.length / 4);
  });

  it.each([true, false])('never overflows when every bit changes at every clock, groups %s', (groups) => {
    const netlist = restless();
    const sim = createCompiled(netlist, { toggles: true, groups });
    sim.port('run').write(1);
    let clocks = 0;
    for (const step of [1, 29, 1, 1, 30, 31, 32, 33, 255, 256, 5000, 65_536]) {
      sim.cycle(step);
      clocks += step;
      expect([...sim.toggles!()], `after ${clocks} clocks`).toEqual(expected(netlist, clocks));
      expect([...sim.toggles!()]).toEqual(expected(netlist, clocks));
    }
    sim.reset();
    expect([...sim.toggles!()]).toEqual(expected(netlist, 0));
  });

  it('reads the same whether or not it was read before', () => {
    const netlist = restless();
    const sim = createCompiled(netlist, { toggles: true });
    sim.port('run').write(1);
    for (let clock = 0; clock < 300; clock++) sim.cycle();
    expect([...sim.toggles!()]).toEqual(expected(netlist, 300));
  });

  it('goes back to a checkpoint, counts that are not added up yet included', () => {
    const netlist = restless();
    const sim = createCompiled(netlist, { toggles: true });
    sim.port('run').write(1);
    sim.cycle(20);
    const { restore } = sim.checkpoint();
    sim.cycle(25);
    restore();
    sim.cycle(25);
    expect([...sim.toggles!()]).toEqual(expected(netlist, 45));
  });

  it('does not count what is changed from outside', () => {
    const netlist = restless();
    const sim = createCompiled(netlist, { toggles: true });
    const golden = createInterpreter(netlist, true);
    for (const engine of [sim, golden]) {
      engine.port('run').write(1);
      engine.cycle(13);
      for (const { name } of netlist.registers) engine.poke(name, 0x1234_5678_9abc_def0n);
      engine.cycle(9);
      for (const { name } of netlist.registers) engine.poke(name, -1n);
    }
    expect(sim.toggles!()).toEqual(golden.toggles!());
    const { restore } = sim.checkpoint();
    sim.cycle(11);
    restore();
    expect(sim.toggles!()).toEqual(golden.toggles!());
    for (const engine of [sim, golden]) {
      engine.reset();
      engine.cycle(3);
    }
    expect(sim.toggles!()).toEqual(golden.toggles!());
  });

  it.each<LaneCount>([4, 8, 16])('counts every one of %d lanes for itself', (lanes) => {
    const netlist = restless();
    const batch = createBatchSimulator(netlist, { lanes, toggles: true });
    const running = (lane: number): boolean => lane % 3 !== 1;
    for (let lane = 0; lane < lanes; lane++) batch.port('run').write(lane, running(lane) ? 1 : 0);
    let clocks = 0;
    for (const step of [1, 30, 1, 32, 1000, 10_000]) {
      batch.cycle(step);
      clocks += step;
      const busy = expected(netlist, clocks);
      for (let lane = 0; lane < lanes; lane++) {
        expect([...batch.toggles!(lane)], `lane ${lane} after ${clocks} clocks`).toEqual(
          running(lane) ? busy : busy.map(() => 0),
        );
      }
      const count = Array.from({ length: lanes }, (_, lane) => lane).filter(running).length;
      expect([...batch.toggles!()]).toEqual(busy.map((own) => count * own));
    }
    batch.reset();
    expect([...batch.toggles!()]).toEqual(expected(netlist, 0));
  });

  it('counts registers that all lanes share once for every lane', () => {
    const netlist = restless();
    const batch = createBatchSimulator(netlist, { lanes: 8, shared: ['run'], toggles: true });
    batch.port('run').writeAll(1);
    batch.cycle(100);
    expect([...batch.toggles!(7)]).toEqual(expected(netlist, 100));
    expect([...batch.toggles!()]).toEqual(expected(netlist, 100).map((own) => 8 * own));
  });

  it('does not count unless asked for, and knows its lanes', () => {
    const netlist = restless();
    expect(createBatchSimulator(netlist).toggles).toBeNull();
    expect(() => createBatchSimulator(netlist, { lanes: 4, toggles: true }).toggles!(4)).toThrow(
      'there is no lane 4; use a whole number from 0 to 3',
    );
  });
});
