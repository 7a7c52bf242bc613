import { acceleratorPeakBaselines, mlperfTinyBaselines } from '../../specs/baselines.ts';
import type { Result } from '../../specs/result.ts';
import { parseJoulesPerInference, parseJoulesPerOp, parseSeconds } from '../../specs/units.ts';
import type { Baseline } from './figure.ts';

/** The published numbers that ship with joulesmith. Errors: `SPEC_INVALID`. */
export function publishedBaselines(): Baseline[] {
  const boards = mlperfTinyBaselines().map((row) => ({
    name: row.name,
    task: row.task,
    joulesPerInference: parseJoulesPerInference(row.joulesPerInference, row.id),
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

/** The first words of a scope, short enough for a figure: `board level`, `core only`. */
export function shortScope({ scope }: { readonly scope: string }): string {
  const first = scope.split(':')[0]!;
  return first.length <= 24 ? first : first.split(',')[0]!;
}
