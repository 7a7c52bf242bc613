import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = readFileSync(join(root, 'docs', 'errors.md'), 'utf8');
const word = `'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'`;

function sources(): string[] {
  return ['specs', 'models', 'hdl-gen', 'sim', 'scripts']
    .flatMap((layer) => readdirSync(join(root, layer), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/** Functions that take the code of a Fault as an argument, found by their declarations. */
function helpersIn(texts: readonly string[]): string[] {
  const declarations = texts.flatMap((text) => [...text.matchAll(/function (\w+)\([^)]*\bcode: string\b/g)]);
  return [...new Set(declarations.map((match) => match[1]!))];
}

/** The codes that a source gives to `new Fault({ code: ... })` or to one of the helpers. */
function codesIn(text: string, helpers: readonly string[]): string[] {
  const named = [...text.matchAll(new RegExp(String.raw`\bcode: ${word}`, 'g'))];
  // The code is the first quoted word of the call; a semicolon ends a call without one.
  const given = [...text.matchAll(new RegExp(String.raw`\b(?:${helpers.join('|')})\([^'";]*?${word}`, 'g'))];
  return [...named, ...given].map((match) => match[1]!);
}

interface Row {
  readonly code: string;
  readonly cells: readonly string[];
}

function rowsOf(markdown: string): Row[] {
  return [...markdown.matchAll(/^\| `([A-Z0-9_]+)` \|(.*)\|$/gm)].map((match) => ({
    code: match[1]!,
    cells: match[2]!.split(' | ').map((cell) => cell.trim()),
  }));
}

const texts = sources();
const helpers = helpersIn(texts);
const codes = [...new Set(texts.flatMap((text) => codesIn(text, helpers)))].sort();
const rows = rowsOf(page);

test('the codes are found in plain faults, in helpers, and after other arguments', () => {
  expect(helpers).toEqual(expect.arrayContaining(['mistake', 'fault', 'fail']));
  expect(codesIn("throw new Fault({\n  code: 'A_B',", ['fail'])).toEqual(['A_B']);
  expect(codesIn("fail(\n  `x`, y, 'C_D', 'E_F')", ['fail'])).toEqual(['C_D']);
  expect(codesIn("fail(`x`); use('G_H')", ['fail'])).toEqual([]);
  expect(codes.length).toBeGreaterThan(100);
});

test('docs/errors.md explains every code of the sources and no other', () => {
  expect(rows.map((row) => row.code).sort()).toEqual(codes);
});

test('every explanation has a meaning, a cause and a way out, each a sentence', () => {
  const broken = rows.filter(({ cells }) => cells.length !== 3 || cells.some((cell) => !/^.{9,}\.$/.test(cell)));
  expect(broken).toEqual([]);
});

test('the codes of each table stand in alphabetical order', () => {
  const tables = page.split(/^#+ /m).map((part) => rowsOf(part).map((row) => row.code));
  for (const found of tables) expect(found).toEqual([...found].sort());
});
