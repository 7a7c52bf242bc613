import { test } from 'vitest';
import { refusingFolder } from '../../support/refusals.ts';

const { refused } = refusingFolder();

test.each<[readonly string[], RegExp]>([
  [
    ['--liberty', 'cells.lib'],
    /simulate --liberty: says nothing at tier T0; give --tier T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--tier', 'T1', '--liberty', 'cells.lib'],
    /simulate --liberty: says nothing at tier T1; give --tier T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--arithmetic', 'fused'],
    /simulate --arithmetic: says nothing at tier T0; give --tier T1 or T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--samples', '8'],
    /simulate --samples: says nothing at tier T0; give --tier T1 or T2 with it, or leave it out \[COMMAND_LINE\]/,
  ],
  [
    ['--tier', 'T1', '--samples', '1'],
    /--samples: found 1; give a whole number from 2 to 256: inputs follow each other, and one alone would never change/,
  ],
])('options that a tier has no use for: %s', async (options, sentence) => {
  await refused(['simulate', 'good.json', ...options], sentence);
});
