/** Which channels of a layer's tensors can only stand or fall together. */
import type { Concatenation, Graph, Layer } from '../graph.ts';
import { inputsOf } from '../layer-ends.ts';
import { tensorElements } from '../shape.ts';
import { channelsOf, isDense, weightedView } from './weighted-view.ts';

export interface Links {
  /** Both are left out or both stay. */
  readonly tie: (tensor: number, channel: number, other: number, otherChannel: number) => void;
  /** All its channels stay. */
  readonly keep: (tensor: number) => void;
}

function tieConcatenation(layer: Concatenation, graph: Graph, links: Links): void {
  const { shape } = graph.tensors.get(layer.output)!;
  let first = 0;
  for (const input of layer.inputs) {
    const channels = channelsOf(graph.tensors.get(input)!.shape);
    for (let c = 0; c < channels; c += 1) links.tie(input, c, layer.output, first + c);
    if (layer.axis === shape.length - 1) first += channels;
  }
}

/** Dense layers tie nothing: each side shrinks on its own. Layers that mix channels in other ways keep them all. */
export function linkLayer(layer: Layer, graph: Graph, links: Links): void {
  const shapeOf = (id: number) => graph.tensors.get(id)!.shape;
  const output = shapeOf(layer.output);
  const keepAll = (): void => {
    for (const id of [...inputsOf(layer), layer.output]) links.keep(id);
  };
  const tieAll = (input: number): void => {
    for (let c = 0; c < channelsOf(output); c += 1) links.tie(input, c, layer.output, c);
  };
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const view = weightedView(layer, graph);
      if (view === null) keepAll();
      else if (!isDense(layer)) {
        for (let o = 0; o < view.outputs; o += 1) {
          for (let at = 0; at < view.depth; at += 1) links.tie(layer.input, view.firstInput(o) + at, layer.output, o);
        }
      }
      return;
    }
    case 'averagePool2d':
    case 'maxPool2d':
    case 'quantize':
    case 'lookup':
    case 'resizeNearest':
      tieAll(layer.input);
      return;
    case 'add':
    case 'sub':
    case 'mul':
      for (const input of layer.inputs) {
        // One channel that is repeated over all of them.
        if (channelsOf(shapeOf(input)) === channelsOf(output)) tieAll(input);
        else links.keep(input);
      }
      return;
    case 'concatenation':
      tieConcatenation(layer, graph, links);
      return;
    case 'reshape': {
      const before = channelsOf(shapeOf(layer.input));
      const after = channelsOf(output);
      for (let at = 0; at < tensorElements(output); at += 1) {
        links.tie(layer.input, at % before, layer.output, at % after);
      }
      return;
    }
    case 'pad': {
      const last = output.length - 1;
      if (layer.before[last] === 0 && layer.after[last] === 0) tieAll(layer.input);
      else keepAll();
      return;
    }
    case 'mean':
      if (layer.axes.includes(shapeOf(layer.input).length - 1)) keepAll();
      else tieAll(layer.input);
      return;
    case 'transpose':
      if (layer.permutation.at(-1) === output.length - 1) tieAll(layer.input);
      else keepAll();
      return;
    case 'slice':
      if (channelsOf(shapeOf(layer.input)) === channelsOf(output) && layer.step.at(-1) === 1) tieAll(layer.input);
      else keepAll();
      return;
    case 'softmax':
    case 'batchMatMul':
      keepAll();
  }
}
