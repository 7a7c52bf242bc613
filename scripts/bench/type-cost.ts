import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../tools/run.ts';

/** Lines of each text that tsc checks. */
export const lines = 1_500;

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
const texts = {
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
} satisfies Readonly<Record<string, Text>>;

export type TypeText = keyof typeof texts;
export const typeTexts = Object.keys(texts) as readonly TypeText[];

const repository = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(repository, 'node_modules/.bin/tsc');

/** Instantiations of types, the same on every machine, and median processor seconds. */
export interface TypeCost {
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

async function costOf(folder: string, { head, line }: Text, runs: number): Promise<TypeCost> {
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

/**
 * What tsc spends on texts that use the language and on texts that do the same with plain numbers. The language is there as
 * in an installed package, as declarations.
 */
export async function typeCosts(names: readonly TypeText[], runs: number): Promise<ReadonlyMap<TypeText, TypeCost>> {
  // Inside the repository, so that the compiler finds what the text imports.
  const parent = join(repository, 'out');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'type-check-'));
  try {
    const language = ['--emitDeclarationOnly', '--outDir', join(folder, 'language')];
    const build = ['-p', join(repository, 'tsconfig.build.json'), ...language];
    const { code, stdout } = await run(tsc, build, { folder, seconds: 300 });
    if (code !== 0) throw new Error(stdout.slice(0, 2000));
    const costs = new Map<TypeText, TypeCost>();
    for (const name of names) costs.set(name, await costOf(folder, texts[name], runs));
    return costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
