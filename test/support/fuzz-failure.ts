import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { fuzzDesign, type Recipe } from './fuzz-module.ts';
import { type Expected, expectedOf, firstDifference, type Trace } from './fuzz-run.ts';

export function expectedFor(recipe: Recipe): Expected {
  return expectedOf(fuzzDesign(recipe), recipe.seed);
}

export interface Failed {
  readonly seed: number;
  readonly difference: string;
}

/** The designs of a batch whose trace is not the golden one. */
export function differencesOfBatch(items: readonly Expected[], traces: readonly Trace[]): Failed[] {
  return items.flatMap((item, index) => {
    const difference = firstDifference(item, traces[index] ?? []);
    return difference === null ? [] : [{ seed: item.seed, difference }];
  });
}

/** The smallest recipe of the same seed that fails too; null when only the full one does, or with JOULESMITH_FUZZ_SHRINK=0. */
export async function smallestFailure(
  recipe: Recipe,
  differenceOf: (expected: Expected) => string | null | Promise<string | null>,
): Promise<Recipe | null> {
  const sizes = process.env.JOULESMITH_FUZZ_SHRINK === '0' ? 0 : recipe.size;
  for (let size = 1; size < sizes; size++) {
    const smaller = { ...recipe, size };
    if ((await differenceOf(expectedFor(smaller))) !== null) return smaller;
  }
  return null;
}

/** What it takes to see a failure again: the recipe, the first difference and the text of the modules. */
export function failureText(recipe: Recipe, who: string, difference: string): string {
  const { files } = emitVerilog(fuzzDesign(recipe));
  const texts = files.map((file) => file.text).join('\n');
  return `${who} differs from the BigInt evaluation\n${difference}\nsmallest recipe that fails: ${JSON.stringify(recipe)}\n${texts}`;
}
