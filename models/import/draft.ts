/**
 * A float network while an importer builds it: layers are appended in execution order, shapes are inferred at once, and
 * batch normalisation still stands as an affine step of its own, in double. `finishDraft` makes the FloatGraph of it.
 */
import { Fault } from '../../specs/fault.ts';
import { checkFloatCore, checkFloatGraph, checkFloatShape } from '../check-float.ts';
import type { FloatGraph, FloatLayer, FloatTensor } from '../float.ts';
import { type FloatCore, floatOutput } from '../float-shape.ts';
import type { Shape } from '../graph.ts';
import { fuseDraft } from './fuse.ts';

/** (x - center) * factor + offset, one entry for the tensor or one per channel (last dimension), in double. */
export interface Affine {
  readonly kind: 'affine';
  readonly factor: Float64Array;
  readonly center: Float64Array;
  readonly offset: Float64Array;
}

export interface DraftLayer {
  readonly core: FloatCore | Affine;
  readonly inputs: readonly number[];
  readonly output: number;
  /** The layer in the words of the source file, for faults. */
  readonly place: string;
}

export interface Draft {
  readonly name: string;
  readonly tensors: Map<number, FloatTensor>;
  readonly constants: Map<number, Float32Array>;
  readonly inputs: number[];
  readonly outputs: number[];
  readonly layers: DraftLayer[];
  /** Of all layers so far, shared ones counted each time. */
  weights: number;
}

/** Layers may share weights; a small file must not make a long list of large layers of them. */
const weightLimit = 2 ** 27;

function countWeights(draft: Draft, core: FloatCore | Affine, place: string): void {
  if ('weights' in core) draft.weights += core.weights.length;
  // Three lists of doubles, most of which go again when they are folded.
  else if (core.kind === 'affine')
    draft.weights += 6 * Math.max(core.factor.length, core.center.length, core.offset.length);
  if (draft.weights <= weightLimit) return;
  throw new Fault({
    code: 'FLOAT_WEIGHTS',
    place,
    cause: `${draft.weights} weights up to this layer`,
    wayOut: `at most ${weightLimit} are read`,
  });
}

export function emptyDraft(name: string): Draft {
  return { name, tensors: new Map(), constants: new Map(), inputs: [], outputs: [], layers: [], weights: 0 };
}

function addTensor(draft: Draft, shape: Shape, name: string, place: string): number {
  checkFloatShape(shape, place);
  const id = draft.tensors.size;
  draft.tensors.set(id, { id, name, shape });
  return id;
}

/** An input of the network; its tensor id. */
export function addInput(draft: Draft, shape: Shape, name: string): number {
  const id = addTensor(draft, shape, name, `${draft.name}: input ${name}`);
  draft.inputs.push(id);
  return id;
}

/** Values that the model holds, as an operand; their tensor id. */
export function addConstant(draft: Draft, shape: Shape, values: Float32Array, name: string): number {
  const id = addTensor(draft, shape, name, `${draft.name}: constant ${name}`);
  draft.constants.set(id, values);
  return id;
}

export function shapeOf(draft: Draft, id: number): Shape {
  return draft.tensors.get(id)!.shape;
}

/**
 * Appends a layer and returns the tensor it writes. The shape is inferred; `stated` gives it where it is free (reshape, slice,
 * resizeNearest, fullyConnected and mean with other ranks than the usual). Faults: `GRAPH_*`.
 */
export function append(
  draft: Draft,
  core: FloatCore | Affine,
  inputs: readonly number[],
  place: string,
  stated?: Shape,
): number {
  const shapes = inputs.map((id) => shapeOf(draft, id));
  if (core.kind !== 'affine') checkFloatCore(core, shapes, place);
  countWeights(draft, core, place);
  const shape = core.kind === 'affine' ? shapes[0]! : (stated ?? inferred(core, shapes, place));
  if (core.kind === 'affine') checkAffine(core, shape, place);
  const output = addTensor(draft, shape, `tensor_${draft.tensors.size}`, place);
  draft.layers.push({ core, inputs, output, place });
  return output;
}

function checkAffine({ factor, center, offset }: Affine, shape: Shape, place: string): void {
  const wrong = [factor, center, offset].find(({ length }) => length !== 1 && length !== shape.at(-1));
  if (!wrong) return;
  throw new Fault({
    code: 'GRAPH_SHAPE',
    place,
    cause: `${wrong.length} factors or offsets for shape [${shape.join(', ')}]`,
    wayOut: 'one for all values or one for each channel (the last dimension) is needed',
  });
}

function inferred(core: FloatCore, inputs: readonly Shape[], place: string): Shape {
  const rule = floatOutput(core, inputs);
  if ('shape' in rule) return rule.shape;
  const x = inputs[0]!;
  if (core.kind === 'fullyConnected' && x.at(-1)! * core.bias.length === core.weights.length) {
    return [...x.slice(0, -1), core.bias.length];
  }
  throw new Fault({
    code: 'GRAPH_SHAPE',
    place,
    cause: `${core.kind} of ${inputs.map((shape) => `[${shape.join(', ')}]`).join(' and ')}`,
    wayOut: 'why' in rule ? rule.why : 'its output needs a shape of its own',
  });
}

/** Layer names count the layers of the finished graph: `conv2d_0`. */
function layerName(kind: string, index: number): string {
  return `${kind.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}_${index}`;
}

const joins = ['add', 'sub', 'mul', 'concatenation', 'batchMatMul'] as const;

/** A core with its name and ends. */
export function floatLayer(core: FloatCore, name: string, inputs: readonly number[], output: number): FloatLayer {
  const several = joins.some((kind) => kind === core.kind);
  // The compiler cannot follow which kinds have one input; `joins` lists the others.
  return (several ? { ...core, name, inputs, output } : { ...core, name, input: inputs[0]!, output }) as FloatLayer;
}

/** Folds, fuses and drops what nothing reads; names the layers; checks the result. */
export function finishDraft(draft: Draft): FloatGraph {
  const places: string[] = [];
  const used = new Set([...draft.inputs, ...draft.outputs]);
  const fused = fuseDraft(draft);
  const layers = fused.map(({ core, inputs, output, place }, index): FloatLayer => {
    places.push(place);
    for (const id of [...inputs, output]) used.add(id);
    return floatLayer(core, layerName(core.kind, index), inputs, output);
  });
  const written = new Map(layers.map(({ output, name }) => [output, name]));
  const tensors = new Map<number, FloatTensor>();
  for (const [id, tensor] of draft.tensors) {
    if (used.has(id)) tensors.set(id, { ...tensor, name: written.get(id) ?? tensor.name });
  }
  const constants = new Map([...draft.constants].filter(([id]) => used.has(id)));
  const { name, inputs, outputs } = draft;
  const graph = { name, tensors, layers, inputs, outputs, ...(constants.size > 0 && { constants }) };
  checkFloatGraph(graph, (index) => places[index]!);
  return graph;
}
