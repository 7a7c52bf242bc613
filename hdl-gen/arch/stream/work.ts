import type {
  AveragePool2d,
  Clamp,
  Conv2d,
  DepthwiseConv2d,
  Extent,
  FullyConnected,
  Graph,
  Layer,
  Quantize,
  Requantize,
  Tensor,
} from '../../../models/graph.ts';
import { inputsOf } from '../../../models/layer-ends.ts';
import { Fault } from '../../../specs/fault.ts';
import type { MapShape } from '../architecture.ts';

/** How the sums of a layer become int8: the requantizer of profile A, or the rounding division of an average. */
export type Scaler =
  | { readonly kind: 'requantize'; readonly requantize: Requantize; readonly bias: Int32Array | null }
  | { readonly kind: 'divide' };

/** A layer in the one form that the window engine computes, whatever the operator was called. */
export interface Work {
  readonly name: string;
  /** `dense`: every output reads all input channels. `channelwise`: output channel c reads input channel floor(c / depthMultiplier). */
  readonly reach: 'dense' | 'channelwise';
  readonly layers: readonly string[];
  readonly input: MapShape;
  readonly output: MapShape;
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: { readonly top: number; readonly left: number };
  readonly depthMultiplier: number;
  readonly macs: number;
  /**
   * Weight of (output channel, kernel row, kernel column, input channel), zero point already subtracted; null when the layer only
   * adds. Channelwise layers ignore the input channel.
   */
  readonly weight: ((output: number, row: number, column: number, input: number) => number) | null;
  readonly scaler: Scaler;
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly clamp: Clamp;
  readonly outputTensor: number;
}

function unsupported(layer: Layer, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'STREAM_UNSUPPORTED', place: `layer ${layer.name}`, cause, wayOut });
}

/** Engines take int8 on both sides. */
function refuseWide(layer: Layer, tensors: readonly Tensor[]): void {
  const wide = tensors.find((tensor) => tensor.type === 'int16');
  if (wide === undefined) return;
  throw unsupported(
    layer,
    `tensor ${wide.id} is int16, for which the stream architecture has no engine yet`,
    'quantise the network to int8',
  );
}

/** The 32-bit bias that goes with int8 activations. */
function narrowBias(layer: Conv2d | DepthwiseConv2d | FullyConnected): Int32Array {
  if (layer.bias instanceof Int32Array) return layer.bias;
  throw unsupported(layer, 'its bias has 64 bits', 'quantise the network to int8');
}

function tensorOf(graph: Graph, id: number): Tensor {
  const tensor = graph.tensors.get(id);
  if (!tensor) {
    throw new Fault({
      code: 'GRAPH_TENSOR_MISSING',
      place: `graph ${graph.name}`,
      cause: `tensor ${id} is used by a layer but not listed`,
      wayOut: 'import the model again',
    });
  }
  return tensor;
}

function mapOf(tensor: Tensor): MapShape {
  const shape = tensor.shape;
  const channels = shape[shape.length - 1] ?? 1;
  const height = shape.length >= 4 ? shape[shape.length - 3]! : 1;
  const width = shape.length >= 3 ? shape[shape.length - 2]! : 1;
  return { height, width, channels };
}

const elements = (tensor: Tensor) => tensor.shape.reduce((product, size) => product * size, 1);

const unit: Extent = { height: 1, width: 1 };
const noPadding = { top: 0, left: 0 };

function convWork(
  layer: Conv2d,
  input: Tensor,
  output: Tensor,
): Pick<Work, 'reach' | 'weight' | 'depthMultiplier' | 'macs'> {
  const from = mapOf(input);
  const to = mapOf(output);
  const { height, width } = layer.kernel;
  const perGroup = from.channels / layer.groups;
  const macs = to.height * to.width * to.channels * height * width * perGroup;
  const weight = (o: number, row: number, column: number, i: number) =>
    layer.weights[((o * height + row) * width + column) * perGroup + i]!;
  if (layer.groups === 1) return { reach: 'dense', weight, depthMultiplier: 1, macs };
  if (perGroup === 1) {
    return {
      reach: 'channelwise',
      weight: (o, row, column) => weight(o, row, column, 0),
      depthMultiplier: to.channels / from.channels,
      macs,
    };
  }
  throw unsupported(
    layer,
    `a convolution of ${layer.groups} groups with ${perGroup} input channels each has no engine in the stream architecture yet`,
    'use one group, or one input channel per group',
  );
}

function depthwiseWork(
  layer: DepthwiseConv2d,
  output: Tensor,
): Pick<Work, 'reach' | 'weight' | 'depthMultiplier' | 'macs'> {
  const { channels, height, width } = mapOf(output);
  return {
    reach: 'channelwise',
    weight: (o, row, column) => layer.weights[(row * layer.kernel.width + column) * channels + o]!,
    depthMultiplier: layer.depthMultiplier,
    macs: height * width * channels * layer.kernel.height * layer.kernel.width,
  };
}

function windowed(
  layer: Conv2d | DepthwiseConv2d | AveragePool2d,
): Pick<Work, 'kernel' | 'stride' | 'dilation' | 'padding'> {
  return {
    kernel: layer.kernel,
    stride: layer.stride,
    dilation: layer.kind === 'averagePool2d' ? unit : layer.dilation,
    padding: { top: layer.padding.top, left: layer.padding.left },
  };
}

function fullyConnectedWork(layer: FullyConnected, graph: Graph) {
  const inputs = layer.weights.length / layer.bias.length;
  const rows = elements(tensorOf(graph, layer.input)) / inputs;
  return {
    reach: 'dense' as const,
    input: { height: rows, width: 1, channels: inputs },
    output: { height: rows, width: 1, channels: layer.bias.length },
    kernel: unit,
    stride: unit,
    dilation: unit,
    padding: noPadding,
    depthMultiplier: 1,
    macs: rows * layer.weights.length,
    weight: (o: number, _row: number, _column: number, i: number) =>
      layer.weights[o * inputs + i]! - layer.weightZeroPoint,
  };
}

function quantizeWork(layer: Quantize, graph: Graph) {
  const size = { height: 1, width: 1, channels: elements(tensorOf(graph, layer.input)) };
  return {
    reach: 'channelwise' as const,
    input: size,
    output: size,
    kernel: unit,
    stride: unit,
    dilation: unit,
    padding: noPadding,
    depthMultiplier: 1,
    macs: 0,
    weight: null,
  };
}

function workOf(layer: Layer, graph: Graph): Omit<Work, 'layers'> | null {
  const input = tensorOf(graph, inputsOf(layer)[0]!);
  const output = tensorOf(graph, layer.output);
  refuseWide(layer, [input, output]);
  const common = {
    name: layer.name,
    input: mapOf(input),
    output: mapOf(output),
    inputZeroPoint: input.zeroPoint,
    outputZeroPoint: output.zeroPoint,
    outputTensor: output.id,
  };
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
      return {
        ...common,
        ...windowed(layer),
        ...(layer.kind === 'conv2d' ? convWork(layer, input, output) : depthwiseWork(layer, output)),
        scaler: { kind: 'requantize', requantize: layer.requantize, bias: narrowBias(layer) },
        clamp: layer.clamp,
      };
    case 'fullyConnected':
      return {
        ...common,
        ...fullyConnectedWork(layer, graph),
        scaler: { kind: 'requantize', requantize: layer.requantize, bias: narrowBias(layer) },
        clamp: layer.clamp,
      };
    case 'averagePool2d':
      return {
        ...common,
        ...windowed(layer),
        reach: 'channelwise',
        weight: null,
        depthMultiplier: 1,
        macs: 0,
        scaler: { kind: 'divide' },
        clamp: layer.clamp,
        // The average adds raw bytes and neither adds nor subtracts a zero point.
        inputZeroPoint: 0,
        outputZeroPoint: 0,
      };
    case 'quantize':
      return {
        ...common,
        ...quantizeWork(layer, graph),
        scaler: { kind: 'requantize', requantize: layer.requantize, bias: null },
        clamp: layer.clamp,
      };
    case 'reshape':
      return null;
    case 'softmax':
      throw unsupported(
        layer,
        'softmax stands before the end of the network',
        'the stream architecture leaves a softmax to the host only as the last layer',
      );
    default:
      throw unsupported(
        layer,
        `a layer of kind ${layer.kind} has no engine in the stream architecture yet`,
        'convolutions, average pools, fully connected and quantize layers have one',
      );
  }
}

/** The network as a chain of engine jobs. Reshapes cost nothing: a stream of bytes has no shape. */
export interface Chain {
  readonly works: readonly Work[];
  readonly inputTensor: number;
  readonly outputTensor: number;
  /** Final softmax left to the host, or null. */
  readonly hostSoftmax: string | null;
}

/** Errors: STREAM_NOT_A_CHAIN for branches, STREAM_UNSUPPORTED for layers without an engine, STREAM_EMPTY. */
export function chainWorks(graph: Graph): Chain {
  if (graph.profile !== 'tflite-reference') {
    throw new Fault({
      code: 'STREAM_UNSUPPORTED',
      place: `model ${graph.name}`,
      cause: `its arithmetic is the profile ${graph.profile}`,
      wayOut: 'the engines of the stream architecture compute the profile tflite-reference',
    });
  }
  const works: Work[] = [];
  const inputTensor = graph.inputs[0];
  if (inputTensor === undefined || graph.inputs.length !== 1 || graph.outputs.length !== 1) {
    throw new Fault({
      code: 'STREAM_NOT_A_CHAIN',
      place: `model ${graph.name}`,
      cause: `it has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`,
      wayOut: 'the stream architecture takes networks with one input and one output',
    });
  }
  let current = inputTensor;
  let hostSoftmax: string | null = null;
  let pendingReshapes: string[] = [];
  for (const [position, layer] of graph.layers.entries()) {
    const inputs = inputsOf(layer);
    if (inputs.length !== 1 || inputs[0] !== current) {
      throw new Fault({
        code: 'STREAM_NOT_A_CHAIN',
        place: `layer ${layer.name}`,
        cause: `it reads ${inputs.length === 1 ? 'tensor' : 'tensors'} ${inputs.join(' and ')} instead of the previous layer's output ${current}`,
        wayOut: 'the stream architecture takes chains without branches',
      });
    }
    if (layer.kind === 'softmax' && position === graph.layers.length - 1) {
      hostSoftmax = layer.name;
      break;
    }
    current = layer.output;
    const work = workOf(layer, graph);
    if (work === null) {
      pendingReshapes.push(layer.name);
      continue;
    }
    works.push({ ...work, layers: [...pendingReshapes, layer.name] });
    pendingReshapes = [];
  }
  if (works.length === 0) {
    throw new Fault({
      code: 'STREAM_EMPTY',
      place: `model ${graph.name}`,
      cause: 'no layer computes anything',
      wayOut: 'give a model with at least one convolution, pool, quantize or fully connected layer',
    });
  }
  return { works, inputTensor, outputTensor: current, hostSoftmax };
}
