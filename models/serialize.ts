/** A quantised network as JSON, the form on disk (`*.joulesmith.json`): exact scales, weights in base64, everything else readable. */

import { faultsOf, refuse, type SpecFault } from '../specs/check.ts';
import { checkGraph } from './check-graph.ts';
import type { Graph, Layer, Tensor } from './graph.ts';
import { dataFromText, dataToText, layerFromJson, layerToJson } from './serialize-layer.ts';
import { GraphDocument, graphFormat, type LayerDocument, layerDocuments } from './serialize-schema.ts';

function tensorToJson({ id, name, shape, scale, zeroPoint, type, stored }: Tensor): GraphDocument['tensors'][number] {
  return {
    id,
    name,
    shape: [...shape],
    scale,
    zeroPoint,
    ...(type === undefined ? {} : { type }),
    ...(stored === undefined ? {} : { stored }),
  };
}

/** A plain value for JSON.stringify. Two equal graphs give the same text. */
export function graphToJson(graph: Graph): GraphDocument {
  const constants = [...(graph.constants ?? [])].sort(([a], [b]) => a - b);
  return {
    format: graphFormat,
    name: graph.name,
    profile: graph.profile,
    inputs: [...graph.inputs],
    outputs: [...graph.outputs],
    tensors: [...graph.tensors.values()].sort((a, b) => a.id - b.id).map(tensorToJson),
    ...(graph.constants === undefined
      ? {}
      : { constants: constants.map(([id, data]) => ({ id, data: dataToText(data) })) }),
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
  faults.push(...repeatedIds(json.tensors, '/tensors'), ...repeatedIds(json.constants ?? [], '/constants'));
  for (const [index, layer] of json.layers.entries()) faults.push(...layerFaults(layer, `/layers/${index}`));
  if (faults.length > 0) refuse(faults, origin);
  const tensors = new Map(json.tensors.map((tensor): [number, Tensor] => [tensor.id, tensor]));
  const typeOf = (id: number | undefined) => (id === undefined ? undefined : tensors.get(id)?.type);
  const graph: Graph = {
    name: json.name,
    profile: json.profile,
    inputs: json.inputs,
    outputs: json.outputs,
    tensors,
    ...(json.constants === undefined
      ? {}
      : { constants: new Map(json.constants.map(({ id, data }) => [id, dataFromText(data, typeOf(id))])) }),
    layers: json.layers.map((layer) => layerFromJson(layer as LayerDocument, typeOf)),
  };
  checkGraph(graph, (layer) => `${origin}: /layers/${layer}`);
  return graph;
}

/** Lists become maps, in which a second entry of the same id would silently win. */
function repeatedIds(entries: readonly { readonly id: number }[], pointer: string): SpecFault[] {
  const ids = entries.map((entry) => entry.id);
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    if (first === index) return [];
    return [
      {
        pointer: `${pointer}/${index}/id`,
        found: String(id),
        expected: `an id other than that of ${pointer}/${first}`,
      },
    ];
  });
}

function layerFaults(layer: { readonly kind: Layer['kind'] }, pointer: string): SpecFault[] {
  const faults = faultsOf(layerDocuments[layer.kind], layer).map((fault) => ({
    ...fault,
    pointer: pointer + fault.pointer,
  }));
  return faults.length > 0 ? faults : wideBiases(layer as LayerDocument, pointer);
}

/** A bias that a 32-bit array would silently wrap. */
function wideBiases(layer: LayerDocument, pointer: string): SpecFault[] {
  if (!('bias' in layer) || layer.biasBits === 64) return [];
  const at = layer.bias.findIndex((value) => value !== (value | 0));
  if (at < 0) return [];
  const expected = 'a whole number of 32 bits, or biasBits 64 beside it';
  return [{ pointer: `${pointer}/bias/${at}`, found: String(layer.bias[at]), expected }];
}
