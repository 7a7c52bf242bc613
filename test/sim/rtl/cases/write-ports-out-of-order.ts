import type { Recipe } from '../random-netlist.ts';

/**
 * Found by the random test: three write ports to one address, of which the last two were deferred and then carried out
 * in the order of their evaluation instead of the order of the ports.
 */
export const choices: Recipe = {
  inputs: [{ width: 1, signed: false }],
  registers: [
    { width: 1, signed: false, init: null, next: 0, enable: 24340, holds: [5] },
    { width: 1, signed: false, init: null, next: 35744, enable: null, holds: [] },
    { width: 1, signed: false, init: null, next: 0, enable: 16202, holds: [8137] },
    { width: 9, signed: false, init: 9765826210669218560n, next: 0, enable: 36062, holds: [0] },
  ],
  memories: [
    {
      width: 2,
      signed: false,
      depth: 1,
      init: [],
      reads: [
        { address: 0, enable: 38073, format: null },
        { address: 0, enable: null, format: null },
        { address: 0, enable: null, format: null },
      ],
      writes: [
        { address: 15828, data: 20554, enable: 48073 },
        { address: 4, data: 0, enable: 0 },
        { address: 0, data: 0, enable: 20637 },
      ],
    },
  ],
  operations: [
    { width: 1, signed: false, op: 'const', a: 0, b: 0, c: 0, amount: 0 },
    { width: 1, signed: false, op: 'const', a: 0, b: 0, c: 0, amount: 0 },
    { width: 2, signed: false, op: 'const', a: 0, b: 0, c: 0, amount: 0 },
    { width: 15, signed: false, op: 'const', a: 0, b: 0, c: 0, amount: 0 },
    { width: 24, signed: false, op: 'shr', a: 4280, b: 0, c: 0, amount: 7 },
    { width: 2, signed: false, op: 'const', a: 0, b: 0, c: 0, amount: 0 },
  ],
  outputs: [],
};

export const limits = { chunkNodes: 1, chunkDeferred: 1, smallestBranch: 0 };

export const stimuli = [
  [2147483647n, 2147483647n, 0n],
  [0n, 0n, 2147483647n],
  [0n, 0n, 0n],
  [2147483647n, 0n, 0n],
];
