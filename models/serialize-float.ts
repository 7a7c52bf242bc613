/** A float network as JSON, weights as little-endian float32 in base64: how the zoo keeps what its networks were quantised from. */

import { decodeFloat32, encodeFloat32 } from './base64.ts';
import type { FloatGraph, FloatLayer, FloatTensor, FloatWeightedLayer } from './float.ts';

type Encoded<L> = L extends FloatWeightedLayer
  ? Omit<L, 'weights' | 'bias' | 'groups'> & {
      readonly weights: string;
      readonly bias: string;
      /** Of conv2d; absent for 1. */
      readonly groups?: number;
    }
  : L;

export interface FloatDocument {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly tensors: readonly FloatTensor[];
  /** Absent for none. */
  readonly constants?: readonly { readonly id: number; readonly values: string }[];
  readonly layers: readonly Encoded<FloatLayer>[];
}

/** A plain value for JSON.stringify. */
export function floatToJson({ name, inputs, outputs, tensors, layers, constants }: FloatGraph): FloatDocument {
  const held = constants && [...constants].map(([id, values]) => ({ id, values: encodeFloat32(values) }));
  return {
    name,
    inputs,
    outputs,
    tensors: [...tensors.values()],
    ...(held && { constants: held }),
    layers: layers.map(encode),
  };
}

function encode(layer: FloatLayer): Encoded<FloatLayer> {
  if (!('weights' in layer)) return layer;
  const arrays = { weights: encodeFloat32(layer.weights), bias: encodeFloat32(layer.bias) };
  if (layer.kind !== 'conv2d') return { ...layer, ...arrays };
  const { groups, ...rest } = layer;
  return groups === 1 ? { ...rest, ...arrays } : { ...layer, ...arrays };
}

/** The inverse of floatToJson. */
export function floatFromJson({ name, inputs, outputs, tensors, layers, constants }: FloatDocument): FloatGraph {
  return {
    name,
    inputs,
    outputs,
    tensors: new Map(tensors.map((tensor) => [tensor.id, tensor])),
    layers: layers.map(decode),
    ...(constants && { constants: new Map(constants.map(({ id, values }) => [id, decodeFloat32(values)])) }),
  };
}

function decode(layer: Encoded<FloatLayer>): FloatLayer {
  if (!('weights' in layer)) return layer;
  const arrays = { weights: decodeFloat32(layer.weights), bias: decodeFloat32(layer.bias) };
  if (layer.kind === 'conv2d') return { ...layer, ...arrays, groups: layer.groups ?? 1 };
  return { ...layer, ...arrays };
}
