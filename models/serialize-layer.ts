/** One layer to and from its JSON form: typed arrays become text or lists, everything else stays as it is. */
import { decodeInt8, decodeInt16, encodeInt8, encodeInt16 } from './base64.ts';
import type { Layer, Requantize, TensorData, TensorType } from './graph.ts';
import type { LayerDocument } from './serialize-schema.ts';

export function dataToText(data: TensorData): string {
  return data instanceof Int16Array ? encodeInt16(data) : encodeInt8(data);
}

export function dataFromText(text: string, type: TensorType | undefined): TensorData {
  return type === 'int16' ? decodeInt16(text) : decodeInt8(text);
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

export function layerToJson(layer: Layer): LayerDocument {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const { weights, bias, requantize, ...rest } = layer;
      return {
        ...rest,
        weights: encodeInt8(weights),
        bias: [...bias],
        ...(bias instanceof Float64Array ? { biasBits: 64 as const } : {}),
        requantize: requantizeToJson(requantize),
      };
    }
    case 'quantize':
      return { ...layer, requantize: requantizeToJson(layer.requantize) };
    case 'mul':
    case 'batchMatMul':
      return { ...layer, inputs: [...layer.inputs], requantize: requantizeToJson(layer.requantize) };
    case 'mean':
      return { ...layer, axes: [...layer.axes], requantize: requantizeToJson(layer.requantize) };
    case 'add':
    case 'sub':
    case 'concatenation':
      return { ...layer, inputs: [...layer.inputs] };
    case 'pad':
      return { ...layer, before: [...layer.before], after: [...layer.after] };
    case 'slice':
      return { ...layer, begin: [...layer.begin], step: [...layer.step] };
    case 'transpose':
      return { ...layer, permutation: [...layer.permutation] };
    case 'lookup':
      return { ...layer, table: dataToText(layer.table) };
    case 'averagePool2d':
    case 'maxPool2d':
    case 'resizeNearest':
    case 'reshape':
    case 'softmax':
      return layer;
  }
}

/** `typeOf` knows the types of tensors by id. */
export function layerFromJson(layer: LayerDocument, typeOf: (id: number | undefined) => TensorType | undefined): Layer {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const { biasBits, bias, ...rest } = layer;
      return {
        ...rest,
        weights: decodeInt8(layer.weights),
        bias: biasBits === 64 ? Float64Array.from(bias) : Int32Array.from(bias),
        requantize: requantizeFromJson(layer.requantize),
      };
    }
    case 'quantize':
    case 'mul':
    case 'batchMatMul':
    case 'mean':
      return { ...layer, requantize: requantizeFromJson(layer.requantize) };
    case 'lookup':
      return { ...layer, table: dataFromText(layer.table, typeOf(layer.output)) };
    case 'add':
    case 'sub':
    case 'concatenation':
    case 'pad':
    case 'slice':
    case 'transpose':
    case 'averagePool2d':
    case 'maxPool2d':
    case 'resizeNearest':
    case 'reshape':
    case 'softmax':
      return layer;
  }
}
