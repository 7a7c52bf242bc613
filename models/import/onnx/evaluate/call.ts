/** What an operator is given: its node, its input tensors in order (null for one left out), the operator set. */
import type { Fault } from '../../../../specs/fault.ts';
import { nodeFault } from '../attributes.ts';
import type { OnnxNode } from '../model.ts';
import type { OnnxTensor } from '../types.ts';

export interface Call {
  readonly node: OnnxNode;
  readonly opset: number;
  readonly inputs: readonly (OnnxTensor | null)[];
}

/** The outputs in order; a Fault when the call makes no sense. */
export type Operator = (call: Call) => readonly OnnxTensor[];

export function callFault(call: Call, code: string, cause: string, wayOut: string): Fault {
  return nodeFault(call.node, code, cause, wayOut);
}

export function optional(call: Call, index: number): OnnxTensor | null {
  return call.inputs[index] ?? null;
}

export function required(call: Call, index: number): OnnxTensor {
  const tensor = optional(call, index);
  if (tensor) return tensor;
  throw callFault(call, 'ONNX_OPERANDS', `input ${index} is missing`, 'the file is damaged; export it again');
}

/** Whole numbers given as an input tensor: shapes, axes, pads. */
export function integersOf(call: Call, index: number): readonly number[] | null {
  const tensor = optional(call, index);
  return tensor && Array.from(tensor.data);
}
