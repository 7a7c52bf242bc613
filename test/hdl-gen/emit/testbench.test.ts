import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPaused, noPauses, type Pauses, stepPause } from '../../../hdl-gen/emit/pause.ts';
import { emitTestbench, hexLines } from '../../../hdl-gen/emit/testbench.ts';
import type { BenchFiles } from '../../../scripts/tools/bench.ts';
import { runIcarus } from '../../../scripts/tools/icarus.ts';
import { runVerilator } from '../../../scripts/tools/verilator.ts';
import { needTool } from '../../support/tools.ts';

/** An accelerator small enough to predict by hand: one output byte is the wrapped sum of two input bytes. */
const pairSum = `module pair_sum (
  input clk, input rst,
  input in_valid, output in_ready, input [7:0] in_data,
  output out_valid, input out_ready, output [7:0] out_data,
  output busy, output [31:0] cycles, output [31:0] input_stalls, output [31:0] output_stalls
);
  reg second;
  reg full;
  reg [7:0] held;
  reg [7:0] sum;
  assign in_ready = !second || !full || out_ready;
  assign out_valid = full;
  assign out_data = sum;
  assign busy = full || second;
  assign cycles = 32'd0;
  assign input_stalls = 32'd0;
  assign output_stalls = 32'd0;
  always @(posedge clk)
    if (rst) begin
      second <= 1'b0;
      full <= 1'b0;
    end else begin
      if (out_ready) full <= 1'b0;
      if (in_valid && in_ready) begin
        second <= !second;
        if (second) begin
          full <= 1'b1;
          sum <= held + in_data;
        end else held <= in_data;
      end
    end
endmodule
`;

interface Case {
  readonly frames: number;
  /** Input bytes of a frame are twice this. */
  readonly outputBytes: number;
  readonly pauses: { readonly input: Pauses; readonly output: Pauses };
}

/** The same circuit and the same pauses, clock by clock, in TypeScript. */
function predict({ frames, outputBytes, pauses }: Case, input: Int8Array) {
  const outputs: number[] = [];
  const outputCycles: number[] = [];
  const firstIn: number[] = [];
  let [source, sink] = [pauses.input.seed, pauses.output.seed];
  let [taken, offered, second, full, held, sum] = [0, false, false, false, 0, 0];
  for (let clock = 0; outputs.length < frames * outputBytes; clock++) {
    offered ||= taken < input.length && !isPaused(source, pauses.input);
    const outReady = !isPaused(sink, pauses.output);
    const inReady = !second || !full || outReady;
    if (full && outReady) {
      outputs.push(sum);
      outputCycles.push(clock);
      full = false;
    }
    if (offered && inReady) {
      if (taken % (2 * outputBytes) === 0) firstIn.push(clock);
      const byte = input[taken++]!;
      offered = false;
      if (second) {
        full = true;
        sum = ((held + byte) << 24) >> 24;
      } else held = byte;
      second = !second;
    }
    source = stepPause(source);
    sink = stepPause(sink);
  }
  return { outputs: Int8Array.from(outputs), outputCycles: Int32Array.from(outputCycles), firstIn };
}

function inputOf({ frames, outputBytes }: Case): Int8Array {
  return new Int8Array(frames * outputBytes * 2).map((_, at) => at * 37 + 11);
}

function filesOf(shape: Case, expected: Int8Array): BenchFiles {
  const files = { input: 'input.hex', expected: 'expected.hex' };
  return {
    verilog: [{ file: 'pair_sum.v', text: pairSum }],
    data: [
      { file: files.input, text: hexLines(inputOf(shape)) },
      { file: files.expected, text: hexLines(expected) },
    ],
    bench: emitTestbench({ top: 'pair_sum', inputBytes: 2 * shape.outputBytes, ...shape, files, maxClocks: 20_000 }),
  };
}

const pauses = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  probability: fc.constantFrom(0, 1, 100, 200, 250),
});
const cases: fc.Arbitrary<Case> = fc.record({
  frames: fc.integer({ min: 1, max: 5 }),
  outputBytes: fc.integer({ min: 1, max: 9 }),
  pauses: fc.record({ input: pauses, output: pauses }),
});

function seen({ outputs, outputCycles, firstIn, lastOut }: Awaited<ReturnType<typeof runIcarus>>) {
  return { outputs, outputCycles, firstIn, lastOut };
}

function predicted(shape: Case) {
  const run = predict(shape, inputOf(shape));
  const lastOut = run.firstIn.map((_, frame) => run.outputCycles[(frame + 1) * shape.outputBytes - 1]!);
  return { ...run, lastOut };
}

describe('the emitted bench', async () => {
  await needTool(
    'iverilog',
    'agrees with the prediction under Icarus, byte and clock, for any pauses',
    async (tool) => {
      await fc.assert(
        fc.asyncProperty(cases, async (shape) => {
          const right = predicted(shape);
          const run = await runIcarus(tool, filesOf(shape, right.outputs), 30);
          expect(seen(run)).toEqual(right);
          expect([run.mismatches, run.unstable]).toEqual([0, 0]);
        }),
        { numRuns: 15 },
      );
    },
  );

  const paused: Case = {
    frames: 3,
    outputBytes: 4,
    pauses: { input: { seed: 77, probability: 100 }, output: { seed: 99, probability: 180 } },
  };
  await needTool('verilator', 'agrees with the prediction under Verilator', async (tool) => {
    const right = predicted(paused);
    const run = await runVerilator(tool, filesOf(paused, right.outputs), { optimise: 'quick', seconds: 120 });
    expect(seen(run)).toEqual(right);
    expect(run.mismatches).toBe(0);
  });

  await needTool('iverilog', 'counts every byte that differs from the expected ones', async (tool) => {
    const right = predicted(paused);
    const wrong = right.outputs.slice();
    for (const at of [2, 7, 11]) wrong[at]! += 1;
    const run = await runIcarus(tool, filesOf(paused, wrong), 30);
    expect(run.mismatches).toBe(3);
    expect(run.outputs).toEqual(right.outputs);
  });

  await needTool('iverilog', 'gives up on an accelerator that never answers, and says where', async (tool) => {
    const right = predicted(paused);
    const files = filesOf(paused, right.outputs);
    const stuck = {
      ...files,
      verilog: [{ file: 'pair_sum.v', text: pairSum.replace("full <= 1'b1", "full <= 1'b0") }],
    };
    await expect(runIcarus(tool, stuck, 30)).rejects.toThrow(/no byte 0 of frame 0 within 20000 clocks/);
  });

  await needTool('iverilog', 'sees a byte that changes while it waits', async (tool) => {
    const right = predicted(paused);
    const files = filesOf(paused, right.outputs);
    const restless = pairSum.replace('assign out_data = sum;', 'assign out_data = out_ready ? sum : ~sum;');
    const run = await runIcarus(tool, { ...files, verilog: [{ file: 'pair_sum.v', text: restless }] }, 30);
    expect(run.unstable).toBeGreaterThan(0);
    expect(run.mismatches).toBe(run.unstable);
  });
});

test('hexLines writes two digits a line', () => {
  expect(hexLines(Int8Array.of(0, 1, -1, -128, 127))).toBe('00\n01\nff\n80\n7f\n');
});

test('without pauses the bench says so', () => {
  const files = { input: 'i.hex', expected: 'e.hex' };
  const { text, top, file } = emitTestbench({
    top: 'x',
    inputBytes: 4,
    outputBytes: 2,
    frames: 2,
    files,
    maxClocks: 9,
  });
  expect([top, file]).toEqual(['x_tb', 'x_tb.v']);
  expect(text).toContain(`source_probability = 32'd${noPauses.probability};`);
  expect(text).toContain('reg [7:0] input_bytes [0:7];');
});
