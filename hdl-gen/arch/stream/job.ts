import type { Graph, Layer, Tensor } from '../../../models/graph.ts';
import { Fault } from '../../../specs/fault.ts';
import type { RearrangeWork, Work } from './work.ts';

type Unnamed<W extends Work> = W extends Work
  ? Omit<W, 'name' | 'layers' | 'sources' | 'outputTensor' | 'inputBits' | 'outputBits'>
  : never;

/** What a layer computes, before it has its place in the network. */
export type Own = Unnamed<Work>;

/** A tensor that enters a layer as it is, or rearranged by a stage of its own on the way. */
export type Source =
  | number
  | { readonly tensor: number; readonly name: string; readonly through: Unnamed<RearrangeWork> };

export interface Job {
  readonly own: Own;
  readonly sources: readonly Source[];
}

export function unsupported(layer: Layer, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'STREAM_UNSUPPORTED', place: `layer ${layer.name}`, cause, wayOut });
}

/** Errors: GRAPH_TENSOR_MISSING. */
export function tensorOf(graph: Graph, id: number): Tensor {
  const tensor = graph.tensors.get(id);
  if (tensor !== undefined) return tensor;
  throw new Fault({
    code: 'GRAPH_TENSOR_MISSING',
    place: `graph ${graph.name}`,
    cause: `tensor ${id} is used by a layer but not listed`,
    wayOut: 'import the model again',
  });
}
