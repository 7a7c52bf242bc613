/** A network of profile onnx-qlinear made fit for profile tflite-reference, the arithmetic of the hardware: same data, fixed point. */

import { quantizeMultiplier } from './arithmetic.ts';
import { checkGraph } from './check-graph.ts';
import type { AveragePool2d, Clamp, Graph, Layer, Softmax, Tensor } from './graph.ts';

interface Build {
  readonly tensors: Map<number, Tensor>;
  readonly layers: Layer[];
}

const wholeRange: Clamp = { min: -128, max: 127 };

/** A new tensor between a layer that cannot rescale and what reads it. */
function between(build: Build, output: Tensor, scale: number, zeroPoint: number): number {
  const id = Math.max(...build.tensors.keys()) + 1;
  const { stored: _, ...rest } = output;
  build.tensors.set(id, { ...rest, id, name: `${output.name} before rescaling`, scale, zeroPoint });
  return id;
}

function rescaled(build: Build, layer: AveragePool2d | Softmax, scale: number, zeroPoint: number, clamp: Clamp): void {
  const output = build.tensors.get(layer.output)!;
  const middle = between(build, output, scale, zeroPoint);
  const { multiplier, shift } = quantizeMultiplier(scale / output.scale);
  build.layers.push(
    layer.kind === 'softmax' ? { ...layer, output: middle } : { ...layer, output: middle, clamp: wholeRange },
  );
  build.layers.push({
    kind: 'quantize',
    name: `quantize_of_${layer.name}`,
    input: middle,
    output: layer.output,
    requantize: { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) },
    clamp,
  });
}

/**
 * An average pool into another scale. Without padding every window has the same number of pixels, and a depthwise convolution with
 * weights of 1 rounds once, in the output's scale; with padding the pool rounds in its input's scale and a quantize layer again.
 */
function pooled(build: Build, layer: AveragePool2d): void {
  const input = build.tensors.get(layer.input)!;
  const output = build.tensors.get(layer.output)!;
  const { kernel, stride, padding, clamp } = layer;
  if (input.scale === output.scale && input.zeroPoint === output.zeroPoint) {
    build.layers.push(layer);
  } else if (Object.values(padding).some((size) => size > 0)) {
    rescaled(build, layer, input.scale, input.zeroPoint, clamp);
  } else {
    const channels = input.shape[3]!;
    const count = kernel.height * kernel.width;
    const { multiplier, shift } = quantizeMultiplier(input.scale / count / output.scale);
    build.layers.push({
      kind: 'depthwiseConv2d',
      name: `sum_of_${layer.name}`,
      input: layer.input,
      output: layer.output,
      kernel,
      stride,
      padding,
      dilation: { height: 1, width: 1 },
      depthMultiplier: 1,
      weights: new Int8Array(count * channels).fill(1),
      bias: new Int32Array(channels),
      requantize: { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) },
      clamp,
    });
  }
}

/**
 * The same weights, biases, factors and tables with the fixed-point rescaling of TensorFlow Lite. That profile prescribes scales:
 * average pools keep theirs, so one that changes it becomes a depthwise convolution; softmax has 1/256, and a quantize layer follows. Results differ from profile onnx-qlinear
 * where a value lies within rounding of a half: see docs/onnx.md for how often. Faults: `GRAPH_*` when the network needs more than
 * profile tflite-reference defines.
 */
export function toTfliteProfile(graph: Graph): Graph {
  const build: Build = { tensors: new Map(graph.tensors), layers: [] };
  for (const layer of graph.layers) {
    if (layer.kind === 'averagePool2d') {
      pooled(build, layer);
      continue;
    }
    if (layer.kind === 'softmax') {
      const output = graph.tensors.get(layer.output)!;
      if (output.scale !== 1 / 256 || output.zeroPoint !== -128) {
        rescaled(build, layer, 1 / 256, -128, wholeRange);
        continue;
      }
    }
    build.layers.push(layer);
  }
  const result: Graph = { ...graph, tensors: build.tensors, layers: build.layers, profile: 'tflite-reference' };
  checkGraph(result);
  return result;
}
