import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as language from '../../../hdl-gen/index.ts';
import type { UIntType, VecType } from '../../../hdl-gen/lang/types.ts';
import type { StreamBlock } from '../../../hdl-gen/library/stream/stream.ts';
import * as published from '../../../sim/bench/index.ts';

/** Runs code of a page as it stands, importing the sources in place of the installed package. */
async function runCode(code: string, exported: string): Promise<unknown> {
  const file = new URL(`./documentation-example-${process.pid}.ts`, import.meta.url);
  const local = code
    .replaceAll("'joulesmith/hdl'", "'../../../hdl-gen/index.ts'")
    .replaceAll("'joulesmith/test'", "'../../../sim/bench/index.ts'");
  writeFileSync(file, `${local}\nexport { ${exported} as result };\n`);
  try {
    const { result } = await import(`${file.href}?${exported}`);
    return result;
  } finally {
    rmSync(file);
  }
}

function codeOf(page: string): string {
  return [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!).join('\n');
}

const path = new URL('../../../docs/test-benches.md', import.meta.url);
const page = readFileSync(path, 'utf8');

test('the example of docs/test-benches.md runs and gives the waveform that the page shows', async () => {
  const waveform = await runCode(codeOf(page), 'waveform');
  const shown = page.replace(/```text\n[\s\S]*?```/, () => `\`\`\`text\n${waveform}\n\`\`\``);
  await expect(shown).toMatchFileSnapshot(path.pathname);
});

test('every word in the table of docs/test-benches.md exists', () => {
  const words = [...page.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)\(/g)]);
  expect(words.length).toBeGreaterThan(7);
  for (const [, word] of words) expect({ word, exists: word! in published }).toEqual({ word, exists: true });
});

test('the code of docs/streams.md runs: a chain that packs bytes in pairs', async () => {
  const streams = readFileSync(new URL('../../../docs/streams.md', import.meta.url), 'utf8');
  const Chain = (await runCode(codeOf(streams), 'Chain')) as StreamBlock<UIntType, VecType<UIntType>>;
  const found: unknown[] = [];
  published.bench(Chain, function* (dut) {
    dut.start(published.source(dut, 'up', [1, 2, 3, 4]));
    dut.start(published.sink(dut, 'down', (pair) => found.push(pair)));
    yield* published.until(() => found.length === 2);
  });
  expect(found).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('every block in the table of docs/streams.md exists', () => {
  const streams = readFileSync(new URL('../../../docs/streams.md', import.meta.url), 'utf8');
  const blocks = [...streams.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name!);
  expect(blocks.length).toBe(8);
  for (const name of blocks) expect({ name, exists: name in language }).toEqual({ name, exists: true });
});
