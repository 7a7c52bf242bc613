import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in what follows unknown bits. */
export const unknownFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/rtl/unknown/mask.ts', [
    ['an unknown sign is not extended', 'return signed ? BigInt.asIntN(width, mask) : mask;', 'return mask;'],
    [
      'an unknown bit that must be 1 is taken for known',
      'return { must: operand.value & ~mask, can: operand.value | mask };',
      'return { must: operand.value, can: operand.value | mask };',
    ],
    [
      'a choice between two values forgets where they differ',
      'pattern(extended(a) | extended(b) | (a.value ^ b.value), format);',
      'pattern(extended(a) | extended(b), format);',
    ],
    [
      'a mux with an unknown condition takes an arm',
      'if (condition.mask !== 0n) return eitherMask(yes, no, node);',
      'if (condition.mask === 2n) return eitherMask(yes, no, node);',
    ],
    [
      'a mux with a known condition looks at the other arm',
      'return resizedMask(condition.value !== 0n ? yes : no, node);',
      'return resizedMask(condition.value !== 0n ? no : yes, node);',
    ],
    [
      'a known 0 does not make an unknown bit 0',
      'return pattern(x.can & y.can & ~(x.must & y.must), node);',
      'return pattern((x.can | y.can) & ~(x.must & y.must), node);',
    ],
    [
      'an unknown bit is hidden by any 1 of an exclusive or',
      "case 'xor':\n      return pattern(extended(a) | extended(b), node);",
      "case 'xor':\n      return pattern((extended(a) | extended(b)) & ~b.value, node);",
    ],
    ['a slice of unknown bits begins at bit 0', 'pattern(a.mask >> BigInt(node.low), node)', 'pattern(a.mask, node)'],
    [
      'concatenation shifts unknown bits by the wrong half',
      'pattern((a.mask << BigInt(b.width)) | b.mask, node)',
      'pattern((a.mask << BigInt(a.width)) | b.mask, node)',
    ],
    [
      'unknown carries are forgotten',
      'const mask = pattern(extended(a) | extended(b) | carries, format);',
      'const mask = pattern(extended(a) | extended(b), format);',
    ],
    ['a difference carries like a sum', 'const first = subtract ? 1n : 0n;', 'const first = 0n;'],
    ['a product is known up to the higher of two unknown bits', 'Math.min(fromA, fromB)', 'Math.max(fromA, fromB)'],
    [
      'zeros at the end of the other factor count twice',
      'lowestBit(a.mask) + zerosOfB;',
      'lowestBit(a.mask) + 2 * zerosOfB;',
    ],
    [
      'equality is decided by the bits that are known in one operand',
      '~(extended(a) | extended(b))) === 0n;',
      '~(extended(a) & extended(b))) === 0n;',
    ],
    [
      'less is decided when the ranges touch',
      'x.high < y.low || x.low >= y.high',
      'x.high <= y.low || x.low >= y.high',
    ],
    [
      'the range of an unknown sign begins at 0',
      'return { low: (magnitude & ~rest) - sign, high: magnitude | rest };',
      'return { low: magnitude & ~rest, high: magnitude | rest };',
    ],
    ['parity of unknown bits is known', "case 'reduceXor':\n      return 1n;", "case 'reduceXor':\n      return 0n;"],
    [
      'over any: a known 1 does not decide',
      'return (pattern(a.value, a) & ~a.mask) === 0n ? 1n : 0n;',
      'return pattern(a.value, a) === 0n ? 1n : 0n;',
    ],
    [
      'an unknown amount does not shift everything out',
      'if (high >= everything || low < 0n) {',
      'if (high > everything || low < 0n) {',
    ],
    [
      'amounts are not held to their known bits',
      'if ((amount & ~extended(b)) === known) shifted(amount);',
      'if ((amount & ~extended(b)) !== known) shifted(amount);',
    ],
  ]),
  ...faultsIn('sim/rtl/unknown/memory.ts', [
    [
      'a word is known after the first write to any',
      'changed.get(address) ?? (address < filled ? known : never(address))',
      'changed.get(address) ?? (address < filled || changed.size > 0 ? known : never(address))',
    ],
    [
      'what lies beyond the depth is known',
      'const { mask, origin } = beyond ? { mask: allOf(memory), origin: null } : stored(at);',
      'const { mask, origin } = beyond ? known : stored(at);',
    ],
  ]),
  ...faultsIn('sim/rtl/unknown/edge.ts', [
    [
      'an unknown enable raises nothing',
      "if (unsure) report('enable', 'register', name, enable);",
      "if (unsure && name === '') report('enable', 'register', name, enable);",
    ],
    [
      'a register with an unknown enable keeps what it held',
      'return either(held, { value: evaluator.values[next]!, unknown: loaded }, register, decider).unknown;',
      'return either(held, held, register, decider).unknown;',
    ],
    [
      'a known load does not make a register known',
      'isUnknown[next] === 0 && before.mask === 0n)) return null;',
      'isUnknown[next] === 0)) return null;',
    ],
    [
      'unknown data is stored as known',
      'unknown: state.unknownOf(data, memory) };',
      'unknown: { mask: 0n, origin: null } };',
    ],
    [
      'an unknown write address changes one word',
      'if (((BigInt(at) ^ target) & certain) === 0n) words.write(',
      'if (BigInt(at) === target) words.write(',
    ],
  ]),
  ...faultsIn('sim/rtl/unknown/state.ts', [
    [
      'a register without a reset value is known at power-on',
      'registers[index] = init === null ? neverWritten(index) : known;',
      'registers[index] = known;',
    ],
    [
      'a read port is known before its first read',
      'reads[index]![port] = neverLoaded(what',
      'reads[index]![port] ??= neverLoaded(what',
    ],
    [
      'an unknown third argument is overlooked',
      'isUnknown[second[node]!]! | isUnknown[third[node]!]!) === 1',
      'isUnknown[second[node]!]!) === 1',
    ],
    [
      'a node stays unknown for ever',
      'else if (isUnknown[node] === 1 && first[node]',
      'else if (isUnknown[node] === 2 && first[node]',
    ],
  ]),
];
