import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as published from '../../../sim/bench/index.ts';

const path = new URL('../../../docs/test-benches.md', import.meta.url);
const page = readFileSync(path, 'utf8');

/** Runs the page's example as it stands, importing the sources in place of the installed package. */
async function runExample(): Promise<{ readonly waveform: string }> {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(page)!;
  const file = new URL(`./documentation-example-${process.pid}.ts`, import.meta.url);
  const local = code!
    .replaceAll("'joulesmith/hdl'", "'../../../hdl-gen/index.ts'")
    .replaceAll("'joulesmith/test'", "'../../../sim/bench/index.ts'");
  writeFileSync(file, `${local}\nexport { waveform };\n`);
  try {
    return await import(file.href);
  } finally {
    rmSync(file);
  }
}

test('the example of docs/test-benches.md runs and gives the waveform that the page shows', async () => {
  const { waveform } = await runExample();
  const shown = page.replace(/```text\n[\s\S]*?```/, () => `\`\`\`text\n${waveform}\n\`\`\``);
  await expect(shown).toMatchFileSnapshot(path.pathname);
});

test('every word in the table of docs/test-benches.md exists', () => {
  const words = [...page.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)\(/g)]);
  expect(words.length).toBeGreaterThan(7);
  for (const [, word] of words) expect({ word, exists: word! in published }).toEqual({ word, exists: true });
});
