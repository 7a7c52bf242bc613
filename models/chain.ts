import { Fault } from '../specs/fault.ts';
import type { Graph, Layer, Tensor } from './graph.ts';
import { inputsOf } from './layer-ends.ts';

/** A network without branches: layer k turns tensor k into tensor k + 1. */
export interface Chain {
  readonly layers: readonly Layer[];
  /** One more than layers: the input of the network first, its output last. */
  readonly tensors: readonly Tensor[];
  /** The tensor before a final softmax; null when the network does not end in one. */
  readonly logits: Tensor | null;
}

function fault(graph: Graph, cause: string): Fault {
  return new Fault({
    code: 'GRAPH_NOT_A_CHAIN',
    place: graph.name,
    cause,
    wayOut: 'a single chain of layers with one input and one output is needed here',
  });
}

/** The layers of a checked graph (see checkGraph) as one chain; a Fault when it branches, joins or has loose ends. */
export function chainOf(graph: Graph): Chain {
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1) {
    throw fault(graph, `the network has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`);
  }
  const readers = new Map<number, Layer>();
  for (const layer of graph.layers) {
    const [input, ...more] = inputsOf(layer);
    if (input === undefined || more.length > 0) throw fault(graph, `layer ${layer.name} joins several tensors`);
    const other = readers.get(input);
    if (other) throw fault(graph, `tensor ${input} is read by both ${other.name} and ${layer.name}`);
    readers.set(input, layer);
  }
  const layers: Layer[] = [];
  const tensors: Tensor[] = [graph.tensors.get(graph.inputs[0]!)!];
  for (;;) {
    const layer = readers.get(tensors[tensors.length - 1]!.id);
    if (!layer) break;
    layers.push(layer);
    tensors.push(graph.tensors.get(layer.output)!);
  }
  const end = tensors[tensors.length - 1]!;
  const loose = graph.layers.find((layer) => !layers.includes(layer));
  if (loose) throw fault(graph, `layer ${loose.name} is not on the way from input to output`);
  if (end.id !== graph.outputs[0]) {
    throw fault(
      graph,
      `tensor ${graph.outputs[0]} is an output and is read by ${readers.get(graph.outputs[0]!)?.name}`,
    );
  }
  const logits = layers[layers.length - 1]?.kind === 'softmax' ? tensors[tensors.length - 2]! : null;
  return { layers, tensors, logits };
}
