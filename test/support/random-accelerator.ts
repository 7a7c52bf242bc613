import fc from 'fast-check';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import type { Pauses } from '../../hdl-gen/emit/pause.ts';
import type { Graph } from '../../models/graph.ts';
import { runGraph } from '../../models/reference.ts';
import { elementsOf } from '../../models/tensor-type.ts';
import { simulateCycles } from '../../sim/cycle/cycles.ts';
import type { StreamParameters } from '../../specs/design.ts';
import type { BatchItem } from './bench-batch.ts';
import { randomElements, seededRandom } from './random.ts';
import { randomRequest } from './random-folding.ts';
import { randomChain } from './random-graph.ts';
import { randomNetwork, randomWideNetwork } from './random-network.ts';

const pauses: fc.Arbitrary<Pauses> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
  probability: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 230 })),
});

const computes = ({ layers }: Graph) => layers.some(({ kind }) => kind !== 'reshape' && kind !== 'softmax');

/** A random network, how it is folded, what it is fed and how the outside pauses it. */
export interface RandomCase {
  readonly graph: Graph;
  readonly seed: number;
  readonly frames: number;
  readonly pauses: { readonly input: Pauses; readonly output: Pauses };
}

const circumstances = {
  seed: fc.integer(),
  frames: fc.integer({ min: 1, max: 3 }),
  pauses: fc.record({ input: pauses, output: pauses }),
};

export const randomCase: fc.Arbitrary<RandomCase> = fc.record({
  graph: fc.oneof(
    randomChain({
      quantize: true,
      reshape: true,
      groups: true,
      weightZeroPoint: true,
      explicitPadding: true,
      softmax: true,
    }).filter(computes),
    fc.nat({ max: 1_000_000 }).map(randomNetwork),
  ),
  ...circumstances,
});

/** The same for networks with int16 activations. */
export const randomWideCase: fc.Arbitrary<RandomCase> = fc.record({
  graph: fc.nat({ max: 1_000_000 }).map(randomWideNetwork),
  ...circumstances,
});

/** The case as an accelerator with what the integer reference wants. `prefix` keeps module names of several cases apart. */
export function batchItem(
  { graph, seed, frames, pauses }: RandomCase,
  prefix: string,
  parameters: StreamParameters = {},
): BatchItem {
  const layers = graph.layers.map((layer) => ({ ...layer, name: `${prefix}${layer.name}` }));
  const named = { ...graph, layers };
  const request = randomRequest(named, seed);
  const accelerator = buildAccelerator(named, {
    ...request,
    name: `${prefix}top`,
    parameters: { ...request.parameters, ...parameters },
  });
  const { inputBytes, outputTensor, outputBytes, outputBits, schedule } = accelerator;
  const given = graph.inputs[0]!;
  const input = randomElements(seededRandom(seed), graph.tensors.get(given)!, frames * inputBytes);
  const expected = elementsOf(outputBits, frames * outputBytes);
  for (let frame = 0; frame < frames; frame++) {
    const sample = input.slice(frame * inputBytes, (frame + 1) * inputBytes);
    expected.set(
      runGraph(named, new Map([[given, sample]]), { capture: true }).get(outputTensor)!,
      frame * outputBytes,
    );
  }
  const cycles = simulateCycles(schedule, { frames, pauses });
  return { accelerator, input, expected, frames, pauses, maxClocks: cycles.lastOut.at(-1)! + 1000 };
}
