import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in the counters of toggled bits. */
export const toggleFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/rtl/toggles/plan.ts', [
    ['byte counters overflow by one clock', 'Math.floor(255 / most)', 'Math.floor(255 / most) + 1'],
    ['bytes thought to change in one bit at most', 'Math.min(width, 8)), 1)', 'Math.min(width, 1)), 1)'],
    [
      'blocks of counters overlap',
      'at += Math.ceil(registers.length / perVector);',
      'at += Math.floor(registers.length / perVector);',
    ],
    [
      'a register in two blocks counts in one',
      'counters[register]!.push(area.totals + 8 * (at * perVector + element));',
      'counters[register] = [area.totals + 8 * (at * perVector + element)];',
    ],
  ]),
  ...faultsIn('sim/rtl/toggles/count.ts', [
    [
      'sign bits of a vector counted',
      'if (format.width < bits && (format.signed || format.width === 1)) {',
      'if (format.width < bits && format.width === 1) {',
    ],
    [
      'bits of a mask counted',
      'if (format.width < bits && (format.signed || format.width === 1)) {',
      'if (format.width < bits && format.signed) {',
    ],
    ['sign bits of a scalar counted', 'if (format.signed) code.normalise', 'if (false) code.normalise'],
    [
      'pending bytes not cleared',
      'vector.constant(8, 0n);\n  access(simd.store, 0);',
      'code.get(bytes);\n  access(simd.store, 0);',
    ],
    [
      'only the low half of 64 bits added up',
      'vector.shift(elementOps[64].shrU, 32);',
      'vector.shift(elementOps[64].shrU, 63);',
    ],
    ['last vector not added up', 'pending + 16 * vectors', 'pending + 16 * Math.max(1, vectors - 1)'],
  ]),
  ...faultsIn('sim/rtl/groups/group-effect.ts', [
    [
      'toggles of a group in place not counted',
      'if (shadow === null) countTargets(context, vector, local, bits, from, targets);',
      '',
    ],
    [
      'toggles of a group behind a shadow not counted',
      'countTargets(context, vector, local!, bits, from, targets);',
      '',
    ],
  ]),
  ...faultsIn('sim/rtl/groups/run-effect.ts', [
    ['toggles of a run in place not counted', 'if (!deferred) countRun(context, run, sourceOf(run));', ''],
    ['toggles of a deferred run not counted', 'countRun(context, run, shadows[index]!);', ''],
  ]),
  ...faultsIn('sim/rtl/lanes/lane-effect.ts', [
    ['counters of all parts of a register the same', 'pending + 16 * part, pushOld', 'pending, pushOld'],
  ]),
  ...faultsIn('sim/rtl/toggles/read.ts', [
    ['toggles read without those pending', 'sums() {\n      flush();', 'sums() {'],
    ['shared registers count for one lane', 'return isShared(own) ? lanes * sum : sum;', 'return sum;'],
  ]),
  ...faultsIn('sim/rtl/compile/compile.ts', [
    ['pending bytes never added in a long run', 'callAll(code, [flush]);', 'callAll(code, []);'],
  ]),
];
