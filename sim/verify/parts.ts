import type { Graph, Layer, Tensor } from '../../models/graph.ts';
import { Fault } from '../../specs/fault.ts';

export function tensorOf(graph: Graph, id: number): Tensor {
  const tensor = graph.tensors.get(id);
  if (tensor !== undefined) return tensor;
  throw new Fault({
    code: 'GRAPH_TENSOR',
    kind: 'internal',
    place: graph.name,
    cause: `there is no tensor ${id}`,
    wayOut: 'report this model as a defect of joulesmith',
  });
}

/** The layer whose output is this tensor; null for the graph's input. */
export function producerOf(graph: Graph, tensor: number): Layer | null {
  return graph.layers.find((layer) => layer.output === tensor) ?? null;
}

/** What is left to compute after `tensor`: the host's part of the network. Null when the tensor is the graph's output. */
export function tailAfter(graph: Graph, tensor: number): Graph | null {
  if (graph.outputs.includes(tensor)) return null;
  const at = graph.layers.findIndex((layer) => layer.output === tensor);
  return { ...graph, layers: graph.layers.slice(at + 1), inputs: [tensor] };
}

/** The network cut after its first `count` layers. */
export function prefixOf(graph: Graph, count: number): Graph {
  const layers = graph.layers.slice(0, count);
  return { ...graph, layers, outputs: layers.slice(-1).map((layer) => layer.output) };
}

/** Input of a final softmax; null when the network does not end in one. */
export function logitsOf(graph: Graph): number | null {
  const last = graph.layers.at(-1);
  return last?.kind === 'softmax' ? last.input : null;
}
