import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPaused, type Pauses, stepPause } from '../../../hdl-gen/emit/pause.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { createSimulator, type Engine } from '../../../sim/rtl/simulator.ts';
import { runStream, type StreamRun } from '../../../sim/rtl/stream.ts';
import { toyAccelerator } from './toy-accelerator.ts';

const engines: readonly Engine[] = ['wasm', 'js-interpreter'];

function run(engine: Engine, slices: number, input: Int8Array, pauses: { input: Pauses; output: Pauses }): StreamRun {
  const sim = createSimulator(toyAccelerator(slices), { engine });
  const bytes = 4;
  return runStream(sim, {
    input,
    inputBytes: bytes,
    outputBytes: bytes,
    frames: input.length / bytes,
    pauses,
    maxClocks: 1_000_000,
  });
}

/** The toy's timing written down without a netlist: what a one-slice chain must do under pauses. */
function expectedSlice(input: Int8Array, pauses: { input: Pauses; output: Pauses }) {
  let source = pauses.input.seed;
  let sink = pauses.output.seed;
  let full = false;
  let held = 0;
  let offered = false;
  let next = 0;
  let stalls = 0;
  const outputs: number[] = [];
  const outputCycles: number[] = [];
  const taken: number[] = [];
  for (let clock = 0; outputs.length < input.length; clock += 1) {
    if (next < input.length && !isPaused(source, pauses.input)) offered = true;
    const sinkReady = !isPaused(sink, pauses.output);
    const ready = !full || sinkReady;
    if (full && sinkReady) {
      outputs.push(held);
      outputCycles.push(clock);
    }
    if (offered && !ready) stalls += 1;
    if (ready) full = offered;
    if (offered && ready) {
      held = (input[next]! << 24) >> 24;
      held = ((held + 1) << 24) >> 24;
      taken.push(clock);
      next += 1;
      offered = false;
    }
    source = stepPause(source);
    sink = stepPause(sink);
  }
  return { outputs, outputCycles, taken, stalls };
}

const pauseArbitrary = fc.record({
  seed: fc.integer({ min: 1, max: 0xffffffff }),
  probability: fc.constantFrom(0, 1, 64, 128, 200, 255),
});
const inputArbitrary = fc
  .integer({ min: 1, max: 20 })
  .chain((frames) => fc.int8Array({ minLength: frames * 4, maxLength: frames * 4 }));

/** The toy with a stream of two bytes a beat beside its output: the byte that leaves, and its complement. */
function withWideStream(): Netlist {
  const toy = toyAccelerator(2);
  const data = toy.outputs.find(({ name }) => name === 'out_data')!.node;
  const at = toy.nodes.length;
  return {
    ...toy,
    nodes: [
      ...toy.nodes,
      { op: 'not', args: [data], width: 8, signed: false },
      { op: 'cat', args: [at, data], width: 16, signed: true },
    ],
    outputs: [...toy.outputs, { name: 'pair.data', node: at + 1 }],
  };
}

describe.each(engines)('runStream on the %s engine', (engine) => {
  it('writes down what moves on a stream inside, byte by byte of a beat', () => {
    const input = Int8Array.of(1, -2, 127, -128, 5, 6, 7, -8);
    const pauses = { input: { seed: 3, probability: 90 }, output: { seed: 8, probability: 120 } };
    const watch = [{ valid: 'out_valid', ready: 'out_ready', data: 'pair.data', bits: 8 as const }];
    const sim = createSimulator(withWideStream(), { engine });
    const request = { input, inputBytes: 4, outputBytes: 4, frames: 2, pauses, maxClocks: 1000 };
    const { watched, ...rest } = runStream(sim, { ...request, watch });
    const moved = [...rest.outputs].flatMap((byte) => [byte, ~byte]);
    expect([...watched[0]!.values]).toEqual(moved);
    expect([...watched[0]!.clocks]).toEqual([...rest.outputCycles].flatMap((clock) => [clock, clock]));
    expect(runStream(sim, request)).toEqual({ ...rest, watched: [] });
  });

  it('follows the pauses clock for clock on one register slice', () => {
    fc.assert(
      fc.property(inputArbitrary, pauseArbitrary, pauseArbitrary, (input, source, sink) => {
        const pauses = { input: source, output: sink };
        const got = run(engine, 1, input, pauses);
        const expected = expectedSlice(input, pauses);
        expect([...got.outputs]).toEqual(expected.outputs);
        expect([...got.outputCycles]).toEqual(expected.outputCycles);
        expect(got.firstIn).toEqual(expected.taken.filter((_, index) => index % 4 === 0));
        expect(got.lastOut).toEqual(expected.outputCycles.filter((_, index) => index % 4 === 3));
        expect(got.clocks).toBe(expected.outputCycles.at(-1)! + 1);
        expect(got.counters.cycles).toBe(got.clocks);
        expect(got.counters.inputStalls).toBe(expected.stalls);
      }),
      { numRuns: 60 },
    );
  });

  it('loses and reorders no byte in a chain of slices', () => {
    fc.assert(
      fc.property(inputArbitrary, pauseArbitrary, pauseArbitrary, fc.integer({ min: 1, max: 9 }), (input, a, b, n) => {
        const got = run(engine, n, input, { input: a, output: b });
        expect(got.outputs).toEqual(input.map((byte) => byte + n));
      }),
      { numRuns: 40 },
    );
  });

  it('starts again from the same state after a reset and can continue without one', () => {
    const sim = createSimulator(toyAccelerator(3), { engine });
    const request = { input: Int8Array.of(1, 2, 3, 4), inputBytes: 4, outputBytes: 4, frames: 1, maxClocks: 100 };
    const first = runStream(sim, request);
    expect(first.outputs).toEqual(Int8Array.of(4, 5, 6, 7));
    expect(first.clocks).toBe(7);
    expect(runStream(sim, request)).toEqual(first);
    const continued = runStream(sim, { ...request, resetFirst: false });
    expect(continued.outputs).toEqual(first.outputs);
    expect(continued.counters.cycles).toBe(14);
  });

  it('names what stalled when the clocks run out', () => {
    const sim = createSimulator(toyAccelerator(2), { engine });
    const request = { input: new Int8Array(8), inputBytes: 4, outputBytes: 4, frames: 2, maxClocks: 5 };
    expect(() => runStream(sim, request)).toThrow(
      'toy: after 5 clocks 5 of 8 input bytes and 3 of 8 output bytes had moved; in_ready was 1 in the last clock while input bytes were left',
    );
    expect(() => runStream(sim, { ...request, maxClocks: 9 })).toThrow(
      /8 of 8 input bytes and 7 of 8 .* \[SIM_TIMEOUT\]$/,
    );
  });

  it('ends earlier when told so, with what has come out by then', () => {
    const sim = createSimulator(toyAccelerator(2), { engine });
    const request = { input: Int8Array.of(1, 2, 3, 4), inputBytes: 4, outputBytes: 4, frames: 1, maxClocks: 100 };
    const seen: number[] = [];
    const run = runStream(sim, { ...request, until: 4, look: (clock) => seen.push(clock) });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(run.clocks).toBe(4);
    expect(run.outputs).toEqual(Int8Array.of(3, 4, 0, 0));
  });

  it('refuses an input of the wrong length', () => {
    const sim = createSimulator(toyAccelerator(1), { engine });
    expect(() =>
      runStream(sim, { input: new Int8Array(7), inputBytes: 4, outputBytes: 4, frames: 2, maxClocks: 100 }),
    ).toThrow('the input has 7 bytes, but 2 frames of 4 bytes are 8');
    expect(() =>
      runStream(sim, { input: new Int8Array(0), inputBytes: 4, outputBytes: 4, frames: 0, maxClocks: 100 }),
    ).toThrow('frames is 0');
  });
});

it('both engines agree on every clock of a paused run', () => {
  fc.assert(
    fc.property(inputArbitrary, pauseArbitrary, pauseArbitrary, fc.integer({ min: 1, max: 6 }), (input, a, b, n) => {
      const pauses = { input: a, output: b };
      expect(run('wasm', n, input, pauses)).toEqual(run('js-interpreter', n, input, pauses));
    }),
    { numRuns: 40 },
  );
});
