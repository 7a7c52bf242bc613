import { networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import type { WindowWork } from '../../hdl-gen/arch/stream/work.ts';
import type { Graph } from '../../models/graph.ts';
import { prune } from '../../models/prune/prune.ts';
import type { DesignRequest, Folding } from '../../specs/design.ts';
import { type Random, seededRandom } from './random.ts';

const upTo = (random: Random, most: number) => 1 + Math.floor(random.fraction() * most);

function randomFolding(work: WindowWork, random: Random): Folding {
  const { input, output, depthMultiplier } = work;
  if (work.reach === 'dense') return { pe: upTo(random, output.channels), simd: upTo(random, input.channels) };
  const inputs = output.channels / depthMultiplier;
  const pe = random.fraction() < 0.5 ? upTo(random, depthMultiplier) : upTo(random, inputs) * depthMultiplier;
  return { pe, simd: 1 };
}

/** A design of the graph with every engine folded at random; foldings need not divide the channel counts. */
export function randomRequest(graph: Graph, seed: number): DesignRequest {
  const random = seededRandom(seed);
  const pruned = random.fraction() < 0.5;
  const { works } = networkWorks(pruned ? prune(graph).graph : graph);
  return {
    name: 'random',
    model: 'random',
    architecture: 'stream',
    parameters: {
      prune: pruned,
      softmax: random.fraction() < 0.5 ? 'hardware' : 'host',
      foldings: Object.fromEntries(
        works.flatMap((work) => (work.form === 'window' ? [[work.name, randomFolding(work, random)]] : [])),
      ),
    },
    clock: '100 MHz',
    technology: 'asap7',
  };
}
