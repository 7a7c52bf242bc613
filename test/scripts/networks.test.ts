import { describe, expect, test } from 'vitest';
import { loadDesign } from '../../scripts/design.ts';
import { proveDesign } from '../../scripts/evaluate-design.ts';
import { type Level, levelNames } from '../../scripts/levels.ts';
import type { Progress } from '../../scripts/progress.ts';
import { projectRoot } from '../../scripts/project.ts';
import { findTool } from '../../scripts/tools/locate.ts';
import { dataFolder, toolsAreRequired } from '../support/data.ts';

const silent: Progress = { step: () => {}, end: () => {} };

/** Designs of real networks: samples that must be equal at each rung, all outputs that the data folder holds at the top. */
const designs: readonly { readonly name: string; readonly samples: Readonly<Record<Level, number>> }[] = [
  { name: 'hello-world-stream-8', samples: { reference: 200, rtl: 20, verilator: 3, icarus: 1 } },
  { name: 'micro-speech-stream-16', samples: { reference: 2, rtl: 2, verilator: 2, icarus: 1 } },
  { name: 'ad-stream-64', samples: { reference: 32, rtl: 20, verilator: 3, icarus: 1 } },
  { name: 'kws-stream-16', samples: { reference: 200, rtl: 20, verilator: 3, icarus: 1 } },
  { name: 'kws-stream-64', samples: { reference: 200, rtl: 20, verilator: 3, icarus: 1 } },
  { name: 'kws-stream-256', samples: { reference: 200, rtl: 20, verilator: 3, icarus: 1 } },
];

const found = {
  verilator: await findTool('verilator', process.env),
  iverilog: await findTool('iverilog', process.env),
};
const available = levelNames.filter(
  (level) =>
    toolsAreRequired() ||
    level === 'reference' ||
    level === 'rtl' ||
    found[level === 'icarus' ? 'iverilog' : 'verilator'] !== null,
);
const missing = levelNames.filter((level) => !available.includes(level));
const skipped = missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')}, the tool is not here)`;

describe('real networks: reference = rtl = verilator = icarus, bytes and clocks', () => {
  for (const { name, samples } of designs) {
    if (dataFolder() === null && !toolsAreRequired()) {
      test.skip(`${name}: skipped, needs the shared data`, () => {});
      continue;
    }
    test(`${name}${skipped}`, async () => {
      const design = loadDesign(name, projectRoot, process.env);
      const result = await proveDesign(design, { levels: available }, process.env, silent);
      const verification = result.verification!;
      expect({ ...verification, levels: {} }).toEqual({
        verdict: 'equal',
        firstMismatch: null,
        inputs: verification.inputs,
        notes: [],
        levels: {},
      });
      for (const level of available) {
        const rung = verification.levels[level]!;
        expect({ level, samples: rung.samples, matched: rung.matched }).toEqual({
          level,
          samples: samples[level],
          matched: samples[level],
        });
        if (level === 'reference') continue;
        expect({ level, latency: rung.cycles!.latency }).toEqual({ level, latency: result.cycles.latency });
        // Two frames or more show an interval; it is the steady one once the pipeline is full.
        if (rung.samples >= 3)
          expect({ level, interval: rung.cycles!.interval }).toEqual({ level, interval: result.cycles.interval });
      }
    });
  }
});

test.skipIf(dataFolder() === null && !toolsAreRequired())(
  'kws on a budget of 64 multipliers: at least 0.70 x 64 MACs per clock',
  async () => {
    const design = loadDesign('kws-stream-64', projectRoot, process.env);
    const { cycles, multipliers } = await proveDesign(
      design,
      { levels: ['reference'], samples: 1 },
      process.env,
      silent,
    );
    expect(multipliers).toBeLessThanOrEqual(64);
    expect(cycles.interval).toBeLessThanOrEqual(59_300);
  },
);
