import type { Result } from '../specs/result.ts';
import type { Synthesis } from '../specs/synthesis.ts';

/** Writes the report of some results beside the published baselines; the canvas is loaded only now, other verbs start faster. */
export async function reportOn(
  results: readonly Result[],
  folder: string,
  syntheses: ReadonlyMap<Result, Synthesis> = new Map(),
): Promise<string[]> {
  const { publishedBaselines } = await import('./report/baselines.ts');
  const { writeReport } = await import('./report/write.ts');
  return writeReport(results, publishedBaselines(), folder, syntheses);
}
