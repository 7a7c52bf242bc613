/**
 * TensorFlow graphs as a TensorFlow.js GraphModel artefact states them: nodes with operator, inputs and attributes, frozen and
 * without functions or control flow.
 */
import { Fault } from '../../../specs/fault.ts';
import type { FloatGraph } from '../../float.ts';
import { addInput, type Draft, emptyDraft, finishDraft } from '../draft.ts';
import { type GraphNode, shapeOfAttribute } from './graph-attributes.ts';
import { graphReaders } from './graph-operators.ts';
import { idOf, type Value } from './graph-values.ts';
import { arrayAt, isObject, type JsonObject, objectAt, shown, textAt, tfjsFault } from './json.ts';
import { executionOrder } from './order.ts';
import type { NamedWeights } from './weights.ts';

const nodeLimit = 20000;

/** `node:1` without its output number. */
function nodeOf(edge: string): string {
  const colon = edge.indexOf(':');
  return colon < 0 ? edge : edge.slice(0, colon);
}

function nodesOf(topology: JsonObject, name: string): GraphNode[] {
  const list = arrayAt(topology.node, `${name}: /modelTopology/node`);
  if (list.length > nodeLimit) throw tfjsFault(name, `${list.length} nodes`, `at most ${nodeLimit} are read`);
  const names = new Set<string>();
  return list.map((entry, index): GraphNode => {
    const at = `${name}: /modelTopology/node/${index}`;
    const node = objectAt(entry, at);
    const [nodeName, op] = [textAt(node.name, `${at}/name`), textAt(node.op, `${at}/op`)];
    if (names.has(nodeName)) throw tfjsFault(at, `node ${shown(nodeName)} a second time`, 'names stand there once');
    names.add(nodeName);
    const edges = arrayAt(node.input ?? [], `${at}/input`).map((edge, i) => textAt(edge, `${at}/input/${i}`));
    const place = `${name}: node ${index} (${op.slice(0, 40)} "${nodeName.slice(0, 80)}")`;
    const attributes = isObject(node.attr) ? node.attr : {};
    return { name: nodeName, op, inputs: edges.filter((edge) => !edge.startsWith('^')), attributes, place };
  });
}

/** Edges of the signature's ports, in its order; null when there is no signature. */
function ports(artefact: JsonObject, kind: 'inputs' | 'outputs', name: string): string[] | null {
  const metadata = isObject(artefact.userDefinedMetadata) ? artefact.userDefinedMetadata : {};
  const signature = artefact.signature ?? metadata.signature;
  const listed = isObject(signature) ? signature[kind] : undefined;
  if (!isObject(listed) || Object.keys(listed).length === 0) return null;
  return Object.entries(listed).map(([key, port]) => {
    const place = `${name}: /signature/${kind}/${key.slice(0, 80)}`;
    return textAt(objectAt(port, place).name ?? key, `${place}/name`);
  });
}

/** Nodes that the outputs need, in execution order. */
function neededNodes(nodes: readonly GraphNode[], outputs: readonly string[], name: string): readonly GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const open = outputs.map(nodeOf);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (needed.has(next)) continue;
    needed.add(next);
    open.push(...(byName.get(next)?.inputs ?? []).map(nodeOf));
  }
  const { ordered, stuck } = executionOrder(
    nodes.filter((node) => needed.has(node.name)),
    (node) => node.name,
    (node) => node.inputs.map(nodeOf),
  );
  if (!stuck) return ordered;
  throw tfjsFault(name, `${stuck.place.slice(name.length + 2)} is part of a cycle`, 'graphs without cycles are read');
}

function refuseUnsupported(nodes: readonly GraphNode[], name: string): void {
  const other = nodes.filter(({ op }) => op !== 'Const' && op !== 'Placeholder' && !Object.hasOwn(graphReaders, op));
  if (other.length === 0) return;
  const listed = other.slice(0, 20).map(({ place }) => place.slice(name.length + 2));
  if (other.length > 20) listed.push(`and ${other.length - 20} more`);
  throw new Fault({
    code: 'TFJS_UNSUPPORTED',
    place: name,
    cause: `the model needs ${listed.join('; ')}`,
    wayOut: `supported are Const, Placeholder, ${Object.keys(graphReaders).join(', ')}`,
  });
}

/** The shape of an input, with a batch of 1 where it is open. */
function placeholder(draft: Draft, node: GraphNode): Value {
  const shape = shapeOfAttribute(node, 'shape');
  const sizes = shape?.map((size, d) => (d === 0 && size === -1 ? 1 : size));
  if (sizes && sizes.length > 0 && sizes.every((size) => size > 0)) return { id: addInput(draft, sizes, node.name) };
  throw new Fault({
    code: 'TFJS_UNSUPPORTED',
    place: node.place,
    cause: `an input of shape ${shown(shape)}`,
    wayOut: 'fixed sizes after the batch are supported; export with a fixed input shape',
  });
}

function valueAt(values: ReadonlyMap<string, readonly Value[]>, edge: string, place: string): Value {
  const output = edge.length > nodeOf(edge).length ? Number(edge.slice(nodeOf(edge).length + 1)) : 0;
  const value = values.get(nodeOf(edge))?.[output];
  if (value) return value;
  throw tfjsFault(place, `it reads ${shown(edge)}`, 'nothing computes that');
}

/** A frozen graph; `artefact` is the whole model.json, for its signature. */
export function importGraphModel(
  artefact: JsonObject,
  topology: JsonObject,
  weights: ReadonlyMap<string, NamedWeights>,
  name: string,
): FloatGraph {
  const nodes = nodesOf(topology, name);
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map(nodeOf)));
  const ends = (): string[] =>
    nodes.filter((node) => !read.has(node.name) && node.op !== 'Const').map((node) => node.name);
  const outputs = ports(artefact, 'outputs', name) ?? ends();
  const ordered = neededNodes(nodes, outputs, name);
  refuseUnsupported(ordered, name);
  const draft = emptyDraft(name);
  const values = new Map<string, readonly Value[]>();
  const budget = { left: 2 ** 21 };
  const byName = new Map(nodes.map((node) => [node.name, node]));
  // Inputs first, in the order of the signature, whatever the order of the nodes.
  for (const edge of ports(artefact, 'inputs', name) ?? []) {
    const node = byName.get(nodeOf(edge));
    if (node?.op === 'Placeholder' && !values.has(node.name)) values.set(node.name, [placeholder(draft, node)]);
  }
  for (const node of ordered) {
    if (values.has(node.name)) continue;
    const inputs = node.inputs.map((edge) => valueAt(values, edge, node.place));
    const result = readNode(node, inputs);
    values.set(node.name, 'length' in result ? result : [result]);
  }
  const reading = (place: string) => ({
    node: { name, op: '', inputs: [], attributes: {}, place },
    inputs: [],
    draft,
    budget,
  });
  draft.outputs.push(...outputs.map((edge) => idOf(reading(name), valueAt(values, edge, `${name}: outputs`))));
  return finishDraft(draft);

  function readNode(node: GraphNode, inputs: readonly Value[]): Value | readonly Value[] {
    if (node.op === 'Placeholder') return placeholder(draft, node);
    if (node.op !== 'Const') return graphReaders[node.op]!({ draft, node, inputs, budget });
    const constant = weights.get(node.name);
    if (constant) return { constant };
    throw tfjsFault(node.place, 'its values are not in the weights manifest', 'convert the model again');
  }
}
