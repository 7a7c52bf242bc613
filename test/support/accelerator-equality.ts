/** Random accelerators against the reference and the cycle model: in the embedded simulator, and in Icarus and Verilator. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../sim/cycle/cycles.ts';
import { createSimulator, type Simulator } from '../../sim/rtl/simulator.ts';
import { runStream } from '../../sim/rtl/stream.ts';
import { runBatch } from './bench-batch.ts';
import { batchItem, type RandomCase } from './random-accelerator.ts';
import { needTool } from './tools.ts';

export const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;

/** JOULESMITH_SEED; without it fresh ones where everything is tried, else the test's own. */
export const seedOr = (own: number): number => Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : own));

/** What a clock with `rst` high does: registers that have a reset value take it, everything else stays. */
function synchronousReset(simulator: Simulator): void {
  for (const { name, init } of simulator.netlist.registers) if (init !== null) simulator.poke(name, init);
}

/** Clocks with anything on the ports, then a reset. */
export interface Disturbance {
  readonly clocks: number;
  readonly noise: Iterator<number>;
}

function disturb(simulator: Simulator, { clocks, noise }: Disturbance): void {
  const [valid, data, ready] = ['in_valid', 'in_data', 'out_ready'].map(simulator.port);
  for (let clock = 0; clock < clocks; clock++) {
    const drawn = noise.next().value!;
    valid!.write(drawn & 1);
    data!.write(drawn);
    ready!.write((drawn >> 1) & 1);
    simulator.cycle();
  }
  synchronousReset(simulator);
}

/** Every element equals the reference, every frame enters and leaves at the cycle model's clock, whatever went before a reset. */
export function expectEqual(drawn: RandomCase, before?: Disturbance): void {
  const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
  const { inputBytes, outputBytes, inputBits, outputBits, schedule } = accelerator;
  const simulator = createSimulator(elaborate(accelerator.design));
  expect(['in_data', 'out_data'].map((name) => simulator.port(name).width)).toEqual([inputBits, outputBits]);
  if (before !== undefined) disturb(simulator, before);
  const run = runStream(simulator, {
    ...{ input, inputBytes, outputBytes, frames, pauses, maxClocks },
    resetFirst: before === undefined,
  });
  expect([...run.outputs]).toEqual([...expected]);
  const { firstIn, lastOut, outputClocks } = simulateCycles(schedule, { frames, pauses });
  expect({ firstIn: run.firstIn, lastOut: run.lastOut }).toEqual({ firstIn, lastOut });
  expect([...run.outputCycles]).toEqual([...outputClocks]);
}

/** The same for `count` of the cases on the emitted text, a test for each tool. */
export async function testInTools(
  cases: fc.Arbitrary<RandomCase>,
  count: number,
  seed: number,
  what: string,
): Promise<void> {
  const items = fc.sample(cases, { numRuns: count, seed }).map((drawn, index) => batchItem(drawn, `n${index}_`));
  for (const name of ['iverilog', 'verilator'] as const) {
    await needTool(
      name,
      `${count} ${what} in ${name}: no element differs, every frame enters and leaves at the cycle model's clock (seed ${seed})`,
      async (tool) => {
        const runs = await runBatch(tool, items);
        for (const [index, { accelerator, frames, pauses }] of items.entries()) {
          const { firstIn, lastOut } = simulateCycles(accelerator.schedule, { frames, pauses });
          expect({ index, ...runs[index] }).toEqual({ index, firstIn, lastOut, mismatches: 0 });
        }
      },
    );
  }
}
