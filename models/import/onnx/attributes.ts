/** Attributes of a node by name, with ONNX's defaults; one of another kind than expected is a Fault. */
import { Fault } from '../../../specs/fault.ts';
import type { Attribute, OnnxNode } from './model.ts';

export function nodeFault(node: OnnxNode, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place: node.place, cause, wayOut });
}

function attribute<K extends Attribute['kind']>(
  node: OnnxNode,
  name: string,
  kind: K,
): Extract<Attribute, { kind: K }> | null {
  const found = node.attributes.get(name);
  if (found === undefined) return null;
  if (found.kind === kind) return found as Extract<Attribute, { kind: K }>;
  throw nodeFault(node, 'ONNX_ATTRIBUTE', `attribute ${name} is of kind ${found.kind}`, `${kind} is expected`);
}

export function intAttribute(node: OnnxNode, name: string, fallback: number): number {
  return attribute(node, name, 'int')?.value ?? fallback;
}

export function floatAttribute(node: OnnxNode, name: string, fallback: number): number {
  return attribute(node, name, 'float')?.value ?? fallback;
}

export function textAttribute(node: OnnxNode, name: string, fallback: string): string {
  return attribute(node, name, 'string')?.value ?? fallback;
}

export function intsAttribute(node: OnnxNode, name: string): readonly number[] | null {
  return attribute(node, name, 'ints')?.value ?? null;
}

/** An axis counted from either end, as a number from 0 to rank - 1. */
export function axisOf(node: OnnxNode, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw nodeFault(
    node,
    'ONNX_ATTRIBUTE',
    `axis ${axis}`,
    `a tensor of ${rank} dimensions has axes ${-rank} to ${rank - 1}`,
  );
}
