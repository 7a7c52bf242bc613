import { mistake } from '../../lang/builder.ts';
import { lit, select } from '../../lang/combine.ts';
import { fsm, when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import { here } from '../../lang/place.ts';
import type { Bool, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { uint, vec } from '../../lang/types.ts';
import { streamPorts } from '../stream/stream.ts';
import { initialState, roundConstants, rounds } from './constants.ts';
import { round, stateType, word } from './round.ts';
import { expand, moving } from './word.ts';
import { digestPadding, digestType, headerType, tailPadding, workType } from './work.ts';

export interface SerialParameters {
  /** Rounds of the compression function per clock: a power of two up to 64. Default 1. */
  readonly roundsPerClock?: number;
}

/** The clocks from taking an item to taking the next, when the digest is taken at once. */
export const serialClocks = (passes: 2 | 3, roundsPerClock = 1): number => passes * (rounds / roundsPerClock + 1) + 2;

const literals = (values: readonly number[]): UInt[] => values.map((value) => lit(word, value));

/** What a pass of the compression function starts from. */
interface Block {
  readonly chaining: readonly UInt[];
  readonly words: readonly UInt[];
}

interface Core {
  readonly roundsPerClock: number;
  readonly valid: Bool;
  /** Taken with the item. */
  readonly first: Block;
  /** Keeps what later passes need of the item; called where it is taken. */
  readonly keep?: () => void;
  /** The header's second block, where the first pass was over its first block. */
  readonly second?: (sums: readonly UInt[]) => Block;
  readonly taken: Bool;
}

/** One datapath for all passes: eight words of state, sixteen of message, and the additions at the end of each block. */
function core({ roundsPerClock, valid, first, keep, second, taken }: Core) {
  const steps = rounds / roundsPerClock;
  const state = fsm('state', ['idle', 'rounds', 'add', 'done']);
  const chaining = reg('chaining', stateType, { init: null });
  const working = reg('working', stateType, { init: null });
  const window = reg('window', vec(16, word), { init: null });
  const step = reg('step', uint(Math.max(1, Math.ceil(Math.log2(steps)))));
  const blocksLeft = reg('blocks_left', uint(2));

  const start = (block: Block): void => {
    chaining.next = block.chaining;
    working.next = block.chaining;
    window.next = block.words;
  };

  let after: readonly UInt[] = working;
  const words: UInt[] = [...window];
  for (let lane = 0; lane < roundsPerClock; lane++) {
    const choices = Array.from({ length: steps }, (_, at) => lit(word, roundConstants[at * roundsPerClock + lane]!));
    const constant = steps === 1 ? choices[0]! : select(step, choices);
    const added = words[lane]!.addWrap(constant).as(`added_${lane}`);
    after = round(after, added, `_${lane}`).map((value, at) =>
      at % 4 === 0 ? value.as(`${'ae'[at / 4]}_after_${lane}`) : value,
    );
    const grown = expand(words.slice(lane, lane + 16).map(moving));
    if (typeof grown !== 'number') words.push(grown.signal.as(`word_${lane}`));
  }
  const sums = chaining.map((value, at) => value.addWrap(working[at]!).as(`sum_${at}`));

  state.cases({
    idle: () => {
      when(valid, () => {
        start(first);
        keep?.();
        blocksLeft.next = second === undefined ? 1 : 2;
        state.go('rounds');
      });
    },
    rounds: () => {
      working.next = after;
      window.next = words.slice(-16);
      step.next = steps === 1 ? 0 : step.addWrap(1);
      when(step.eq(steps - 1), () => {
        step.next = 0;
        state.go('add');
      });
    },
    add: () => {
      blocksLeft.next = blocksLeft.subWrap(1);
      state.go('rounds');
      start({ chaining: literals(initialState), words: [...sums, ...literals(digestPadding)] });
      if (second !== undefined) when(blocksLeft.eq(2), () => start(second(sums)));
      when(blocksLeft.eq(0), () => {
        chaining.next = sums;
        state.go('done');
      });
    },
    done: () => {
      when(taken, () => state.go('idle'));
    },
  });
  return { up: { ready: state.is('idle') }, down: { valid: state.is('done'), data: chaining } };
}

function checked({ roundsPerClock = 1 }: SerialParameters): number {
  if (!Number.isInteger(Math.log2(roundsPerClock)) || roundsPerClock < 1 || roundsPerClock > rounds)
    mistake(
      'SHA256_ROUNDS',
      `${roundsPerClock} rounds per clock do not divide the ${rounds} rounds of a block into equal steps`,
      `use a power of two from 1 to ${rounds}`,
      here(import.meta.url),
    );
  return roundsPerClock;
}

/** Block headers in, their double SHA-256 out: three passes of 64 rounds, one item at a time. */
export const Sha256dHeaderSerial = generator((parameters: SerialParameters) => {
  const roundsPerClock = checked(parameters);
  return module(`sha256d_header_serial_${roundsPerClock}`, streamPorts(headerType, digestType), ({ up, down }) => {
    const rest = reg('rest', vec(4, word), { init: null });
    return core({
      roundsPerClock,
      valid: up.valid,
      first: { chaining: literals(initialState), words: up.data.slice(0, 16) },
      keep: () => {
        rest.next = up.data.slice(16);
      },
      second: (sums) => ({ chaining: sums, words: [...rest, ...literals(tailPadding)] }),
      taken: down.ready,
    });
  });
});

/** As miners do it: the chaining value behind the first block comes with the work, two passes are left. */
export const Sha256dSerial = generator((parameters: SerialParameters) => {
  const roundsPerClock = checked(parameters);
  return module(`sha256d_serial_${roundsPerClock}`, streamPorts(workType, digestType), ({ up, down }) =>
    core({
      roundsPerClock,
      valid: up.valid,
      first: { chaining: up.data.midstate, words: [...up.data.tail, ...literals(tailPadding)] },
      taken: down.ready,
    }),
  );
});
