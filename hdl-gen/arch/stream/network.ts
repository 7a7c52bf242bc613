import type { AddOrSub, Concatenation, Graph, Layer, Mul, Tensor } from '../../../models/graph.ts';
import { inputsOf } from '../../../models/layer-ends.ts';
import { Fault } from '../../../specs/fault.ts';
import { scalingOf } from '../../library/rescaler.ts';
import { type MapShape, mapBytes } from '../architecture.ts';
import { constantOperand } from './constant.ts';
import { convolution, depthwise, fullyConnected, mapOf, mean, pool, type Scale } from './window-work.ts';
import type { BytewiseWork, TurnsWork, WindowWork, Work } from './work.ts';

/** The network as engine jobs. Reshapes cost nothing: a stream of bytes has no shape. */
export interface Network {
  /** In the model's order: every work after those it reads; the last one gives the output. */
  readonly works: readonly Work[];
  readonly inputTensor: number;
  readonly outputTensor: number;
  /** Bytes of one frame. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Final softmax that is left to the host, or null. */
  readonly hostSoftmax: string | null;
}

function unsupported(layer: Layer, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'STREAM_UNSUPPORTED', place: `layer ${layer.name}`, cause, wayOut });
}

function tensorOf(graph: Graph, id: number): Tensor {
  const tensor = graph.tensors.get(id);
  if (tensor !== undefined) return tensor;
  throw new Fault({
    code: 'GRAPH_TENSOR_MISSING',
    place: `graph ${graph.name}`,
    cause: `tensor ${id} is used by a layer but not listed`,
    wayOut: 'import the model again',
  });
}

function mapFor(layer: Layer, tensor: Tensor): MapShape {
  const map = mapOf(tensor);
  if (map !== null) return map;
  const cause = `tensor ${tensor.id} has shape [${tensor.shape.join(', ')}]`;
  throw unsupported(layer, cause, 'the stream architecture takes pictures: a batch of 1, height, width and channels');
}

type Own<W> = W extends Work ? Omit<W, 'name' | 'layers' | 'sources' | 'outputTensor'> : never;

/** One line of bytes, whatever the tensor's shape. */
const row = (tensor: Tensor): MapShape => {
  const [channels = 1] = [...tensor.shape].reverse();
  const elements = tensor.shape.reduce((product, size) => product * size, 1);
  return { height: 1, width: elements / channels, channels };
};

function elementwise(layer: AddOrSub | Mul, graph: Graph, scale: Scale): { own: Own<BytewiseWork>; sources: number[] } {
  const [first, second] = layer.inputs.map((id) => tensorOf(graph, id)) as [Tensor, Tensor];
  const output = tensorOf(graph, layer.output);
  const held = [first, second].map(({ id }) => graph.constants?.get(id));
  const position = held.findIndex((data) => data !== undefined);
  const constant =
    position < 0 ? null : constantOperand(position === 0 ? 0 : 1, held[position]!, [first, second][position]!, output);
  const sources = layer.inputs.filter((_, index) => held[index] === undefined);
  for (const id of sources) {
    const { shape } = tensorOf(graph, id);
    if (shape.reduce((a, b) => a * b, 1) === mapBytes(row(output))) continue;
    const cause = `it repeats tensor ${id} of shape [${shape.join(', ')}] over [${output.shape.join(', ')}]`;
    throw unsupported(layer, cause, 'both inputs must have the shape of the output, or one must be a constant');
  }
  if (sources.length === 0) {
    throw unsupported(layer, 'both operands are constants', 'fold them into one constant before export');
  }
  const shared = {
    zeroPoints: [first.zeroPoint, second.zeroPoint, output.zeroPoint] as const,
    clamp: layer.clamp,
    constant,
  };
  const operation =
    layer.kind === 'mul'
      ? { kind: layer.kind, scaling: scale(layer.requantize), ...shared }
      : {
          kind: layer.kind,
          leftShift: layer.leftShift,
          first: layer.first,
          second: layer.second,
          scaling: scale({
            multiplier: Int32Array.of(layer.rescale.multiplier),
            shift: Int32Array.of(layer.rescale.shift),
          }),
          ...shared,
        };
  return { own: { form: 'bytewise', input: row(output), output: row(output), macs: 0, operation }, sources };
}

function concatenation(layer: Concatenation, graph: Graph): { own: Own<TurnsWork>; sources: readonly number[] } {
  const output = tensorOf(graph, layer.output);
  const turns = layer.inputs.map((id) => {
    if (graph.constants?.has(id)) {
      throw unsupported(layer, `its input ${id} is a constant`, 'the stream architecture joins computed tensors only');
    }
    return tensorOf(graph, id)
      .shape.slice(layer.axis)
      .reduce((product, size) => product * size, 1);
  });
  const input = row(tensorOf(graph, layer.inputs[0]!));
  return { own: { form: 'turns', input, output: row(output), macs: 0, turns }, sources: layer.inputs };
}

/** Averages and maxima work on raw bytes and neither add nor subtract a zero point. */
const raw = { inputZeroPoint: 0, outputZeroPoint: 0 };

function windowOf(layer: Layer, graph: Graph, scale: Scale): Own<WindowWork> | null {
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
      return { ...fullyConnected(layer, scale, mapBytes(row(input))), ...zeroPoints };
    case 'averagePool2d':
    case 'maxPool2d':
      return { ...pool(layer, ...maps()), ...raw };
    case 'mean': {
      const [height, width] = [input.shape.length - 3, input.shape.length - 2];
      if (layer.axes.some((axis) => axis !== height && axis !== width && input.shape[axis] !== 1)) {
        const cause = `it averages over the dimensions ${layer.axes.join(', ')} of [${input.shape.join(', ')}]`;
        throw unsupported(layer, cause, 'the stream architecture averages over height and width');
      }
      const from = mapFor(layer, input);
      const over = (axis: number, size: number) => (layer.axes.includes(axis) ? 1 : size);
      const to = { height: over(height, from.height), width: over(width, from.width), channels: from.channels };
      return { ...mean(layer, scale, from, to), ...zeroPoints };
    }
    default:
      return null;
  }
}

/** The layer's job and the tensors that enter it; null when it only renames its bytes. */
function jobOf(layer: Layer, graph: Graph, scale: Scale): { own: Own<Work>; sources: readonly number[] } | null {
  for (const id of [...inputsOf(layer), layer.output]) {
    const { type = 'int8' } = tensorOf(graph, id);
    if (type !== 'int8') throw unsupported(layer, `tensor ${id} is ${type}`, 'the stream architecture carries int8');
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
    case 'quantize':
    case 'lookup': {
      const [input, output] = [tensorOf(graph, layer.input), tensorOf(graph, layer.output)];
      const operation =
        layer.kind === 'lookup'
          ? { kind: layer.kind, table: Int8Array.from(layer.table) }
          : {
              kind: 'rescale' as const,
              scaling: scale(layer.requantize),
              zeroPoints: [input.zeroPoint, output.zeroPoint] as const,
              clamp: layer.clamp,
            };
      const own = { form: 'bytewise' as const, input: row(input), output: row(output), macs: 0, operation };
      return { own, sources: [layer.input] };
    }
    case 'softmax': {
      const map = row(tensorOf(graph, layer.input));
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
    const sources = job.sources.map(streamOf);
    works.push({
      ...job.own,
      name: layer.name,
      layers: [...sources.flatMap(({ reshapes }) => reshapes), layer.name],
      sources: sources.map(({ tensor }) => tensor),
      outputTensor: layer.output,
    });
  }
  if (works.length === 0) {
    throw new Fault({
      code: 'STREAM_EMPTY',
      place: `model ${graph.name}`,
      cause: 'no layer computes anything',
      wayOut: 'give a model with at least one convolution, pool, quantize or fully connected layer',
    });
  }
  return {
    works,
    inputTensor,
    outputTensor: wanted,
    inputBytes: mapBytes(row(tensorOf(graph, inputTensor))),
    outputBytes: mapBytes(row(tensorOf(graph, wanted))),
    hostSoftmax: hostSoftmax?.name ?? null,
  };
}
