import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in the counters of toggled bits. */
export const toggleFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/rtl/toggles/plan.ts', [
    ['byte counters overflow by one round', 'export const mostPending = 31;', 'export const mostPending = 32;'],
    ['totals of one element size too few', 'place(16, (vectors * 64) / bits)', 'place(16, (vectors * 32) / bits)'],
    [
      'totals of neighbours mixed up',
      '((address - first.address) / bits) * 64;',
      '((address - first.address) / bits) * 32;',
    ],
    ['counters of lanes forgotten', 'lanes[register] = elements;', ''],
  ]),
  ...faultsIn('sim/rtl/toggles/count.ts', [
    ['sign bits of a scalar counted', 'if (format.signed) code.normalise', 'if (false) code.normalise'],
  ]),
  ...faultsIn('sim/rtl/toggles/follow.ts', [
    ['last state not the first of the next round', 'store(rows, states.at(-1)!);', ''],
    ['sum of three bits without the third', '[both(half, c, simd.xor),', '[half,'],
    [
      'carry of three bits without the third',
      'both(half, c, simd.and), simd.or)',
      'both(half, half, simd.and), simd.or)',
    ],
    ['sum not kept in its plane', 'store(plane, sum);', ''],
    [
      'bits beyond the width counted among the eights',
      'code.get(load(masks));\n      code.get(terms[0]!);',
      'code.get(terms[0]!);\n      code.get(terms[0]!);',
    ],
    [
      'bits beyond the width counted among the ones',
      'load(plane);\n        load(masks);',
      'load(plane);\n        load(plane);',
    ],
    ['heavier planes weigh too little', 'if (index > 0) vector.shift(elementOps[8].shl, 1);', ''],
    ['eights count as fours', 'vector.shift(elementOps[64].shl, 3);', 'vector.shift(elementOps[64].shl, 2);'],
    ['byte counters not cleared', '[...planes, pending]) clear', '[...planes]) clear'],
    ['planes not cleared', '[...planes, pending]) clear', '[pending]) clear'],
    [
      'only part of 64 bits added up',
      'vector.shift(elementOps[64].shrU, 32);',
      'vector.shift(elementOps[64].shrU, 63);',
    ],
    ['byte counters never added in a long run', 'total(code);\n  code.op(opcode.end);', 'code.op(opcode.end);'],
    [
      'clocks since the last round not counted at a flush',
      'call(code, compare);\n    call(code, total);',
      'call(code, total);',
    ],
    [
      'copies end early',
      'code.constant(valueType.i32, BigInt(bytes));\n    code.op(opcode.i32Ne);\n  });\n  return',
      'code.constant(valueType.i32, BigInt(Math.max(copyStep, bytes - copyStep)));\n    code.op(opcode.i32Ne);\n  });\n  return',
    ],
  ]),
  ...faultsIn('sim/rtl/toggles/read.ts', [
    ['toggles read without those pending', 'sums(lanes) {\n      flush();', 'sums(lanes) {'],
    ['shared registers count for one lane', 'return lanes * read(register, 0);', 'return read(register, 0);'],
  ]),
  ...faultsIn('sim/rtl/machine.ts', [
    ['changes from outside count as toggles', 'work();\n      toggles?.follow();', 'work();'],
    ['changes from outside lose toggles', 'toggles?.flush();\n      work();', 'work();'],
    ['a checkpoint without the toggles pending', 'toggles?.flush();\n        const [bytes', 'const [bytes'],
    ['a checkpoint without the inputs', 'new Uint8Array(buffer, 0, layout.resetFrom + layout.resetBytes)', 'state'],
    ['a checkpoint without the clock count', 'clocks = count;', ''],
  ]),
  ...faultsIn('sim/rtl/batch.ts', [
    [
      'words of memories a word too far',
      'base + address * vectorBytes(memory, lanes)',
      'base + (address + 1) * vectorBytes(memory, lanes)',
    ],
    [
      'a poke reaches lane 0 only',
      'machine.change(() => registers[index]!.write(lane, value));',
      'machine.change(() => registers[index]!.write(0, value));',
    ],
  ]),
];
