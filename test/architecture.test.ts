import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** A file may import its own folder and the folders to the left. */
const layers = ['specs', 'models', 'hdl-gen', 'sim', 'scripts'] as const;
/** The one pure file that may reach for TensorFlow.js packages. */
const tensorflowGate = 'models/tf.ts';

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function sources(): string[] {
  return layers
    .flatMap((layer) => readdirSync(join(root, layer), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const statements = [...code.matchAll(/^\s*(?:import|export)\s+(type\s+)?[^'"`;]*?from\s+['"]([^'"]+)['"]/gm)];
  const bare = [...code.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm)];
  const dynamic = [...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)];
  return [
    ...statements.map((match) => ({ specifier: match[2]!, typeOnly: match[1] !== undefined })),
    ...bare.map((match) => ({ specifier: match[1]!, typeOnly: false })),
    ...dynamic.map((match) => ({ specifier: match[1]!, typeOnly: false })),
  ];
}

const layerOf = (file: string) => layers.indexOf(file.split('/')[0] as (typeof layers)[number]);
const resolved = (file: string, specifier: string) => posix.normalize(posix.join(posix.dirname(file), specifier));

function layerFaults(file: string, text: string): string[] {
  return importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => resolved(file, specifier))
    .filter((target) => layerOf(target) < 0 || layerOf(target) > layerOf(file))
    .map((target) => `${file} -> ${target}`);
}

/** What would tie a pure file to a machine or make two runs differ. */
const impure: readonly [string, RegExp][] = [
  ['a Node module', /from\s+['"]node:/],
  [
    'process',
    /(?<![.\w])process\s*\.\s*(env|argv|exit|std\w+|cwd|memoryUsage|hrtime|platform|nextTick|version\w*|on|emit\w*)\b/,
  ],
  ['console', /(?<![.\w])console\s*\./],
  ['the clock', /\bDate\s*\.\s*now\b|\bnew\s+Date\b|(?<![.\w])performance\s*\./],
  ['unseeded randomness', /\bMath\s*\.\s*random\b/],
  ['require', /(?<![.\w])require\s*\(/],
];

function purityFaults(file: string, text: string): string[] {
  if (file.startsWith('scripts/')) return [];
  const code = withoutComments(text);
  const faults = impure.filter(([, pattern]) => pattern.test(code)).map(([what]) => `${file} uses ${what}`);
  if (file !== tensorflowGate && /['"]@tensorflow\//.test(code)) faults.push(`${file} imports TensorFlow.js`);
  return faults;
}

function cyclesIn(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const target of edges.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

const files = sources().map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

test('imports go to the same layer or to the left', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(({ file, text }) => layerFaults(file, text))).toEqual([]);
});

test('everything left of scripts is pure', () => {
  expect(files.flatMap(({ file, text }) => purityFaults(file, text))).toEqual([]);
});

test('no import cycles', () => {
  const edges = new Map(
    files.map(({ file, text }) => [
      file,
      importsOf(text)
        .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.') && specifier.endsWith('.ts'))
        .map(({ specifier }) => resolved(file, specifier)),
    ]),
  );
  expect(cyclesIn(edges)).toEqual([]);
});

test('files stay small: none over 400 lines, most under 200', () => {
  const lengths = files.map(({ file, text }) => ({ file, lines: text.split('\n').length }));
  expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
  expect(lengths.filter(({ lines }) => lines > 200).length).toBeLessThan(files.length / 8);
});

test('the walls catch what they are for', () => {
  expect(layerFaults('sim/energy.ts', "import { draw } from '../scripts/chart.ts';")).toEqual([
    'sim/energy.ts -> scripts/chart.ts',
  ]);
  expect(layerFaults('scripts/cli.ts', "import { fifo } from '../hdl-gen/library/fifo.ts';")).toEqual([]);
  expect(
    purityFaults('models/x.ts', "import { readFileSync } from 'node:fs';\nMath.random(); console.log(1);"),
  ).toEqual(['models/x.ts uses a Node module', 'models/x.ts uses console', 'models/x.ts uses unseeded randomness']);
  expect(purityFaults('models/x.ts', '// console.log and Math.random are forbidden here\n')).toEqual([]);
  expect(
    cyclesIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b -> c -> b']);
});
