import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Accelerator } from '../../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';

import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { sumTables, weightWords } from '../../../../hdl-gen/arch/stream/tables.ts';
import { type StoredWeights, storedWeights } from '../../../../hdl-gen/arch/stream/weight-form.ts';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { design } from '../../../../hdl-gen/lang/module.ts';
import { MacLane, type WeightForm } from '../../../../hdl-gen/library/mac-lane.ts';
import type { Graph } from '../../../../models/graph.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream } from '../../../../sim/rtl/stream.ts';
import { runBatch } from '../../../support/bench-batch.ts';
import { narrowWeights } from '../../../support/narrow-weights.ts';
import { batchItem, type RandomCase, randomCase } from '../../../support/random-accelerator.ts';
import { conv3x3, dense, depthwise2x2, designOf, networkOf } from '../../../support/small-networks.ts';
import { needTool } from '../../../support/tools.ts';
import { yosys } from '../../../support/yosys.ts';

/** The network with these weights in turn in its first layer. */
function withWeights(graph: Graph, values: readonly number[]): Graph {
  const [first, ...others] = graph.layers;
  if (first === undefined || !('weights' in first)) throw new Error('the first layer has no weights');
  const weights = first.weights.map((_, at) => values[at % values.length]!);
  return { ...graph, layers: [{ ...first, weights }, ...others] };
}

function storedOf(graph: Graph, pe: number, simd: number): StoredWeights {
  const parameters = { prune: false, foldings: { [graph.layers[0]!.name]: { pe, simd } } };
  const { network, schedule } = plan(graph, { ...designOf({}), parameters });
  const [work] = network.works;
  const [stage] = schedule.stages;
  if (work?.form !== 'window' || stage?.timing !== 'window') throw new Error('no window engine');
  return storedWeights(weightWords(work, stage), stage, sumTables(work).weightBits);
}

describe('the form follows from the values', () => {
  const convolution = (...values: number[]) => withWeights(networkOf([1, 3, 3, 4], conv3x3(4, 6)), values);
  const form = (graph: Graph, pe: number, simd: number) => {
    const { form, bits } = storedOf(graph, pe, simd);
    return `${form} ${bits}`;
  };

  test('binary, ternary, and widths of other weights', () => {
    expect(form(convolution(1, -1), 2, 2)).toBe('binary 1');
    expect(form(convolution(1), 2, 2)).toBe('binary 1');
    expect(form(convolution(-1), 2, 2)).toBe('binary 1');
    expect(form(convolution(1, 0, -1, 1, 1), 2, 2)).toBe('ternary 2');
    expect(form(convolution(1, 0), 2, 2)).toBe('ternary 2');
    expect(form(convolution(-1, 0), 2, 2)).toBe('ternary 2');
    expect(form(convolution(-2, 1), 2, 2)).toBe('any 2');
    expect(form(convolution(2, 1), 2, 2)).toBe('any 3');
    expect(form(convolution(-8, 7), 2, 2)).toBe('any 4');
    expect(form(convolution(-128, 1), 2, 2)).toBe('any 8');
  });

  test('one bit is enough where lanes have no output channel, not where they have no input channel', () => {
    expect(form(convolution(1, -1), 4, 4)).toBe('binary 1');
    expect(form(convolution(1, -1), 5, 1)).toBe('binary 1');
    expect(form(convolution(1, -1), 2, 3)).toBe('ternary 2');
    const channelwise = withWeights(networkOf([1, 3, 3, 4], depthwise2x2(4, 3)), [1, -1, -1]);
    expect(form(channelwise, 2, 1)).toBe('binary 1');
    expect(form(channelwise, 12, 1)).toBe('binary 1');
    expect(form(channelwise, 9, 1)).toBe('binary 1');
    // 7 of 12 rows: 108 * (7 / 12) is more than 63 in floating point.
    expect(form(withWeights(networkOf([1, 3, 3, 1], conv3x3(1, 7)), [1, -1]), 6, 1)).toBe('binary 1');
  });

  test('words hold the sign alone', () => {
    const graph = withWeights(networkOf([1, 1, 1, 2], dense(2, 3)), [1, -1, -1, -1, 1, 1]);
    expect([...storedOf(graph, 2, 2).words]).toEqual([0, -1, -1, -1, 0, 0, 0, 0]);
  });

  test('a weight zero point is subtracted first', () => {
    const base = networkOf([1, 1, 1, 4], dense(4, 3));
    const [layer] = base.layers;
    if (layer?.kind !== 'fullyConnected') throw new Error('another layer');
    const graph: Graph = {
      ...base,
      layers: [{ ...layer, weightZeroPoint: 100, weights: layer.weights.map((_, at) => (at % 2 === 0 ? 99 : 101)) }],
    };
    expect(form(graph, 1, 4)).toBe('binary 1');
  });
});

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 400 : 30;
const seed = Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : 20261122));

const narrowCase: fc.Arbitrary<RandomCase> = fc
  .tuple(
    randomCase,
    fc.constantFrom(['ternary'], ['binary'], ['ternary', 'binary']) as fc.Arbitrary<('ternary' | 'binary')[]>,
  )
  .map(([drawn, kinds]) => ({ ...drawn, graph: narrowWeights(drawn.graph, kinds, drawn.seed) }));

/** The forms of an accelerator's lanes, as their modules are named. */
const formsOf = ({ design: { modules } }: Accelerator): string[] =>
  modules.flatMap(({ name }) => /^mac_lane_\d+_[us]8x(\w+?)_\d+$/.exec(name)?.[1] ?? []);

test(`${runs} random networks with narrow weights: bytes equal the reference, clocks the cycle model (seed ${seed})`, () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(narrowCase, (drawn) => {
      const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
      const { inputBytes, outputBytes, schedule } = accelerator;
      const simulator = createSimulator(elaborate(accelerator.design));
      const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses, maxClocks });
      expect([...run.outputs]).toEqual([...expected]);
      expect([...run.outputCycles]).toEqual([...simulateCycles(schedule, { frames, pauses }).outputClocks]);
      for (const form of formsOf(accelerator)) seen.add(form);
    }),
    { numRuns: runs, seed },
  );
  expect([...seen]).toEqual(expect.arrayContaining(['ternary', 'binary']));
});

const items = fc
  .sample(narrowCase, { numRuns: 6, seed: seed + 1 })
  .map((drawn, index) => batchItem(drawn, `w${index}_`));

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(name, `6 of them in ${name}: no byte differs (seed ${seed + 1})`, async (tool) => {
    const found = await runBatch(tool, items);
    for (const [index, { accelerator, frames, pauses }] of items.entries()) {
      const { firstIn, lastOut } = simulateCycles(accelerator.schedule, { frames, pauses });
      expect({ index, ...found[index] }).toEqual({ index, firstIn, lastOut, mismatches: 0 });
    }
  });
}

describe('what Yosys finds in the lanes', () => {
  const emitted = (values: readonly number[]) => {
    const graph = withWeights(networkOf([1, 2, 2, 4], conv3x3(4, 4)), values);
    const { design } = buildAccelerator(graph, designOf({ conv2d_0: { pe: 2, simd: 4 } }));
    return emitVerilog(design);
  };
  const lane = (weightForm: WeightForm, weightBits: number) =>
    emitVerilog(design(MacLane({ simd: 4, unsigned: true, weightBits, weightForm, accumulatorBits: 20 })));

  test.each([
    ['binary', [1, -1], 'none'],
    ['ternary', [1, 0, -1], 'none'],
    ['any', [1, 2], 'any'],
  ] as const)('%s in an engine', async (_, values, multipliers) => {
    const script = `select -assert-any mac_lane_*/t:$add; select -assert-${multipliers} mac_lane_*/t:$mul`;
    expect(await yosys(emitted(values), `proc; opt; ${script}`)).not.toMatch(/ERROR|^Warning/m);
  });

  test.each([
    ['binary', 1, 'none'],
    ['ternary', 2, 'none'],
    ['any', 8, 'any'],
  ] as const)('%s of %i bits on xc7: DSP blocks: %s', async (form, bits, blocks) => {
    const script = `synth_xilinx -family xc7 -noiopad; select -assert-${blocks} t:DSP48E1; select -assert-any t:LUT*`;
    expect(await yosys(lane(form, bits), script)).not.toMatch(/ERROR|^Warning/m);
  });
});
