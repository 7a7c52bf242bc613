/** Attributes of a TensorFlow graph node as JSON writes them: 64-bit integers as text, strings in base64. */
import { isObject, type JsonObject, shown, tfjsFault } from './json.ts';

/** A node with its attributes, for messages and readers. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Data inputs, `node` or `node:output`; control inputs are left out. */
  readonly inputs: readonly string[];
  readonly attributes: JsonObject;
  /** `model.json: node 3 (Conv2D "stem/conv")`. */
  readonly place: string;
}

function field(node: GraphNode, key: string, kind: string): unknown {
  const value = Object.hasOwn(node.attributes, key) ? node.attributes[key] : undefined;
  return isObject(value) ? value[kind] : undefined;
}

function integer(node: GraphNode, key: string, value: unknown): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw tfjsFault(node.place, `${key} ${shown(value)}`, 'a whole number is needed');
}

export function integerOf(node: GraphNode, key: string, absent: number): number {
  const value = field(node, key, 'i');
  return value === undefined ? absent : integer(node, key, value);
}

export function integersOf(node: GraphNode, key: string): number[] {
  const list = field(node, key, 'list');
  const values = isObject(list) ? list.i : undefined;
  return Array.isArray(values) ? values.slice(0, 16).map((value) => integer(node, key, value)) : [];
}

export function booleanOf(node: GraphNode, key: string): boolean {
  return field(node, key, 'b') === true;
}

export function floatOf(node: GraphNode, key: string, absent: number): number {
  const value = field(node, key, 'f') ?? absent;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw tfjsFault(node.place, `${key} ${shown(value)}`, 'a finite number is needed');
}

/** Base64, or a list of character codes as older converters write. */
function decoded(node: GraphNode, key: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0) return atob(value);
  if (Array.isArray(value) && value.length < 1000 && value.every((code) => Number.isInteger(code))) {
    return String.fromCharCode(...(value as number[]));
  }
  throw tfjsFault(node.place, `${key} ${shown(value)}`, 'a text in base64 is needed');
}

export function stringOf(node: GraphNode, key: string, absent: string): string {
  const value = field(node, key, 's');
  return value === undefined ? absent : decoded(node, key, value);
}

export function stringsOf(node: GraphNode, key: string): string[] {
  const list = field(node, key, 'list');
  const values = isObject(list) ? list.s : undefined;
  return Array.isArray(values) ? values.slice(0, 16).map((value) => decoded(node, key, value)) : [];
}

/** Sizes of a shape attribute, -1 for open ones; null when even the number of dimensions is open. */
export function shapeOfAttribute(node: GraphNode, key: string): number[] | null {
  const shape = field(node, key, 'shape');
  if (!isObject(shape) || shape.unknownRank === true) return null;
  const dims = shape.dim ?? [];
  if (!Array.isArray(dims) || dims.length > 8)
    throw tfjsFault(node.place, `shape ${shown(dims)}`, 'at most eight sizes are read');
  return dims.map((dim) => integer(node, key, isObject(dim) ? (dim.size ?? 0) : dim));
}
