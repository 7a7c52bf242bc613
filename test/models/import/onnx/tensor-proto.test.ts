import { expect, test } from 'vitest';
import { operators } from '../../../../models/import/onnx/evaluate/operators.ts';
import { readTensorFile } from '../../../../models/import/onnx/tensor-proto.ts';
import { type OnnxTensor, roundToHalf } from '../../../../models/import/onnx/types.ts';
import { bytes, integer, join } from '../../../support/onnx-writer.ts';

const raw = (code: number, length: number, content: ArrayBufferView): number[] => {
  const view = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  const { data } = readTensorFile(join([integer(1, length), integer(2, code), bytes(9, view)]), 'raw');
  return Array.from(data);
};

/** `field` numbers as varints, one by one or packed. */
const typed = (code: number, length: number, field: number, numbers: readonly number[], packed: boolean): number[] => {
  const varints = numbers.map((value) => integer(field, value));
  // An unpacked number is its key and its varint; without the keys they are packed.
  const parts = packed ? [bytes(field, join(varints.map((part) => part.subarray(1))))] : varints;
  return Array.from(readTensorFile(join([integer(1, length), integer(2, code), ...parts]), 'typed').data);
};

test('every type in raw_data', () => {
  expect(raw(1, 2, Float32Array.of(-1.5, 3))).toEqual([-1.5, 3]);
  expect(raw(2, 2, Uint8Array.of(0, 255))).toEqual([0, 255]);
  expect(raw(3, 2, Int8Array.of(-128, 127))).toEqual([-128, 127]);
  expect(raw(4, 2, Uint16Array.of(0, 65535))).toEqual([0, 65535]);
  expect(raw(5, 2, Int16Array.of(-32768, 1))).toEqual([-32768, 1]);
  expect(raw(6, 2, Int32Array.of(-2147483648, 7))).toEqual([-2147483648, 7]);
  expect(raw(7, 3, BigInt64Array.of(-5n, 2n ** 40n, -(2n ** 63n)))).toEqual([-5, 2 ** 40, -(2 ** 63)]);
  expect(raw(9, 3, Uint8Array.of(0, 1, 2))).toEqual([0, 1, 1]);
  expect(raw(10, 6, Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x3555))).toEqual([
    1,
    -2,
    2 ** -24,
    65504,
    Number.POSITIVE_INFINITY,
    0.333251953125,
  ]);
  expect(raw(11, 1, Float64Array.of(1e-300))).toEqual([1e-300]);
  expect(raw(12, 1, Uint32Array.of(4294967295))).toEqual([4294967295]);
  expect(raw(21, 3, Uint8Array.of(0xf1, 0x07))).toEqual([1, 15, 7]);
  expect(raw(22, 3, Uint8Array.of(0xf1, 0x08))).toEqual([1, -1, -8]);
});

test('integers in the typed fields, packed and one by one', () => {
  for (const packed of [true, false]) {
    expect(typed(3, 3, 5, [-128, 0, 127], packed)).toEqual([-128, 0, 127]);
    expect(typed(7, 2, 7, [-(2 ** 40), 300], packed)).toEqual([-(2 ** 40), 300]);
    expect(typed(10, 1, 5, [0xc000], packed)).toEqual([-2]);
    expect(typed(22, 3, 5, [0x8f, 0x02], packed)).toEqual([-1, -8, 2]);
    expect(typed(12, 1, 11, [4294967295], packed)).toEqual([4294967295]);
  }
});

test('halves are rounded to even, small ones to the subnormal grid, large ones to infinity', () => {
  expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25, 65519, 65520, -0.1].map(roundToHalf)).toEqual([
    1,
    1 + 2 ** -9,
    0,
    2 ** -23,
    65504,
    Number.POSITIVE_INFINITY,
    -0.0999755859375,
  ]);
});

const tensor = (type: OnnxTensor['type'], shape: number[], data: OnnxTensor['data']): OnnxTensor => ({
  type,
  shape,
  data,
});

test('scales per block (operator set 21)', () => {
  const node = {
    index: 0,
    operator: 'DequantizeLinear',
    place: 'test',
    inputs: [],
    outputs: [],
    attributes: new Map([
      ['axis', { kind: 'int', value: 1 } as const],
      ['block_size', { kind: 'int', value: 2 } as const],
    ]),
  };
  const inputs = [
    tensor('int8', [2, 3], Int8Array.of(1, 2, 3, 4, 5, 6)),
    tensor('float', [2, 2], Float32Array.of(1, 10, 100, 1000)),
    tensor('int8', [2, 2], Int8Array.of(0, 1, 0, 2)),
  ];
  const [y] = operators.DequantizeLinear!({ node, opset: 21, inputs });
  expect(Array.from(y!.data)).toEqual([1, 2, 20, 400, 500, 4000]);
});
