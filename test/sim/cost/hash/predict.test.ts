import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import type { Definition } from '../../../../hdl-gen/lang/builder.ts';
import { design, module } from '../../../../hdl-gen/lang/module.ts';
import { delay } from '../../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../../hdl-gen/lang/types.ts';
import { bytesOf } from '../../../../hdl-gen/library/sha256/host.ts';
import { Sha256dMiner, Sha256dPipelined } from '../../../../hdl-gen/library/sha256/pipelined.ts';
import { Sha256dSerial } from '../../../../hdl-gen/library/sha256/serial.ts';
import { type HashWorkload, type MeasuredCore, measureHash } from '../../../../sim/cost/hash/activity.ts';
import { predictHash } from '../../../../sim/cost/hash/predict.ts';
import { predictHashFromStages } from '../../../../sim/cost/hash/predict-stages.ts';
import { minerWorkload, pipelinedWorkload, serialWorkload } from '../../../../sim/cost/hash/workloads.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { technologyNames, technologyOf } from '../../../../specs/technologies.ts';
import type { Technology } from '../../../../specs/technology.ts';
import { hertz } from '../../../../specs/units.ts';
import { expectedDigest, genesis } from '../../../hdl-gen/library/sha256/headers.ts';

const netlistOf = (top: { readonly definition: Definition }) => elaborate(design(top));

describe('measureHash', () => {
  const small = module(
    'masked_sum',
    { in: { a: uint(8), b: uint(8), enable: bool }, out: { y: uint(8) } },
    ({ a, b, enable }) => ({ y: delay('y', a.addWrap(b).xor(a.and(b)), { enable, init: 0 }) }),
  );

  test('counts hardware and toggles of a circuit worked out by hand', () => {
    const inputs = [
      { a: 0, b: 0, enable: 1 },
      { a: 3, b: 1, enable: 1 },
      { a: 3, b: 0, enable: 1 },
    ];
    const { bits, toggles } = measureHash(netlistOf(small), {
      warmUp: 0,
      clocks: 3,
      hashes: 1,
      inputs: (at) => inputs[at]!,
    });
    expect(bits).toEqual({ adder: 8, xor: 8, and: 8, mux: 8, register: 8 });
    // Sums 0, 4, 3; ands 0, 1, 0; xors 0, 5, 3; the register shows the xor of the clock before: 0, 0, 5.
    expect(toggles).toEqual({ adder: 4, xor: 4, and: 2, register: 2, mux: 2 });
  });

  test('counts nothing of the warm-up', () => {
    const { toggles } = measureHash(netlistOf(small), {
      warmUp: 2,
      clocks: 4,
      hashes: 1,
      inputs: () => ({ a: 200, b: 77, enable: 1 }),
    });
    expect(Object.values(toggles).every((count) => count === 0)).toBe(true);
  });

  test('refuses an operation that has no price', () => {
    const product = module('multiplier', { in: { a: uint(4), b: uint(4) }, out: { y: uint(8) } }, ({ a, b }) => ({
      y: a.mul(b),
    }));
    const none: HashWorkload = { warmUp: 0, clocks: 1, hashes: 1, inputs: () => ({}) };
    expect(() => measureHash(netlistOf(product), none)).toThrow(
      "multiplier: has an operation 'mul', for which this estimate has no price; predict cores that consist of adders, gates and registers [HASH_OPERATION]",
    );
  });
});

describe('workloads', () => {
  function digestsOf(top: { readonly definition: Definition }, workload: HashWorkload): string[] {
    const simulator = createSimulator(netlistOf(top));
    const digests: string[] = [];
    for (let clock = 0; clock < workload.warmUp + workload.clocks; clock++) {
      for (const [name, value] of Object.entries(workload.inputs(clock))) simulator.port(name).write(value);
      simulator.cycle();
      if (clock < workload.warmUp || simulator.port('down_valid').read() === 0) continue;
      const words = Array.from({ length: 8 }, (_, at) => simulator.port(`down_data_${at}`).read() >>> 0);
      digests.push(Buffer.from(bytesOf(words)).toString('hex'));
    }
    return digests;
  }

  test('the miner searches consecutive nonces of the genesis block, a hash in every counted clock', () => {
    const nonce = genesis.header.readUInt32BE(76);
    const wanted = Array.from({ length: 5 }, (_, at) => {
      const header = Buffer.from(genesis.header);
      // The first nonce goes in at clock 1 and its digest comes out as the first counted one or just before.
      header.writeUInt32BE((nonce + 2 + at) >>> 0, 76);
      return Buffer.from(bytesOf(expectedDigest(header))).toString('hex');
    });
    expect(digestsOf(Sha256dMiner({}), minerWorkload(5))).toEqual(wanted);
  });

  test('the other cores complete as many hashes as they say, all different', () => {
    for (const [top, workload] of [
      [Sha256dSerial({}), serialWorkload(3)],
      [Sha256dSerial({ roundsPerClock: 4 }), serialWorkload(3, 4)],
      [Sha256dPipelined({}), pipelinedWorkload(6)],
    ] as const)
      expect(new Set(digestsOf(top, workload)).size).toBe(workload.hashes);
  });
});

const core: MeasuredCore = {
  name: 'test',
  clocks: 20,
  hashes: 10,
  bits: { adder: 320, xor: 100, and: 50, mux: 60, register: 200 },
  toggles: { adder: 1600, xor: 500, and: 250, mux: 300, register: 1000 },
};
const clock = hertz(1e8);
const predictors = {
  operators: (technology: Technology) => predictHash(core, technology, clock),
  stages: (technology: Technology) => predictHashFromStages(technology, clock),
};

describe.each(technologyNames)('%s', (name) => {
  const technology = technologyOf(name);

  test.each(Object.entries(predictors))('%s: parts add up to the total, every number has its origin', (_, predict) => {
    const { joulesPerHash, breakdown, origins } = predict(technology);
    for (const end of ['low', 'value', 'high'] as const) {
      const sum = Object.values(breakdown).reduce((total, part) => total + part[end], 0);
      expect(joulesPerHash[end] / sum).toBeCloseTo(1, 12);
    }
    for (const { entry } of origins) {
      const { [entry]: _gone, ...entries } = technology.entries;
      expect(() => predict({ ...technology, entries })).toThrow(`technology ${name}: has no entry '${entry}'`);
    }
  });

  test('a core that stands still pays clock and leakage only', () => {
    const still = { ...core, toggles: { adder: 0, xor: 0, and: 0, mux: 0, register: 0 } };
    const { breakdown } = predictHash(still, technology, clock);
    for (const part of ['adders', 'gates', 'glitches', 'registers', 'wires']) expect(breakdown[part]!.value).toBe(0);
    expect(breakdown.clock!.value).toBeGreaterThan(0);
    expect(breakdown.leakage!.value).toBeGreaterThan(0);
  });

  test('one adder bit that toggles costs a sixteenth of an addition of random words', () => {
    const one = { ...core, hashes: 1, toggles: { adder: 1, xor: 0, and: 0, mux: 0, register: 0 } };
    const { adders } = predictHash(one, technology, clock).breakdown;
    expect(adders!.value * 16).toBeCloseTo(technology.entries['add32.energy']!.value * 1e-15, 25);
  });
});
