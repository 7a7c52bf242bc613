import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Weights of Inter that figures and page use. */
export const fontWeights = [400, 600] as const;

/** Inter (SIL Open Font License), the Latin subset, as woff2. */
export function interFont(weight: (typeof fontWeights)[number]): Buffer {
  return readFileSync(require.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`));
}

/** Chart.js (MIT License) for a script element; the package hides this file from its exports. */
export function chartScript(): string {
  return readFileSync(join(dirname(require.resolve('chart.js')), 'chart.umd.min.js'), 'utf8');
}
