import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../tools/run.ts';

/**
 * What the types of the language cost: tsc checks 1,500 lines that use it and 1,500 lines that do the same with plain
 * numbers. The language is there as in an installed package, as declarations. Prints one JSON line: per text the instantiations of types, which are the same on every machine, and the median
 * processor seconds, and the ratios of the second to that of plain numbers. Bar: 1.5. Argument: how many runs, 5 by default.
 */
const lines = 1_500;

interface Text {
  readonly head: string;
  readonly line: (index: number) => string;
}

const language = `import { mux } from './language/hdl-gen/lang/combine.js';
import type { Bool } from './language/hdl-gen/lang/signal.js';
import type { SIntType, UIntType, Value } from './language/hdl-gen/lang/types.js';
import { delay } from './language/hdl-gen/lang/state.js';
type U = Value<UIntType<8>>;
type S = Value<SIntType<12>>;
export function body(a: U, b: U, s: S, t: S, c: Bool) {
`;
const numbers = `declare function mux(c: boolean, a: number, b: number): number;
declare function wrap(a: number, w: number): number;
declare function sat(a: number, w: number): number;
declare function delay(name: string, a: number): number;
export function body(a: number, b: number, s: number, t: number, c: boolean) {
`;
const width = (index: number): number => 1 + (index % 40);
const texts: Readonly<Record<string, Text>> = {
  'arithmetic with numbers': { head: numbers, line: (i) => `const v${i} = a + b * a - b;` },
  arithmetic: { head: language, line: (i) => `const v${i} = a.add(b.mul(a)).sub(b);` },
  'a mix with numbers': {
    head: numbers,
    line: (i) =>
      [
        `const v${i} = mux(a < b, wrap(a + b, ${width(i)}), b);`,
        `const v${i} = sat(s * t - s, ${width(i)});`,
        `const v${i} = mux(s < t, sat(s * t - s, ${width(i)}), wrap(t, ${width(i)}));`,
        `const v${i} = delay('q${i}', mux(s === t && c || a >= ${i}, a, 1));`,
      ][i % 4]!,
  },
  'a mix': {
    head: language,
    line: (i) =>
      [
        `const v${i} = mux(a.lt(b), a.add(b).wrap(${width(i)}), b);`,
        `const v${i} = s.mul(t).sub(s).sat(${width(i)});`,
        `const v${i} = mux(s.lt(t), s.mul(t).sub(s).sat(${width(i)}), t.wrap(${width(i)}));`,
        `const v${i} = delay('q${i}', mux(s.eq(t).and(c).or(a.ge(${i})), a, 1));`,
      ][i % 4]!,
  },
};

const repository = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(repository, 'node_modules/.bin/tsc');

interface Cost {
  readonly instantiations: number;
  readonly seconds: number;
}

/** Processor seconds of all children of a shell, from the last line of its \`times\`. */
function secondsOf(printed: string): number {
  const spent = [
    ...printed
      .trim()
      .split('\n')
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ];
  return spent.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

async function costOf(folder: string, { head, line }: Text, runs: number): Promise<Cost> {
  const uses = Array.from({ length: lines }, (_, index) => `v${index}`).join(', ');
  const body = Array.from({ length: lines }, (_, index) => `  ${line(index)}`).join('\n');
  writeFileSync(join(folder, 'text.ts'), `${head}${body}\n  return [${uses}];\n}\n`);
  const options = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '../..', noUnusedParameters: false, noUnusedLocals: false },
    include: ['text.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const seconds: number[] = [];
  let instantiations = 0;
  for (let turn = 0; turn < runs; turn++) {
    const script = `"${tsc}" -p tsconfig.json --noEmit --extendedDiagnostics || exit 1; times`;
    const { code, stdout } = await run('/bin/sh', ['-c', script], { folder, seconds: 300 });
    if (code !== 0) throw new Error(stdout.slice(0, 2000));
    instantiations = Number(/Instantiations: +(\d+)/.exec(stdout)![1]);
    seconds.push(secondsOf(stdout));
  }
  return { instantiations, seconds: seconds.sort((a, b) => a - b)[runs >> 1]! };
}

// Inside the repository, so that the compiler finds what the text imports.
const parent = join(repository, 'out');
mkdirSync(parent, { recursive: true });
const folder = mkdtempSync(join(parent, 'type-check-'));
try {
  const build = [
    '-p',
    join(repository, 'tsconfig.build.json'),
    '--emitDeclarationOnly',
    '--outDir',
    join(folder, 'language'),
  ];
  const { code, stdout } = await run(tsc, build, { folder, seconds: 300 });
  if (code !== 0) throw new Error(stdout.slice(0, 2000));
  const runs = Number(process.argv[2] ?? 5);
  const costs: Record<string, Cost> = {};
  for (const [name, text] of Object.entries(texts)) costs[name] = await costOf(folder, text, runs);
  const ratios = Object.fromEntries(
    ['arithmetic', 'a mix'].map((name) => [name, costs[name]!.seconds / costs[`${name} with numbers`]!.seconds]),
  );
  console.log(JSON.stringify({ lines, runs, costs, ratios }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
