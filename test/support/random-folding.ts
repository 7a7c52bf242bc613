import { networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import { everyOption } from '../../hdl-gen/arch/stream/options.ts';
import { isGlobalPool, tapsAtOnce, type Widths } from '../../hdl-gen/arch/stream/stage.ts';
import { linkGroups, widthsOf } from '../../hdl-gen/arch/stream/widths.ts';
import type { WindowWork } from '../../hdl-gen/arch/stream/work.ts';
import type { Graph } from '../../models/graph.ts';
import { prune } from '../../models/prune/prune.ts';
import type { DesignRequest, Folding } from '../../specs/design.ts';
import { type Random, seededRandom } from './random.ts';

const upTo = (random: Random, most: number) => 1 + Math.floor(random.fraction() * most);

function randomTaps(work: WindowWork, random: Random): number {
  const { height, width } = work.kernel;
  const able = Array.from({ length: height * width }, (_, index) => index + 1).filter(
    (taps) => tapsAtOnce(work, taps) !== null,
  );
  return random.fraction() < 0.6 ? 1 : able[random.integer(0, able.length - 1)]!;
}

/** Where beats are wider than a byte: one of the foldings that suit them. Elsewhere any. */
function randomFolding(work: WindowWork, widths: Widths, random: Random): Folding {
  const { input, output, depthMultiplier } = work;
  const taps = isGlobalPool(work) ? 1 : randomTaps(work, random);
  if (widths.input > 1 || widths.output > 1) {
    const options = everyOption(work, widths);
    const { taps: atOnce = 1, ...folding } = options[random.integer(0, options.length - 1)]!.folding;
    return { ...folding, taps: atOnce };
  }
  if (work.reach === 'dense') return { pe: upTo(random, output.channels), simd: upTo(random, input.channels), taps };
  const inputs = output.channels / depthMultiplier;
  const pe = random.fraction() < 0.5 ? upTo(random, depthMultiplier) : upTo(random, inputs) * depthMultiplier;
  return { pe, simd: 1, taps };
}

/** A design of the graph with every engine folded and every stream as wide as chance wants; foldings need not divide the channel counts. */
export function randomRequest(graph: Graph, seed: number): DesignRequest {
  const random = seededRandom(seed);
  const pruned = random.fraction() < 0.5;
  const softmax = random.fraction() < 0.5 ? ('hardware' as const) : ('host' as const);
  const network = networkWorks(pruned ? prune(graph).graph : graph, softmax);
  const wide = random.fraction() < 0.5;
  const links = new Map(
    linkGroups(network).flatMap(({ tensors, allowed }) => {
      const width = wide ? allowed[random.integer(0, allowed.length - 1)]! : 1;
      return tensors.map((tensor) => [tensor, width] as const);
    }),
  );
  const { works } = network;
  return {
    name: 'random',
    model: 'random',
    architecture: 'stream',
    parameters: {
      prune: pruned,
      softmax,
      foldings: Object.fromEntries(
        works.flatMap((work) =>
          work.form === 'window' ? [[work.name, randomFolding(work, widthsOf(work, links), random)]] : [],
        ),
      ),
      widths: Object.fromEntries(works.map(({ name, outputTensor }) => [name, links.get(outputTensor)!])),
    },
    clock: '100 MHz',
    technology: 'asap7',
  };
}
