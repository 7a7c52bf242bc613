import { createHash } from 'node:crypto';
import { wordsOf } from '../../../../hdl-gen/library/sha256/host.ts';
import { seededRandom } from '../../../support/random.ts';

/** The first block of the Bitcoin chain and its hash as block explorers print it, last byte first. */
export const genesis = {
  header: Buffer.from(
    '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c',
    'hex',
  ),
  hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
};

/** The words that a core must give for a header, by node:crypto. */
export function expectedDigest(header: Uint8Array): number[] {
  const once = createHash('sha256').update(header).digest();
  return wordsOf(createHash('sha256').update(once).digest());
}

/** Genesis, headers of all zeros and all ones, and random ones: `count` together. */
export function someHeaders(count: number, seed: number): Uint8Array[] {
  const random = seededRandom(seed);
  const special = [new Uint8Array(genesis.header), new Uint8Array(80), new Uint8Array(80).fill(255)];
  const drawn = Array.from({ length: count - special.length }, () =>
    Uint8Array.from({ length: 80 }, () => random.integer(0, 255)),
  );
  return [...special, ...drawn];
}
