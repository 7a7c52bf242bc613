import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { design } from '../../../../hdl-gen/lang/module.ts';
import { laneOf } from '../../../../hdl-gen/library/arithmetic/lane-style.ts';
import { readLibertyFiles } from '../../../../scripts/gate/liberty-files.ts';
import { mapModule } from '../../../../scripts/gate/map-module.ts';
import { packagedYosys } from '../../../../scripts/tools/yosys/open.ts';
import { chooseForm } from '../../../../sim/cost/gate/choose-form.ts';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import { libertyForMapping } from '../../../../sim/cost/gate/liberty/for-mapping.ts';
import type { GateNetlist } from '../../../../sim/cost/gate/netlist.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { timing } from '../../../../sim/cost/gate/timing.ts';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { measureLane } from '../../../../sim/cost/lanes/measure-lane.ts';
import { recordLanes } from '../../../../sim/cost/lanes/record-lanes.ts';
import { namesOf } from '../../../../sim/cost/replay/instances.ts';
import { replayWindow } from '../../../../sim/cost/replay/replay.ts';
import { rowsBetween, wordAt } from '../../../../sim/cost/replay/rows.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { flipped } from '../../../support/flipped-rows.ts';
import { needLiberty } from '../../../support/liberty.ts';
import { randomInt8s, seededRandom } from '../../../support/random.ts';
import { conv3x3, dense, designOf, networkOf } from '../../../support/small-networks.ts';

const yosys = packagedYosys();
afterAll(() => yosys.close());

const graph = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
const parameters = { multipliers: 5, arithmetic: { conv2d_0: 'split', fully_connected_1: 'fused' } } as const;
const accelerator = buildAccelerator(graph, { ...designOf({}), parameters });
const lanes = recordLanes(accelerator, randomInt8s(seededRandom(5), 3 * accelerator.inputBytes));
const layout = layoutEstimate(technologyOf('gt2n'));
const options = { layout, period: 10e-9 };
const file = 'gt2n/gt2_6t_w13_svt_tt_0p7v25c.lib';

test('windows stand for all clocks of an inference, lane by lane', () => {
  const { interval } = steadyState(accelerator.schedule);
  expect(lanes.map(({ group }) => group.stage)).toEqual(['conv2d_0', 'fully_connected_1']);
  for (const { windows, columns } of lanes) {
    const weights = windows.reduce((sum, { weight }) => sum + weight, 0);
    // What is left of the span after whole windows is nobody's.
    expect(weights).toBeCloseTo(interval - (interval % 32), 6);
    expect([...columns.values()].every((column) => column >= 0)).toBe(true);
  }
  // The same every time.
  expect(recordLanes(accelerator, randomInt8s(seededRandom(5), 3 * accelerator.inputBytes))).toEqual(
    lanes.map((lane) => ({ ...lane, instance: expect.anything() })),
  );
});

needLiberty(
  'begun with computed registers a lane draws what it draws from the recorded ones; another sum is refused; the least energy is chosen',
  [file],
  async (folder) => {
    const libraries = readLibertyFiles([join(folder, `${file}.gz`)]);
    const cells = libertyForMapping(libraries);
    const netlists: GateNetlist[] = [];
    for (const lane of lanes) {
      const { shape, style } = lane.group;
      const { files, top } = emitVerilog(design(laneOf(shape, style)), { sourceLines: false });
      const verilog = files.map(({ text }) => text).join('\n');
      const document = await mapModule(yosys, verilog, top, cells, { seconds: 300 });
      const netlist = readMappedNetlist(
        document,
        libraries.map(({ library }) => library),
        top,
      );
      netlists.push(netlist);
      const times = timing(netlist, { wires: layout.wires });
      const mapped = { netlist, timing: times, tables: instanceTables(netlist, times) };
      const names = [...new Set(namesOf(lane.instance))];
      const columns = new Map(names.map((name, column) => [name, column]));
      // Where the lane has not just multiplied, its product or operands are older than the window.
      const busy = lane.windows.filter(({ rows }) => wordAt(rows, 0, lane.columns.get('multiply')!) === 1);
      expect(busy.length).toBeGreaterThan(2);
      const replayed = busy.reduce((sum, { rows, weight }) => {
        const energy = replayWindow(mapped, lane.instance, columns, rowsBetween(rows, 1, rows.length), {
          period: 10e-9,
          clockTree: layout.clockTree,
        });
        return sum + weight * energy.total.total;
      }, 0);
      const found = measureLane(netlist, { ...lane, windows: busy }, options);
      expect(found.joules).toBe(replayed);
      expect(found.area).toBe(netlist.area);

      const sum = lane.columns.get('total')!;
      const spoilt = busy.map(({ rows, weight }) => ({ weight, rows: flipped(rows, 9, sum, 2) }));
      expect(() => measureLane(netlist, { ...lane, windows: spoilt }, options)).toThrow(
        new RegExp(`layer ${lane.group.stage}, module ${top}: its sum in clock 7 of a window is not .*GATE_LANE`),
      );
    }
    // The choice is by energy among those that are fast enough.
    const [first, second] = netlists as [GateNetlist, GateNetlist];
    const choose = (slow: number, clockPeriod?: number) =>
      chooseForm(
        { fused: second, split: first },
        (netlist) => ({ joules: netlist === first ? 1 : 2, minimumPeriod: netlist === first ? slow : 1 }),
        clockPeriod,
      );
    expect([choose(3).form, choose(3, 2).form, choose(3, 0.5).form]).toEqual(['split', 'fused', null]);
    expect(choose(3).measured.map(({ form }) => form)).toEqual(['split', 'fused']);
  },
  300,
);
