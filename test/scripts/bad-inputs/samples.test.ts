import { writeFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { npy } from '../../support/npy.ts';
import { refusingFolder } from '../../support/refusals.ts';

const { at, refused } = refusingFolder();
writeFileSync(at('short.bin'), Buffer.alloc(255));
writeFileSync(at('one.bin'), Buffer.alloc(256));
writeFileSync(at('nine.bin'), Buffer.alloc(9));
writeFileSync(at('none.bin'), '');
writeFileSync(
  at('float.npy'),
  npy("{'descr': '<f4', 'fortran_order': False, 'shape': (64,), }", new Array(256).fill(0)),
);
writeFileSync(at('cut.npy'), npy("{'descr': '|i1', 'fortran_order': False, 'shape': (256,), }", [1, 2, 3]));
writeFileSync(
  at('order.npy'),
  npy("{'descr': '|i1', 'fortran_order': True, 'shape': (16, 16), }", new Array(256).fill(0)),
);

describe('samples that do not fit', () => {
  const verify = ['verify', 'good.json', '--levels', 'reference'];
  test.each<[string, string[], RegExp]>([
    [
      'inputs one byte short',
      ['--inputs', 'short.bin'],
      /short\.bin: holds 255 bytes where inputs of shape \[1, 16, 16, 1\] need a multiple of 256/,
    ],
    ['no inputs', ['--inputs', 'none.bin'], /none\.bin: holds 0 bytes/],
    ['inputs that are missing', ['--inputs', 'nothing.bin'], /nothing\.bin: there is no such file/],
    [
      'too few expected bytes',
      ['--inputs', 'one.bin', '--expect', 'nine.bin'],
      /nine\.bin: holds 9 bytes where expected outputs of shape \[1, 10\] need 1 x 10 = 10/,
    ],
    [
      'too few expected logits',
      ['--inputs', 'one.bin', '--expect-logits', 'nine.bin'],
      /nine\.bin: holds 9 bytes where expected logits/,
    ],
    ['outputs of other inputs', ['--expect', 'one.bin'], /one\.bin: holds 256 bytes/],
    ['a .npy of floats', ['--inputs', 'float.npy'], /float\.npy: holds elements of type '<f4'/],
    ['a .npy that was cut', ['--inputs', 'cut.npy'], /cut\.npy: says shape \(256\), which is 256 bytes, but holds 3/],
    ['a .npy in Fortran order', ['--inputs', 'order.npy'], /order\.npy: is in Fortran order/],
    ['no samples at all', ['--samples', '0'], /--samples: found 0/],
    ['less than none', ['--samples', '-3'], /--samples: found -3/],
    ['not a number', ['--samples', 'many'], /--samples: found no number; give a whole number from 1 to 1000000/],
    ['half a sample', ['--samples', '1.5'], /--samples: found 1\.5/],
    ['more than memory holds', ['--samples', '1e12'], /--samples: found 1000000000000/],
    ['infinitely many', ['--samples', 'Infinity'], /--samples: found Infinity/],
  ])('%s', async (_title, rest, sentence) => {
    await refused([...verify, ...rest], sentence);
  });
});
