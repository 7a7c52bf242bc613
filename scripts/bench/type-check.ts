import { lines, typeCosts, typeTexts } from './type-cost.ts';

/**
 * Prints one JSON line: what tsc spends on 1,500 lines that use the language and on 1,500 lines that do the same with plain
 * numbers, and the ratios of processor time. Bar: 1.5. Argument: how many runs, 5 by default.
 */
const runs = Number(process.argv[2] ?? 5);
const costs = await typeCosts(typeTexts, runs);
const ratios = Object.fromEntries(
  (['arithmetic', 'a mix'] as const).map((name) => [
    name,
    costs.get(name)!.seconds / costs.get(`${name} with numbers`)!.seconds,
  ]),
);
console.log(JSON.stringify({ lines, runs, costs: Object.fromEntries(costs), ratios }));
