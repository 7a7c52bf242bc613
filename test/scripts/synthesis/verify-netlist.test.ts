import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { Netlist, NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { graphToJson } from '../../../models/serialize.ts';
import { gateNetlist } from '../../../scripts/synthesis/gate-netlist.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { runEmbedded } from '../../../sim/verify/embedded.ts';
import { runGates } from '../../../sim/verify/gates.ts';
import { Fault } from '../../../specs/fault.ts';
import { runCli } from '../../support/cli.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { averagePool, conv3x3, dense, designOf, networkOf } from '../../support/small-networks.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const network = networkOf([1, 4], dense(4, 2));
const request = { ...designOf({}), parameters: { multipliers: 2 } };
const yosys = packagedYosys();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-netlist-'));
});
afterAll(async () => {
  await yosys.close();
  rmSync(folder, { recursive: true, force: true });
});

test('verify --levels netlist climbs to the gates', { timeout: 300_000 }, async () => {
  writeFileSync(join(folder, 'net.json'), JSON.stringify(graphToJson(network)));
  writeFileSync(join(folder, 'design.json'), JSON.stringify({ ...request, model: 'net.json' }));
  const run = await runCli(['verify', 'design.json', '--levels', 'netlist,rtl', '--samples', '5', '--json'], {
    folder,
    environment: { ...process.env, JOULESMITH_CACHE: join(folder, 'cache') },
  });
  const { verdict, levels } = JSON.parse(run.out);
  expect([run.code, verdict, Object.keys(levels)]).toEqual([0, 'equal', ['rtl', 'netlist']]);
  expect(levels.netlist).toMatchObject({ samples: 5, matched: 5, cycles: levels.rtl.cycles });
  expect(levels.netlist.tool).toMatch(/^gates of Yosys \S+ \(WebAssembly\) in the embedded simulator, wasm$/);
});

test('a wrong gate is seen in the bytes or the clocks', { timeout: 300_000 }, async () => {
  const accelerator = buildAccelerator(network, request);
  const gates = await gateNetlist(accelerator.design, yosys, { seconds: 600 });
  const frames = 20;
  const input = randomInt8s(seededRandom(3), frames * accelerator.inputBytes);
  const right = runEmbedded(accelerator, input, frames);
  const differs = (netlist: Netlist): boolean => {
    try {
      const { outputs, outputCycles } = runGates(accelerator, netlist, input, frames);
      return outputs.join() !== right.outputs.join() || outputCycles.join() !== right.outputCycles.join();
    } catch (error) {
      // A controller that stands still.
      if (error instanceof Fault && error.code === 'SIM_TIMEOUT') return true;
      throw error;
    }
  };
  expect(differs(gates)).toBe(false);
  const sums = gates.nodes.flatMap((node, id) => (node.op === 'xor' ? [id] : []));
  const chosen = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((share) => sums[Math.floor(share * sums.length)]!);
  const wrong = (id: number): Netlist => ({
    ...gates,
    nodes: gates.nodes.map((node, at): NetNode => (at === id && node.op === 'xor' ? { ...node, op: 'eq' } : node)),
  });
  // Not all: counters of stalls are not compared, and the lowest bits of sums are rounded away.
  expect(chosen.filter((id) => differs(wrong(id))).length).toBeGreaterThan(0);

  // In front of the registers of the output byte every wrong gate shows.
  const bitsOf = (id: number): number[] => {
    const node = gates.nodes[id]!;
    if (node.op === 'cat') return node.args.flatMap(bitsOf);
    return node.op === 'register' ? [node.register] : [];
  };
  const byte = bitsOf(gates.outputs.find(({ name }) => name === 'out_data')!.node);
  expect(byte).toHaveLength(8);
  for (const bit of byte) {
    const inverted: NetNode = { op: 'not', width: 1, signed: false, args: [gates.registers[bit]!.next] };
    const registers = gates.registers.map((register, at) =>
      at === bit ? { ...register, next: gates.nodes.length } : register,
    );
    expect({ bit, seen: differs({ ...gates, nodes: [...gates.nodes, inverted], registers }) }).toEqual({
      bit,
      seen: true,
    });
  }
});

test.runIf(exhaustive)('a convolution with line buffer and pool, as gates', { timeout: 1_200_000 }, async () => {
  const graph = networkOf([1, 5, 5, 2], conv3x3(2, 3), averagePool(2, 2), dense(48, 3));
  const accelerator = buildAccelerator(graph, { ...request, parameters: { multipliers: 8 } });
  const gates = await gateNetlist(accelerator.design, yosys, { seconds: 1200 });
  const input = randomInt8s(seededRandom(4), 3 * accelerator.inputBytes);
  const [found, right] = [runGates(accelerator, gates, input, 3), runEmbedded(accelerator, input, 3)];
  expect(found.outputs).toEqual(right.outputs);
  expect(found.outputCycles).toEqual(right.outputCycles);
});
