import { expect, test } from 'vitest';
import { simulationText } from '../../scripts/commands/simulate.ts';
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
