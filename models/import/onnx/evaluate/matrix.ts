/** MatMul, Gemm, MatMulInteger and QLinearMatMul. */

import { broadcastShape, broadcastStrides } from '../../../broadcast.ts';
import { requantizeFactor } from '../../../onnx-arithmetic.ts';
import { floatAttribute, intAttribute } from '../attributes.ts';
import { elementsOf, newTensor, type OnnxTensor, roundToHalf } from '../types.ts';
import { type Call, callFault, optional, required } from './call.ts';
import { strided, transposed } from './indexing.ts';
import { byteRange, perChannel, requantized, single } from './requantize.ts';

export interface Product {
  readonly shape: number[];
  /** Leading dimensions after broadcasting. */
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** NumPy's matmul of two shapes; null when they do not fit. */
export function productOf(a: readonly number[], b: readonly number[]): Product | null {
  if (a.length === 0 || b.length === 0) return null;
  const left = a.length === 1 ? [1, a[0]!] : a;
  const right = b.length === 1 ? [b[0]!, 1] : b;
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  const inner = left[left.length - 1]!;
  if (batch === null || right[right.length - 2] !== inner) return null;
  const rows = left[left.length - 2]!;
  const columns = right[right.length - 1]!;
  const shape = [...batch, ...(a.length === 1 ? [] : [rows]), ...(b.length === 1 ? [] : [columns])];
  return { shape, batch, rows, inner, columns };
}

/** Brings an operand to [...batch, rows, columns], the leading dimensions repeated where they broadcast. */
function spread(tensor: OnnxTensor, matrix: readonly number[], batch: readonly number[], place: string): OnnxTensor {
  const from = { ...tensor, shape: [...tensor.shape.slice(0, -2), ...matrix] };
  const shape = [...batch, ...matrix];
  return strided(from, shape, broadcastStrides(from.shape, shape), place);
}

/** Sums of products in double for every element of the result. */
function multiply(
  call: Call,
  a: OnnxTensor,
  b: OnnxTensor,
  term: (left: number, right: number, row: number, column: number) => number,
  visit: (element: number, row: number, column: number, sum: number) => void,
): number[] {
  const product = productOf(a.shape, b.shape);
  if (product === null) {
    const cause = `[${a.shape.join(', ')}] times [${b.shape.join(', ')}]`;
    throw callFault(call, 'ONNX_SHAPE', cause, 'the inner dimensions must be equal and the others broadcast');
  }
  const { batch, rows, inner, columns } = product;
  const left = spread(a, [rows, inner], batch, call.node.place).data;
  const right = spread(b, [inner, columns], batch, call.node.place).data;
  let element = 0;
  for (let matrix = 0; matrix < elementsOf(batch); matrix += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, element += 1) {
        const from = (matrix * rows + row) * inner;
        const to = matrix * inner * columns + column;
        let sum = 0;
        for (let k = 0; k < inner; k += 1) sum += term(left[from + k]!, right[to + k * columns]!, row, column);
        visit(element, row, column, sum);
      }
    }
  }
  return product.shape;
}

function resultShape(a: OnnxTensor, b: OnnxTensor): number[] {
  return productOf(a.shape, b.shape)?.shape ?? [];
}

export function matMul(call: Call): OnnxTensor[] {
  const a = required(call, 0);
  const b = required(call, 1);
  const y = newTensor(a.type, resultShape(a, b), call.node.place);
  multiply(
    call,
    a,
    b,
    (left, right) => left * right,
    (element, _row, _column, sum) => {
      y.data[element] = a.type === 'float16' ? roundToHalf(sum) : sum;
    },
  );
  return [y];
}

export function gemm(call: Call): OnnxTensor[] {
  const place = call.node.place;
  const turned = (index: number, name: string): OnnxTensor => {
    const tensor = required(call, index);
    if (tensor.shape.length !== 2) {
      throw callFault(call, 'ONNX_SHAPE', `an operand of [${tensor.shape.join(', ')}]`, 'two dimensions are needed');
    }
    return intAttribute(call.node, name, 0) === 0 ? tensor : transposed(tensor, [1, 0], place);
  };
  const a = turned(0, 'transA');
  const b = turned(1, 'transB');
  const alpha = floatAttribute(call.node, 'alpha', 1);
  const beta = floatAttribute(call.node, 'beta', 1);
  const c = optional(call, 2);
  const y = newTensor(a.type, resultShape(a, b), place);
  if (c !== null && broadcastShape(c.shape, y.shape)?.join() !== y.shape.join()) {
    throw callFault(
      call,
      'ONNX_SHAPE',
      `a bias of [${c.shape.join(', ')}]`,
      `[${y.shape.join(', ')}] must be reached by broadcasting`,
    );
  }
  const bias = c && strided(c, y.shape, broadcastStrides(c.shape, y.shape), place).data;
  multiply(
    call,
    a,
    b,
    (left, right) => left * right,
    (element, _row, _column, sum) => {
      const total = alpha * sum + (bias ? beta * bias[element]! : 0);
      y.data[element] = a.type === 'float16' ? roundToHalf(total) : total;
    },
  );
  return [y];
}

/** A zero point or scale of the left operand counts rows, one of the right operand columns. */
export function matMulInteger(call: Call): OnnxTensor[] {
  const a = required(call, 0);
  const b = required(call, 1);
  byteRange(call, a);
  byteRange(call, b);
  const y = newTensor('int32', resultShape(a, b), call.node.place);
  const product = productOf(a.shape, b.shape);
  const aZero = optional(call, 2) ? perChannel(call, 2, product?.rows ?? 1) : () => 0;
  const bZero = optional(call, 3) ? perChannel(call, 3, product?.columns ?? 1) : () => 0;
  multiply(
    call,
    a,
    b,
    (left, right, row, column) => (left - aZero(row)) * (right - bZero(column)),
    (element, _row, _column, sum) => {
      y.data[element] = sum;
    },
  );
  return [y];
}

export function qLinearMatMul(call: Call): OnnxTensor[] {
  const a = required(call, 0);
  const b = required(call, 3);
  byteRange(call, a);
  byteRange(call, b);
  const product = productOf(a.shape, b.shape);
  const rows = product?.rows ?? 1;
  const columns = product?.columns ?? 1;
  const aScale = perChannel(call, 1, rows);
  const aZero = perChannel(call, 2, rows);
  const bScale = perChannel(call, 4, columns);
  const bZero = perChannel(call, 5, columns);
  const yScale = single(call, 6);
  const yZero = required(call, 7);
  const range = byteRange(call, yZero);
  const zero = single(call, 7);
  const y = newTensor(yZero.type, resultShape(a, b), call.node.place);
  multiply(
    call,
    a,
    b,
    (left, right, row, column) => (left - aZero(row)) * (right - bZero(column)),
    (element, row, column, sum) => {
      y.data[element] = requantized(sum, requantizeFactor(aScale(row), bScale(column), yScale), zero, range);
    },
  );
  return [y];
}

/** com.microsoft.QGemm without float output: a, scale, zero point, b, scale, zero point, int32 bias, output scale, output zero point. */
export function qGemm(call: Call): OnnxTensor[] {
  const { node } = call;
  if (floatAttribute(node, 'alpha', 1) !== 1 || !optional(call, 8)) {
    throw callFault(
      call,
      'ONNX_ATTRIBUTE',
      'alpha other than 1, or a float output',
      'quantise the output and leave alpha at 1',
    );
  }
  const turned = (index: number, name: string): OnnxTensor => {
    const tensor = required(call, index);
    return intAttribute(node, name, 0) === 0 ? tensor : transposed(tensor, [1, 0], node.place);
  };
  const a = turned(0, 'transA');
  const b = turned(3, 'transB');
  byteRange(call, a);
  byteRange(call, b);
  const columns = productOf(a.shape, b.shape)?.columns ?? 1;
  const bScale = perChannel(call, 4, columns);
  const bZero = perChannel(call, 5, columns);
  const bias = optional(call, 6);
  const yZero = required(call, 8);
  const range = byteRange(call, yZero);
  const zero = single(call, 8);
  const y = newTensor(yZero.type, resultShape(a, b), node.place);
  const aZero = single(call, 2);
  multiply(
    call,
    a,
    b,
    (left, right, _row, column) => (left - aZero) * (right - bZero(column)),
    (element, _row, column, sum) => {
      const total = sum + (bias ? bias.data[bias.data.length === 1 ? 0 : column]! : 0);
      y.data[element] = requantized(
        total,
        requantizeFactor(single(call, 1), bScale(column), single(call, 7)),
        zero,
        range,
      );
    },
  );
  return [y];
}
