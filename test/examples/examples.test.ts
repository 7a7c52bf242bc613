import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { replay } from '../../scripts/testing/replay.ts';
import type { BenchRun } from '../../sim/bench/index.ts';
import { printWave, type WaveOptions } from '../../sim/observe/wave.ts';
import { needTool } from '../support/tools.ts';
import { lint, yosys } from '../support/verilog.ts';
import { counterBench, fifoBench, firBench, matrixBench, uartBench } from './benches.ts';

interface Example {
  readonly name: string;
  readonly run: BenchRun;
  /** Module shown on the page. */
  readonly shown: string;
  readonly wave: WaveOptions;
}

const uartSignals = ['send_valid', 'send_data', 'send_ready', 'transmitter.bits_left', 'tx', 'receiver.state'];
const states = ['idle', 'start', 'data', 'stop'];
const examples: readonly Example[] = [
  { name: 'counter', run: counterBench(), shown: 'counter_12', wave: { to: 20 } },
  { name: 'fifo', run: fifoBench(), shown: 'fifo_5', wave: { to: 16 } },
  { name: 'fir', run: firBench(), shown: 'fir_3_n5_8_n5_3_x8', wave: { to: 15 } },
  {
    name: 'matrix',
    run: matrixBench(),
    shown: 'cell_8x20',
    wave: { signals: ['valid', 'first', 'a_0', 'b_0', 'product_0', 'cell_0_1.a_q', 'b_1', 'product_1'], to: 11 },
  },
  {
    name: 'uart',
    run: uartBench(),
    shown: 'uart_tx_4',
    wave: {
      signals: [...uartSignals, 'received_valid', 'received_data'],
      words: { 'receiver.state': states },
      to: 46,
    },
  },
];

/** The page with its blocks brought up to date: what the test compares, and what `vitest -u` writes. */
function refreshed(page: string, blocks: Readonly<Record<string, string>>): string {
  let text = page;
  for (const [language, content] of Object.entries(blocks)) {
    const block = new RegExp(`\`\`\`${language}\n[\\s\\S]*?\`\`\``);
    expect(text).toMatch(block);
    text = text.replace(block, () => `\`\`\`${language}\n${content.trimEnd()}\n\`\`\``);
  }
  return text;
}

describe.each(examples)('$name', ({ name, run, shown, wave }) => {
  test('the page shows the source, the Verilog and the waveform of today', async () => {
    const page = new URL(`../../docs/examples/${name}.md`, import.meta.url);
    const source = readFileSync(new URL(`../../examples/${name}.ts`, import.meta.url), 'utf8');
    const blocks = {
      ts: source.replaceAll("'../hdl-gen/index.ts'", "'joulesmith/hdl'"),
      verilog: emitVerilog(run.design).files.find((file) => file.name === `${shown}.v`)!.text,
      text: printWave(run.trace, wave),
    };
    await expect(refreshed(readFileSync(page, 'utf8'), blocks)).toMatchFileSnapshot(page.pathname);
  });

  test('yosys accepts it without a warning', async () => {
    const { said } = await yosys(run.design, 'proc; opt; check -assert');
    expect(said).not.toMatch(/\bWarning\b|ERROR/);
  });
});

await needTool('verilator', 'verilator -Wall is silent', async ({ path }) => {
  for (const { run } of examples) expect(await lint(run.design, { verilator: path })).toBe('');
});

await needTool('iverilog', 'icarus -Wall is silent', async ({ path }) => {
  for (const { run } of examples) expect(await lint(run.design, { iverilog: path })).toBe('');
});

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(name, `${name}: every output at every clock is that of the embedded simulator`, async (tool) => {
    const { mismatches, compared } = await replay(
      tool,
      examples.map(({ run }) => run),
    );
    expect(mismatches).toEqual([]);
    expect(compared).toBeGreaterThan(9000);
  });
}
