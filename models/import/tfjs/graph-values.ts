/** What flows along the edges of a TensorFlow graph: activations, which a draft computes, and constants, which are computed here. */
import { Fault } from '../../../specs/fault.ts';
import { runFloatGraph } from '../../float-reference.ts';
import type { FloatCore } from '../../float-shape.ts';
import type { Shape } from '../../graph.ts';
import { tensorElements } from '../../shape.ts';
import { type Affine, addConstant, append, type Draft, emptyDraft, floatLayer, shapeOf } from '../draft.ts';
import type { GraphNode } from './graph-attributes.ts';
import { shown, tfjsFault } from './json.ts';
import { type NamedWeights, namedWeights } from './weights.ts';

export type Value = { readonly id: number } | { readonly constant: NamedWeights };

export interface GraphReading {
  readonly draft: Draft;
  readonly node: GraphNode;
  readonly inputs: readonly Value[];
  /** Elements of constants that may still be computed: small files must not fill the memory. */
  readonly budget: { left: number };
}

export function unsupportedNode(node: GraphNode, what: string, found: unknown, expected: string): Fault {
  return new Fault({
    code: 'TFJS_UNSUPPORTED',
    place: node.place,
    cause: `${what} ${shown(found)}`,
    wayOut: `${expected} is supported`,
  });
}

export function inputOf(reading: GraphReading, index: number): Value {
  const value = reading.inputs[index];
  if (value) return value;
  throw tfjsFault(reading.node.place, `it has ${reading.inputs.length} inputs`, `input ${index} is needed`);
}

export function shapeOfValue(draft: Draft, value: Value): Shape {
  return 'id' in value ? shapeOf(draft, value.id) : value.constant.shape;
}

/** A value that must be held by the model: weights, axes, sizes. */
export function constantOf(reading: GraphReading, index: number, role: string): NamedWeights {
  const value = inputOf(reading, index);
  if ('constant' in value) return value.constant;
  throw unsupportedNode(reading.node, `${role} that the network computes, input`, index, `constant ${role}`);
}

/** Whole numbers of a constant, at most 64. */
export function sizesOf(reading: GraphReading, index: number, role: string): number[] {
  const constant = constantOf(reading, index, role);
  if (tensorElements(constant.shape) <= 64) return [...constant.values()];
  throw tfjsFault(reading.node.place, `${role} of shape [${constant.shape.join(', ')}]`, 'at most 64 numbers are read');
}

export function computed(shape: Shape, values: Float32Array): Value {
  return { constant: namedWeights('', shape, false, () => values) };
}

/** The tensor id of a value; a constant becomes an operand. */
export function idOf(reading: GraphReading, value: Value): number {
  if ('id' in value) return value.id;
  const { name, shape, values } = value.constant;
  return addConstant(reading.draft, shape, values(), name);
}

/** Layers that are computed at once when the model holds all their inputs: work in proportion to the elements. */
const foldable: readonly FloatCore['kind'][] = [
  'add',
  'sub',
  'mul',
  'reshape',
  'concatenation',
  'slice',
  'transpose',
  'pad',
  'mean',
];

/** Appends a layer, or computes it at once where that is cheap. `shape` where it cannot be inferred. */
export function apply(reading: GraphReading, core: FloatCore, values: readonly Value[], shape?: Shape): Value {
  const { draft, node } = reading;
  if (values.some((value) => 'id' in value) || !foldable.includes(core.kind)) {
    const ids = values.map((value) => idOf(reading, value));
    return { id: append(draft, core, ids, node.place, shape) };
  }
  const scratch = emptyDraft(draft.name);
  const ids = values.map((value) => idOf({ ...reading, draft: scratch }, value));
  const output = append(scratch, core, ids, node.place, shape);
  const result = shapeOf(scratch, output);
  // A reshape copies nothing.
  if (core.kind !== 'reshape') {
    const read = values.map((value) => tensorElements(shapeOfValue(draft, value)));
    spend(
      reading,
      read.reduce((sum, elements) => sum + elements, tensorElements(result)),
    );
  }
  const layers = [floatLayer(core, 'constant', ids, output)];
  const graph = { ...scratch, layers, inputs: [], outputs: [output] };
  return computed(result, runFloatGraph(graph, new Map()).get(output)!);
}

export function spend(reading: GraphReading, elements: number): void {
  reading.budget.left -= elements;
  if (reading.budget.left >= 0) return;
  const wayOut = 'convert the model again with its constants folded';
  throw tfjsFault(reading.node.place, 'the constants that the graph computes are too many', wayOut);
}

export function applyAffine(reading: GraphReading, affine: Affine, id: number): Value {
  return { id: append(reading.draft, affine, [id], reading.node.place) };
}
