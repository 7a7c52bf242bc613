import type {
  Graph,
  Layer,
  Lookup,
  Mean,
  Pad,
  ResizeNearest,
  Slice,
  Tensor,
  Transpose,
} from '../../../models/graph.ts';
import { inputsOf } from '../../../models/layer-ends.ts';
import { interpolatedTable, interpolationOf } from '../../../models/lookup.ts';
import { tensorElements } from '../../../models/shape.ts';
import { bitsOf, type ElementBits } from '../../../models/tensor-type.ts';
import { Fault } from '../../../specs/fault.ts';
import { scalingOf } from '../../library/rescaler.ts';
import type { MapShape } from '../architecture.ts';
import { type Job, type Own, tensorOf, unsupported } from './job.ts';
import { concatenation, elementwise } from './join-work.ts';
import { lineOf, pad, resizeNearest, slice, transpose } from './rearrange-work.ts';
import { convolution, depthwise, fullyConnected, mapOf, mean, pool, type Scale } from './window-work.ts';
import type { Operation, Work } from './work.ts';

/** The network as engine jobs. Reshapes cost nothing: a stream of bytes has no shape. */
export interface Network {
  /** In the model's order: every work after those it reads; the last one gives the output. */
  readonly works: readonly Work[];
  readonly inputTensor: number;
  readonly outputTensor: number;
  /** Bytes of one frame. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Bits of an element on either side. */
  readonly inputBits: ElementBits;
  readonly outputBits: ElementBits;
}

function mapFor(layer: Layer, tensor: Tensor): MapShape {
  const map = mapOf(tensor);
  if (map !== null) return map;
  const cause = `tensor ${tensor.id} has shape [${tensor.shape.join(', ')}]`;
  throw unsupported(layer, cause, 'the stream architecture takes pictures: a batch of 1, height, width and channels');
}

/** Averages and maxima work on raw bytes and neither add nor subtract a zero point. */
const raw = { inputZeroPoint: 0, outputZeroPoint: 0 };

function windowOf(layer: Layer, graph: Graph, scale: Scale): Own | null {
  if ('inputs' in layer) return null;
  const input = tensorOf(graph, layer.input);
  const output = tensorOf(graph, layer.output);
  const zeroPoints = { inputZeroPoint: input.zeroPoint, outputZeroPoint: output.zeroPoint };
  const maps = (): [MapShape, MapShape] => [mapFor(layer, input), mapFor(layer, output)];
  switch (layer.kind) {
    case 'conv2d':
      return { ...convolution(layer, scale, ...maps()), ...zeroPoints };
    case 'depthwiseConv2d':
      return { ...depthwise(layer, scale, ...maps()), ...zeroPoints };
    case 'fullyConnected':
      return { ...fullyConnected(layer, scale, tensorElements(input.shape)), ...zeroPoints };
    case 'averagePool2d':
    case 'maxPool2d':
      return { ...pool(layer, ...maps()), ...raw };
    default:
      return null;
  }
}

function rearrangedOf(layer: Pad | Slice | Transpose | ResizeNearest, graph: Graph): Own {
  const [input, output] = [tensorOf(graph, layer.input), tensorOf(graph, layer.output)];
  switch (layer.kind) {
    case 'pad':
      return pad(layer, input, output);
    case 'slice':
      return slice(layer, input, output);
    case 'transpose':
      return transpose(layer, input.shape);
    case 'resizeNearest':
      return resizeNearest(layer, input, output);
  }
}

/** Dimensions that lie side by side are averaged as the pixels of rows; others are brought together first. */
function meanOf(layer: Mean, graph: Graph, scale: Scale): Job {
  const { id, shape, zeroPoint } = tensorOf(graph, layer.input);
  const zeroPoints = { inputZeroPoint: zeroPoint, outputZeroPoint: tensorOf(graph, layer.output).zeroPoint };
  const over = (axis: number) => layer.axes.includes(axis);
  const axes = [...shape.keys()].filter((axis) => shape[axis]! > 1);
  const count = (chosen: readonly number[]) => chosen.reduce((product, axis) => product * shape[axis]!, 1);
  const averaged = axes.filter(over);
  const others = axes.filter((axis) => !over(axis));
  const first = axes.findIndex(over);
  const sideBySide = averaged.every((axis, index) => axes[first + index] === axis);
  const outer = sideBySide ? others.filter((axis) => axis < (averaged[0] ?? 0)) : [];
  const [height, width, channels] = [count(outer), count(averaged), count(others) / count(outer)];
  const own = { ...mean(layer, scale, { height, width, channels }, { height, width: 1, channels }), ...zeroPoints };
  if (sideBySide) return { own, sources: [id] };
  const rest = [...shape.keys()].filter((axis) => !averaged.includes(axis));
  const through = transpose({ permutation: [...averaged, ...rest] }, shape);
  return { own, sources: [{ tensor: id, name: `${layer.name}_transpose`, through }] };
}

/** A table that straight lines give is not stored: of int16 it has 65,536 entries. */
function lookupOf(layer: Lookup, input: Tensor, output: Tensor): Operation {
  const { table } = layer;
  const line = input.type === 'int16' && layer.function !== 'leakyRelu' ? interpolationOf(layer.function, input) : null;
  const given = line === null ? null : interpolatedTable(input, output, line);
  return line !== null && given!.every((value, at) => value === table[at])
    ? { kind: 'interpolate', line }
    : { kind: 'lookup', table };
}

/** Beyond this no counter, buffer or run of the cycle model would be of any use. */
const mostElements = 2 ** 31;

/** The layer's job and the tensors that enter it; null when it only renames its bytes. */
function jobOf(layer: Layer, graph: Graph, scale: Scale): Job | null {
  for (const id of [...inputsOf(layer), layer.output]) {
    const { shape } = tensorOf(graph, id);
    if (shape.reduce((product, size) => product * size, 1) <= mostElements) continue;
    const cause = `tensor ${id} of shape [${shape.join(', ')}] has more than 2^31 elements`;
    throw unsupported(layer, cause, 'give a network for smaller pictures');
  }
  if ('input' in layer && graph.constants?.has(layer.input)) {
    throw unsupported(layer, `its input ${layer.input} is a constant`, 'fold it into one constant before export');
  }
  const window = windowOf(layer, graph, scale);
  if (window !== null) return { own: window, sources: inputsOf(layer) };
  switch (layer.kind) {
    case 'reshape':
      return null;
    case 'add':
    case 'sub':
    case 'mul':
      return elementwise(layer, graph, scale);
    case 'concatenation':
      return concatenation(layer, graph);
    case 'mean':
      return meanOf(layer, graph, scale);
    case 'pad':
    case 'slice':
    case 'transpose':
    case 'resizeNearest':
      return { own: rearrangedOf(layer, graph), sources: [layer.input] };
    case 'quantize':
    case 'lookup': {
      const [input, output] = [tensorOf(graph, layer.input), tensorOf(graph, layer.output)];
      const operation =
        layer.kind === 'lookup'
          ? lookupOf(layer, input, output)
          : {
              kind: 'rescale' as const,
              scaling: scale(layer.requantize),
              zeroPoints: [input.zeroPoint, output.zeroPoint] as const,
              clamp: layer.clamp,
            };
      const own = {
        form: 'bytewise' as const,
        input: lineOf(input.shape),
        output: lineOf(output.shape),
        macs: 0,
        operation,
      };
      return { own, sources: [layer.input] };
    }
    case 'softmax': {
      const map = lineOf(tensorOf(graph, layer.input).shape);
      return {
        own: { form: 'row', input: map, output: map, macs: 0, softmax: layer },
        sources: [layer.input],
      };
    }
    default:
      throw unsupported(layer, `${layer.kind} has no engine in the stream architecture yet`, 'leave it to the host');
  }
}

/**
 * `softmax` says where a softmax at the end is computed; one before the end is always hardware.
 * Errors: STREAM_PORTS for several inputs or outputs, STREAM_UNSUPPORTED for layers without an engine, STREAM_EMPTY,
 * STREAM_PROFILE for an integer arithmetic that the requantizer does not compute.
 */
export function networkWorks(graph: Graph, softmax: 'hardware' | 'host' = 'hardware'): Network {
  const inputTensor = graph.inputs[0];
  const networkOutput = graph.outputs[0];
  if (
    inputTensor === undefined ||
    networkOutput === undefined ||
    graph.inputs.length !== 1 ||
    graph.outputs.length !== 1
  ) {
    throw new Fault({
      code: 'STREAM_PORTS',
      place: `model ${graph.name}`,
      cause: `it has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`,
      wayOut: 'the stream architecture takes networks with one input and one output',
    });
  }
  const { profile } = graph;
  if (profile === 'onnx-qlinear') {
    throw new Fault({
      code: 'STREAM_PROFILE',
      place: `model ${graph.name}`,
      cause: `its arithmetic is the profile ${profile}`,
      wayOut:
        'say "profile": "tflite-reference" in the design: the network is converted to what the stream architecture computes',
    });
  }
  const scale: Scale = (requantize) => scalingOf(requantize, profile);
  const last = graph.layers.find((layer) => layer.output === networkOutput);
  const hostSoftmax = softmax === 'host' && last?.kind === 'softmax' ? last : null;
  const wanted = hostSoftmax === null ? networkOutput : hostSoftmax.input;
  const needed = new Set([wanted]);
  for (const layer of [...graph.layers].reverse()) {
    if (needed.has(layer.output)) for (const id of inputsOf(layer)) needed.add(id);
  }
  const works: Work[] = [];
  /** A reshaped tensor is the same stream as the one it was made of. */
  const streams = new Map<number, { tensor: number; reshapes: readonly string[] }>();
  const streamOf = (id: number) => streams.get(id) ?? { tensor: id, reshapes: [] };
  for (const layer of graph.layers) {
    if (!needed.has(layer.output)) continue;
    const job = jobOf(layer, graph, scale);
    if (job === null) {
      const { tensor, reshapes } = streamOf(inputsOf(layer)[0]!);
      streams.set(layer.output, { tensor, reshapes: [...reshapes, layer.name] });
      continue;
    }
    const reshapes: string[] = [];
    const sources = job.sources.map((source) => {
      const stream = streamOf(typeof source === 'number' ? source : source.tensor);
      reshapes.push(...stream.reshapes);
      if (typeof source === 'number') return stream.tensor;
      // Bytes on their way into the layer are no tensor of the model.
      const between = -1 - works.length;
      const { name, through } = source;
      const bits = bitsOf(tensorOf(graph, source.tensor));
      const ends = { sources: [stream.tensor], outputTensor: between, inputBits: bits, outputBits: bits };
      works.push({ ...through, name, layers: [], ...ends });
      return between;
    });
    const { name, output } = layer;
    const inputBits = bitsOf(tensorOf(graph, inputsOf(layer)[0]!));
    const ends = { sources, outputTensor: output, inputBits, outputBits: bitsOf(tensorOf(graph, output)) };
    works.push({ ...job.own, name, layers: [...reshapes, name], ...ends });
  }
  if (works.length === 0) {
    throw new Fault({
      code: 'STREAM_EMPTY',
      place: `model ${graph.name}`,
      cause:
        hostSoftmax === null ? 'no layer computes anything' : 'all it computes is a softmax that is left to the host',
      wayOut:
        hostSoftmax === null
          ? 'give a model with at least one convolution, pool, quantize or fully connected layer'
          : 'say "softmax": "hardware" under parameters, or give a model that computes something before it',
    });
  }
  return {
    works,
    inputTensor,
    outputTensor: wanted,
    inputBytes: tensorElements(tensorOf(graph, inputTensor).shape),
    outputBytes: tensorElements(tensorOf(graph, wanted).shape),
    inputBits: bitsOf(tensorOf(graph, inputTensor)),
    outputBits: bitsOf(tensorOf(graph, wanted)),
  };
}
