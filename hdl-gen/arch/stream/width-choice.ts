import type { Widths } from './stage.ts';
import type { LinkGroup, LinkWidths } from './widths.ts';
import type { Work } from './work.ts';

/** A table of costs over some of the groups: one entry for each choice of their widths, the last group's varying fastest. */
interface Factor {
  readonly scope: readonly number[];
  readonly cost: Float64Array;
}

/** How the best width of a group that was settled first follows from those of the others. */
interface Settled {
  readonly group: number;
  readonly scope: readonly number[];
  readonly best: Uint16Array;
}

const sizeOf = (scope: readonly number[], sizes: readonly number[]) =>
  scope.reduce((product, group) => product * sizes[group]!, 1);

const indexIn = (scope: readonly number[], sizes: readonly number[], choice: readonly number[]) =>
  scope.reduce((index, group) => index * sizes[group]! + choice[group]!, 0);

/** Calls `visit` for every choice of the groups' widths, in a table's order; `choice` is by group. */
function eachChoice(
  scope: readonly number[],
  sizes: readonly number[],
  choice: number[],
  visit: () => void,
  at = 0,
): void {
  if (at === scope.length) {
    visit();
    return;
  }
  for (let value = 0; value < sizes[scope[at]!]!; value++) {
    choice[scope[at]!] = value;
    eachChoice(scope, sizes, choice, visit, at + 1);
  }
}

/**
 * The widths up to `clocks` per frame with the least sum of the works' costs (infinite: impossible); null when there are none. Each
 * work's cost depends on the widths at its two ends only, so that groups are settled one after the other: for every choice of
 * its neighbours' widths the best one of its own (variable elimination), exact on any graph.
 */
export function cheapestWidths(
  works: readonly Work[],
  groups: readonly LinkGroup[],
  clocks: number,
  costOf: (index: number, widths: Widths) => number,
): LinkWidths | null {
  const domains = groups.map(({ bytes, allowed }) => allowed.filter((width) => bytes / width <= clocks));
  if (domains.some((domain) => domain.length === 0)) return null;
  const sizes = domains.map((domain) => domain.length);
  const groupOf = new Map(groups.flatMap(({ tensors }, group) => tensors.map((tensor) => [tensor, group] as const)));
  const choice: number[] = groups.map(() => 0);
  const table = (scope: readonly number[], cost: () => number): Factor => {
    const entries = new Float64Array(sizeOf(scope, sizes));
    let at = 0;
    eachChoice(scope, sizes, choice, () => {
      entries[at++] = cost();
    });
    return { scope, cost: entries };
  };
  let factors = works.map(({ sources, outputTensor }, index) => {
    const [from, to] = [groupOf.get(sources[0]!)!, groupOf.get(outputTensor)!];
    const scope = [...new Set([from, to])];
    return table(scope, () =>
      costOf(index, { input: domains[from]![choice[from]!]!, output: domains[to]![choice[to]!]! }),
    );
  });
  const settled: Settled[] = [];
  const left = new Set(groups.keys());
  const neighbours = (group: number) => [
    ...new Set(factors.filter(({ scope }) => scope.includes(group)).flatMap(({ scope }) => scope)),
  ];
  while (left.size > 0) {
    const [group] = [...left]
      .map((each) => [each, sizeOf(neighbours(each), sizes)] as const)
      .sort((a, b) => a[1] - b[1])[0]!;
    left.delete(group);
    const own = factors.filter(({ scope }) => scope.includes(group));
    const scope = neighbours(group).filter((each) => each !== group);
    const best = new Uint16Array(sizeOf(scope, sizes));
    let at = 0;
    const joined = table(scope, () => {
      let least = Number.POSITIVE_INFINITY;
      for (let value = 0; value < sizes[group]!; value++) {
        choice[group] = value;
        const sum = own.reduce((total, { scope, cost }) => total + cost[indexIn(scope, sizes, choice)]!, 0);
        if (sum < least) [least, best[at]] = [sum, value];
      }
      at++;
      return least;
    });
    settled.push({ group, scope, best });
    factors = [...factors.filter((factor) => !own.includes(factor)), joined];
  }
  if (factors.some(({ cost }) => cost[0] === Number.POSITIVE_INFINITY)) return null;
  for (const { group, scope, best } of settled.reverse()) choice[group] = best[indexIn(scope, sizes, choice)]!;
  return new Map([...groupOf].map(([tensor, group]) => [tensor, domains[group]![choice[group]!]!]));
}
