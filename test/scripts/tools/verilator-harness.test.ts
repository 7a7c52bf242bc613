import { describe, expect } from 'vitest';
import type { TensorData } from '../../../models/graph.ts';
import { benchFiles } from '../../../scripts/bench-files.ts';
import { buildDesign, loadDesign } from '../../../scripts/design.ts';
import { runVerilatorHarness } from '../../../scripts/tools/verilator-harness.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { referenceTruth } from '../../../sim/verify/truth.ts';
import { needTool } from '../../support/tools.ts';

describe("the benchmark's peer does the whole work", async () => {
  const frames = 2;
  const design = loadDesign('digits-stream-16', '.', {});
  const accelerator = buildDesign(design);
  const { inputBytes, outputBytes, inputBits, outputBits } = accelerator;
  const input = design.model.samples!.inputs.subarray(0, frames * inputBytes);
  const { hardware } = referenceTruth(accelerator, input, frames);
  const request = (expected: TensorData) => ({
    top: accelerator.design.top,
    inputBytes,
    outputBytes,
    inputBits,
    outputBits,
    frames,
    files: benchFiles(accelerator, input, expected),
    optimise: '-O0' as const,
    seconds: 200,
    tries: 2,
  });

  await needTool('verilator', 'equal to the reference and to the cycle model', async (tool) => {
    const run = await runVerilatorHarness(tool, request(hardware));
    const model = simulateCycles(accelerator.schedule, { frames });
    expect(run.outputs).toEqual(hardware);
    expect(run.outputCycles).toEqual(Int32Array.from(model.outputClocks));
    expect([run.firstIn, run.lastOut]).toEqual([model.firstIn, model.lastOut]);
    expect(run.loopSeconds.length).toBe(2);
    for (const seconds of run.loopSeconds) expect(seconds).toBeGreaterThan(0);
  });

  await needTool('verilator', 'a wrong answer is no measurement', async (tool) => {
    const wrong = hardware.map((byte) => ~byte);
    await expect(runVerilatorHarness(tool, request(wrong))).rejects.toThrow(
      /20 output bytes differ from the reference/,
    );
  });
});
