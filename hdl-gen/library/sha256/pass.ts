import { lit } from '../../lang/combine.ts';
import { generator, module } from '../../lang/module.ts';
import type { Bool, UInt } from '../../lang/signal.ts';
import { delay } from '../../lang/state.ts';
import { bool } from '../../lang/types.ts';
import { roundConstants, rounds } from './constants.ts';
import { round, stateType, word } from './round.ts';
import { carried, expand, later, sumWords, type Word } from './word.ts';

/** One round with registers behind it. */
const Round = generator((_: Record<string, never>) =>
  module(
    'sha256_round',
    { in: { enable: bool, state: stateType, added: word }, out: { after: stateType } },
    ({ enable, state, added }) => ({
      after: round(state, added).map((value, at) => delay(`${'abcdefgh'[at]}`, value, { enable, init: null })),
    }),
  ),
);

const signalOf = (value: Word): UInt => (typeof value === 'number' ? lit(word, value) : value.signal);

/** What goes through a pass beside the state; all of it comes out as late as the result. */
export interface Passing {
  readonly chaining: readonly Word[];
  readonly words: readonly Word[];
  /** Not used by the pass, only kept with it. */
  readonly beside?: readonly Word[];
}

/** Clocks through a pass: a register behind each round and behind the additions at the end. */
export const passClocks = rounds + 1;

/**
 * One pass of the compression function, unrolled: a stage per round and one for the additions at its end, a block per
 * clock. Message words get registers from where they move on to where they are last read, and none where they are known or
 * stand still.
 */
export function pass(name: string, enable: Bool, { chaining, words, beside = [] }: Passing) {
  const options = { enable, init: null };
  const Stage = Round({});
  let state: readonly UInt[] = chaining.map(signalOf);
  let window: readonly Word[] = words;
  let chained = chaining;
  let kept = beside;
  for (let stage = 0; stage < rounds; stage++) {
    const carry = (what: string, list: readonly Word[]): Word[] =>
      list.map((value, at) => carried(`${name}_${what}_${stage}_${at}`, value, options));
    const added = signalOf(sumWords([window[0]!, roundConstants[stage]!]));
    state = Stage(`${name}_round_${stage}`, { enable, state, added }).after;
    const moved = carry('word', window.slice(1));
    const grown = stage + 16 < rounds ? [later(`${name}_new_word_${stage}`, expand(window), options)] : [];
    window = [...moved, ...grown];
    chained = carry('chaining', chained);
    kept = carry('beside', kept);
  }
  const digest = chained.map((value, at) => {
    const sum = sumWords([{ signal: state[at]!, still: false }, value]);
    return later(`${name}_digest_${at}`, sum, options);
  });
  const last = kept.map((value, at) => carried(`${name}_beside_${rounds}_${at}`, value, options));
  return { digest: digest.map(signalOf), beside: last };
}
