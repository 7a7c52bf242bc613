import { Fault } from '../../../specs/fault.ts';
import type { Network } from './network.ts';
import { bestOptions, multiplies, type Option, optionOf } from './options.ts';
import { checkFolding, type Folding, narrow, type Widths } from './stage.ts';
import { cheapestWidths } from './width-choice.ts';
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

/** Without the names that every object has: a layer may be called `constructor`. */
export function ownEntries<T>(record: Readonly<Record<string, T>> = {}): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), record);
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
  /** The same, by the widths at the layer's ends. */
  optionsAt(index: number, widths: Widths): readonly Option[];
}

export function spaceOf(network: Network, fixed: Fixed): Space {
  checkNames(network, fixed);
  const { works } = network;
  const foldings = ownEntries(fixed.foldings);
  for (const work of works) {
    const folding = foldings[work.name];
    if (work.form === 'window' && folding !== undefined) checkFolding(work, folding, narrow);
  }
  const groups = fixWidths(linkGroups(network, foldings), network, ownEntries(fixed.widths));
  const fronts = new Map<string, Option[]>();
  const optionsAt = (index: number, widths: Widths): Option[] => {
    const work = works[index]!;
    const key = `${index} ${widths.input} ${widths.output}`;
    const known = fronts.get(key);
    if (known) return known;
    const folding = foldings[work.name];
    const made = folding ? [optionOf(work, folding, widths)] : bestOptions(work, widths);
    fronts.set(key, made);
    return made;
  };
  const front = (index: number, links: LinkWidths) => optionsAt(index, widthsOf(works[index]!, links));
  return { works, groups, front, optionsAt };
}

const fastEnough = (options: readonly Option[], clocks: number) => options.find((each) => each.clocks <= clocks);

/** A plan in which no layer takes more than `clocks`, with the fewest multipliers; null when some layer always does. */
export function planFor(
  { works, groups, front, optionsAt }: Space,
  clocks: number,
): { folded: Folded; multipliers: number } | null {
  // One multiplier weighs more than all widths together: of equally cheap plans the one with the narrowest streams.
  const perMultiplier = 1 + works.length * Math.max(...groups.map(({ allowed }) => allowed.at(-1)!));
  const widths = cheapestWidths(works, groups, clocks, (index, ends) => {
    const option = fastEnough(optionsAt(index, ends), clocks);
    if (option === undefined) return Number.POSITIVE_INFINITY;
    return (multiplies(works[index]!) ? option.multipliers * perMultiplier : 0) + ends.output;
  });
  if (widths === null) return null;
  let multipliers = 0;
  const foldings: Folding[] = [];
  for (const [index, work] of works.entries()) {
    const option = fastEnough(front(index, widths), clocks)!;
    if (multiplies(work)) multipliers += option.multipliers;
    foldings.push(option.folding);
  }
  return { folded: { foldings, widths }, multipliers };
}

/** Every number of clocks from `low` to `high` at which the best plan can change, ascending: a stream's or a layer's. */
function candidates({ works, groups, optionsAt }: Space, low: number, high: number): number[] {
  const found = new Set<number>([low, high]);
  const keep = (clocks: number) => {
    if (clocks >= low && clocks <= high) found.add(clocks);
  };
  const allowed = new Map(groups.flatMap((group) => group.tensors.map((tensor) => [tensor, group.allowed] as const)));
  for (const { bytes, allowed } of groups) for (const width of allowed) keep(bytes / width);
  for (const [index, { sources, outputTensor }] of works.entries()) {
    for (const input of allowed.get(sources[0]!)!) {
      for (const output of allowed.get(outputTensor)!) {
        for (const option of optionsAt(index, { input, output })) keep(option.clocks);
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Foldings and widths under a budget of multipliers such that the slowest layer is as fast as the budget allows, with no more
 * multipliers than that takes: an exact search over all clock counts at which a plan can change. Errors: BUDGET_TOO_SMALL when
 * there are fewer multipliers than the layers that multiply need, WIDTH_IMPOSSIBLE, FOLDING_*.
 */
export function foldForBudget(network: Network, budget: number, fixed: Fixed = {}): Folded {
  if (!Number.isSafeInteger(budget)) {
    throw new Fault({
      code: 'BUDGET_TOO_SMALL',
      place: '/parameters/multipliers',
      cause: `${budget} is no number of multipliers`,
      wayOut: 'give a whole number',
    });
  }
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
  // What fits in so many clocks fits in more.
  const clocks = candidates(space, low, high);
  let first = 0;
  let last = clocks.length - 1;
  while (first < last) {
    const middle = (first + last) >> 1;
    if (fits(clocks[middle]!) === null) first = middle + 1;
    else last = middle;
  }
  return fits(clocks[first]!)!;
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
  const foldings = ownEntries<Folding>({ ...Object.fromEntries(serial), ...fixed.foldings });
  return { foldings: network.works.map(({ name }) => foldings[name] ?? { pe: 1, simd: 1 }), widths };
}
