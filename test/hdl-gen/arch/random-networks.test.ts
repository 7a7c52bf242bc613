import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { createSimulator, type Simulator } from '../../../sim/rtl/simulator.ts';
import { runStream } from '../../../sim/rtl/stream.ts';
import { runBatch } from '../../support/bench-batch.ts';
import { batchItem, randomCase } from '../../support/random-accelerator.ts';
import { needTool } from '../../support/tools.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 2000 : 300;
const seed = Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : 20261122));

test(`${runs} random networks, half of them with branches, x random foldings x random pauses: bytes equal the reference, clocks equal the cycle model (seed ${seed})`, () => {
  fc.assert(
    fc.property(randomCase, (drawn) => {
      const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
      const { inputBytes, outputBytes, schedule } = accelerator;
      const simulator = createSimulator(elaborate(accelerator.design));
      const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses, maxClocks });
      expect([...run.outputs]).toEqual([...expected]);
      const cycles = simulateCycles(schedule, { frames, pauses });
      expect({ firstIn: run.firstIn, lastOut: run.lastOut }).toEqual({
        firstIn: cycles.firstIn,
        lastOut: cycles.lastOut,
      });
      expect([...run.outputCycles]).toEqual([...cycles.outputClocks]);
    }),
    { numRuns: runs, seed },
  );
});

/** What a clock with `rst` high does: registers that have a reset value take it, everything else stays. */
function synchronousReset(simulator: Simulator): void {
  for (const { name, init } of simulator.netlist.registers) if (init !== null) simulator.poke(name, init);
}

test(`${runs / 2} times a reset at a random moment: the next frames are as if nothing had been before (seed ${seed + 2})`, () => {
  fc.assert(
    fc.property(randomCase, fc.nat({ max: 400 }), fc.infiniteStream(fc.nat({ max: 255 })), (drawn, moment, noise) => {
      const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
      const { inputBytes, outputBytes, schedule } = accelerator;
      const simulator = createSimulator(elaborate(accelerator.design));
      const [valid, data, ready] = ['in_valid', 'in_data', 'out_ready'].map(simulator.port);
      for (let clock = 0; clock < moment; clock++) {
        const drawn = noise.next().value!;
        valid!.write(drawn & 1);
        data!.write(drawn);
        ready!.write((drawn >> 1) & 1);
        simulator.cycle();
      }
      synchronousReset(simulator);
      const run = runStream(simulator, {
        input,
        inputBytes,
        outputBytes,
        frames,
        pauses,
        maxClocks,
        resetFirst: false,
      });
      expect([...run.outputs]).toEqual([...expected]);
      expect([...run.outputCycles]).toEqual([...simulateCycles(schedule, { frames, pauses }).outputClocks]);
    }),
    { numRuns: runs / 2, seed: seed + 2 },
  );
});

const sampled = exhaustive ? 100 : 40;
const items = fc
  .sample(randomCase, { numRuns: sampled, seed: seed + 1 })
  .map((drawn, index) => batchItem(drawn, `n${index}_`));

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(
    name,
    `${sampled} random networks in ${name}: no byte differs, every frame enters and leaves at the cycle model's clock (seed ${seed + 1})`,
    async (tool) => {
      const runs = await runBatch(tool, items);
      for (const [index, { accelerator, frames, pauses }] of items.entries()) {
        const { firstIn, lastOut } = simulateCycles(accelerator.schedule, { frames, pauses });
        expect({ index, ...runs[index] }).toEqual({ index, firstIn, lastOut, mismatches: 0 });
      }
    },
  );
}
