/** The checks every float graph passes before it is run, quantised or written: tensors, order, shapes, tables, finite numbers. */
import { Fault } from '../specs/fault.ts';
import type { FloatGraph, FloatLayer } from './float.ts';
import { type FloatCore, floatOutput } from './float-shape.ts';
import type { Extent, Shape } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { tensorElements } from './shape.ts';

/** Largest activation: element counts stay int32. */
const elementLimit = 2147483647;

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

const text = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Throws a Fault unless every dimension is 1 or more and the elements can be counted in 31 bits. */
export function checkFloatShape(shape: Shape, place: string): void {
  if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw fault(place, 'GRAPH_SHAPE', `shape ${text(shape)}`, 'every dimension must be a whole number of 1 or more');
  }
  if (tensorElements(shape) > elementLimit) {
    const cause = `shape ${text(shape)} has more than ${elementLimit} elements`;
    throw fault(place, 'GRAPH_SHAPE', cause, 'use a smaller network');
  }
}

function checkFinite(values: Float32Array, what: string, place: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const wayOut = 'finite numbers are needed: look for a diverged training run or a damaged file';
  throw fault(place, 'FLOAT_NOT_FINITE', `${what} ${at} is ${values[at]}`, wayOut);
}

function checkExtent(extent: Extent, what: string, place: string): void {
  const fine = (size: number): boolean => Number.isInteger(size) && size >= 1 && size <= elementLimit;
  if (fine(extent.height) && fine(extent.width)) return;
  const cause = `${what} ${extent.height} x ${extent.width}`;
  throw fault(place, 'GRAPH_WINDOW', cause, 'whole numbers of 1 or more are needed');
}

function checkWindow(layer: FloatCore, place: string): void {
  if (!('kernel' in layer)) return;
  const dilation = 'dilation' in layer ? layer.dilation : { height: 1, width: 1 };
  checkExtent(layer.kernel, 'window', place);
  checkExtent(layer.stride, 'stride', place);
  checkExtent(dilation, 'dilation', place);
  const { top, left, bottom, right } = layer.padding;
  const fine = (pad: number, kernel: number, step: number): boolean =>
    Number.isInteger(pad) && pad >= 0 && pad < (kernel - 1) * step + 1;
  const rows = [top, bottom].every((pad) => fine(pad, layer.kernel.height, dilation.height));
  const columns = [left, right].every((pad) => fine(pad, layer.kernel.width, dilation.width));
  if (rows && columns) return;
  const cause = `padding top ${top}, left ${left}, bottom ${bottom}, right ${right} with a kernel of ${layer.kernel.height} x ${layer.kernel.width}`;
  throw fault(place, 'GRAPH_WINDOW', cause, 'each must be 0 or more and smaller than the dilated window');
}

function checkWeights(layer: FloatCore, input: Shape, place: string): void {
  if (!('weights' in layer)) return;
  const channels = layer.bias.length;
  if (channels === 0) throw fault(place, 'GRAPH_TABLE', 'no bias values', 'one per output channel is needed');
  let wanted = Math.ceil(layer.weights.length / channels) * channels;
  if (layer.kind !== 'fullyConnected') {
    const depth = input[3]!;
    const groups = layer.kind === 'conv2d' ? layer.groups : depth;
    const multiplier = layer.kind === 'conv2d' ? channels / groups : layer.depthMultiplier;
    const divides = Number.isInteger(groups) && groups >= 1 && depth % groups === 0 && multiplier * groups === channels;
    if (!divides || !Number.isInteger(multiplier)) {
      const cause = `${groups} groups for ${depth} input and ${channels} output channels`;
      throw fault(place, 'GRAPH_GROUPS', cause, 'the groups must divide both');
    }
    wanted = layer.kernel.height * layer.kernel.width * (depth / groups) * channels;
  }
  if (layer.weights.length !== wanted || wanted === 0) {
    const cause = `${layer.weights.length} weights for ${channels} output channels`;
    throw fault(place, 'GRAPH_TABLE', cause, `an input of ${text(input)} needs ${wanted || channels}`);
  }
}

const countsOf = (layer: FloatCore): readonly number[] =>
  layer.kind === 'pad' ? [...layer.before, ...layer.after] : layer.kind === 'mean' ? layer.axes : [];

function checkScalars(layer: FloatCore, place: string): void {
  const bad = countsOf(layer).find((size) => !Number.isInteger(size) || size < 0 || size > elementLimit);
  if (bad !== undefined)
    throw fault(place, 'GRAPH_SHAPE', `${layer.kind} of ${bad}`, 'whole numbers of 0 or more are needed');
  const number =
    layer.kind === 'softmax' ? layer.beta : layer.kind === 'pad' ? layer.value : 'alpha' in layer ? layer.alpha : 0;
  if (!Number.isFinite(number)) {
    throw fault(place, 'FLOAT_NOT_FINITE', `a parameter is ${number}`, 'a finite number is needed');
  }
}

/** Throws a Fault unless the layer's own fields make sense, on inputs of these shapes. */
export function checkFloatCore(layer: FloatCore, inputs: readonly Shape[], place: string): void {
  checkWindow(layer, place);
  checkScalars(layer, place);
  if ('weights' in layer && layer.kind !== 'fullyConnected' && inputs[0]!.length !== 4) {
    const wayOut = 'a batch of 1, height, width and channels are needed';
    throw fault(place, 'GRAPH_SHAPE', `input shape ${text(inputs[0]!)}`, wayOut);
  }
  checkWeights(layer, inputs[0]!, place);
}

/** Throws a Fault unless the layer turns these inputs into this output. */
function checkOutput(layer: FloatCore, inputs: readonly Shape[], output: Shape, place: string): void {
  const rule = floatOutput(layer, inputs);
  const given = inputs.map(text).join(' and ');
  if ('why' in rule) throw fault(place, 'GRAPH_SHAPE', `${layer.kind} of ${given}`, rule.why);
  const [fits, expected] =
    'shape' in rule
      ? [rule.shape.join() === output.join(), text(rule.shape)]
      : 'elements' in rule
        ? [tensorElements(output) === rule.elements, `${rule.elements} elements`]
        : [rule.fits(output), rule.expected];
  if (fits) return;
  throw fault(place, 'GRAPH_SHAPE', `its output has shape ${text(output)}`, `${given} gives ${expected}`);
}

function checkConstants(graph: FloatGraph): void {
  for (const [id, values] of graph.constants ?? []) {
    const place = `${graph.name}: constant ${id}`;
    const tensor = graph.tensors.get(id);
    if (!tensor) throw fault(place, 'GRAPH_TENSOR', 'it is no tensor of the graph', 'list it among the tensors');
    const wanted = tensorElements(tensor.shape);
    if (values.length !== wanted) {
      throw fault(place, 'GRAPH_TABLE', `${values.length} values`, `shape ${text(tensor.shape)} needs ${wanted}`);
    }
    checkFinite(values, 'value', place);
  }
}

/** Throws a Fault unless the reference can run the graph. `placeOf` names a layer in the words of its source file. */
export function checkFloatGraph(graph: FloatGraph, placeOf?: (layer: number) => string): void {
  if (graph.layers.length === 0 || graph.inputs.length === 0 || graph.outputs.length === 0) {
    const cause = `${graph.layers.length} layers, ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`;
    throw fault(graph.name, 'GRAPH_EMPTY', cause, 'at least one of each is needed');
  }
  for (const [id, tensor] of graph.tensors) checkFloatShape(tensor.shape, `${graph.name}: tensor ${id}`);
  checkConstants(graph);
  const ready = new Set([...graph.inputs, ...(graph.constants?.keys() ?? [])]);
  const names = new Set<string>();
  for (const [index, layer] of graph.layers.entries()) {
    const place = placeOf?.(index) ?? `${graph.name}: layer ${layer.name}`;
    if (names.has(layer.name) || !/^[a-z][a-z0-9_]*$/.test(layer.name)) {
      const wayOut = 'names are unique and made of a to z, 0 to 9 and _';
      throw fault(place, 'GRAPH_NAME', `layer name "${layer.name}"`, wayOut);
    }
    names.add(layer.name);
    checkEnds(graph, layer, ready, place);
    const shapes = inputsOf(layer).map((id) => graph.tensors.get(id)!.shape);
    checkFloatCore(layer, shapes, place);
    checkOutput(layer, shapes, graph.tensors.get(layer.output)!.shape, place);
    if ('weights' in layer) {
      checkFinite(layer.weights, 'weight', place);
      checkFinite(layer.bias, 'bias', place);
    }
    ready.add(layer.output);
  }
  const missing = [...graph.inputs, ...graph.outputs].find((id) => !ready.has(id) || !graph.tensors.has(id));
  if (missing !== undefined) {
    throw fault(graph.name, 'GRAPH_ORDER', `nothing writes output tensor ${missing}`, 'outputs must be computed');
  }
}

function checkEnds(graph: FloatGraph, layer: FloatLayer, ready: ReadonlySet<number>, place: string): void {
  const ids = inputsOf(layer);
  const pair = layer.kind === 'add' || layer.kind === 'sub' || layer.kind === 'mul' || layer.kind === 'batchMatMul';
  if (ids.length === 0 || (pair && ids.length !== 2)) {
    throw fault(place, 'GRAPH_TENSOR', `it reads ${ids.length} tensors`, `${pair ? 2 : '1 or more'} are needed`);
  }
  const unknown = [...ids, layer.output].find((id) => !graph.tensors.has(id));
  if (unknown !== undefined) throw fault(place, 'GRAPH_TENSOR', `it names tensor ${unknown}`, 'it must exist');
  const early = ids.find((id) => !ready.has(id));
  if (early !== undefined) {
    const wayOut = 'layers stand in execution order and read inputs or outputs of earlier layers';
    throw fault(place, 'GRAPH_ORDER', `it reads tensor ${early} before anything has written it`, wayOut);
  }
  if (ready.has(layer.output)) {
    throw fault(place, 'GRAPH_ORDER', `it writes tensor ${layer.output} a second time`, 'every tensor is written once');
  }
}
