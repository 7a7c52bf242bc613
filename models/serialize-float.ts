/** A float network as JSON, weights as little-endian float32 in base64: how the zoo keeps what its networks were quantised from. */

import { decodeFloat32, encodeFloat32 } from './base64.ts';
import type { FloatGraph, FloatLayer, FloatTensor, FloatWeightedLayer } from './float.ts';

type Encoded<L> = L extends FloatWeightedLayer
  ? Omit<L, 'weights' | 'bias'> & { readonly weights: string; readonly bias: string }
  : L;

export interface FloatDocument {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly tensors: readonly FloatTensor[];
  readonly layers: readonly Encoded<FloatLayer>[];
}

/** A plain value for JSON.stringify. */
export function floatToJson({ name, inputs, outputs, tensors, layers }: FloatGraph): FloatDocument {
  return {
    name,
    inputs,
    outputs,
    tensors: [...tensors.values()],
    layers: layers.map((layer) =>
      'weights' in layer ? { ...layer, weights: encodeFloat32(layer.weights), bias: encodeFloat32(layer.bias) } : layer,
    ),
  };
}

/** The inverse of floatToJson. */
export function floatFromJson({ name, inputs, outputs, tensors, layers }: FloatDocument): FloatGraph {
  return {
    name,
    inputs,
    outputs,
    tensors: new Map(tensors.map((tensor) => [tensor.id, tensor])),
    layers: layers.map((layer) =>
      'weights' in layer ? { ...layer, weights: decodeFloat32(layer.weights), bias: decodeFloat32(layer.bias) } : layer,
    ),
  };
}
