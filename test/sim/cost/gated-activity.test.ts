import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Graph } from '../../../models/graph.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { checkActivity } from '../../../sim/cost/activity.ts';
import { clockGateCommand } from '../../../sim/cost/gate/liberty/clock-gates.ts';
import { gatedActivity, groupsOfStage } from '../../../sim/cost/gated-activity.ts';
import { type GatedGroup, gatedGroups } from '../../../sim/cost/gated-groups.ts';
import { hasLogic, shellInstances } from '../../../sim/cost/replay/instances.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import type { StreamParameters } from '../../../specs/design.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomInputs } from '../../support/random-graph.ts';
import { randomNetwork } from '../../support/random-network.ts';
import { conv3x3, dense, designOf, networkOf } from '../../support/small-networks.ts';

const gatedDesign = (graph: Graph, parameters: StreamParameters): Accelerator =>
  buildAccelerator(graph, { ...designOf({}), parameters: { ...parameters, clockGating: true } });
const bitsOf = ({ registers, reads }: GatedGroup): number =>
  [...registers, ...reads].reduce((sum, { bits }) => sum + bits, 0);
const nameOf = ({ path, registers, reads }: GatedGroup): string =>
  [...path, registers[0]?.name ?? `read of ${reads[0]!.memory}`].join('.');
const inStages = (accelerator: Accelerator): GatedGroup[] =>
  gatedGroups(accelerator.design).filter(({ path }) => path.length > 0);

/** Clocks in which each group loads while so many frames go through, counted in the circuit. */
function countLoads(accelerator: Accelerator, groups: readonly GatedGroup[], frames: number): Map<string, number> {
  const netlist = elaborate(accelerator.design);
  const probes = groups.flatMap((group) => {
    const prefix = [...group.path, ''].join('.');
    const register = netlist.registers.find(({ name }) =>
      group.registers.some((own) => name === `${prefix}${own.name}`),
    );
    const memory = netlist.memories.find(({ name }) =>
      group.reads.some((own) => name === `${prefix}${own.memory}` || name.startsWith(`${prefix}${own.memory}_`)),
    );
    const node = register?.enable ?? memory?.reads[0]?.enable ?? null;
    // What reaches no output is not in the flat netlist.
    return node === null ? [] : [{ name: nameOf(group), node }];
  });
  const simulator = createSimulator({ ...netlist, outputs: [...netlist.outputs, ...probes] });
  const { interval } = steadyState(accelerator.schedule);
  const inputs = randomInputs(accelerator.graph, frames, 7);
  const port = (name: string) => simulator.port(name);
  const [inValid, inReady, inData, outValid] = [port('in_valid'), port('in_ready'), port('in_data'), port('out_valid')];
  simulator.reset();
  port('out_ready').write(1);
  const counted = probes.map(({ name }) => ({ name, port: port(name), loads: 0 }));
  let taken = 0;
  let given = 0;
  for (let since = 0; since < interval + 50; ) {
    inValid.write(taken < inputs.length ? 1 : 0);
    inData.write(inputs[taken] ?? 0);
    simulator.cycle();
    for (const each of counted) each.loads += each.port.read();
    if (taken < inputs.length && inReady.read() === 1) taken++;
    if (outValid.read() === 1) given++;
    if (given === frames * accelerator.outputBytes) since++;
  }
  expect(taken).toBe(inputs.length);
  return new Map(counted.map(({ name, loads }) => [name, loads]));
}

/** Flip-flops x clocks per inference as told and as counted, lanes left out: their steps depend on data. */
function heldAgainst(accelerator: Accelerator, frames: number): { told: number; found: number } {
  const groups = inStages(accelerator);
  const loads = countLoads(accelerator, groups, frames);
  let told = 0;
  let found = 0;
  for (const stage of accelerator.schedule.stages) {
    for (const group of groupsOfStage(groups, stage.name)) {
      if (group.registers.some(({ name }) => name === 'stored' || name === 'remaining')) {
        expect(gatedActivity(stage, [group], null)).toEqual({ gates: 0, bits: 0, bitClocks: 0, lanes: null });
        continue;
      }
      // Without a style lanes are counted as if no step were skipped.
      const { bits, bitClocks, lanes, gates } = gatedActivity(stage, [group], null);
      expect([gates, bits, lanes]).toEqual([1, bitsOf(group), null]);
      const counted = loads.get(`${stage.name}.${nameOf(group)}`);
      if (counted === undefined) continue;
      expect(bitClocks * frames, `${stage.name}.${nameOf(group)}`).toBeGreaterThanOrEqual(bits * counted);
      if (/^lane_/.test(group.path[0] ?? '')) continue;
      told += bitClocks;
      found += (bits * counted) / frames;
    }
  }
  return { told, found };
}

test('digits: registers load as often as the count says, or little less', () => {
  const { told, found } = heldAgainst(gatedDesign(loadZoo('digits').graph, { multipliers: 64 }), 3);
  expect(told / found).toBeGreaterThanOrEqual(1);
  expect(told / found).toBeLessThan(1.03);
});

test('random networks: no register loads more often than the count says, and no gate is open longer than the interval', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const graph = randomNetwork(seed);
      const accelerator = gatedDesign(graph, randomRequest(graph, seed).parameters);
      const { interval } = steadyState(accelerator.schedule);
      heldAgainst(accelerator, 2);
      for (const activity of activitiesOf(accelerator)) checkActivity(activity, interval);
    }),
    { numRuns: 5 },
  );
});

test('a lane by hand: products and sum behind one gate each, steps of zeros skipped, sums begun in any case', () => {
  const graph = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
  const foldings = { conv2d_0: { pe: 2, simd: 2 }, fully_connected_1: { pe: 1, simd: 4 } };
  const accelerator = gatedDesign(graph, { foldings });
  const [conv, fully] = activitiesOf(accelerator);
  const sumBits = accelerator.lanes().map(({ shape }) => shape.accumulatorBits);
  // 16 windows x 2 passes of 9 steps, 2 lanes of 2 products of 16 bits; one image x 5 passes of 16 steps, one lane of 4.
  expect(conv!.gated!.lanes).toEqual({
    ...{ terms: 2, bitClocks: 2 * 16 * 9 * 2 * (2 * 16 + sumBits[0]!), beginning: 2 * 16 * 2 * sumBits[0]! },
  });
  expect(fully!.gated!.lanes).toEqual({
    ...{ terms: 4, bitClocks: 5 * 16 * (4 * 16 + sumBits[1]!), beginning: 5 * sumBits[1]! },
  });
  const lanes = inStages(accelerator).filter(({ path }) => path[0] === 'conv2d_0' && path[1] === 'lane_1');
  expect(lanes.map(({ registers }) => registers.map(({ name }) => name)).sort()).toEqual([
    ['product_0', 'product_1'],
    ['total'],
  ]);
});

test('nothing is gated in a design that does not ask', () => {
  const graph = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
  const free = buildAccelerator(graph, { ...designOf({}), parameters: { multipliers: 8, arithmetic: 'split' } });
  expect(activitiesOf(free).some(({ gated }) => gated !== undefined)).toBe(false);
});

const yosys = packagedYosys();
afterAll(() => yosys.close());

interface YosysModule {
  readonly cells: Readonly<Record<string, { readonly type: string; readonly connections: Record<string, unknown[]> }>>;
}

/** Clock gates that Yosys puts into a module, and flip-flops behind them. */
async function gatesIn(verilog: string, top: string): Promise<{ gates: number; bits: number }> {
  const gate = { cell: 'GATE', enable: 'E', clock: 'C', output: 'Q', test: [] };
  const steps = ['read_verilog -sv d.v', `synth -top ${top} -flatten -nofsm -noshare`, clockGateCommand(gate), 'clean'];
  const job = { args: ['-q', '-p', [...steps, 'write_json n.json'].join('; ')], files: { 'd.v': verilog } };
  const { files } = await yosys.run({ ...job, outputs: ['n.json'] }, { seconds: 100 });
  const { modules } = JSON.parse(new TextDecoder().decode(files['n.json']!)) as {
    modules: Record<string, YosysModule>;
  };
  const cells = Object.values(modules[top]!.cells);
  const clocks = new Set(cells.filter(({ type }) => type === 'GATE').map(({ connections }) => connections.Q![0]));
  const behind = cells.filter(({ type, connections }) => /DFF/.test(type) && clocks.has(connections.C![0]));
  return { gates: clocks.size, bits: behind.length };
}

test('gates stand where Yosys puts them', async () => {
  const graph = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
  const foldings = { conv2d_0: { pe: 2, simd: 1 }, fully_connected_1: { pe: 1, simd: 4 } };
  const { design } = gatedDesign(graph, { foldings, arithmetic: 'split' });
  const groups = gatedGroups(design);
  for (const name of ['lane_0', 'drain', 'requantizer']) {
    const path = `fully_connected_1.${name}.`;
    const { shell } = shellInstances(design).find((instance) => instance.path === path)!;
    expect(hasLogic(shell)).toBe(true);
    const verilog = emitVerilog(shell.design, { sourceLines: false })
      .files.map(({ text }) => text)
      .join('\n');
    const found = await gatesIn(verilog, shell.module.name);
    const told = groups.filter((group) => `${group.path.join('.')}.` === path && group.registers.length > 0);
    const bits = told.reduce((sum, { registers }) => sum + registers.reduce((all, each) => all + each.bits, 0), 0);
    expect({ name, gates: found.gates }).toEqual({ name, gates: told.length });
    // Bits that never change, or nobody reads, are no flip-flops after synthesis.
    expect(found.bits, name).toBeLessThanOrEqual(bits);
    expect(found.bits, name).toBeGreaterThan(0.7 * bits);
  }
}, 120_000);

test('a reset opens the gate: a register with both is loaded by either', async () => {
  const verilog = `module t(input clk, input rst, input e, input [7:0] d, output reg [7:0] a, output reg [7:0] b, output reg [7:0] c);
always @(posedge clk) begin
  if (e) a <= d;
  if (!e) b <= d;
  if (rst) c <= 8'h55; else if (e) c <= d;
end
endmodule`;
  expect(await gatesIn(verilog, 't')).toEqual({ gates: 3, bits: 24 });
}, 60_000);
