import { expect, test } from 'vitest';
import { simulationText } from '../../scripts/simulation-text.ts';
import { sampleResult } from '../support/results.ts';

const result = (taps: number) => {
  const found = sampleResult({ name: 'd', architecture: 'stream', multipliers: 64 });
  found.stages[1] = { ...found.stages[1]!, pe: 4, simd: 1, taps, multipliers: 4 * taps };
  return found;
};
const terminal = {
  folder: '.',
  environment: {},
  columns: 200,
  colour: false,
  watched: false,
  out: () => {},
  err: () => {},
};
const lines = (taps: number) => simulationText(result(taps), terminal).split('\n');

test('taps stand behind pe and simd where a stage reads several', () => {
  expect(lines(9).find((line) => /^ +stage/.test(line))).toMatch(/kind +pe x simd x taps +MACs/);
  expect(lines(9).find((line) => /^ +dw2 +depth/.test(line))).toMatch(/ depthwise +4 x 1 x 9 +72,000 /);
  expect(lines(9).find((line) => /^ +conv1 +conv/.test(line))).toMatch(/ conv +\d+ x \d+ +320,000 /);
  expect(lines(1).find((line) => /^ +stage/.test(line))).toMatch(/kind +pe x simd +MACs/);
  expect(lines(1).find((line) => /^ +dw2 +depth/.test(line))).toMatch(/ depthwise +4 x 1 +72,000 /);
});

test('a design for a device tells its memories, and its look-up tables or why it does not', () => {
  const design = sampleResult({ name: 'd', architecture: 'stream', multipliers: 64 });
  design.hardware.memories = {
    ...{ device: 'xc7', blocks: 3, blockBits: 18432, fill: 0.5 },
    styles: { block: { memories: 2, bits: 27648 }, registers: { memories: 1, bits: 96 } },
  };
  const said = () =>
    simulationText(design, terminal)
      .split('\n')
      .filter((line) => line.includes('xc7'));
  expect(said()).toEqual([
    expect.stringMatching(
      /memories of xc7 +3 block memories, 50\.0 % full; 2 in blocks, 0 in look-up tables, 1 in registers$/,
    ),
    expect.stringMatching(/xc7 +look-up tables are not estimated for lanes made for silicon$/),
  ]);
  design.fpga = {
    ...{ tier: 'T0', device: 'xc7', luts: { value: 500, low: 400.2, high: 601.6 }, dsps: 4, lutsPerDsp: 100 },
    ...{ lutEquivalents: 900, blockMemories: 3, byLayer: {}, origins: [] },
  };
  expect(said()[1]).toMatch(
    /xc7 +500 look-up tables \(400 to 602\), 4 DSP blocks \(counted as 100 each: 900 together\), 3 block memories, tier T0$/,
  );
});
