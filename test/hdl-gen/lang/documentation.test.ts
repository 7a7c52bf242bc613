import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Verilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { runRows } from '../../support/verilog.ts';

const page = readFileSync(new URL('../../../docs/language.md', import.meta.url), 'utf8');

/** Runs the page's example as it stands, importing the sources in place of the installed package. */
async function runExample(): Promise<{
  readonly circuit: Design;
  readonly files: Verilog['files'];
  readonly images: Verilog['images'];
}> {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(page)!;
  const file = new URL(`./documentation-example-${process.pid}.ts`, import.meta.url);
  writeFileSync(
    file,
    `${code!.replaceAll("'joulesmith/hdl'", "'../../../hdl-gen/index.ts'")}\nexport { circuit, files, images, top };\n`,
  );
  try {
    return await import(file.href);
  } finally {
    rmSync(file);
  }
}

test('the example of docs/language.md runs and computes what it says', async () => {
  const { circuit, files, images } = await runExample();
  expect(files.map(({ name }) => name)).toEqual(['dot_32.v']);
  expect(images.map(({ file }) => file)).toEqual(['dot_32_weights.hex']);
  const bytes = Array.from({ length: 32 }, (_, index) => (index * 37) % 100);
  const rows = Array.from({ length: 14 }, (_, clock) => [
    clock === 0 ? 1n : 0n,
    ...[0, 1, 2, 3].map((lane) => BigInt(bytes[(clock - 1) * 4 + lane] ?? 0)),
  ]);
  const outputs = runRows(elaborate(circuit), rows);
  const wanted = bytes.reduce((total, byte, index) => total + byte * (index - 16), 0);
  expect(outputs.at(-1)).toEqual([0n, 0n, BigInt.asUintN(24, BigInt(wanted))]);
  expect(outputs.map(([busy]) => Number(busy)).join('')).toBe('01111111100000');
  expect(outputs.map(([, done]) => Number(done)).join('')).toBe('00000000001000');
});

test('every word in the tables of docs/language.md exists', async () => {
  const exported = await import('../../../hdl-gen/index.ts');
  const { Bool, SInt, UInt } = await import('../../../hdl-gen/lang/signal.ts');
  const { Enum } = await import('../../../hdl-gen/lang/enum.ts');
  const methods = new Set(
    [Bool, Enum, SInt, UInt]
      .flatMap((kind) => [kind.prototype, Object.getPrototypeOf(kind.prototype)])
      .flatMap((prototype: object) => Object.getOwnPropertyNames(prototype)),
  );
  const codes = [...page.matchAll(/^\| (.*?) \|/gm)].flatMap((row) => [...row[1]!.matchAll(/`([^`]*)`/g)]);
  const names = codes.flatMap(([, code]) =>
    code!.includes('(') ? [...code!.matchAll(/(?:^|[ .])(\w+)\(/g)].map((call) => call[1]!) : code!.split(' '),
  );
  expect(names.length).toBeGreaterThan(30);
  for (const name of names)
    expect({ name, exists: name in exported || methods.has(name) }).toEqual({ name, exists: true });
});
