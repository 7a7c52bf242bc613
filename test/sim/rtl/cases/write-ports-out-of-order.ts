import type { Netlist } from '../../../../hdl-gen/ir/netlist.ts';

/**
 * Found by the random test: three write ports to one address, of which the last two were deferred and then carried out
 * in the order of their evaluation instead of the order of the ports.
 */
export const netlist: Netlist = {
  name: 'random',
  nodes: [
    { op: 'input', input: 0, width: 1, signed: false },
    { op: 'register', register: 0, width: 1, signed: false },
    { op: 'register', register: 1, width: 1, signed: false },
    { op: 'register', register: 2, width: 1, signed: false },
    { op: 'register', register: 3, width: 9, signed: false },
    { op: 'memoryRead', memory: 0, port: 0, width: 2, signed: false },
    { op: 'memoryRead', memory: 0, port: 1, width: 2, signed: false },
    { op: 'memoryRead', memory: 0, port: 2, width: 2, signed: false },
    { op: 'const', value: 0n, width: 1, signed: false },
    { op: 'const', value: 0n, width: 1, signed: false },
    { op: 'const', value: 0n, width: 2, signed: false },
    { op: 'const', value: 0n, width: 15, signed: false },
    { op: 'shr', args: [4], amount: 7, width: 24, signed: false },
    { op: 'const', value: 0n, width: 2, signed: false },
    { op: 'slice', args: [11], low: 5, width: 1, signed: false },
    { op: 'mux', args: [14, 0, 1], width: 1, signed: false },
    { op: 'slice', args: [10], low: 0, width: 1, signed: false },
    { op: 'slice', args: [12], low: 1, width: 1, signed: false },
    { op: 'mux', args: [17, 0, 3], width: 1, signed: false },
    { op: 'slice', args: [7], low: 0, width: 1, signed: false },
    { op: 'mux', args: [0, 4, 0], width: 9, signed: false },
    { op: 'slice', args: [13], low: 0, width: 1, signed: false },
  ],
  inputs: [{ name: 'in_0', node: 0 }],
  outputs: [],
  registers: [
    { name: 'r_0', width: 1, signed: false, init: null, node: 1, next: 15, enable: 16 },
    { name: 'r_1', width: 1, signed: false, init: null, node: 2, next: 5, enable: null },
    { name: 'r_2', width: 1, signed: false, init: null, node: 3, next: 18, enable: 19 },
    {
      name: 'r_3',
      width: 9,
      signed: false,
      init: 9765826210669218560n,
      node: 4,
      next: 20,
      enable: 21,
    },
  ],
  memories: [
    {
      name: 'm_0',
      width: 2,
      signed: false,
      depth: 1,
      init: [],
      reads: [
        { address: 0, enable: 17, node: 5 },
        { address: 0, enable: null, node: 6 },
        { address: 0, enable: null, node: 7 },
      ],
      writes: [
        { address: 16, data: 3, enable: 17 },
        { address: 2, data: 0, enable: 0 },
        { address: 0, data: 0, enable: 15 },
      ],
    },
  ],
};

export const limits = { chunkNodes: 1, chunkDeferred: 1, smallestBranch: 0 };

export const stimuli = [
  [2147483647n, 2147483647n, 0n],
  [0n, 0n, 2147483647n],
  [0n, 0n, 0n],
  [2147483647n, 0n, 0n],
];
