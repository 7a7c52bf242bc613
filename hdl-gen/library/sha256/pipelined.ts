import { allOf, cat } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import type { Bool, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { bool, uint } from '../../lang/types.ts';
import { stream, streamPorts } from '../stream/stream.ts';
import { initialState } from './constants.ts';
import { type Passing, pass, passClocks } from './pass.ts';
import { moving, still } from './word.ts';
import { digestPadding, digestType, headerType, jobType, nonceType, tailPadding, workType } from './work.ts';

/** Clocks from taking an item to offering its digest: two passes, or three over whole headers. */
export const pipelinedClocks = (passes: 2 | 3): number => passes * passClocks;

/** Which stages hold an item, the first in the lowest bit; all move together while the last one is free or taken. */
function occupancy(stages: number, taken: Bool) {
  const occupied = reg('occupied', uint(stages));
  const valid = occupied.bit(stages - 1);
  const advance = valid.not().or(taken).as('advance');
  return {
    advance,
    valid,
    empty: occupied.eq(0).as('empty'),
    enter: (item: Bool): void => {
      when(advance, () => {
        occupied.next = cat(occupied.bits(stages - 2, 0), item);
      });
    },
  };
}

/** The header's second block and the second hash. */
function lastPasses(enable: Bool, tail: Passing): readonly UInt[] {
  const first = pass('tail', enable, tail).digest;
  const second = pass('second', enable, { chaining: initialState, words: [...first.map(moving), ...digestPadding] });
  return second.digest;
}

/** Block headers in, their double SHA-256 out: a header per clock, three passes long. */
export const Sha256dHeaderPipelined = generator((_: Record<string, never>) =>
  module('sha256d_header_pipelined', streamPorts(headerType, digestType), ({ up, down }) => {
    const { advance, valid, enter } = occupancy(pipelinedClocks(3), down.ready);
    enter(up.valid);
    const words = up.data.map(moving);
    const block = { chaining: initialState, words: words.slice(0, 16), beside: words.slice(16) };
    const first = pass('head', advance, block);
    const chaining = first.digest.map(moving);
    const data = lastPasses(advance, { chaining, words: [...first.beside, ...tailPadding] });
    return { up: { ready: advance }, down: { valid, data } };
  }),
);

/** Work of any jobs in, digests out: one per clock, two passes long. The chaining value travels with its item. */
export const Sha256dPipelined = generator((_: Record<string, never>) =>
  module('sha256d_pipelined', streamPorts(workType, digestType), ({ up, down }) => {
    const { advance, valid, enter } = occupancy(pipelinedClocks(2), down.ready);
    enter(up.valid);
    const { midstate, tail } = up.data;
    const words = [...tail.map(moving), ...tailPadding];
    const data = lastPasses(advance, { chaining: midstate.map(moving), words });
    return { up: { ready: advance }, down: { valid, data } };
  }),
);

/**
 * The miner's form: a job is loaded, then nonces go through at one per clock, and only what depends on them has registers to
 * wait in. A job waits until the pipeline is empty, nonces wait for a job.
 */
export const Sha256dMiner = generator((_: Record<string, never>) =>
  module(
    'sha256d_miner',
    {
      in: { job: stream(jobType).forward, up: stream(nonceType).forward, down: stream(digestType).back },
      out: { job: stream(jobType).back, up: stream(nonceType).back, down: stream(digestType).forward },
    },
    ({ job, up, down }) => {
      const { advance, valid, empty, enter } = occupancy(pipelinedClocks(2), down.ready);
      const loaded = reg('loaded', bool);
      const held = reg('held', jobType, { init: null });
      when(allOf(job.valid, empty), () => {
        loaded.next = true;
        held.midstate.forEach((register, at) => {
          register.next = job.data.midstate[at]!;
        });
        held.tail.forEach((register, at) => {
          register.next = job.data.tail[at]!;
        });
      });
      const ready = allOf(advance, loaded, job.valid.not()).as('nonce_ready');
      enter(allOf(up.valid, ready));
      const words = [...held.tail.map(still), moving(up.data), ...tailPadding];
      const data = lastPasses(advance, { chaining: held.midstate.map(still), words });
      return { job: { ready: empty }, up: { ready }, down: { valid, data } };
    },
  ),
);
