/** Shape inference, and the checks every graph passes whether it was imported, quantised or written by hand. */
import { Fault } from '../specs/fault.ts';
import { checkLayer } from './check-layer.ts';
import type { Extent, Graph, Layer, Padding, Shape, Tensor } from './graph.ts';

/** Largest activation: element counts stay int32. */
const elementLimit = 2147483647;

/** Number of elements of a shape. */
export function tensorElements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export interface Sliding {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly padding: Padding;
  readonly dilation?: Extent;
}

/** Output height and width of a sliding window over `input`; 0 or less where it does not fit. */
export function slidingOutput(layer: Sliding, input: Extent): Extent {
  const dilation = layer.dilation ?? { height: 1, width: 1 };
  const along = (size: number, pads: number, kernel: number, step: number, stride: number): number =>
    Math.floor((size + pads - ((kernel - 1) * step + 1)) / stride) + 1;
  const { kernel, stride, padding } = layer;
  return {
    height: along(input.height, padding.top + padding.bottom, kernel.height, dilation.height, stride.height),
    width: along(input.width, padding.left + padding.right, kernel.width, dilation.width, stride.width),
  };
}

/** The shape a layer makes of its input, or null for a reshape, whose output is free as long as the size stays. */
export function outputShape(layer: Layer, input: Shape): Shape | null {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'averagePool2d': {
      const { height, width } = slidingOutput(layer, { height: input[1]!, width: input[2]! });
      return [1, height, width, layer.kind === 'averagePool2d' ? input[3]! : layer.bias.length];
    }
    case 'softmax':
    case 'quantize':
      return input;
    case 'fullyConnected':
    case 'reshape':
      return null;
  }
}

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

/** Throws a Fault unless shape, scale and zero point are those of an int8 activation. */
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
  if (!Number.isInteger(zeroPoint) || zeroPoint < -128 || zeroPoint > 127) {
    throw fault(place, 'GRAPH_ZERO_POINT', `zero point ${zeroPoint}`, 'a whole number from -128 to 127 is needed');
  }
}

function checkOutput(layer: Layer, input: Tensor, output: Tensor, place: string): void {
  const expected = outputShape(layer, input.shape);
  if (expected !== null && expected.join() !== output.shape.join()) {
    const cause = `its output has shape [${output.shape.join(', ')}]`;
    throw fault(place, 'GRAPH_SHAPE', cause, `an input of [${input.shape.join(', ')}] gives [${expected.join(', ')}]`);
  }
  const outputs = layer.kind === 'fullyConnected' ? layer.bias.length : tensorElements(input.shape);
  if (expected === null && tensorElements(output.shape) !== outputs) {
    const cause = `its output has shape [${output.shape.join(', ')}]`;
    throw fault(place, 'GRAPH_SHAPE', cause, `${outputs} elements come out of it`);
  }
  if (layer.kind === 'averagePool2d' || layer.kind === 'reshape') {
    if (input.scale !== output.scale || input.zeroPoint !== output.zeroPoint) {
      const cause = `scale ${input.scale} and zero point ${input.zeroPoint} become ${output.scale} and ${output.zeroPoint}`;
      throw fault(place, 'GRAPH_SCALE', cause, 'this layer must keep them; insert a quantize layer');
    }
  }
  if (layer.kind === 'softmax' && (output.scale !== 1 / 256 || output.zeroPoint !== -128)) {
    const cause = `softmax output scale ${output.scale} and zero point ${output.zeroPoint}`;
    throw fault(place, 'GRAPH_SCALE', cause, 'int8 softmax has scale 1/256 and zero point -128');
  }
}

function checkInputRank(layer: Layer, input: Tensor, place: string): void {
  const sliding = layer.kind === 'conv2d' || layer.kind === 'depthwiseConv2d' || layer.kind === 'averagePool2d';
  if (sliding && (input.shape.length !== 4 || input.shape[0] !== 1)) {
    const wayOut = 'a batch of 1, height, width and channels are needed; export with batch 1';
    throw fault(place, 'GRAPH_SHAPE', `input shape [${input.shape.join(', ')}]`, wayOut);
  }
  if (layer.kind === 'softmax' && input.shape.length === 0) {
    throw fault(place, 'GRAPH_SHAPE', 'softmax of a scalar', 'at least one dimension is needed');
  }
}

/** Throws a Fault unless the layer makes sense on its own and turns this input into this output. */
export function checkLayerBetween(layer: Layer, input: Tensor, output: Tensor, place: string): void {
  checkInputRank(layer, input, place);
  checkLayer(layer, input, place);
  checkOutput(layer, input, output, place);
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
  if (graph.layers.length === 0)
    throw fault(graph.name, 'GRAPH_EMPTY', 'the network has no layers', 'give at least one');
  if (graph.inputs.length === 0 || graph.outputs.length === 0) {
    const cause = `${graph.inputs.length} inputs and ${graph.outputs.length} outputs`;
    throw fault(graph.name, 'GRAPH_EMPTY', cause, 'at least one of each is needed');
  }
  const ready = new Set<number>();
  const names = new Set<string>();
  for (const id of graph.inputs) {
    if (!graph.tensors.has(id)) {
      throw fault(graph.name, 'GRAPH_TENSOR', `input ${id} is no tensor of the graph`, 'name an existing one');
    }
    ready.add(id);
  }
  for (const [index, layer] of graph.layers.entries()) {
    const place = placeOf?.(index) ?? `${graph.name}: layer ${layer.name}`;
    if (names.has(layer.name) || !/^[a-z][a-z0-9_]*$/.test(layer.name)) {
      const wayOut = 'names are unique and made of a to z, 0 to 9 and _';
      throw fault(place, 'GRAPH_NAME', `layer name "${layer.name}"`, wayOut);
    }
    names.add(layer.name);
    const input = graph.tensors.get(layer.input);
    const output = graph.tensors.get(layer.output);
    if (!input || !output) {
      throw fault(place, 'GRAPH_TENSOR', `it joins tensors ${layer.input} and ${layer.output}`, 'both must exist');
    }
    if (!ready.has(layer.input)) {
      const wayOut = 'layers stand in execution order and read inputs or outputs of earlier layers';
      throw fault(place, 'GRAPH_ORDER', `it reads tensor ${layer.input} before anything has written it`, wayOut);
    }
    if (ready.has(layer.output)) {
      throw fault(
        place,
        'GRAPH_ORDER',
        `it writes tensor ${layer.output} a second time`,
        'every tensor is written once',
      );
    }
    checkLayerBetween(layer, input, output, place);
    ready.add(layer.output);
  }
  const missing = graph.outputs.find((id) => !ready.has(id));
  if (missing !== undefined) {
    throw fault(graph.name, 'GRAPH_ORDER', `nothing writes output tensor ${missing}`, 'outputs must be computed');
  }
}
