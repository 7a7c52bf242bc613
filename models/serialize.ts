/** A quantised network as JSON, the form on disk (`*.joulesmith.json`): exact scales, weights in base64, everything else readable. */

import { faultsOf, refuse, type SpecFault } from '../specs/check.ts';
import { decodeInt8, encodeInt8 } from './base64.ts';
import type { Graph, Layer, Requantize, Tensor } from './graph.ts';
import { GraphDocument, graphFormat, type LayerDocument, layerDocuments } from './serialize-schema.ts';
import { checkGraph } from './shape.ts';

/** A plain value for JSON.stringify. Two equal graphs give the same text. */
export function graphToJson(graph: Graph): GraphDocument {
  return {
    format: graphFormat,
    name: graph.name,
    profile: graph.profile,
    inputs: [...graph.inputs],
    outputs: [...graph.outputs],
    tensors: [...graph.tensors.values()]
      .sort((a, b) => a.id - b.id)
      .map(({ id, name, shape, scale, zeroPoint }) => ({ id, name, shape: [...shape], scale, zeroPoint })),
    layers: graph.layers.map(layerToJson),
  };
}

/**
 * The graph of a parsed JSON document; `origin` names it in errors.
 * Errors: `SPEC_INVALID` with JSON pointers for the form, the `GRAPH_...` faults of checkGraph for the meaning.
 */
export function graphFromJson(document: unknown, origin: string): Graph {
  const faults = [...faultsOf(GraphDocument, document)];
  if (faults.length > 0) refuse(faults, origin);
  const json = document as GraphDocument;
  faults.push(...repeatedIds(json));
  for (const [index, layer] of json.layers.entries()) faults.push(...layerFaults(layer, `/layers/${index}`));
  if (faults.length > 0) refuse(faults, origin);
  const graph: Graph = {
    name: json.name,
    profile: json.profile,
    inputs: json.inputs,
    outputs: json.outputs,
    tensors: new Map(json.tensors.map((tensor): [number, Tensor] => [tensor.id, tensor])),
    layers: json.layers.map((layer) => layerFromJson(layer as LayerDocument)),
  };
  checkGraph(graph, (layer) => `${origin}: /layers/${layer}`);
  return graph;
}

/** Tensors become a map, in which a second tensor of the same id would silently win. */
function repeatedIds({ tensors }: GraphDocument): SpecFault[] {
  const ids = tensors.map((tensor) => tensor.id);
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    if (first === index) return [];
    return [
      { pointer: `/tensors/${index}/id`, found: String(id), expected: `an id other than that of /tensors/${first}` },
    ];
  });
}

function layerFaults(layer: { readonly kind: Layer['kind'] }, pointer: string): SpecFault[] {
  return faultsOf(layerDocuments[layer.kind], layer).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
}

function layerToJson(layer: Layer): LayerDocument {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const { weights, bias, requantize, ...rest } = layer;
      return { ...rest, weights: encodeInt8(weights), bias: [...bias], requantize: requantizeToJson(requantize) };
    }
    case 'quantize':
      return { ...layer, requantize: requantizeToJson(layer.requantize) };
    case 'averagePool2d':
    case 'reshape':
    case 'softmax':
      return layer;
  }
}

function layerFromJson(layer: LayerDocument): Layer {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const requantize = requantizeFromJson(layer.requantize);
      return { ...layer, weights: decodeInt8(layer.weights), bias: Int32Array.from(layer.bias), requantize };
    }
    case 'quantize':
      return { ...layer, requantize: requantizeFromJson(layer.requantize) };
    case 'averagePool2d':
    case 'reshape':
    case 'softmax':
      return layer;
  }
}

interface RequantizeDocument {
  readonly multiplier: number[];
  readonly shift: number[];
}

function requantizeToJson({ multiplier, shift }: Requantize): RequantizeDocument {
  return { multiplier: [...multiplier], shift: [...shift] };
}

function requantizeFromJson({ multiplier, shift }: RequantizeDocument): Requantize {
  return { multiplier: Int32Array.from(multiplier), shift: Int32Array.from(shift) };
}
