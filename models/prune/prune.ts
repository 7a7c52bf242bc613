/** A network without the channels that make no difference: dead, constant, or read by nobody. Its outputs are the same for every input. */
import { checkGraph } from '../check-graph.ts';
import type { Graph } from '../graph.ts';
import { type KeptChannels, keptChannels } from './kept-channels.ts';
import { channelRanges } from './ranges.ts';
import { shrink } from './shrink.ts';
import { channelsOf } from './weighted-view.ts';

export interface Pruned {
  readonly graph: Graph;
  /** Of the given network's tensors: 1 for every channel that is left, in the same order. All of a tensor's where it is not listed. */
  readonly kept: KeptChannels;
}

/** What is left of the channels that a first step kept. */
function after(first: Uint8Array, second: Uint8Array | undefined): Uint8Array {
  if (second === undefined) return first;
  let at = 0;
  return first.map((left) => (left === 1 ? second[at++]! : 0));
}

function once(graph: Graph): Pruned {
  const ranges = channelRanges(graph);
  const all = keptChannels(graph, ranges);
  const kept = new Map([...all].filter(([, channels]) => channels.includes(0)));
  return { graph: kept.size === 0 ? graph : shrink(graph, all, ranges), kept };
}

/**
 * Leaves out what can be left out exactly, for a checked graph (see checkGraph). A channel goes when
 * - all its readers' weights for it are 0, or nobody reads it, or
 * - it has one value whatever the input, and its share in every reader's sums is the same on all output pixels: the share goes into the
 *   reader's bias. It stays within 32 bits, because the sum it was part of did for every input.
 * Layers that work channel by channel lose a channel on both sides. Names, tensor ids, and the tensors that enter and leave the network
 * stay; every tensor keeps a channel. The same graph is returned when nothing can go.
 */
export function prune(graph: Graph): Pruned {
  let { graph: result, kept } = once(graph);
  // A convolution whose groups have gone but one is dense: its channels can go one by one.
  for (let next = once(result); next.graph !== result; next = once(result)) {
    const ids = new Set([...kept.keys(), ...next.kept.keys()]);
    kept = new Map(
      [...ids].map((id) => {
        const first = kept.get(id) ?? new Uint8Array(channelsOf(graph.tensors.get(id)!.shape)).fill(1);
        return [id, after(first, next.kept.get(id))];
      }),
    );
    result = next.graph;
  }
  if (result !== graph) checkGraph(result);
  return { graph: result, kept };
}
