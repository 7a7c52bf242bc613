import { describe, expect, test } from 'vitest';
import { isNpy, readNpy } from '../../scripts/npy.ts';
import { npy } from '../support/npy.ts';

const header = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }";

describe('readNpy', () => {
  test.each([1, 2, 3])('reads version %i', (major) => {
    const file = npy(header, [1, 2, 255, 128, 127, 0], major);
    expect(isNpy(file)).toBe(true);
    expect(readNpy(file, 'f')).toEqual({ shape: [2, 3], data: Int8Array.of(1, 2, -1, -128, 127, 0) });
  });

  test('one dimension is written with a comma behind it', () => {
    const file = npy("{'descr': '<i1', 'fortran_order': False, 'shape': (3,), }", [1, 2, 3]);
    expect(readNpy(file, 'f').shape).toEqual([3]);
  });

  test.each([
    ['another element type', npy(header.replace('|i1', '<f4'), [0]), /f\.npy: holds elements of type '<f4' where int8/],
    ['Fortran order', npy(header.replace('False', 'True'), [0, 0, 0, 0, 0, 0]), /f\.npy: is in Fortran order/],
    ['too few bytes', npy(header, [1, 2]), /says shape \(2, 3\), which is 6 bytes, but holds 2/],
    ['a header cut off', npy(header, []).slice(0, 40), /ends inside its header/],
    ['a negative side', npy(header.replace('2, 3', '-2, 3'), [0]), /unreadable shape/],
    ['an unknown version', npy(header, [1], 9), /version 9/],
    ['something else', Uint8Array.of(1, 2, 3), /is not a \.npy file/],
  ])('refuses %s', (_name, file, message) => {
    expect(() => readNpy(file, 'f.npy')).toThrow(message);
  });
});
