import { expect, test } from 'vitest';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { design, type ModuleConstructor } from '../../../../hdl-gen/lang/module.ts';
import type { Fields } from '../../../../hdl-gen/lang/types.ts';
import { initialState, roundConstants } from '../../../../hdl-gen/library/sha256/constants.ts';
import { bytesOf, midstateOf, wordsOf, workOf } from '../../../../hdl-gen/library/sha256/host.ts';
import {
  pipelinedClocks,
  Sha256dHeaderPipelined,
  Sha256dMiner,
  Sha256dPipelined,
} from '../../../../hdl-gen/library/sha256/pipelined.ts';
import { Sha256dHeaderSerial, Sha256dSerial, serialClocks } from '../../../../hdl-gen/library/sha256/serial.ts';
import { replay } from '../../../../scripts/testing/replay.ts';
import { type BenchOptions, type BenchRun, bench, sink, source } from '../../../../sim/bench/index.ts';
import { needTool } from '../../../support/tools.ts';
import { lint } from '../../../support/verilog.ts';
import { yosys } from '../../../support/yosys.ts';
import { expectedDigest, genesis, someHeaders } from './headers.ts';

type Core = ModuleConstructor<Fields, Fields>;
const erased = (core: unknown): Core => core as Core;

/** Cores that take single items, what they take, and the clocks of the first digest and of all others. */
const cores = [
  { core: erased(Sha256dHeaderSerial({})), item: wordsOf, latency: serialClocks(3) - 1, interval: serialClocks(3) },
  { core: erased(Sha256dSerial({})), item: workOf, latency: serialClocks(2) - 1, interval: serialClocks(2) },
  ...[2, 4, 8, 16, 32, 64].map((roundsPerClock) => ({
    core: erased(Sha256dSerial({ roundsPerClock })),
    item: workOf,
    latency: serialClocks(2, roundsPerClock) - 1,
    interval: serialClocks(2, roundsPerClock),
  })),
  { core: erased(Sha256dHeaderPipelined({})), item: wordsOf, latency: pipelinedClocks(3), interval: 1 },
  { core: erased(Sha256dPipelined({})), item: workOf, latency: pipelinedClocks(2), interval: 1 },
];
type Form = (typeof cores)[number];

interface Run {
  readonly run: BenchRun;
  readonly digests: number[][];
  /** The clock of each digest, counted from the one in which the first item could be taken. */
  readonly clocks: number[];
}

interface Pausing extends BenchOptions {
  readonly pausing?: boolean;
}

function hash(form: Form, headers: readonly Uint8Array[], { pausing = false, ...options }: Pausing = {}): Run {
  const { core, item } = form;
  const digests: number[][] = [];
  const clocks: number[] = [];
  const pauses = (seed: number) => ({ pauses: { seed, probability: pausing ? 100 : 0 } });
  const run = bench(
    core,
    function* (dut) {
      dut.start(source(dut as never, 'up', headers.map((header) => item(header)) as never, pauses(3)));
      dut.start(
        sink(
          dut as never,
          'down',
          (digest) => {
            digests.push(digest as number[]);
            clocks.push(dut.clock - 1);
          },
          pauses(4),
        ),
      );
      while (digests.length < headers.length) yield;
    },
    { maxClocks: 5 * (form.latency + headers.length * form.interval), ...options },
  );
  return { run, digests, clocks };
}

const headers = someHeaders(1000, 6);
const expected = headers.map(expectedDigest);

test('constants are those that FIPS 180-4 prints', () => {
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  expect(roundConstants).toHaveLength(64);
  expect([roundConstants[0]!, roundConstants[1]!, roundConstants[63]!].map(hex)).toEqual([
    '428a2f98',
    '71374491',
    'c67178f2',
  ]);
  expect(initialState.map(hex).join(' ')).toBe(
    '6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19',
  );
});

test('the first header of the Bitcoin chain has its known hash in every core', () => {
  for (const form of cores) {
    const [digest] = hash(form, [genesis.header]).digests;
    expect(Buffer.from(bytesOf(digest!)).reverse().toString('hex')).toBe(genesis.hash);
  }
});

for (const form of cores) {
  const name = design(form.core).top;
  test(`${name}: 1,000 headers back to back equal node:crypto, each in its clock`, () => {
    const { digests, clocks } = hash(form, headers);
    expect(digests).toEqual(expected);
    expect(clocks).toEqual(headers.map((_, at) => form.latency + at * form.interval));
  });
  test(`${name}: pauses on both sides lose, reorder and change nothing`, () => {
    const some = headers.slice(0, 40);
    expect(hash(form, some, { pausing: true }).digests).toEqual(expected.slice(0, 40));
  });
}

for (const form of [cores[0]!, cores[1]!, cores.at(-1)!])
  test(`${design(form.core).top}: no unknown bit reaches a digest`, () => {
    const { digests } = hash(form, headers.slice(0, 3), { unknowns: 'check' });
    expect(digests).toEqual(expected.slice(0, 3));
  });

/** `jobs` jobs of `nonces` consecutive nonces each, all offered from the start. */
function mine(
  jobs: number,
  nonces: number,
  pausing = false,
): { run: BenchRun; digests: number[][]; wanted: number[][] } {
  const loads: { midstate: number[]; tail: number[] }[] = [];
  const searched: number[][] = [];
  const wanted: number[][] = [];
  for (const header of headers.slice(0, jobs)) {
    const { midstate, tail } = workOf(header);
    loads.push({ midstate, tail: tail.slice(0, 3) });
    const first = tail[3]!;
    const own = Array.from({ length: nonces }, (_, at) => (first + at) >>> 0);
    searched.push(own);
    for (const nonce of own) wanted.push(expectedDigest(Buffer.concat([header.subarray(0, 76), bytesOf([nonce])])));
  }
  const digests: number[][] = [];
  const pauses = { pauses: { seed: 5, probability: pausing ? 100 : 0 } };
  const run = bench(
    Sha256dMiner({}),
    function* (dut) {
      dut.start(sink(dut, 'down', (digest) => digests.push([...digest]), pauses));
      for (const [at, load] of loads.entries()) {
        yield* source(dut, 'job', [load]);
        yield* source(dut, 'up', searched[at]!, pauses);
      }
      while (digests.length < wanted.length) yield;
    },
    { maxClocks: 10 * (wanted.length + jobs * pipelinedClocks(2)) },
  );
  return { run, digests, wanted };
}

test('sha256d_miner: ten jobs of 100 nonces equal node:crypto, with and without pauses', () => {
  for (const pausing of [false, true]) {
    const { digests, wanted } = mine(10, 100, pausing);
    expect(digests).toEqual(wanted);
  }
});

test('sha256d_miner: a job that is offered early waits for the nonces in the pipeline', () => {
  const [one, two] = [workOf(headers[3]!), workOf(headers[4]!)];
  const jobOf = ({ midstate, tail }: typeof one) => ({ midstate, tail: tail.slice(0, 3) });
  const digests: number[][] = [];
  bench(
    Sha256dMiner({}),
    function* (dut) {
      dut.start(sink(dut, 'down', (digest) => digests.push([...digest])));
      yield* source(dut, 'job', [jobOf(one)]);
      yield* source(dut, 'up', [one.tail[3]!]);
      dut.set({ up: { valid: true, data: two.tail[3]! } });
      yield* source(dut, 'job', [jobOf(two)]);
      yield* source(dut, 'up', [two.tail[3]!]);
      while (digests.length < 2) yield;
    },
    { maxClocks: 1000 },
  );
  expect(digests).toEqual([expected[3], expected[4]]);
});

test('the host side: a midstate is the chaining value behind the first 64 bytes', () => {
  // The single block of the empty message ends in its digest.
  const block = [0x8000_0000, ...new Array<number>(15).fill(0)];
  expect(Buffer.from(bytesOf(midstateOf(block))).toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('rounds per clock that do not divide a block are refused', () => {
  for (const roundsPerClock of [0, 3, 128, 1.5])
    expect(() => Sha256dSerial({ roundsPerClock })).toThrow(
      `${roundsPerClock} rounds per clock do not divide the 64 rounds of a block into equal steps; use a power of two from 1 to 64 [SHA256_ROUNDS]`,
    );
});

await needTool(
  'verilator',
  'Verilator: the emitted text of each form (1,000 headers with a midstate, 100 whole ones), every output in every clock',
  async (tool) => {
    const recordings = [
      hash(cores[1]!, headers).run,
      hash(cores.at(-1)!, headers).run,
      ...[cores[0]!, cores.at(-2)!].map((form) => hash(form, headers.slice(0, 100)).run),
      mine(10, 100).run,
    ];
    const { mismatches, compared } = await replay(tool, recordings);
    expect(mismatches).toEqual([]);
    expect(compared).toBe(recordings.reduce((sum, { trace }) => sum + trace.resets.length * outputs(trace), 0));
  },
);

const outputs = ({ signals }: BenchRun['trace']): number => signals.filter(({ kind }) => kind === 'output').length;

await needTool('iverilog', 'Icarus: the emitted text of the serial core', async (tool) => {
  const { run } = hash(cores[1]!, headers.slice(0, 5));
  expect((await replay(tool, [run])).mismatches).toEqual([]);
});

await needTool('verilator', 'Verilator -Wall has nothing to say', async ({ path }) => {
  for (const { core } of cores) expect(await lint(design(core), { verilator: path })).toBe('');
  expect(await lint(design(Sha256dMiner({})), { verilator: path })).toBe('');
});

await needTool('iverilog', 'Icarus -Wall has nothing to say', async ({ path }) => {
  for (const { core } of cores) expect(await lint(design(core), { iverilog: path })).toBe('');
  expect(await lint(design(Sha256dMiner({})), { iverilog: path })).toBe('');
});

test('Yosys reads the serial core and the miner', async () => {
  for (const core of [Sha256dSerial({}), Sha256dMiner({})]) {
    const said = await yosys(emitVerilog(design(core)), 'proc; check -assert; stat');
    expect(said).toContain('Found and reported 0 problems.');
  }
});
