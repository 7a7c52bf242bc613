import { Fault } from '../specs/fault.ts';
import type { Activation } from './arithmetic.ts';
import {
  type FloatAveragePool2d,
  type FloatConv2d,
  type FloatDepthwiseConv2d,
  type FloatFullyConnected,
  type FloatGraph,
  type FloatLayer,
  type FloatTensor,
  imageShape,
} from './float.ts';
import { tensorElements } from './shape.ts';

/**
 * Runs a float network on one input (flat, NHWC) and returns every activation by tensor id, the input included.
 * Sums are taken in double and stored as float32, so results differ from TensorFlow's by a few units in the last place.
 */
export function runFloat(graph: FloatGraph, input: Float32Array): Map<number, Float32Array> {
  const inputId = graph.inputs[0]!;
  const expected = tensorElements(graph.tensors.get(inputId)!.shape);
  if (input.length !== expected) {
    throw new Fault({
      code: 'FLOAT_INPUT_SIZE',
      place: graph.name,
      cause: `an input of ${input.length} values was given to a network that takes ${expected}`,
      wayOut: `give exactly ${expected} values, in the order of shape [${graph.tensors.get(inputId)!.shape.join(', ')}]`,
    });
  }
  const values = new Map([[inputId, input]]);
  for (const layer of graph.layers) {
    const from = graph.tensors.get(layer.input)!;
    const to = graph.tensors.get(layer.output)!;
    values.set(layer.output, runLayer(layer, from, to, values.get(layer.input)!));
  }
  return values;
}

/** The output of a float network with one output. */
export function runFloatOutput(graph: FloatGraph, input: Float32Array): Float32Array {
  return runFloat(graph, input).get(graph.outputs[0]!)!;
}

function runLayer(layer: FloatLayer, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  switch (layer.kind) {
    case 'conv2d':
      return conv2d(layer, from, to, x);
    case 'depthwiseConv2d':
      return depthwiseConv2d(layer, from, to, x);
    case 'fullyConnected':
      return fullyConnected(layer, x);
    case 'averagePool2d':
      return averagePool2d(layer, from, to, x);
    case 'reshape':
      return x;
    case 'softmax':
      return softmax(to, layer.beta, x);
  }
}

function activate(activation: Activation, value: number): number {
  switch (activation) {
    case 'none':
      return value;
    case 'relu':
      return Math.max(0, value);
    case 'relu6':
      return Math.min(6, Math.max(0, value));
    case 'reluN1To1':
      return Math.min(1, Math.max(-1, value));
  }
}

function conv2d(layer: FloatConv2d, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const input = imageShape(from);
  const output = imageShape(to);
  const { kernel, stride, dilation, padding } = layer;
  const out = new Float32Array(tensorElements(to.shape));
  let at = 0;
  for (let oy = 0; oy < output.height; oy++) {
    for (let ox = 0; ox < output.width; ox++) {
      for (let o = 0; o < output.channels; o++) {
        let sum = layer.bias[o]!;
        for (let ky = 0; ky < kernel.height; ky++) {
          const y = oy * stride.height + ky * dilation.height - padding.top;
          if (y < 0 || y >= input.height) continue;
          for (let kx = 0; kx < kernel.width; kx++) {
            const xx = ox * stride.width + kx * dilation.width - padding.left;
            if (xx < 0 || xx >= input.width) continue;
            const pixel = (y * input.width + xx) * input.channels;
            const tap = ((o * kernel.height + ky) * kernel.width + kx) * input.channels;
            for (let i = 0; i < input.channels; i++) sum += x[pixel + i]! * layer.weights[tap + i]!;
          }
        }
        out[at++] = activate(layer.activation, sum);
      }
    }
  }
  return out;
}

function depthwiseConv2d(
  layer: FloatDepthwiseConv2d,
  from: FloatTensor,
  to: FloatTensor,
  x: Float32Array,
): Float32Array {
  const input = imageShape(from);
  const output = imageShape(to);
  const { kernel, stride, dilation, padding, depthMultiplier } = layer;
  const out = new Float32Array(tensorElements(to.shape));
  let at = 0;
  for (let oy = 0; oy < output.height; oy++) {
    for (let ox = 0; ox < output.width; ox++) {
      for (let o = 0; o < output.channels; o++) {
        const i = Math.floor(o / depthMultiplier);
        let sum = layer.bias[o]!;
        for (let ky = 0; ky < kernel.height; ky++) {
          const y = oy * stride.height + ky * dilation.height - padding.top;
          if (y < 0 || y >= input.height) continue;
          for (let kx = 0; kx < kernel.width; kx++) {
            const xx = ox * stride.width + kx * dilation.width - padding.left;
            if (xx < 0 || xx >= input.width) continue;
            const weight = layer.weights[(ky * kernel.width + kx) * output.channels + o]!;
            sum += x[(y * input.width + xx) * input.channels + i]! * weight;
          }
        }
        out[at++] = activate(layer.activation, sum);
      }
    }
  }
  return out;
}

function fullyConnected(layer: FloatFullyConnected, x: Float32Array): Float32Array {
  return layer.bias.map((bias, o) => {
    let sum = bias;
    for (let i = 0; i < x.length; i++) sum += x[i]! * layer.weights[o * x.length + i]!;
    return activate(layer.activation, sum);
  });
}

function averagePool2d(layer: FloatAveragePool2d, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const input = imageShape(from);
  const output = imageShape(to);
  const { kernel, stride, padding } = layer;
  const out = new Float32Array(tensorElements(to.shape));
  let at = 0;
  for (let oy = 0; oy < output.height; oy++) {
    for (let ox = 0; ox < output.width; ox++) {
      const top = Math.max(0, oy * stride.height - padding.top);
      const bottom = Math.min(input.height, oy * stride.height - padding.top + kernel.height);
      const left = Math.max(0, ox * stride.width - padding.left);
      const right = Math.min(input.width, ox * stride.width - padding.left + kernel.width);
      for (let c = 0; c < input.channels; c++) {
        let sum = 0;
        for (let y = top; y < bottom; y++) {
          for (let xx = left; xx < right; xx++) sum += x[(y * input.width + xx) * input.channels + c]!;
        }
        out[at++] = sum / ((bottom - top) * (right - left));
      }
    }
  }
  return out;
}

function softmax(to: FloatTensor, beta: number, x: Float32Array): Float32Array {
  const depth = to.shape.at(-1) ?? 1;
  const out = new Float32Array(x.length);
  for (let row = 0; row < x.length; row += depth) {
    const logits = x.subarray(row, row + depth);
    const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (const logit of logits) sum += Math.exp(beta * (logit - largest));
    for (let i = 0; i < depth; i++) out[row + i] = Math.exp(beta * (logits[i]! - largest)) / sum;
  }
  return out;
}
