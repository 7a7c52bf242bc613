import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { findTool, type ToolName } from '../../scripts/tools/locate.ts';
import { runCli } from '../support/cli.ts';
import { needData, toolsAreRequired } from '../support/data.ts';

/** The ladder on real networks with their goldens, every rung. Icarus takes minutes for the largest: that waits for test:all. */
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;

const designs = [
  { name: 'kws-stream-16', data: 'mlperf_kws', samples: 200, rtl: 20 },
  { name: 'kws-stream-64', data: 'mlperf_kws', samples: 200, rtl: 20 },
  { name: 'kws-stream-256', data: 'mlperf_kws', samples: 200, rtl: 20 },
  { name: 'vww-stream-64', data: 'mlperf_vww', samples: 40, rtl: 20 },
  { name: 'ic-stream-512', data: 'mlperf_ic', samples: 60, rtl: 20 },
  { name: 'ad-stream-64', data: 'mlperf_ad', samples: 32, rtl: 20 },
  { name: 'micro-speech-stream-16', data: 'cfu_micro_speech', samples: 2, rtl: 2 },
  { name: 'hello-world-stream-8', data: 'tflm_hello_world', samples: 256, rtl: 20 },
] as const;

const slowInIcarus: ReadonlySet<string> = new Set(['vww-stream-64', 'ic-stream-512']);

async function proven(design: string, levels: string) {
  const { code, out, err } = await runCli(['verify', design, '--levels', levels, '--json'], { folder: tmpdir() });
  expect(err).toContain('verdict: equal');
  expect(code).toBe(0);
  const document = JSON.parse(out);
  // A note here would be a difference: of clocks, of the handshake, or goldens that were not used.
  expect(document.notes).toEqual([]);
  return document;
}

describe('real networks', async () => {
  const tools: Record<string, ToolName> = { verilator: 'verilator', icarus: 'iverilog' };
  for (const { name, data, samples, rtl } of designs) {
    const files = [`${data}/manifest.json`];
    needData(`${name}: the goldens, the reference and the embedded RTL are equal`, files, async () => {
      const { levels } = await proven(name, 'reference,rtl');
      expect(levels.reference).toMatchObject({ samples, matched: samples });
      expect(levels.rtl).toMatchObject({ samples: rtl, matched: rtl });
      const simulated = await runCli(['simulate', name, '--json'], { folder: tmpdir() });
      expect(JSON.parse(simulated.out).cycles).toEqual(levels.rtl.cycles);
    });
    for (const [level, tool] of Object.entries(tools)) {
      if (slowInIcarus.has(name) && level === 'icarus' && !exhaustive) continue;
      const title = `${name}: ${level} on the emitted text is equal, byte and clock`;
      if ((await findTool(tool, process.env)) === null && !toolsAreRequired()) {
        test.skip(`${title}: skipped, needs ${tool}`, () => {});
        continue;
      }
      needData(title, files, async () => {
        const { levels } = await proven(name, level);
        const ran = { verilator: Math.min(3, samples), icarus: 1 }[level];
        expect(levels[level]).toMatchObject({ samples: ran, matched: ran });
      });
    }
  }

  needData(
    'kws on a budget of 64 multipliers: at least 0.70 x 64 MACs per clock',
    ['mlperf_kws/manifest.json'],
    async () => {
      const { out } = await runCli(['simulate', 'kws-stream-64', '--json'], { folder: tmpdir() });
      const { cycles, multipliers } = JSON.parse(out);
      expect(multipliers).toBeLessThanOrEqual(64);
      expect(cycles.interval).toBeLessThanOrEqual(59_300);
    },
  );
});
