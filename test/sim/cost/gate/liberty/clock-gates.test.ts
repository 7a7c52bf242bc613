import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildAccelerator } from '../../../../../hdl-gen/arch/build.ts';
import type { LibertyFile } from '../../../../../scripts/gate/liberty-files.ts';
import { readLibertyFiles } from '../../../../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../../../../scripts/gate/map-design.ts';
import { asClockGateFault } from '../../../../../scripts/gate/map-module.ts';
import { packagedYosys } from '../../../../../scripts/tools/yosys/open.ts';
import { clockGateCommand, clockGateOf } from '../../../../../sim/cost/gate/liberty/clock-gates.ts';
import { layoutEstimate } from '../../../../../sim/cost/gate/wire-model.ts';
import { measureLane } from '../../../../../sim/cost/lanes/measure-lane.ts';
import { recordLanes } from '../../../../../sim/cost/lanes/record-lanes.ts';
import { Fault } from '../../../../../specs/fault.ts';
import { technologyOf } from '../../../../../specs/technologies.ts';
import { cellTechnologies, cellTechnology, needLiberty } from '../../../../support/liberty.ts';
import { randomInt8s, seededRandom } from '../../../../support/random.ts';
import { conv3x3, dense, designOf, networkOf } from '../../../../support/small-networks.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const yosys = packagedYosys();
afterAll(() => yosys.close());

const pathsOf = ({ name, files }: (typeof cellTechnologies)[number]) => files.map((file) => `${name}/${file}`);
const read = (folder: string, paths: readonly string[]): LibertyFile[] =>
  readLibertyFiles(paths.map((path) => join(folder, `${path}.gz`)));

const known: Readonly<Record<string, string | null>> = {
  sky130hd: 'sky130_fd_sc_hd__dlclkp_1 GATE:CLK:GCLK',
  asap7: 'ICGx1_ASAP7_75t_R ENA:CLK:GCLK -tie_lo SE',
  'ihp-sg13g2': 'sg13g2_lgcp_1 GATE:CLK:GCLK',
  gt2n: null,
};
for (const technology of exhaustive ? cellTechnologies : cellTechnologies.slice(2)) {
  const paths = pathsOf(technology);
  needLiberty(`${technology.name}: its smallest clock gate, or none`, paths, (folder) => {
    const gate = clockGateOf(read(folder, paths));
    const command = gate === null ? null : clockGateCommand(gate);
    const wanted = known[technology.name];
    expect(command?.split('; ').at(-1) ?? null).toBe(
      wanted === null ? null : `clockgate -pos ${wanted} -min_net_size 4`,
    );
  });
}

test('a Yosys without the command is named, with the way out', () => {
  const fault = (reason: string) =>
    new Fault({ code: 'SYNTH_FAILED', kind: 'tool', place: 'Yosys 0.23', cause: reason, wayOut: 'read the log' });
  const old = asClockGateFault(fault('ended and said: ERROR: No such command: clockgate (type ...)'), {
    ...yosys,
    tool: 'Yosys 0.23',
  });
  expect(String(old)).toMatch(/Yosys 0\.23: has no command that makes clock gates, .*\[SYNTH_CLOCK_GATE\]/);
  const other = fault('something else');
  expect(asClockGateFault(other, yosys)).toBe(other);
});

needLiberty(
  'clock gates instead of multiplexers: every sum is right, and a lane that mostly rests draws far less',
  pathsOf(cellTechnology('ihp-sg13g2')),
  async (folder) => {
    const libraries = read(folder, pathsOf(cellTechnology('ihp-sg13g2')));
    const technology = technologyOf('ihp-sg13g2');
    const graph = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
    const options = { layout: layoutEstimate(technology), period: 10e-9 };
    const only = (instance: { readonly path: string }) => instance.path === 'fully_connected_1.lane_0.';
    const figuresOf = async (clockGating: boolean) => {
      // The last layer has nothing to do most of the time.
      const foldings = { conv2d_0: { pe: 1, simd: 1 }, fully_connected_1: { pe: 1, simd: 4 } };
      const parameters = { foldings, arithmetic: 'split', clockGating } as const;
      const accelerator = buildAccelerator(graph, { ...designOf({}), parameters });
      const inputs = randomInt8s(seededRandom(5), 3 * accelerator.inputBytes);
      const lane = recordLanes(accelerator, inputs).find(({ group }) => group.stage === 'fully_connected_1')!;
      const silent = { step: () => {}, end: () => {} };
      const mapped = await mapDesign(accelerator, technology, libraries, yosys, { seconds: 300 }, silent, only);
      const { netlist } = [...mapped.values()][0]!;
      const gates = netlist.cellKind.filter((kind) => /lgcp/.test(netlist.kinds[kind]!.cell.name)).length;
      return { gates, ...measureLane(netlist, lane, options) };
    };
    const [gated, free] = [await figuresOf(true), await figuresOf(false)];
    // One for operands or products, one for the sum.
    expect([gated.gates, free.gates]).toEqual([2, 0]);
    expect(gated.area).toBeLessThan(free.area);
    expect(gated.joules).toBeLessThan(0.6 * free.joules);
  },
  300,
);
