/** The checks every graph passes whether it was imported, quantised or written by hand. */
import { Fault } from '../specs/fault.ts';
import { checkLayer, checkRanks } from './check-layer.ts';
import { checkPowerOfTwo } from './check-power-of-two.ts';
import type { Graph, Layer, Profile, Tensor } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { outputShapes, tensorElements } from './shape.ts';
import { highestOf, holds, lowestOf, typeOf } from './tensor-type.ts';

/** Largest activation: element counts stay int32. */
const elementLimit = 2147483647;

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

/** Throws a Fault unless shape, scale and zero point are those of a quantised activation. */
export function checkTensor(tensor: Tensor, place: string): void {
  const shape = `[${tensor.shape.join(', ')}]`;
  if (!tensor.shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw fault(place, 'GRAPH_SHAPE', `shape ${shape}`, 'every dimension must be a whole number of 1 or more');
  }
  if (tensorElements(tensor.shape) > elementLimit) {
    throw fault(place, 'GRAPH_SHAPE', `shape ${shape} has more than ${elementLimit} elements`, 'use a smaller network');
  }
  const { scale, zeroPoint } = tensor;
  if (!(Number.isFinite(scale) && scale > 0) || Math.fround(scale) !== scale) {
    throw fault(place, 'GRAPH_SCALE', `scale ${scale}`, 'a finite float32 above 0 is needed');
  }
  if (typeOf(tensor) === 'int16') {
    if (zeroPoint !== 0)
      throw fault(place, 'GRAPH_ZERO_POINT', `zero point ${zeroPoint} of an int16 tensor`, 'int16 has zero point 0');
    if (tensor.stored !== undefined)
      throw fault(place, 'GRAPH_TYPE', `an int16 tensor stored as ${tensor.stored}`, 'only int8 tensors are so');
    return;
  }
  if (!Number.isInteger(zeroPoint) || zeroPoint < lowestOf(tensor) || zeroPoint > highestOf(tensor)) {
    throw fault(place, 'GRAPH_ZERO_POINT', `zero point ${zeroPoint}`, 'a whole number from -128 to 127 is needed');
  }
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

function checkShape(layer: Layer, inputs: readonly Tensor[], output: Tensor, place: string): void {
  const shapes = inputs.map((tensor) => tensor.shape);
  const possible = outputShapes(layer, shapes, output.shape);
  const cause = `its output has shape ${shapeText(output.shape)}`;
  if (possible !== null) {
    if (possible.some((shape) => shape.join() === output.shape.join())) return;
    const from = shapes.map(shapeText).join(' and ');
    const [expected] = possible;
    if (expected !== undefined) {
      throw fault(place, 'GRAPH_SHAPE', cause, `an input of ${from} gives ${shapeText(expected)}`);
    }
    throw fault(place, 'GRAPH_SHAPE', cause, `inputs of ${from} cannot be joined to it`);
  }
  const elements = tensorElements(shapes[0]!);
  const outputs =
    layer.kind === 'fullyConnected'
      ? (elements / (layer.weights.length / layer.bias.length)) * layer.bias.length
      : elements;
  if (tensorElements(output.shape) !== outputs) {
    throw fault(place, 'GRAPH_SHAPE', cause, `${outputs} elements come out of it`);
  }
}

/** Layers that copy or compare values and so cannot change what they stand for. */
const keepers: ReadonlySet<Layer['kind']> = new Set([
  'averagePool2d',
  'maxPool2d',
  'reshape',
  'pad',
  'concatenation',
  'resizeNearest',
  'slice',
  'transpose',
]);

/** The reference kernels of pools let scales differ by this much. Source: PoolingPrepare. */
const poolTolerance = 1e-6;

function near(layer: Layer, input: number, output: number): boolean {
  const pool = layer.kind === 'averagePool2d' || layer.kind === 'maxPool2d';
  return pool ? Math.abs(input - output) <= poolTolerance : input === output;
}

/** Kinds that profile onnx-qlinear computes from the scales of input and output, whatever these are. */
const rescaledByOnnx: ReadonlySet<Layer['kind']> = new Set(['averagePool2d', 'softmax']);

function checkScales(layer: Layer, inputs: readonly Tensor[], output: Tensor, place: string, profile: Profile): void {
  if (profile === 'onnx-qlinear' && rescaledByOnnx.has(layer.kind)) return;
  if (keepers.has(layer.kind)) {
    for (const input of inputs) {
      if (near(layer, input.scale, output.scale) && input.zeroPoint === output.zeroPoint) continue;
      const cause = `scale ${input.scale} and zero point ${input.zeroPoint} become ${output.scale} and ${output.zeroPoint}`;
      throw fault(place, 'GRAPH_SCALE', cause, 'this layer must keep them; insert a quantize layer');
    }
  }
  if (layer.kind === 'softmax' && (output.scale !== 1 / 256 || output.zeroPoint !== -128)) {
    const cause = `softmax output scale ${output.scale} and zero point ${output.zeroPoint}`;
    throw fault(place, 'GRAPH_SCALE', cause, 'int8 softmax has scale 1/256 and zero point -128');
  }
}

/** Throws a Fault unless the layer makes sense on its own and turns these inputs into this output. */
export function checkLayerBetween(
  layer: Layer,
  inputs: readonly Tensor[],
  output: Tensor,
  place: string,
  profile: Profile,
): void {
  checkRanks(layer, inputs, place);
  checkLayer(layer, inputs, output, place);
  checkShape(layer, inputs, output, place);
  checkScales(layer, inputs, output, place, profile);
  if (profile === 'power-of-two') checkPowerOfTwo(layer, inputs, output, place);
}

function checkConstants(graph: Graph, ready: Set<number>): void {
  for (const [id, data] of graph.constants ?? []) {
    const place = `${graph.name}: constant ${id}`;
    const tensor = graph.tensors.get(id);
    if (!tensor) throw fault(place, 'GRAPH_TENSOR', 'it is no tensor of the graph', 'name an existing one');
    if (ready.has(id)) throw fault(place, 'GRAPH_ORDER', 'it is an input of the network, too', 'be one of the two');
    const elements = tensorElements(tensor.shape);
    if (!holds(tensor, data) || data.length !== elements) {
      const cause = `${data.length} elements of ${data.BYTES_PER_ELEMENT} bytes`;
      throw fault(place, 'GRAPH_TABLE', cause, `${elements} elements of ${typeOf(tensor)} are needed`);
    }
    ready.add(id);
  }
}

function checkPorts(graph: Graph): void {
  if (graph.layers.length === 0)
    throw fault(graph.name, 'GRAPH_EMPTY', 'the network has no layers', 'give at least one');
  if (graph.inputs.length === 0 || graph.outputs.length === 0) {
    const cause = `${graph.inputs.length} inputs and ${graph.outputs.length} outputs`;
    throw fault(graph.name, 'GRAPH_EMPTY', cause, 'at least one of each is needed');
  }
  for (const id of graph.inputs) {
    if (graph.tensors.has(id)) continue;
    throw fault(graph.name, 'GRAPH_TENSOR', `input ${id} is no tensor of the graph`, 'name an existing one');
  }
}

/** The tensors a layer joins; each must exist, be ready before and written by nobody else. */
function checkEnds(graph: Graph, layer: Layer, ready: ReadonlySet<number>, place: string): [Tensor[], Tensor] {
  const ids = inputsOf(layer);
  const inputs = ids.flatMap((id) => graph.tensors.get(id) ?? []);
  const output = graph.tensors.get(layer.output);
  if (inputs.length !== ids.length || !output) {
    const cause = `it joins tensors ${[...ids, layer.output].join(' and ')}`;
    throw fault(place, 'GRAPH_TENSOR', cause, `${ids.length === 1 ? 'both' : 'all'} must exist`);
  }
  const early = ids.find((id) => !ready.has(id));
  if (early !== undefined) {
    const wayOut = 'layers stand in execution order and read inputs or outputs of earlier layers';
    throw fault(place, 'GRAPH_ORDER', `it reads tensor ${early} before anything has written it`, wayOut);
  }
  if (ready.has(layer.output)) {
    const wayOut = 'every tensor is written once';
    throw fault(place, 'GRAPH_ORDER', `it writes tensor ${layer.output} a second time`, wayOut);
  }
  return [inputs, output];
}

/**
 * Throws a Fault unless the graph is one that the reference can run: known tensors, execution order, shapes, tables of the
 * right length, clamps, multipliers and accumulators in range. `placeOf` names a layer in the words of its source file.
 */
export function checkGraph(graph: Graph, placeOf?: (layer: number) => string): void {
  for (const [id, tensor] of graph.tensors) {
    const place = `${graph.name}: tensor ${id}`;
    if (tensor.id !== id) throw fault(place, 'GRAPH_TENSOR', `it says it is tensor ${tensor.id}`, 'use one number');
    checkTensor(tensor, place);
  }
  checkPorts(graph);
  const ready = new Set<number>(graph.inputs);
  checkConstants(graph, ready);
  const names = new Set<string>();
  for (const [index, layer] of graph.layers.entries()) {
    const place = placeOf?.(index) ?? `${graph.name}: layer ${layer.name}`;
    if (names.has(layer.name) || !/^[a-z][a-z0-9_]*$/.test(layer.name)) {
      const wayOut = 'names are unique and made of a to z, 0 to 9 and _';
      throw fault(place, 'GRAPH_NAME', `layer name "${layer.name}"`, wayOut);
    }
    names.add(layer.name);
    const [inputs, output] = checkEnds(graph, layer, ready, place);
    checkLayerBetween(layer, inputs, output, place, graph.profile);
    ready.add(layer.output);
  }
  const missing = graph.outputs.find((id) => !ready.has(id));
  if (missing !== undefined) {
    throw fault(graph.name, 'GRAPH_ORDER', `nothing writes output tensor ${missing}`, 'outputs must be computed');
  }
}
