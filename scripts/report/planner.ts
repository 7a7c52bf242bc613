import type { Result } from '../../specs/result.ts';
import { count, counted, digits, percent } from './format.ts';

/** `a`, `a and b`, `a, b and 3 more`. */
function listed(names: readonly string[]): string {
  const [first, ...others] = names;
  if (others.length === 0) return first ?? '';
  const [second, ...more] = others;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${more.length} more`;
}

/** Which stages set the pace. */
export function bottleneckSentence({ plan, stages, cycles }: Result): string {
  const own = stages.find(({ name }) => name === plan.bottleneck[0])!.cycles;
  const busy = plan.bottleneck.length === 1 ? 'is' : 'are';
  const part =
    own === cycles.interval
      ? `in every one of the ${count(own)} clocks of an inference`
      : `for ${count(own)} of the ${count(cycles.interval)} clocks of an inference`;
  return `${listed(plan.bottleneck)} ${busy} occupied ${part}`;
}

/** What is wasted now. */
export function idleSentence({ plan, multipliers }: Result): string {
  if (multipliers === 0) return 'there are no multipliers';
  const { idleMultipliers: idle, unspentMultipliers: unspent } = plan;
  const mean =
    idle === 0
      ? 'no multiplier is ever idle'
      : `on average ${digits(idle)} of ${counted(multipliers, 'multiplier')} ${multipliers === 1 ? 'has' : 'have'} nothing to do`;
  if (unspent === null || unspent === 0) return mean;
  return `${mean}; ${count(unspent)} more that the budget allows would make nothing faster and ${unspent === 1 ? 'is' : 'are'} left out`;
}

/** What more multipliers would buy. */
export function nextSentence({ plan, multipliers, cycles }: Result): string {
  const { next } = plan;
  if (next === null) return `no folding makes ${listed(plan.bottleneck)} faster`;
  const more = next.multipliers - multipliers;
  // Foldings that were given may hold more multipliers than the same interval needs.
  const price =
    more > 0
      ? `${counted(more, 'more multiplier', 'more multipliers')} (${count(next.multipliers)} in all)`
      : counted(next.multipliers, 'multiplier');
  const gain = percent(1 - next.interval / cycles.interval);
  const wider = next.widened.length === 0 ? '' : `, by widening ${listed(next.widened)}`;
  const when = plan.bottleneck.includes(next.layer) ? 'still' : 'then';
  return `${price} would bring the interval to ${counted(next.interval, 'clock')} (${gain} less)${wider}; the slowest stage would ${when} be ${next.layer}`;
}
