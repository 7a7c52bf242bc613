import { expect, test } from 'vitest';
import { importOnnx } from '../../../../models/import/onnx.ts';
import { Fault } from '../../../../specs/fault.ts';
import {
  bytes,
  integer,
  join,
  type ModelText,
  type NodeText,
  text,
  writeOnnx,
  writeTensor,
} from '../../../support/onnx-writer.ts';

function refused(file: Uint8Array): string {
  try {
    importOnnx(file, 'bad.onnx');
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
  throw new Error('the file was read');
}

const node = (
  operator: string,
  inputs: string[],
  outputs: string[],
  attributes: NodeText['attributes'] = {},
): NodeText => ({
  operator,
  inputs,
  outputs,
  attributes,
});

/** A network from `x` [1, 3, 4, 4] to `y` by these nodes. */
function network(nodes: NodeText[], rest: Partial<ModelText> = {}): Uint8Array {
  return writeOnnx({
    nodes,
    inputs: [{ name: 'x', type: 'float', shape: [1, 3, 4, 4] }],
    outputs: [{ name: 'y', type: 'float', shape: [1, 3, 4, 4] }],
    ...rest,
  });
}

const scale = { type: 'float', shape: [], values: [0.5] } as const;
const zero = { type: 'int8', shape: [], values: [3] } as const;

test('all unknown operators at once, each with its nodes', () => {
  const message = refused(
    network([
      node('Erf', ['x'], ['a']),
      node('Relu', ['a'], ['b']),
      node('LSTM', ['b'], ['c']),
      node('com.acme.Magic', ['c'], ['d']),
      node('Erf', ['d'], ['y']),
    ]),
  );
  expect(message).toMatch(
    /^bad\.onnx: the model needs Erf \(node 0, 4\); LSTM \(node 2\); com\.acme\.Magic \(node 3\); supported are Add, /,
  );
  expect(message).toMatch(/QLinearConcat \[ONNX_UNSUPPORTED_OPERATOR\]$/);
});

test('files of another kind, cut files, old operator sets', () => {
  expect(refused(new Uint8Array(0))).toBe(
    'bad.onnx: an ONNX model has one graph, this file of 0 bytes has 0; give an .onnx file with one graph [ONNX_NOT_A_MODEL]',
  );
  const whole = network([node('Relu', ['x'], ['y'])]);
  expect(refused(whole.subarray(0, 40))).toMatch(
    /field 7 at byte 2 claims \d+ bytes, 36 are left; the file is damaged.*ONNX_BROKEN/,
  );
  expect(refused(network([node('Relu', ['x'], ['y'])], { opset: 9 }))).toMatch(
    /bad\.onnx: operator set 9; version 10 or later .*ONNX_VERSION/,
  );
  expect(refused(new TextEncoder().encode('<!DOCTYPE html><html>'))).toMatch(/ONNX_(BROKEN|NOT_A_MODEL)/);
});

test('a claim of gigabytes in a small file costs nothing', () => {
  const claims = [
    // A tensor of 2^40 floats without values.
    join([integer(1, 2 ** 20), integer(1, 2 ** 20), integer(2, 1), text(8, 'w'), bytes(9, new Uint8Array(4))]),
    // External data.
    join([integer(1, 1), integer(2, 1), text(8, 'w'), integer(14, 1)]),
  ].map((tensor) => join([bytes(7, bytes(5, tensor)), bytes(8, integer(2, 13))]));
  expect(refused(claims[0]!)).toMatch(
    /initialiser "w": 4 bytes for shape \[1048576, 1048576\] of float; 4398046511104 are needed.*ONNX_TENSOR/,
  );
  expect(refused(claims[1]!)).toMatch(
    /"w": its values lie in another file; save the model with its weights inside.*ONNX_EXTERNAL_DATA/,
  );
  const before = process.memoryUsage().rss;
  const huge = { type: 'int64', shape: [2], values: [2 ** 20, 2 ** 20] } as const;
  const nodes = [node('ConstantOfShape', ['huge'], ['c']), node('Add', ['x', 'c'], ['y'])];
  expect(refused(network(nodes, { initializers: { huge } }))).toMatch(
    /a tensor of shape \[1048576, 1048576\].*ONNX_SHAPE/,
  );
  const many = { type: 'int64', shape: [1], values: [2 ** 22] } as const;
  const several = [...Array(40).keys()].map((i) => node('ConstantOfShape', ['many'], [`c${i}`]));
  expect(refused(network([...several, node('Relu', ['x'], ['y'])], { initializers: { many } }))).toMatch(
    /grow beyond bounds.*ONNX_SHAPE/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
});

test('a layer that the quantiser left in float is named', () => {
  const quantize = [node('QuantizeLinear', ['x', 's', 'z'], ['q']), node('DequantizeLinear', ['q', 's', 'z'], ['r'])];
  const initializers = {
    s: scale,
    z: zero,
    w: { type: 'float', shape: [3, 3, 1, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  } as const;
  expect(refused(network([...quantize, node('Conv', ['r', 'w'], ['y'])], { initializers }))).toMatch(
    /node 2 \(Conv\): its weights are float; quantise the weights, too .*ONNX_FLOAT_LAYER/,
  );
  const sum = [...quantize, node('Add', ['r', 'r'], ['a']), node('Sigmoid', ['a'], ['y'])];
  expect(refused(network(sum, { initializers }))).toMatch(
    /node 3 \(Sigmoid\): its input is not quantised; put QuantizeLinear and DequantizeLinear between .*ONNX_FLOAT_LAYER/,
  );
  const open = [...quantize, node('Add', ['r', 'r'], ['y'])];
  expect(refused(network(open, { initializers }))).toMatch(
    /output "y": the last operator has no output scale.*ONNX_FLOAT_LAYER/,
  );
});

test('scales along the inputs of a matrix instead of its outputs', () => {
  const nodes = [
    node('QuantizeLinear', ['x', 's', 'z'], ['q']),
    node('DequantizeLinear', ['q', 's', 'z'], ['r']),
    node('DequantizeLinear', ['w', 'v'], ['k'], { axis: 0 }),
    node('MatMul', ['r', 'k'], ['m']),
    node('QuantizeLinear', ['m', 's', 'z'], ['y']),
  ];
  const initializers = {
    s: scale,
    z: zero,
    w: { type: 'int8', shape: [3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    v: { type: 'float', shape: [3], values: [0.25, 0.5, 1] },
  } as const;
  const inputs = [{ name: 'x', type: 'float', shape: [1, 3] }] as const;
  expect(refused(network(nodes, { initializers, inputs }))).toMatch(
    /node 3 \(MatMul\): its weights are float; .*one per output channel/,
  );
});

test('scales that are computed at run time, and parameters that are', () => {
  const dynamic = [
    node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']),
    node('DequantizeLinear', ['q', 's', 'z'], ['y']),
  ];
  expect(refused(network(dynamic))).toMatch(
    /node 0 \(DynamicQuantizeLinear\): its scale is computed from each input .*ONNX_DYNAMIC/,
  );
  expect(refused(network([node('Reshape', ['x', 'x'], ['y'])]))).toMatch(
    /the shape \(input 1\) is computed at run time.*ONNX_DYNAMIC/,
  );
  const wide = { inputs: [{ name: 'x', type: 'float', shape: [1, 3, 'h', 'w'] }] } as const;
  expect(refused(network([node('Relu', ['x'], ['y'])], wide))).toMatch(
    /input "x": shape \[1, 3, \?, \?\]; export with fixed sizes.*ONNX_DYNAMIC/,
  );
});

test('operands that contradict each other', () => {
  const w = { type: 'float', shape: [2, 4, 1, 1], values: [1, 2, 3, 4, 5, 6, 7, 8] } as const;
  expect(refused(network([node('Conv', ['x', 'w'], ['y'])], { initializers: { w } }))).toMatch(
    /node 0 \(Conv\): weights \[2, 4, 1, 1\] in 1 groups for an input of \[1, 3, 4, 4\].*ONNX_SHAPE/,
  );
  expect(refused(network([node('Relu', ['nothing'], ['y'])]))).toMatch(
    /node 0 \(Relu\): it reads "nothing" before anything has written it.*ONNX_VALUE/,
  );
  const twice = [node('Relu', ['x'], ['y']), node('Relu', ['x'], ['y'])];
  expect(refused(network(twice))).toMatch(/node 1 \(Relu\): it writes "y" a second time.*ONNX_VALUE/);
  const other = [node('QuantizeLinear', ['x', 's', 'z'], ['q']), node('DequantizeLinear', ['q', 's', 't'], ['y'])];
  const t = { type: 'int8', shape: [], values: [4] } as const;
  expect(refused(network(other, { initializers: { s: scale, z: zero, t } }))).toMatch(
    /node 1 \(DequantizeLinear\): zero point 4 for values quantised with another.*ONNX_QUANTIZATION/,
  );
});

test('fifty thousand nodes end soon, with a short message', () => {
  const nodes = [...Array(50_000).keys()].map((i) => node('Relu', [i === 0 ? 'x' : `v${i - 1}`], [`v${i}`]));
  const unknown = nodes.map((item, i) => ({ ...item, operator: `Unknown${i}` }));
  const deep = [node('QuantizeLinear', ['x', 's', 'z'], ['q']), node('DequantizeLinear', ['q', 's', 'z'], ['v0'])];
  for (let i = 0; i < 5000; i += 1) deep.push(node('Relu', [`v${i}`], [`v${i + 1}`]));
  deep.push(node('QuantizeLinear', ['v5000', 's', 'z'], ['y']));
  const files = [network(nodes), network(unknown), network(deep, { initializers: { s: scale, z: zero } })];
  const start = process.cpuUsage().user;
  const [many, strange, nested] = files.map(refused);
  expect((process.cpuUsage().user - start) / 1000).toBeLessThan(6000);
  expect(many).toMatch(/50000 nodes; at most 10000 are read/);
  expect(strange!.length).toBeLessThan(3000);
  expect(nested).toMatch(/float operators in a row/);
});

test('a tensor whose values lie outside its type', () => {
  const tensor = join([integer(1, 1), integer(2, 3), text(8, 'w'), integer(5, 300)]);
  expect(refused(join([bytes(7, bytes(5, tensor)), bytes(8, integer(2, 13))]))).toMatch(
    /"w": value 300 in int8 data.*ONNX_TENSOR/,
  );
  const whole = writeTensor('w', { type: 'float', shape: [1], values: [1] });
  expect(refused(join([bytes(7, bytes(5, whole)), bytes(8, integer(2, 13))]))).toMatch(
    /the graph computes nothing.*ONNX_NOT_A_MODEL/,
  );
});
