import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { createSimulator, type Simulator } from '../../../sim/rtl/simulator.ts';
import { runStream } from '../../../sim/rtl/stream.ts';
import { runBatch } from '../../support/bench-batch.ts';
import { batchItem, randomWideCase } from '../../support/random-accelerator.ts';
import { needTool } from '../../support/tools.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 1000 : 150;
const seed = Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : 20261123));

/** What a clock with `rst` high does: registers that have a reset value take it, everything else stays. */
function synchronousReset(simulator: Simulator): void {
  for (const { name, init } of simulator.netlist.registers) if (init !== null) simulator.poke(name, init);
}

test(`${runs} random networks with int16 activations x random foldings, widths, pauses and a reset at a random moment: elements equal the reference, clocks the cycle model (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      randomWideCase,
      fc.nat({ max: 300 }),
      fc.infiniteStream(fc.nat({ max: 65535 })),
      (drawn, moment, noise) => {
        const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
        const { inputBytes, outputBytes, inputBits, outputBits, schedule } = accelerator;
        const simulator = createSimulator(elaborate(accelerator.design));
        const [valid, data, ready, result] = ['in_valid', 'in_data', 'out_ready', 'out_data'].map(simulator.port);
        expect([data!.width, result!.width]).toEqual([inputBits, outputBits]);
        for (let clock = 0; clock < moment; clock++) {
          const value = noise.next().value!;
          valid!.write(value & 1);
          data!.write(value);
          ready!.write((value >> 1) & 1);
          simulator.cycle();
        }
        synchronousReset(simulator);
        const run = runStream(simulator, {
          ...{ input, inputBytes, outputBytes, frames, pauses, maxClocks },
          resetFirst: moment === 0,
        });
        expect(run.outputs).toEqual(expected);
        const cycles = simulateCycles(schedule, { frames, pauses });
        expect({ firstIn: run.firstIn, lastOut: run.lastOut }).toEqual({
          firstIn: cycles.firstIn,
          lastOut: cycles.lastOut,
        });
        expect([...run.outputCycles]).toEqual([...cycles.outputClocks]);
      },
    ),
    { numRuns: runs, seed },
  );
});

const sampled = exhaustive ? 60 : 20;
const items = fc
  .sample(randomWideCase, { numRuns: sampled, seed: seed + 1 })
  .map((drawn, index) => batchItem(drawn, `n${index}_`));

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(
    name,
    `${sampled} of them in ${name}: no element differs, every frame enters and leaves at the cycle model's clock (seed ${seed + 1})`,
    async (tool) => {
      const ran = await runBatch(tool, items);
      for (const [index, { accelerator, frames, pauses }] of items.entries()) {
        const { firstIn, lastOut } = simulateCycles(accelerator.schedule, { frames, pauses });
        expect({ index, ...ran[index] }).toEqual({ index, firstIn, lastOut, mismatches: 0 });
      }
    },
  );
}
