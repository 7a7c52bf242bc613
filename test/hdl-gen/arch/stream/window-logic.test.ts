import { expect, test } from 'vitest';
import { Sequencer, sequencerParameters } from '../../../../hdl-gen/arch/stream/sequencer.ts';
import { sequencerLogic } from '../../../../hdl-gen/arch/stream/sequencer-logic.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { layerSums } from '../../../../hdl-gen/arch/stream/tables.ts';
import { windowParts } from '../../../../hdl-gen/arch/stream/window-logic.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { type Logic, logicOf, noLogic } from '../../../../hdl-gen/ir/logic.ts';
import { design } from '../../../../hdl-gen/lang/module.ts';
import { LineBuffer } from '../../../../hdl-gen/library/line-buffer.ts';
import { StreamFifo } from '../../../../hdl-gen/library/stream-fifo.ts';
import { trainingDesign } from '../../../../scripts/fit/training-design.ts';
import { trainingNetwork } from '../../../../scripts/fit/training-network.ts';

const planned = (seed: number) => {
  const graph = trainingNetwork(seed);
  return plan(graph, trainingDesign(graph, seed, 'xc7'));
};
const seeds = Array.from({ length: 40 }, (_, at) => 500 + at);
const bits = ({ add, count, compare, equal, mux, gate }: Logic) => add + count + compare + equal + mux + gate;
const netlist = (build: Parameters<typeof design>[0]) => logicOf(elaborate(design(build), { names: false }));

/** Of every window engine of the designs: a part in closed form and as its netlist has it. */
function compared(pair: (seed: number) => readonly (readonly [closed: Logic, built: Logic])[]) {
  const pairs = seeds.flatMap(pair);
  const sum = (of: (pair: readonly [Logic, Logic]) => number) => pairs.reduce((all, each) => all + of(each), 0);
  for (const [closed, built] of pairs) {
    expect(Math.abs(bits(closed) - bits(built))).toBeLessThan(0.3 * bits(built) + 25);
  }
  const ratio = (kind: 'add' | 'count' | 'compare' | 'equal' | 'mux') =>
    sum(([closed]) => closed[kind]) / sum(([, built]) => built[kind]);
  return { pairs, whole: sum(([closed]) => bits(closed)) / sum(([, built]) => bits(built)), ratio };
}

test('the sequencer in closed form is nearly what its netlist has, kind by kind', () => {
  const { pairs, whole, ratio } = compared((seed) =>
    planned(seed).schedule.stages.flatMap((stage) => {
      if (stage.timing !== 'window') return [];
      const build = Sequencer({ ...sequencerParameters(stage), name: 'sequencer' });
      return [[sequencerLogic(stage), netlist(build)] as const];
    }),
  );
  expect(pairs.length).toBeGreaterThan(40);
  expect(whole).toBeGreaterThan(0.85);
  expect(whole).toBeLessThan(1.1);
  for (const kind of ['count', 'compare', 'equal', 'mux'] as const) {
    expect(ratio(kind)).toBeGreaterThan(0.7);
    expect(ratio(kind)).toBeLessThan(1.3);
  }
});

test('so are line buffer and output FIFO', () => {
  const parts = (seed: number, instance: string) => {
    const { schedule, network } = planned(seed);
    return schedule.stages.flatMap((stage) => {
      const work = network.works.find(({ name }) => name === stage.name);
      if (stage.timing !== 'window' || work?.form !== 'window') return [];
      const all = windowParts(work, stage, layerSums(work), []);
      return [{ stage, logic: all.find((part) => part.instance === instance)!.logic }];
    });
  };
  const buffers = compared((seed) =>
    parts(seed, 'line_buffer').map(({ stage, logic }) => {
      const shape = {
        channels: stage.input.channels,
        width: stage.inputWidth,
        lanes: stage.lanes,
        pixels: stage.bufferPixels,
        imagePixels: stage.input.height * stage.input.width,
        reads: stage.taps.height * stage.taps.width,
        countsWords: stage.early,
        bits: stage.inputBits,
      };
      return [logic, netlist(LineBuffer(shape))] as const;
    }),
  );
  expect(buffers.whole).toBeGreaterThan(0.85);
  expect(buffers.whole).toBeLessThan(1.15);
  const fifos = compared((seed) =>
    parts(seed, 'output_fifo').map(({ stage, logic }) => {
      const build = StreamFifo({ width: stage.outputBits * stage.outputWidth, depth: stage.fifoDepth });
      return [logic, netlist(build)] as const;
    }),
  );
  expect(fifos.whole).toBeGreaterThan(0.8);
  expect(fifos.whole).toBeLessThan(1.2);
});

test('lanes and the choice of the drain by what they compute', () => {
  for (const seed of seeds) {
    const { schedule, network } = planned(seed);
    for (const stage of schedule.stages) {
      const work = network.works.find(({ name }) => name === stage.name);
      if (stage.timing !== 'window' || work?.form !== 'window') continue;
      const sums = layerSums(work);
      const all = windowParts(work, stage, sums, [{ instance: 'requantizer', logic: noLogic }]);
      const lanes = all.find(({ lanes }) => lanes !== undefined)!.lanes!;
      expect(lanes.count).toBe(stage.pe);
      if (lanes.kind === 'multiply') expect(lanes.count * lanes.terms).toBe(stage.multipliers);
      expect(lanes.kind === 'sum' || lanes.kind === 'maximum').toBe(work.weight === null);
      const choice = all.find(({ instance }) => instance === 'drain')!.choice!;
      expect(choice).toBe((stage.pe - stage.outputWidth) * sums.accumulatorBits);
      expect(new Set(all.map(({ instance }) => instance)).size).toBe(all.length);
    }
  }
});
