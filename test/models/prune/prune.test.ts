import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkGraph } from '../../../models/check-graph.ts';
import type { Graph, TensorData } from '../../../models/graph.ts';
import { importTflite } from '../../../models/import/tflite.ts';
import { type Pruned, prune } from '../../../models/prune/prune.ts';
import { keptElements } from '../../../models/prune/shrink.ts';
import { runGraph } from '../../../models/reference.ts';
import { tensorElements } from '../../../models/shape.ts';
import { graphTotals } from '../../../models/statistics.ts';
import { allocate, highestOf, lowestOf } from '../../../models/tensor-type.ts';
import { Fault } from '../../../specs/fault.ts';
import { betweenDense } from '../../support/between-dense.ts';
import { plantDead } from '../../support/plant-dead.ts';
import { type Random, seededRandom } from '../../support/random.ts';
import { randomChain } from '../../support/random-graph.ts';
import { randomNetwork } from '../../support/random-network.ts';
import { randomTflite } from '../../support/random-tflite.ts';
import { encodeTflite } from '../../support/tflite-writer.ts';

/** Random values, the two ends of the type everywhere, or the two mixed. */
function inputsOf(graph: Graph, draw: (low: number, high: number) => number): Map<number, TensorData> {
  return new Map(
    graph.inputs.map((id) => {
      const tensor = graph.tensors.get(id)!;
      const data = allocate(tensor, tensorElements(tensor.shape));
      return [id, data.map(() => draw(lowestOf(tensor), highestOf(tensor)))];
    }),
  );
}

function draws(random: Random): ((low: number, high: number) => number)[] {
  return [
    (low, high) => random.integer(low, high),
    (low, high) => random.integer(low, high),
    (low, high) => (random.fraction() < 0.5 ? low : high),
    (low) => low,
    (_, high) => high,
  ];
}

/** Every tensor of the pruned network holds what the given network's has in the kept channels. */
function expectSame(graph: Graph, { graph: pruned, kept }: Pruned, seed: number): void {
  for (const [at, draw] of draws(seededRandom(seed)).entries()) {
    const inputs = inputsOf(graph, draw);
    const whole = runGraph(graph, inputs, { capture: true });
    const part = runGraph(pruned, inputs, { capture: true });
    expect([...part.keys()]).toEqual([...whole.keys()]);
    for (const [id, data] of whole) {
      const channels = kept.get(id);
      const left = channels === undefined ? data : keptElements(data, channels);
      expect({ at, id, data: [...part.get(id)!] }).toEqual({ at, id, data: [...left] });
    }
  }
}

function expectShape(graph: Graph, { graph: pruned, kept }: Pruned): void {
  checkGraph(pruned);
  expect(pruned.layers.map(({ name, kind }) => [name, kind])).toEqual(
    graph.layers.map(({ name, kind }) => [name, kind]),
  );
  expect([pruned.inputs, pruned.outputs]).toEqual([graph.inputs, graph.outputs]);
  for (const id of [...graph.inputs, ...graph.outputs]) expect(pruned.tensors.get(id)).toEqual(graph.tensors.get(id));
  for (const [id, tensor] of pruned.tensors) {
    const before = graph.tensors.get(id)!;
    const count = kept.get(id)?.reduce((sum, one) => sum + one, 0) ?? before.shape.at(-1);
    expect({ ...tensor, shape: [] }).toEqual({ ...before, shape: [] });
    expect(tensor.shape).toEqual(before.shape.length === 0 ? [] : [...before.shape.slice(0, -1), count]);
  }
  // What is left has nothing more to give.
  expect(prune(pruned).graph).toBe(pruned);
}

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 4000 : 250;
const seed = Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : 20261122));

/** Null where the drawn sums do not fit 32 bits. */
function imported(drawn: number, wide: boolean): Graph | null {
  try {
    return betweenDense(importTflite(encodeTflite(randomTflite(drawn, wide).file), 'random'), drawn);
  } catch (error) {
    if (error instanceof Fault && error.code === 'GRAPH_ACCUMULATOR') return null;
    throw error;
  }
}

const sources: Readonly<Record<string, fc.Arbitrary<Graph>>> = {
  'chains of layers': randomChain({
    quantize: true,
    reshape: true,
    groups: true,
    weightZeroPoint: true,
    explicitPadding: true,
    softmax: true,
  }),
  'networks with branches': fc.nat({ max: 1_000_000 }).map(randomNetwork),
  'imported networks of every operator': fc
    .tuple(fc.integer(), fc.boolean())
    .map(([drawn, wide]) => imported(drawn, wide))
    .filter((graph) => graph !== null),
};

describe.each(Object.entries(sources))('%s', (_, source) => {
  test(`${runs} random ones with dead, constant and unread channels: every kept byte is the same for every input (seed ${seed})`, () => {
    let smaller = 0;
    let macs = 0;
    let left = 0;
    fc.assert(
      fc.property(source, fc.integer(), (given, planting) => {
        const graph = plantDead(given, planting);
        const pruned = prune(graph);
        expectShape(graph, pruned);
        expectSame(graph, pruned, planting);
        if (pruned.graph !== graph) smaller++;
        macs += graphTotals(graph).macs;
        left += graphTotals(pruned.graph).macs;
      }),
      { numRuns: runs, seed },
    );
    expect(smaller).toBeGreaterThan(runs / 8);
    expect(left).toBeLessThan(0.97 * macs);
  });
});
