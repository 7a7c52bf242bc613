import { Fault } from '../../../specs/fault.ts';
import type { Network } from './network.ts';
import { bestOptions, multiplies, type Option, optionOf } from './options.ts';
import { checkFolding, type Folding, narrow } from './stage.ts';
import { fixWidths, type LinkGroup, type LinkWidths, linkGroups, widthsFor, widthsOf } from './widths.ts';
import type { Work } from './work.ts';

/** What a request fixes, by layer name; the planner chooses the rest. */
export interface Fixed {
  readonly foldings?: Readonly<Record<string, Folding>> | undefined;
  /** Bytes of a beat of the layer's output. */
  readonly widths?: Readonly<Record<string, number>> | undefined;
}

/** How every layer is folded, and how wide the streams between them are. */
export interface Folded {
  readonly foldings: readonly Folding[];
  readonly widths: LinkWidths;
}

function checkNames({ works }: Network, { foldings = {}, widths = {} }: Fixed): void {
  const check = (kind: string, names: readonly string[], able: readonly Work[], what: string) => {
    for (const name of names) {
      if (able.some((work) => work.name === name)) continue;
      throw new Fault({
        code: 'FOLDING_UNKNOWN_LAYER',
        place: `/parameters/${kind}/${name}`,
        cause: `the network has no such layer with ${what}`,
        wayOut: `name one of ${able.map((work) => work.name).join(', ')}`,
      });
    }
  };
  check(
    'foldings',
    Object.keys(foldings),
    works.filter(({ form }) => form === 'window'),
    'an engine that can be folded',
  );
  check('widths', Object.keys(widths), works, 'an engine');
}

/** The layers' options under every choice of widths, made when they are first asked for. */
export interface Space {
  readonly works: readonly Work[];
  readonly groups: readonly LinkGroup[];
  front(index: number, widths: LinkWidths): readonly Option[];
}

export function spaceOf(network: Network, fixed: Fixed): Space {
  checkNames(network, fixed);
  const { works } = network;
  const foldings = fixed.foldings ?? {};
  for (const work of works) {
    const folding = foldings[work.name];
    if (work.form === 'window' && folding !== undefined) checkFolding(work, folding, narrow);
  }
  const groups = fixWidths(linkGroups(network, foldings), network, fixed.widths ?? {});
  const fronts = new Map<string, Option[]>();
  const front = (index: number, links: LinkWidths): Option[] => {
    const work = works[index]!;
    const widths = widthsOf(work, links);
    const key = `${index} ${widths.input} ${widths.output}`;
    const known = fronts.get(key);
    if (known) return known;
    const folding = foldings[work.name];
    const made = folding ? [optionOf(work, folding, widths)] : bestOptions(work, widths);
    fronts.set(key, made);
    return made;
  };
  return { works, groups, front };
}

/** A plan in which no layer takes more than `clocks`, with the fewest multipliers; null when some layer always does. */
export function planFor(
  { works, groups, front }: Space,
  clocks: number,
): { folded: Folded; multipliers: number } | null {
  const widths = widthsFor(groups, clocks);
  if (widths === null) return null;
  let multipliers = 0;
  const foldings: Folding[] = [];
  for (const [index, work] of works.entries()) {
    const option = front(index, widths).find((each) => each.clocks <= clocks);
    if (option === undefined) return null;
    if (multiplies(work)) multipliers += option.multipliers;
    foldings.push(option.folding);
  }
  return { folded: { foldings, widths }, multipliers };
}

/** Every number of clocks from `low` to `high` at which the best plan can change, ascending. */
function candidates({ works, groups, front }: Space, low: number, high: number): number[] {
  const found = new Set<number>([high]);
  const keep = (clocks: number) => {
    if (clocks >= low && clocks <= high) found.add(clocks);
  };
  // The widths in between change where a stream's beats no longer fit; between those points they are constant.
  const turns = [...new Set(groups.flatMap(({ bytes, allowed }) => allowed.map((width) => bytes / width)))]
    .filter((clocks) => clocks >= low && clocks <= high)
    .sort((a, b) => a - b);
  for (const clocks of [low, ...turns]) {
    keep(clocks);
    const widths = widthsFor(groups, clocks);
    if (widths === null) continue;
    for (const index of works.keys()) for (const option of front(index, widths)) keep(option.clocks);
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Foldings and widths under a budget of multipliers such that the slowest layer is as fast as the budget allows, with no more
 * multipliers than that takes: an exact search over all clock counts at which a plan can change. Errors: BUDGET_TOO_SMALL when
 * there are fewer multipliers than the layers that multiply need, WIDTH_IMPOSSIBLE, FOLDING_*.
 */
export function foldForBudget(network: Network, budget: number, fixed: Fixed = {}): Folded {
  const space = spaceOf(network, fixed);
  const slowest = planFor(space, Number.POSITIVE_INFINITY)!;
  if (budget < slowest.multipliers) {
    throw new Fault({
      code: 'BUDGET_TOO_SMALL',
      place: '/parameters/multipliers',
      cause: `${budget} multipliers cannot serve ${network.works.filter(multiplies).length} layers that multiply`,
      wayOut: `every layer has its own engine in the stream architecture, so give at least ${slowest.multipliers}`,
    });
  }
  const fits = (clocks: number) => {
    const plan = planFor(space, clocks);
    return plan !== null && plan.multipliers <= budget ? plan.folded : null;
  };
  // No plan does more than a product per multiplier and clock.
  const macs = network.works.filter(multiplies).reduce((sum, { macs }) => sum + macs, 0);
  const low = macs === 0 ? 1 : Math.max(1, Math.floor(macs / budget));
  let high = low;
  while (fits(high) === null) high *= 2;
  for (const clocks of candidates(space, low, high)) {
    const folded = fits(clocks);
    if (folded !== null) return folded;
  }
  return fits(high)!;
}

/** Foldings and widths with the fewest multipliers in which no layer takes more than `clocks` per inference. Errors: TARGET_TOO_FAST. */
export function foldForInterval(network: Network, clocks: number, fixed: Fixed = {}): Folded {
  const space = spaceOf(network, fixed);
  const plan = planFor(space, clocks);
  if (plan !== null) return plan.folded;
  throw tooFast(space, clocks);
}

const fewestClocks = (options: readonly Option[]) => Math.min(...options.map(({ clocks }) => clocks));

/** Names what is in the way of a goal. */
export function tooFast({ works, groups, front }: Pick<Space, 'works' | 'groups' | 'front'>, clocks: number): Fault {
  const narrowest = Math.max(...groups.map(({ bytes, allowed }) => bytes / allowed.at(-1)!));
  const widths = widthsFor(groups, Math.max(clocks, narrowest))!;
  const slow = works
    .map(({ name }, index) => ({ name, fastest: fewestClocks(front(index, widths)) }))
    .find(({ fastest }) => fastest > clocks)!;
  return new Fault({
    code: 'TARGET_TOO_FAST',
    place: '/target/throughput',
    cause: `layer ${slow.name} takes at least ${slow.fastest} clocks per inference, the goal leaves ${Math.floor(clocks)}`,
    wayOut: 'raise the clock, lower the goal or change the folding that was fixed',
  });
}

/** One multiplier and one byte per clock wherever the request says nothing else. */
export function foldAsFixed(network: Network, fixed: Fixed): Folded {
  const serial = network.works.filter(({ form }) => form === 'window').map(({ name }) => [name, { pe: 1, simd: 1 }]);
  const space = spaceOf(network, fixed);
  const widths = widthsFor(space.groups, Number.POSITIVE_INFINITY)!;
  const foldings: Readonly<Record<string, Folding>> = { ...Object.fromEntries(serial), ...fixed.foldings };
  return { foldings: network.works.map(({ name }) => foldings[name] ?? { pe: 1, simd: 1 }), widths };
}
