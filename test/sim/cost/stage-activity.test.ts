import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { importTflite } from '../../../models/import/tflite.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { checkActivity } from '../../../sim/cost/activity.ts';
import { inventoryOf } from '../../../sim/cost/inventory.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { needData, readBytes } from '../../support/data.ts';
import { seededRandom } from '../../support/random.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomChain, randomInputs } from '../../support/random-graph.ts';
import { withConstants } from '../../support/random-moving.ts';
import { finished, Sketch } from '../../support/random-network.ts';
import { designOf } from '../../support/small-networks.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function expectSameState(accelerator: Accelerator): void {
  const netlist = elaborate(accelerator.design);
  const { registers, memories } = inventoryOf(accelerator.design);
  const counted = {
    registers: sum(registers.map(({ bits }) => bits)),
    memories: sum(memories.map(({ memory }) => memory.width * memory.depth)),
  };
  expect(counted).toEqual({
    // The register behind a read port is a register, whatever a tool makes of it.
    registers:
      sum(netlist.registers.map(({ width }) => width)) +
      sum(netlist.memories.map((memory) => memory.reads.length * memory.width)),
    memories: sum(netlist.memories.map(({ width, depth }) => width * depth)),
  });
  const activities = activitiesOf(accelerator);
  expect(sum(activities.map(({ registerBits }) => registerBits))).toBe(counted.registers);
  expect(sum(activities.flatMap((activity) => activity.memories.map(({ words, wordBits }) => words * wordBits)))).toBe(
    counted.memories,
  );
}

const digits = (multipliers: number): Accelerator =>
  buildAccelerator(loadZoo('digits').graph, { ...designOf({}), parameters: { multipliers } });

test('the inventory is the netlist: every register bit and every memory bit of random chains and of digits', () => {
  for (const multipliers of [8, 16, 64]) expectSameState(digits(multipliers));
  fc.assert(
    fc.property(randomChain({ quantize: true, explicitPadding: true }), fc.integer(), (graph, seed) => {
      expectSameState(buildAccelerator(graph, randomRequest(graph, seed)));
    }),
    { numRuns: 25 },
  );
});

needData('the inventory is the netlist: kws', ['mlperf_kws/kws_ref_model.tflite'], (folder) => {
  const graph = importTflite(readBytes(folder, 'mlperf_kws/kws_ref_model.tflite'), 'kws_ref_model.tflite');
  for (const multipliers of [16, 64])
    expectSameState(buildAccelerator(graph, { ...designOf({}), parameters: { multipliers } }));
});

interface Accesses {
  reads: number;
  writes: number;
}

interface CountedRun {
  /** By memory, over the whole run until nothing moves any more. */
  readonly total: Map<string, Accesses>;
  /** By memory, in the `interval` clocks after the last byte of frame `steadyFrom`. */
  readonly steady: Map<string, Accesses>;
}

/** Runs the circuit and counts the clocks in which each memory's enables are 1. */
function countAccesses(accelerator: Accelerator, frames: number, steadyFrom: number, interval: number): CountedRun {
  const netlist = elaborate(accelerator.design);
  const names = activitiesOf(accelerator).flatMap((activity) => activity.memories.map(({ name }) => name));
  // The netlist has one memory for each field of a word; all fields of a memory share their enables.
  const ports = names.map((name) => {
    const fields = netlist.memories.filter((memory) => memory.name === name || memory.name.startsWith(`${name}_`));
    const shared = (enables: readonly (NodeId | null)[]): NodeId | null => {
      expect({ name, enables: new Set(enables).size }).toEqual({ name, enables: 1 });
      return enables[0]!;
    };
    expect(fields.every(({ reads }) => reads.length === 1)).toBe(true);
    const read = shared(fields.map(({ reads }) => reads[0]!.enable));
    const write = fields[0]!.writes.length === 0 ? null : shared(fields.map(({ writes }) => writes[0]!.enable));
    return { name, read, write };
  });
  const probes = ports.flatMap(({ name, read, write }) => [
    ...(read === null ? [] : [{ name: `read of ${name}`, node: read }]),
    ...(write === null ? [] : [{ name: `write of ${name}`, node: write }]),
  ]);
  const probed: Netlist = { ...netlist, outputs: [...netlist.outputs, ...probes] };
  const simulator = createSimulator(probed);
  const inputs = randomInputs(accelerator.graph, frames, 7);
  const inValid = simulator.port('in_valid');
  const inReady = simulator.port('in_ready');
  const inData = simulator.port('in_data');
  const outValid = simulator.port('out_valid');
  simulator.reset();
  simulator.port('out_ready').write(1);
  const counters = ports.map(({ name, read, write }) => ({
    name,
    // A port without an enable reads in every clock.
    read: read === null ? null : simulator.port(`read of ${name}`),
    write: write === null ? null : simulator.port(`write of ${name}`),
    total: { reads: 0, writes: 0 },
    steady: { reads: 0, writes: 0 },
  }));
  let taken = 0;
  let given = 0;
  let since: number | null = null;
  for (let idle = 0; idle < 3 * interval; ) {
    inValid.write(taken < inputs.length ? 1 : 0);
    inData.write(inputs[taken] ?? 0);
    simulator.cycle();
    if (since !== null) since++;
    let moved = false;
    for (const { read, write, total, steady } of counters) {
      const reads = read === null ? 1 : read.read();
      const writes = write === null ? 0 : write.read();
      total.reads += reads;
      total.writes += writes;
      if (since !== null && since <= interval) {
        steady.reads += reads;
        steady.writes += writes;
      }
      moved ||= writes === 1;
    }
    if (taken < inputs.length && inReady.read() === 1) taken++;
    if (outValid.read() === 1) {
      given++;
      if (given === (steadyFrom + 1) * accelerator.outputBytes) since = 0;
    }
    idle = moved ? 0 : idle + 1;
  }
  expect([taken, given]).toEqual([inputs.length, frames * accelerator.outputBytes]);
  return {
    total: new Map(counters.map(({ name, total }) => [name, total])),
    steady: new Map(counters.map(({ name, steady }) => [name, steady])),
  };
}

test.each([16, 64])(
  'digits with %i multipliers: reads and writes per inference are what the circuit does',
  (multipliers) => {
    const accelerator = digits(multipliers);
    const { interval } = steadyState(accelerator.schedule);
    const frames = 14;
    const { total, steady } = countAccesses(accelerator, frames, 6, interval);
    for (const activity of activitiesOf(accelerator)) {
      for (const { name, reads, writes } of activity.memories) {
        expect({ name, ...steady.get(name) }).toEqual({ name, reads, writes });
        expect({ name, ...total.get(name) }).toEqual({ name, reads: frames * reads, writes: frames * writes });
      }
    }
  },
);

test('random chains: reads and writes per inference are what the circuit does', () => {
  fc.assert(
    fc.property(randomChain({ quantize: true, explicitPadding: true }), fc.integer(), (graph, seed) => {
      const accelerator = buildAccelerator(graph, randomRequest(graph, seed));
      const frames = 2;
      const { total } = countAccesses(accelerator, frames, 0, steadyState(accelerator.schedule).interval + 50);
      for (const activity of activitiesOf(accelerator))
        for (const { name, reads, writes } of activity.memories)
          expect({ name, ...total.get(name) }).toEqual({ name, reads: frames * reads, writes: frames * writes });
    }),
    { numRuns: 25 },
  );
});

test('layers that move bytes: reads and writes per inference are what the circuit does', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const sketch = new Sketch(seededRandom(seed));
      const input = sketch.tensor([1, 3, 4, 2]);
      const moved = sketch.moved(input);
      const axis = sketch.random.integer(1, 3);
      const graph = finished(sketch, 'moving', input, withConstants(sketch, [moved, moved], axis));
      const accelerator = buildAccelerator(graph, randomRequest(graph, seed));
      const { interval } = steadyState(accelerator.schedule);
      const frames = 2;
      const { total } = countAccesses(accelerator, frames, 0, interval + 50);
      for (const activity of activitiesOf(accelerator)) {
        checkActivity(activity, interval);
        for (const { name, reads, writes } of activity.memories)
          expect({ name, ...total.get(name) }).toEqual({ name, reads: frames * reads, writes: frames * writes });
      }
    }),
    { numRuns: 25 },
  );
});

test('digits by hand: what each kind of stage says of itself', () => {
  const activities = activitiesOf(digits(16));
  const named = (layer: string) => activities.find((activity) => activity.layer === layer)!;
  expect(activities.map(({ layer }) => layer)).toEqual([
    'conv2d_0',
    'depthwise_conv2d_1',
    'conv2d_2',
    'depthwise_conv2d_3',
    'conv2d_4',
    'depthwise_conv2d_5',
    'conv2d_6',
    'average_pool2d_7',
    'fully_connected_9',
    'softmax_10',
    'interface',
  ]);
  // 10 outputs of 48 inputs, one product a clock: 480 reads; 1 multiplier; the bias, factor and shift columns differ by channel.
  expect(named('fully_connected_9')).toMatchObject({
    multipliers: 1,
    macs: 480,
    adders: 0,
    additions: 0,
    requantizations: 10,
    activeClocks: 480,
    memories: [
      { role: 'weights', reads: 480, writes: 0, kind: 'rom', words: 480, wordBits: 8 },
      // Two images of 48 bytes: one is read while the next one arrives.
      { role: 'activations', reads: 480, writes: 48, kind: 'ram', words: 96, wordBits: 8 },
      { role: 'weights', reads: 10, writes: 0, kind: 'rom', words: 10 },
      { role: 'activations', reads: 10, writes: 10 },
    ],
  });
  // 16 pixels of 48 channels are added as they come; one division for each channel.
  expect(named('average_pool2d_7')).toMatchObject({
    multipliers: 0,
    macs: 0,
    adders: 1,
    additions: 768,
    requantizations: 48,
    activeClocks: 768,
    macRegisterBits: 0,
  });
  expect(named('interface')).toMatchObject({ multipliers: 0, activeClocks: 256, memories: [] });
  for (const activity of activities.slice(0, -1)) expect(activity.macRegisterBits).toBeLessThan(activity.registerBits);
});
