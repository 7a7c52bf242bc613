import { faultsIn, type PlantedFault } from './fault.ts';

/** In what reads named values of a running simulator. */
export const readingFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/rtl/evaluate-narrow.ts', [
    ['a negative value is joined with its sign', 'patternOf(a, first) << low.width', 'a << low.width'],
    ['a logical shift to the right', 'return Math.floor(a / 2 ** (b < 0', 'return Math.trunc(a / 2 ** (b < 0'],
    ['signs are lost', '(value << unused) >> unused', '(value << unused) >>> unused'],
    ['all ones of another width', '=== 2 ** first.width - 1', '=== 2 ** node.width - 1'],
  ]),
  ...faultsIn('sim/rtl/nets.ts', [
    [
      'wide operations see old narrow values',
      '    for (const arg of narrow) integers[arg] = BigInt(numbers[arg]!);\n',
      '',
    ],
    ['arguments come after what reads them', '.sort((a, b) => a - b)', '.sort((a, b) => b - a)'],
  ]),
  ...faultsIn('sim/rtl/reading.ts', [
    ['words in the wrong order', 'rest >>= BigInt(wordBits)', 'rest <<= BigInt(wordBits)'],
  ]),
  ...faultsIn('sim/rtl/observe.ts', [
    [
      'words begin at the beginning of the memory',
      'words[at + from] = reading.read();',
      'words[from] = reading.read();',
    ],
  ]),
];
