import { faultsIn, type PlantedFault } from './fault.ts';

/** In what counts the transitions of single bits: tier T1 stands on it. */
export const bitFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/cost/toggle/count-toggles.ts', [
    [
      'pulses shorter than a gate are shown',
      'const lasting = (value ^ before) & ~passing;',
      'const lasting = value ^ before;',
    ],
    [
      'one step too few is looked ahead',
      'next = steps[place]! >> shortShift; next > 0;',
      'next = steps[place]! >> shortShift; next > 1;',
    ],
    [
      'a rest is seen where the last clock changes',
      'const mask = -1 >>> (31 - clocks);',
      'const mask = -1 >>> (32 - clocks);',
    ],
    ['the first clock counts', '& (block === 0 ? ~1 : -1)', '& -1'],
    ['the last clock of a block is forgotten', 'carried[node] = now >>> 31;', 'carried[node] = 0;'],
    ['rows that hold the other value are kept', 'resting[node] !== held', 'resting[node] === 0'],
    ['a row that moved counts as resting', '  resting[node] = 0;\n', ''],
    [
      'a gate that is shut counts as quiet before it is',
      'return transitions !== 0;',
      'return transitions > settledChanges;',
    ],
    [
      'enables are taken a clock too late',
      'const before = (settled[enable >> 1]! << 1) | carried[enable >> 1]!;',
      'const before = settled[enable >> 1]!;',
    ],
  ]),
  ...faultsIn('sim/cost/toggle/step-values.ts', [
    [
      'the complement of the third argument is lost in a select',
      '(~x & (values[atC]! ^ flipC))',
      '(~x & values[atC]!)',
    ],
  ]),
  ...faultsIn('sim/cost/toggle/toggle-plan.ts', [
    ['the second argument never moves', '          moved |= 2;\n', ''],
    [
      'loads delay nothing',
      'const delay = inertia + Math.round(times.loadDelay * pins[node]!);',
      'const delay = inertia;',
    ],
    ['pulses as long as a gate are too short', '< inertia) later++;', '<= inertia) later++;'],
  ]),
  ...faultsIn('sim/cost/toggle/bit-arithmetic.ts', [
    ['a product row of the sign is added', 'isSign ? not(own) : own', 'own'],
    [
      'the carry into the first bit is lost',
      "builder.majority(x[0]!, y[0]!, carry, 'propagate')",
      "builder.and(x[0]!, y[0]!, 'propagate')",
    ],
  ]),
  ...faultsIn('sim/cost/toggle/bit-operation.ts', [
    ['numbers without a sign get one', 'const top = signed ? (bits.at(-1) ?? 0) : 0;', 'const top = bits.at(-1) ?? 0;'],
    ['an order without the sign', 'at === bits - 1 ? not(bit) : bit', 'bit'],
    ['sums of narrow numbers lose a bit', 'common(a, b) + 1', 'common(a, b)'],
    ['products of narrow numbers lose a bit', 'a.bits.length + b.bits.length;', 'a.bits.length + b.bits.length - 1;'],
    ['unsigned numbers lose equal bits', 'const length = value.signed ?', 'const length = value.bits.length > 0 ?'],
  ]),
  ...faultsIn('sim/cost/toggle/bits-of-design.ts', [
    [
      "instances' own resets are forgotten",
      'const reset = init === null ? 0 : ownReset(builder, scope, evaluate);',
      'const reset = 0;',
    ],
    ['bits that start apart share a flip-flop', 'const key = 2 * value + starts;', 'const key = 2 * value;'],
    ['multiplexers stay behind clock gates', 'hasClockGates && isGated(register) ? 1 : enable', 'enable'],
    [
      'a register with a reset shares its gate',
      '2 * enable + (scope.module.registers[register]!.init === null ? 0 : 1)',
      '2 * enable',
    ],
  ]),
  ...faultsIn('sim/cost/toggle/constant-bits.ts', [
    ['bits that load something else are constant', '=== 1 << start,', '!== 3,'],
    ['a flip-flop that moves leaves the others alone', 'if (kept.length === left.length)', 'if (kept.length > 0)'],
    ['a selection is always the first', 'x === 1 ? z : x === 2 ? y : y | z', 'y'],
  ]),
  ...faultsIn('sim/cost/toggle/shell-toggles.ts', [
    [
      'bits behind the 32nd come from the first word',
      'const from = start[column]! + (low >> 5);',
      'const from = start[column]!;',
    ],
    [
      'rows behind the 32nd repeat those before',
      'for (let row = 32 * block; row < end; row++) {',
      'for (let row = 0; row < end; row++) {',
    ],
    ['what moves last is not seen', 'row < end; row++) moved |=', 'row < end - 1; row++) moved |='],
  ]),
];
