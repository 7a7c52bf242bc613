import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in what splits values wider than 64 bits into limbs. */
export const limbFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/rtl/limbs/arithmetic.ts', [
    [
      'a carry into a full limb is lost',
      "args: [first, addOperation(table, { op: 'lt', ...wholeLimb, args: [sum, carry] })],",
      'args: [first, first],',
    ],
    [
      'a borrow from an empty limb is lost',
      "args: [first, addOperation(table, { op: 'lt', ...wholeLimb, args: [both, borrow] })],",
      'args: [first, first],',
    ],
    [
      'the last digit of a signed factor is unsigned',
      '{ node: highHalf(table, limb, signed), signed },',
      '{ node: highHalf(table, limb, false), signed: false },',
    ],
    ['columns of a product pass no carry', 'if (place > 0) parts.push(highHalf(table, sums[place - 1]!, signed));', ''],
    ['the digits of a product overlap', 'args: [lowHalf(table, low), upper] });', 'args: [low, upper] });'],
  ]),
  ...faultsIn('sim/rtl/limbs/compare.ts', [
    [
      'only the last limb decides what is smaller',
      "less = bit(table, 'or', bit(table, 'lt', x, y), below);",
      "less = bit(table, 'lt', x, y);",
    ],
    [
      'only the last limb decides what is equal',
      "equal = bit(table, 'and', equal, bit(table, 'eq', x, y));",
      "equal = bit(table, 'or', equal, bit(table, 'eq', x, y));",
    ],
    [
      'one bit set in any limb counts as all',
      "const join = op === 'reduceAnd' ? 'and' : 'xor';",
      "const join = op === 'reduceAnd' ? 'or' : 'xor';",
    ],
  ]),
  ...faultsIn('sim/rtl/limbs/shift.ts', [
    [
      'a step of the ladder forgets the neighbour',
      "return chosen(table, moves, addOperation(table, { op: 'or', ...wholeLimb, args: [kept, over] }), limb);",
      'return chosen(table, moves, kept, limb);',
    ],
    [
      'steps of whole limbs in the wrong direction',
      "const from = op === 'shlBy' ? -distance : distance;",
      'const from = distance;',
    ],
    [
      'whole limbs move by twice the distance',
      'bitsFrom(table, amount, insideBits + Math.log2(distance), bitFormat)',
      'bitsFrom(table, amount, insideBits - 1 + Math.log2(distance), bitFormat)',
    ],
    ['the neighbour moves one bit too little', 'args: [neighbour], amount: 1 });', 'args: [neighbour], amount: 0 });'],
    ['a negative amount is a large one', 'args: [positive, below] });', 'args: [below, below] });'],
    [
      'the sign does not fill up',
      'const fill = left ? constantWord(table, 0n, wholeLimb).limbs[0]! :',
      'const fill = true ? constantWord(table, 0n, wholeLimb).limbs[0]! :',
    ],
    [
      'sign bits of the lower part of a concatenation leak',
      'const [upper, lower] = [patternWord(table, high), patternWord(table, low)];',
      'const [upper, lower] = [patternWord(table, high), low];',
    ],
  ]),
  ...faultsIn('sim/rtl/limbs/word.ts', [
    [
      'the sign is not repeated beyond the last limb',
      'if (!word.signed) return addConstant(table, 0n, width, signed);',
      'if (true) return addConstant(table, 0n, width, signed);',
    ],
    [
      'bits across two limbs lose the upper ones',
      "return addOperation(table, { op: 'or', ...format, args: [lower, upper] });",
      "return addOperation(table, { op: 'and', ...format, args: [lower, upper] });",
    ],
    [
      'bits that end inside a limb begin with it',
      "return addOperation(table, { op: 'slice', ...format, args: [limb], low });",
      "return addOperation(table, { op: 'slice', ...format, args: [limb], low: low - 1 });",
    ],
  ]),
  ...faultsIn('sim/rtl/limbs/memory.ts', [
    [
      'an address beyond one limb wraps around',
      'args: [nonZero(table, rest), outside, low!] });',
      'args: [nonZero(table, rest), low!, low!] });',
    ],
    ['initial words in the lowest limb only', 'limbs[index]![address] = value;', 'limbs[0]![address] = value;'],
  ]),
  ...faultsIn('sim/rtl/limbs/split.ts', [
    [
      'reset values of the wrong limb',
      'init: init === null ? null : init[index]!,',
      'init: init === null ? null : init[0]!,',
    ],
    [
      'enable of wide registers ignored',
      'const enable = register.enable === null ? null : gate(register.enable);',
      'const enable = null;',
    ],
  ]),
  ...faultsIn('sim/rtl/limbs/join.ts', [
    ['toggles of one limb counted', 'limbs.reduce((sum, place) => sum + counts[place]!, 0)', 'counts[limbs[0]!]!'],
  ]),
];
