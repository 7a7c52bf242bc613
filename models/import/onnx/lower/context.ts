/** State of one import: the network as far as it is built, and the value behind every name of the file. */
import type { Fault } from '../../../../specs/fault.ts';
import type { Shape } from '../../../graph.ts';
import { nodeFault } from '../attributes.ts';
import type { Call } from '../evaluate/call.ts';
import type { OnnxModel, OnnxNode } from '../model.ts';
import type { OnnxTensor, OnnxType } from '../types.ts';
import type { Ir, IrLayer } from './ir.ts';
import { arrangedView, arrangement, imageOrder, logicalShape, plainView, type View } from './view.ts';

/** Where a constant in float comes from: its integers, and how DequantizeLinear read them. */
export interface ConstantOrigin {
  readonly values: OnnxTensor;
  readonly scale: OnnxTensor;
  readonly zeroPoint: OnnxTensor | null;
  /** Axis of per-axis scales. */
  readonly axis: number;
}

export interface ConstantValue {
  readonly tensor: OnnxTensor;
  readonly origin: ConstantOrigin | null;
}

export interface ActivationValue {
  readonly view: View;
  readonly type: OnnxType;
}

export type Value = ConstantValue | ActivationValue;

export function isConstant(value: Value): value is ConstantValue {
  return 'tensor' in value;
}

export interface Lowering {
  readonly model: OnnxModel;
  readonly ir: Ir;
  readonly values: Map<string, Value>;
  /** How often each value is read, the outputs of the network included. */
  readonly uses: ReadonlyMap<string, number>;
  /** Layer names so far. */
  readonly names: Set<string>;
  /** Storage that was already brought into another order, by tensor, permutation and shape. */
  readonly arranged: Map<string, number>;
}

/** One node at work. */
export interface At {
  readonly lowering: Lowering;
  readonly node: OnnxNode;
  /** The node with its constant inputs; activations read null. */
  readonly call: Call;
}

export function fault(at: At, code: string, cause: string, wayOut: string): Fault {
  return nodeFault(at.node, code, cause, wayOut);
}

export function newId(lowering: Lowering, name: string, shape: Shape): number {
  const id = lowering.ir.tensors.size;
  lowering.ir.tensors.set(id, { id, name, shape });
  return id;
}

/** Operator and position, as in `conv2d_3`; what else the node needs is numbered. */
export function layerName(at: At, prefix: string): string {
  const { names } = at.lowering;
  const base = `${prefix}_${at.node.index}`;
  let name = base;
  for (let part = 2; names.has(name); part += 1) name = `${base}_${part}`;
  names.add(name);
  return name;
}

/** What is stated of a layer before it gets its name and its output tensor. */
type WithoutEnds<T> = T extends unknown ? Omit<T, 'name' | 'output'> : never;
export type Described = WithoutEnds<IrLayer>;

/** A reshape of a reshape reads the first shape at once. */
function withoutDetour(lowering: Lowering, layer: Described): Described {
  if (layer.kind !== 'reshape') return layer;
  const before = lowering.ir.steps.at(-1)?.layer;
  return before?.kind === 'reshape' && before.output === layer.input ? { ...layer, input: before.input } : layer;
}

/** Appends a layer; `name` is of the value that it makes. The result is its output tensor and its own name. */
export function emit(
  at: At,
  prefix: string,
  layer: Described,
  shape: Shape,
  name?: string,
): { id: number; layer: string } {
  const { lowering, node } = at;
  const id = newId(lowering, name ?? node.outputs[0] ?? '', shape);
  const named = { ...withoutDetour(lowering, layer), name: layerName(at, prefix), output: id } as IrLayer;
  lowering.ir.steps.push({ layer: named, place: node.place });
  return { id, layer: named.name };
}

export function valueAt(at: At, index: number): Value {
  const value = optionalAt(at, index);
  if (value) return value;
  throw fault(at, 'ONNX_OPERANDS', `input ${index} is missing`, 'the file is damaged; export it again');
}

export function optionalAt(at: At, index: number): Value | null {
  const name = at.node.inputs[index] ?? '';
  return name === '' ? null : (at.lowering.values.get(name) ?? null);
}

export function activationAt(at: At, index: number): ActivationValue {
  const value = valueAt(at, index);
  if (!isConstant(value)) return value;
  throw fault(
    at,
    'ONNX_OPERANDS',
    `input ${index} is a constant`,
    'a value that depends on the input is expected here; fold constants',
  );
}

export function constantAt(at: At, index: number, what: string): ConstantValue {
  const value = valueAt(at, index);
  if (isConstant(value)) return value;
  throw fault(
    at,
    'ONNX_DYNAMIC',
    `${what} (input ${index}) is computed at run time`,
    'a constant is needed; export with fixed shapes and parameters',
  );
}

/** Every input from `first` on must be a constant or left out: shapes, axes, pads. */
export function refuseDynamic(at: At, first: number): void {
  for (let index = first; index < at.node.inputs.length; index += 1) {
    if (optionalAt(at, index)) constantAt(at, index, 'a parameter');
  }
}

/** The tensor with its storage in this order of axes (see arrangement); transposes and reshapes are added only where needed. */
export function arrange(at: At, view: View, order: readonly number[]): { id: number; shape: number[] } {
  const { shape, permutation, permuted } = arrangement(view, order);
  if (permutation === null && shape.join() === view.stored.join()) return { id: view.id, shape };
  const { arranged } = at.lowering;
  const key = `${view.id}:${permutation}:${shape}`;
  const known = arranged.get(key);
  if (known !== undefined) return { id: known, shape };
  const source = at.lowering.ir.tensors.get(view.id)!.name;
  let { id } = view;
  if (permutation !== null)
    id = emit(at, 'transpose', { kind: 'transpose', input: id, permutation }, permuted, source).id;
  if (permuted.join() !== shape.join()) id = emit(at, 'reshape', { kind: 'reshape', input: id }, shape, source).id;
  arranged.set(key, id);
  return { id, shape };
}

/** The same value with its storage in ONNX's own order. */
export function plain(at: At, view: View): View {
  const shape = logicalShape(view);
  const { id } = arrange(
    at,
    view,
    shape.map((_, axis) => axis),
  );
  return plainView(id, shape);
}

/** The same value channels last; an image has 3 or 4 axes. */
export function asImage(at: At, view: View): View {
  const rank = view.axes.length;
  if (rank !== 3 && rank !== 4) {
    throw fault(
      at,
      'ONNX_SHAPE',
      `an input of [${logicalShape(view).join(', ')}]`,
      'batch, channels and one or two spatial dimensions are needed',
    );
  }
  const order = imageOrder(rank);
  const { id, shape } = arrange(at, view, order);
  return arrangedView(id, shape, order);
}

export function setOutput(at: At, value: Value, index = 0): void {
  const name = at.node.outputs[index] ?? '';
  if (name !== '') at.lowering.values.set(name, value);
}
