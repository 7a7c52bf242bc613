import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { shellOf } from '../../../../hdl-gen/ir/shell.ts';
import { when } from '../../../../hdl-gen/lang/control.ts';
import { ram } from '../../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../../hdl-gen/lang/module.ts';
import { reg } from '../../../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../../../hdl-gen/lang/types.ts';
import { MacLane } from '../../../../hdl-gen/library/mac-lane.ts';
import { readLibertyFiles } from '../../../../scripts/gate/liberty-files.ts';
import { mapModule } from '../../../../scripts/gate/map-module.ts';
import { packagedYosys } from '../../../../scripts/tools/yosys/open.ts';
import type { GateEnergy } from '../../../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import { libertyForMapping } from '../../../../sim/cost/gate/liberty/for-mapping.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { timing } from '../../../../sim/cost/gate/timing.ts';
import { namesOf, type ShellInstance, shellInstances } from '../../../../sim/cost/replay/instances.ts';
import { type MappedShell, replayWindow } from '../../../../sim/cost/replay/replay.ts';
import { type Rows, rowsBetween, rowWords } from '../../../../sim/cost/replay/rows.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { flipped } from '../../../support/flipped-rows.ts';
import { needLiberty } from '../../../support/liberty.ts';
import { seededRandom } from '../../../support/random.ts';

const buildLane = MacLane({ simd: 1, unsigned: false, weightBits: 8, weightForm: 'any', accumulatorBits: 20 });

/** A lane that reads its weight from a memory, and a counter beside it. */
const top = module(
  'replayed',
  {
    in: { activation: sint(8), address: uint(3), go: bool, first: bool, data: sint(8), write: bool },
    out: { total: sint(20) },
  },
  ({ activation, address, go, first, data, write }) => {
    const memory = ram('weights', sint(8), 8);
    when(write, () => memory.write(address, data));
    const weight = memory.read(address, {});
    const count = reg('count', uint(4));
    when(go, () => {
      count.next = count.addWrap(1);
    });
    const { total } = buildLane('lane', {
      activation: [activation],
      weight: [weight],
      multiply: go,
      accumulate: count.bit(0),
      first,
    });
    return { total };
  },
);

const whole = design(top);
const instances = shellInstances(whole);
const names = [...new Set(instances.flatMap(namesOf))];
const columns = new Map(names.map((name, column) => [name, column]));
const options = { period: 10e-9, clockTree: 4.2 };
const file = 'gt2n/gt2_6t_w13_svt_tt_0p7v25c.lib';

const clocks = 65;

/** Values of all names of the instances, clock by clock; `still` leaves the inputs alone. */
function recorded(names: readonly string[], still: boolean): Rows {
  const simulator = createSimulator(elaborate(whole));
  const { start, read } = simulator.observeWords(names);
  const each = rowWords({ start });
  const random = seededRandom(5);
  simulator.reset();
  const words = new Int32Array(clocks * each);
  for (let clock = 0; clock < clocks; clock++) {
    if (!still) {
      simulator.set('activation', random.integer(-128, 127));
      simulator.set('data', random.integer(-128, 127));
      simulator.set('address', random.integer(0, 7));
      for (const name of ['go', 'write']) simulator.set(name, random.integer(0, 1));
      simulator.set('first', random.integer(0, 9) === 0 ? 1 : 0);
    }
    simulator.settle();
    read(words, clock * each);
    simulator.cycle();
  }
  return { length: clocks, start, words };
}

async function mappedShells(folder: string): Promise<Map<string, MappedShell>> {
  const libraries = readLibertyFiles([join(folder, `${file}.gz`)]);
  const cells = libertyForMapping(libraries);
  const yosys = packagedYosys();
  try {
    const mapped = new Map<string, MappedShell>();
    for (const { shell } of instances) {
      const verilog = emitVerilog(shell.design).files.map(({ text }) => text);
      const document = await mapModule(yosys, verilog.join('\n'), shell.module.name, cells, { seconds: 250 });
      const netlist = readMappedNetlist(document, [libraries[0]!.library], shell.module.name);
      const times = timing(netlist);
      mapped.set(shell.module.name, { netlist, timing: times, tables: instanceTables(netlist, times) });
    }
    return mapped;
  } finally {
    await yosys.close();
  }
}

const joules = ({ total }: GateEnergy): number => total.total;

test('a shell has no instances and no memories; what they give and take are its ports', () => {
  const shell = shellOf(whole, 'replayed');
  const [only] = shell.design.modules;
  expect([only!.instances, only!.memories]).toEqual([[], []]);
  const ports = shell.inputs.map(({ port, name }) => [port, name]);
  expect(ports).toContainEqual(['lane__total', 'lane.total']);
  expect(ports.some(([port]) => port!.startsWith('weights__'))).toBe(true);
  const given = only!.outputs.map(({ name }) => name);
  expect(given).toEqual(expect.arrayContaining(['total', 'lane__in_0', 'weights__write_0__enable']));
});

needLiberty(
  'windows replayed from recorded states draw what one long replay draws; what computes otherwise is refused',
  [file],
  async (folder) => {
    const mapped = await mappedShells(folder);
    const rows = recorded(names, false);
    for (const instance of instances) {
      const shell = mapped.get(instance.shell.module.name)!;
      const long = replayWindow(shell, instance, columns, rows, options);
      const windows = Array.from({ length: (clocks - 1) / 8 }, (_, at) =>
        replayWindow(shell, instance, columns, rowsBetween(rows, 8 * at, 8 * at + 9), options),
      );
      // Leakage is weighted with how often each input is high, as if these were independent: not the same in parts.
      const dynamic = (energy: GateEnergy): number => joules(energy) - energy.leakage.total;
      const mean = windows.reduce((sum, energy) => sum + dynamic(energy), 0) / windows.length;
      expect(mean / dynamic(long)).toBeCloseTo(1, 9);
      expect(long.switching.total).toBeGreaterThan(0);
    }
    const lane = instances.find(({ path }) => path === 'lane.')!;
    const wrong = flipped(rows, 5, names.indexOf('lane.total'), 2);
    const gates = mapped.get(lane.shell.module.name)!;
    expect(() => replayWindow(gates, lane, columns, rowsBetween(wrong, 0, 6), options)).toThrow(
      /instance lane, output total\[2\].*in clock 4 of a window/,
    );

    // As if nothing observable depended on the counter: it has no value, begins at 0, and only its gates move it. Outputs of the top are not compared.
    const top = instances.find(({ path }) => path === '')!;
    const others = names.filter((name) => name !== 'count');
    const kept = new Map(others.map((name, column) => [name, column]));
    const without = (instance: ShellInstance) =>
      replayWindow(mapped.get('replayed')!, instance, kept, rowsBetween(recorded(others, false), 0, 33), options);
    const dead = without(top);
    expect(dead.switching.total).toBeGreaterThan(0);
    expect(dead.clock.total).toBeGreaterThan(0);
    const renamed = { ...top, shell: { ...top.shell, module: { ...top.shell.module, registers: [] } } };
    expect(() => without(renamed)).toThrow(
      /instance replayed: the netlist has a register 'count' that the design does not know/,
    );
  },
  300,
);

needLiberty(
  'work without toggles is clock and leakage, and parts sum to the whole',
  [file],
  async (folder) => {
    const mapped = await mappedShells(folder);
    const rows = recorded(names, true);
    for (const instance of instances) {
      const found = replayWindow(
        mapped.get(instance.shell.module.name)!,
        instance,
        columns,
        rowsBetween(rows, 0, 9),
        options,
      );
      expect([found.switching.total, found.internal.total, found.wires.total]).toEqual([0, 0, 0]);
      expect(found.clock.total).toBeGreaterThan(0);
      expect(found.leakage.total).toBeGreaterThan(0);
      expect(found.clock.total + found.clockTree.total + found.leakage.total).toBeCloseTo(joules(found), 25);
    }
  },
  300,
);
