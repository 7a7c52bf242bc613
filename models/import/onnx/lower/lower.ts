/** From the file's nodes to the network between (see ir.ts): constants folded, shapes inferred, channels last. */
import { Fault } from '../../../../specs/fault.ts';
import { inputsOf } from '../../../layer-ends.ts';
import { intAttribute } from '../attributes.ts';
import type { Call } from '../evaluate/call.ts';
import { permutationOf } from '../evaluate/movement.ts';
import { operators } from '../evaluate/operators.ts';
import { refuseUnsupported } from '../known-operators.ts';
import type { OnnxModel, OnnxNode, Port } from '../model.ts';
import { elementsOf, type OnnxTensor } from '../types.ts';
import { movedConstant } from './constants.ts';
import {
  type At,
  activationAt,
  asImage,
  type ConstantValue,
  constantAt,
  fault,
  isConstant,
  type Lowering,
  newId,
  optionalAt,
  plain,
  setOutput,
  type Value,
  valueAt,
} from './context.ts';
import { activation, batchNormalization, binary, clip, division, relu } from './elementwise.ts';
import type { Ir } from './ir.ts';
import {
  concat,
  flatten,
  gather,
  pad,
  reduceMean,
  reshape,
  resize,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from './move.ts';
import { wantsChannelsLast } from './ports.ts';
import {
  cast,
  convInteger,
  dequantizeLinear,
  dynamicQuantizeLinear,
  matMulInteger,
  microsoftLowerings,
  qLinearConv,
  qLinearMatMul,
  quantizeLinear,
} from './quantized.ts';
import { gemm, globalAveragePool, matMul, pool, softmax } from './reduce.ts';
import { arrangedView, arrangement, imageOrder, logicalShape, plainView } from './view.ts';
import { lowerConv } from './weighted.ts';

const conv = (at: At): Value[] => {
  const x = activationAt(at, 0);
  return [{ ...x, view: lowerConv(at, x.view, constantAt(at, 1, 'the weights'), optionalAt(at, 2)) }];
};

const same = (at: At): Value[] => [valueAt(at, 0)];

function notHere(at: At): Value[] {
  throw fault(at, 'ONNX_DYNAMIC', 'its result depends on the input of the network', 'export with fixed shapes');
}

const lowerings: Readonly<Record<string, (at: At) => Value[]>> = {
  Add: binary('add'),
  AveragePool: pool('averagePool2d'),
  BatchNormalization: batchNormalization,
  Cast: cast,
  Clip: clip,
  Concat: concat,
  Constant: notHere,
  ConstantOfShape: notHere,
  Conv: conv,
  ConvInteger: convInteger,
  DequantizeLinear: dequantizeLinear,
  Div: division,
  Dropout: same,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  Expand: notHere,
  Flatten: flatten,
  Gather: gather,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  Identity: same,
  LeakyRelu: activation('leakyRelu'),
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  MaxPool: pool('maxPool2d'),
  Mul: binary('mul'),
  Pad: pad,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  ReduceMean: reduceMean,
  Relu: relu,
  Reshape: reshape,
  Resize: resize,
  Shape: notHere,
  Sigmoid: activation('logistic'),
  Slice: slice,
  Softmax: softmax,
  Split: split,
  Squeeze: squeeze,
  Sub: binary('sub'),
  Tanh: activation('tanh'),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  'com.microsoft.DequantizeLinear': dequantizeLinear,
  'com.microsoft.QuantizeLinear': quantizeLinear,
  ...microsoftLowerings,
};

/** Products and windows over constants: no exporter leaves them, and they may cost more than the file is worth. */
const neverFolded = /Conv|MatMul|Gemm|Pool/;

interface Budget {
  left: number;
}

function refuseBudget(at: At, budget: Budget, tensors: readonly OnnxTensor[]): void {
  budget.left -= tensors.reduce((sum, tensor) => sum + tensor.data.length, 0);
  if (budget.left >= 0) return;
  throw fault(at, 'ONNX_SHAPE', 'the constants of the model grow beyond bounds', 'fold constants before exporting');
}

/** Keeps what the integers of a constant are, through operators that only move it. */
function folded(at: At, constants: readonly (ConstantValue | null)[], results: readonly OnnxTensor[]): ConstantValue[] {
  const [first] = constants;
  const { node, call } = at;
  const plain = results.map((tensor) => ({ tensor, origin: null }));
  if (node.operator.endsWith('DequantizeLinear') && first && intAttribute(node, 'block_size', 0) === 0) {
    const [values, scale, zeroPoint] = [first.tensor, constants[1]!.tensor, constants[2]?.tensor ?? null];
    const axis = intAttribute(node, 'axis', 1);
    const origin = { values, scale, zeroPoint, axis: axis < 0 ? axis + values.shape.length : axis };
    return [{ tensor: results[0]!, origin }];
  }
  if (!first?.origin) return plain;
  const rest = call.inputs.slice(1);
  const again = (tensor: OnnxTensor): OnnxTensor =>
    operators[node.operator]!({ ...call, inputs: [tensor, ...rest] })[0]!;
  if (node.operator === 'Transpose') {
    const permutation = permutationOf(call, first.tensor.shape.length);
    return [movedConstant(first, again, (axis) => permutation.indexOf(axis))];
  }
  if (['Identity', 'Dropout'].includes(node.operator)) return [first];
  if (['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].includes(node.operator)) {
    return [movedConstant(first, again, (axis) => keptAxis(first.tensor.shape, results[0]!.shape, axis))];
  }
  return plain;
}

/** The axis of `to` that counts the same elements as `axis` of `from`, or null. */
function keptAxis(from: readonly number[], to: readonly number[], axis: number): number | null {
  const before = elementsOf(from.slice(0, axis));
  const found = to.findIndex((size, i) => size === from[axis] && elementsOf(to.slice(0, i)) === before);
  return found < 0 ? null : found;
}

function lowerNode(lowering: Lowering, node: OnnxNode, budget: Budget): void {
  const { model, values } = lowering;
  const given = node.inputs.map((name) => (name === '' ? null : (values.get(name) ?? missing(node, name))));
  const constants = given.map((value) => (value && isConstant(value) ? value : null));
  const call: Call = { node, opset: model.opset, inputs: constants.map((value) => value?.tensor ?? null) };
  const at: At = { lowering, node, call };
  for (const name of node.outputs) {
    if (name !== '' && values.has(name))
      throw fault(at, 'ONNX_VALUE', `it writes "${name}" a second time`, 'every value is written once');
  }
  let results: readonly Value[];
  const first = given[0];
  if (node.operator === 'Shape' && first && !isConstant(first)) {
    const sizes = { type: 'int64' as const, shape: logicalShape(first.view), data: new Uint8Array(0) };
    results = operators.Shape!({ ...call, inputs: [sizes] }).map((tensor) => ({ tensor, origin: null }));
  } else if (given.every((value) => value === null || isConstant(value)) && !neverFolded.test(node.operator)) {
    const tensors = operators[node.operator]!(call);
    refuseBudget(at, budget, tensors);
    results = folded(at, constants, tensors);
  } else {
    results = lowerings[node.operator]!(at);
  }
  for (const [index, value] of results.entries()) setOutput(at, value, index);
}

function missing(node: OnnxNode, name: string): never {
  throw new Fault({
    code: 'ONNX_VALUE',
    place: node.place,
    cause: `it reads "${name.slice(0, 80)}" before anything has written it`,
    wayOut: 'nodes stand in the order of execution; export the model again',
  });
}

const elementLimit = 2 ** 31 - 1;

/** A batch size that is left open reads 1. */
function portShape(port: Port, place: string): number[] {
  const shape = port.shape?.map((size, axis) => (axis === 0 && !(size !== null && size > 0) ? 1 : size)) ?? null;
  const fits = shape?.every((size) => size !== null && Number.isInteger(size) && size > 0);
  if (shape && fits && shape.length <= 8 && elementsOf(shape as number[]) <= elementLimit) return shape as number[];
  throw new Fault({
    code: 'ONNX_DYNAMIC',
    place,
    cause: shape
      ? `shape [${shape
          .map((size) => size ?? '?')
          .slice(0, 9)
          .join(', ')}]`
      : 'no shape is stated',
    wayOut: 'export with fixed sizes; only the batch may be left open',
  });
}

function lowerInput(lowering: Lowering, port: Port): void {
  const place = `${lowering.model.name}: input "${port.name.slice(0, 80)}"`;
  const shape = portShape(port, place);
  if (port.type === null) {
    throw new Fault({
      code: 'ONNX_TYPE',
      place,
      cause: 'a data type that is not read',
      wayOut: 'float, int8 or uint8 is needed',
    });
  }
  const last = wantsChannelsLast(lowering.model, port.name, shape.length);
  const order = last ? [0, ...shape.map((_, axis) => axis).slice(2), 1] : shape.map((_, axis) => axis);
  const stored = order.map((axis) => shape[axis]!);
  const id = newId(lowering, port.name, stored);
  lowering.ir.inputs.push({ id, name: port.name, type: port.type, shape, order });
  lowering.values.set(port.name, {
    view: last ? arrangedView(id, stored, order) : plainView(id, stored),
    type: port.type,
  });
}

/** An image leaves channels last; every other output in ONNX's own order. */
function lowerOutput(lowering: Lowering, port: Port): void {
  const place = `${lowering.model.name}: output "${port.name.slice(0, 80)}"`;
  const value = lowering.values.get(port.name);
  if (!value || isConstant(value)) {
    const cause = value ? 'it is a constant' : 'nothing computes it';
    throw new Fault({ code: 'ONNX_VALUE', place, cause, wayOut: 'export the model again' });
  }
  const rank = value.view.axes.length;
  const image = rank === 4 && arrangement(value.view, imageOrder(4)).permutation === null;
  const index = lowering.model.nodes.length + lowering.ir.outputs.length;
  const node = { index, operator: 'output', place, inputs: [], outputs: [port.name], attributes: new Map() };
  const at: At = { lowering, node, call: { node, opset: lowering.model.opset, inputs: [] } };
  const view = image ? asImage(at, value.view) : plain(at, value.view);
  const shape = logicalShape(view);
  const order = image ? imageOrder(4) : shape.map((_, axis) => axis);
  lowering.ir.outputs.push({ id: view.id, name: port.name, type: value.type, shape, order });
}

function countUses(model: OnnxModel): Map<string, number> {
  const uses = new Map<string, number>();
  const names = [...model.nodes.flatMap((node) => [...node.inputs]), ...model.outputs.map((port) => port.name)];
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** Nodes of a network that is meant for hardware; a file of a few megabytes may claim a million. */
const nodeLimit = 10_000;

const portLimit = 256;

function refuseSize(model: OnnxModel): void {
  const ports = Math.max(model.inputs.length, model.outputs.length);
  if (model.nodes.length <= nodeLimit && ports <= portLimit) return;
  const cause = ports > portLimit ? `${ports} inputs or outputs` : `${model.nodes.length} nodes`;
  const wayOut = `at most ${ports > portLimit ? portLimit : nodeLimit} are read`;
  throw new Fault({ code: 'ONNX_SHAPE', place: model.name, cause, wayOut });
}

/** Faults: `ONNX_*`, all unsupported operators in one. */
export function lowerModel(model: OnnxModel): Ir {
  refuseUnsupported(model);
  refuseSize(model);
  const ir: Ir = {
    name: model.name,
    tensors: new Map(),
    steps: [],
    inputs: [],
    outputs: [],
    constants: new Map(),
    weights: new Map(),
    biases: new Map(),
    integers: new Map(),
  };
  const values = new Map<string, Value>(
    [...model.initializers].map(([name, tensor]) => [name, { tensor, origin: null }]),
  );
  const lowering: Lowering = { model, ir, values, uses: countUses(model), names: new Set(), arranged: new Map() };
  for (const port of model.inputs) lowerInput(lowering, port);
  const known = [...model.initializers.values()].reduce((sum, tensor) => sum + tensor.data.length, 0);
  const budget = { left: 2 ** 20 + 8 * known };
  for (const node of model.nodes) lowerNode(lowering, node, budget);
  for (const port of model.outputs) lowerOutput(lowering, port);
  return withoutUnused(ir);
}

/** Drops what no output hangs on. */
function withoutUnused(ir: Ir): Ir {
  const needed = new Set(ir.outputs.map((port) => port.id));
  const steps: Ir['steps'] = [];
  for (const step of [...ir.steps].reverse()) {
    if (!needed.has(step.layer.output)) continue;
    for (const id of inputsOf(step.layer)) needed.add(id);
    steps.push(step);
  }
  return { ...ir, steps: steps.reverse() };
}
