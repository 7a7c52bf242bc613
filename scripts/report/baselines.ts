import { acceleratorPeakBaselines, mlperfTinyBaselines } from '../../specs/baselines.ts';
import type { Result } from '../../specs/result.ts';
import { parseJoulesPerInference, parseJoulesPerOp, parseSeconds } from '../../specs/units.ts';
import { table } from '../table.ts';
import type { Baseline } from './figure.ts';
import { bandQuantity } from './format.ts';

/** The published numbers that ship with joulesmith. Errors: `SPEC_INVALID`. */
export function publishedBaselines(): Baseline[] {
  const boards = mlperfTinyBaselines().map((row) => ({
    name: row.name,
    task: row.task,
    joulesPerInference: parseJoulesPerInference(row.joulesPerInference, row.id),
    band: { low: parseJoulesPerInference(row.low, row.id), high: parseJoulesPerInference(row.high, row.id) },
    ...(row.latency === null ? {} : { latencySeconds: parseSeconds(row.latency, row.id) }),
    scope: row.scope,
    class: row.class,
    source: `MLPerf Tiny ${row.version}, ${row.division} division: ${row.source}`,
    conditions: row.conditions,
  }));
  const peaks = acceleratorPeakBaselines().map((row) => ({
    name: row.name,
    task: `peak ${row.precision}`,
    joulesPerOp: parseJoulesPerOp(row.joulesPerOp, row.id),
    band: { low: parseJoulesPerOp(row.low, row.id), high: parseJoulesPerOp(row.high, row.id) },
    scope: row.scope,
    class: row.class,
    source: row.source,
    conditions: row.conditions,
  }));
  return [...boards, ...peaks];
}

/** Did the baseline run this network? Its task must be a word of the model's name: `kws` in `kws_ref_model`, `ad` in `ad01_int8`. */
export function sameTask(baseline: Baseline, results: readonly Result[]): boolean {
  const task = baseline.task.toLowerCase();
  return results.some(({ model }) => {
    const words = model.name.toLowerCase().split(/[^a-z0-9]+/);
    return words.some((word) => word.replace(/\d+$/, '') === task);
  });
}

/** Rows of the same task for the terminal, with what they include; empty when no row fits. */
export function baselineText(baselines: readonly Baseline[], results: readonly Result[]): string {
  const rows = baselines.flatMap((one) =>
    one.joulesPerInference === undefined || one.band === undefined || !sameTask(one, results)
      ? []
      : [[one.name, bandQuantity({ value: one.joulesPerInference, ...one.band }, 'J'), shortScope(one), one.class]],
  );
  if (rows.length === 0) return '';
  const heads = ['published', 'energy per inference', 'scope', 'class'].map((title, index) => ({
    title,
    align: index === 1 ? ('right' as const) : ('left' as const),
  }));
  const note =
    'our energies are core only: boards also pay for regulators, input and output, memory outside and idle parts';
  return `${table(heads, rows)}${note}\n`;
}

/** The first words of a scope, short enough for a figure: `board level`, `core only`. */
export function shortScope({ scope }: { readonly scope: string }): string {
  const first = scope.split(':')[0]!;
  return first.length <= 24 ? first : first.split(',')[0]!;
}
