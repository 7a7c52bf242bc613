import { midstateOf, workOf } from '../../../hdl-gen/library/sha256/host.ts';
import { pipelinedClocks } from '../../../hdl-gen/library/sha256/pipelined.ts';
import { serialClocks } from '../../../hdl-gen/library/sha256/serial.ts';
import type { HashWorkload } from './activity.ts';

/** The first header of the Bitcoin chain: merkle root, time, target and nonce are real. */
const genesisHeader = Uint8Array.from(
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c'.match(
    /../g,
  )!,
  (byte) => Number.parseInt(byte, 16),
);

interface Work {
  readonly midstate: readonly number[];
  readonly tail: readonly number[];
}

/** Work of a chain of headers: each follows from the one before as from a hash, version, time and target stay plausible. */
function chainOfWork(count: number): Work[] {
  const chain: Work[] = [];
  let { midstate, tail } = workOf(genesisHeader);
  for (let at = 0; at < count; at++) {
    chain.push({ midstate, tail });
    const next = midstateOf([...midstate, ...tail, 0, 0, 0, at]);
    midstate = midstateOf([...next, ...midstate]);
    tail = [next[0]!, (tail[1]! + 600) >>> 0, tail[2]!, next[3]!];
  }
  return chain;
}

const named = (prefix: string, words: readonly number[]): [string, number][] =>
  words.map((word, at) => [`${prefix}_${at}`, word]);
const inputsOf = ({ midstate, tail }: Work) =>
  Object.fromEntries([...named('up_data_midstate', midstate), ...named('up_data_tail', tail)]);

/** `hashes` items one after the other through the serial core. */
export function serialWorkload(hashes: number, roundsPerClock = 1): HashWorkload {
  const interval = serialClocks(2, roundsPerClock);
  const chain = chainOfWork(hashes + 1);
  return {
    warmUp: interval,
    clocks: hashes * interval,
    hashes,
    inputs: (clock) =>
      clock % interval === 0 ? { up_valid: 1, down_ready: 1, ...inputsOf(chain[clock / interval]!) } : {},
  };
}

/** Other work in every clock. */
export function pipelinedWorkload(hashes: number): HashWorkload {
  const warmUp = pipelinedClocks(2) + 1;
  const chain = chainOfWork(warmUp + hashes);
  return {
    warmUp,
    clocks: hashes,
    hashes,
    inputs: (clock) => ({ up_valid: 1, down_ready: 1, ...inputsOf(chain[clock]!) }),
  };
}

/** One job, the genesis block's, and consecutive nonces: what a mining chip does nearly always. */
export function minerWorkload(hashes: number): HashWorkload {
  const { midstate, tail } = workOf(genesisHeader);
  const load = Object.fromEntries([
    ...named('job_data_midstate', midstate),
    ...named('job_data_tail', tail.slice(0, 3)),
  ]);
  return {
    warmUp: pipelinedClocks(2) + 2,
    clocks: hashes,
    hashes,
    inputs: (clock) =>
      clock === 0
        ? { job_valid: 1, down_ready: 1, ...load }
        : { job_valid: 0, up_valid: 1, up_data: (tail[3]! + clock) >>> 0 },
  };
}
