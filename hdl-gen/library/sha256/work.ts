import { record, uint, vec } from '../../lang/types.ts';
import { padding } from './constants.ts';
import { stateType, word } from './round.ts';

/** A block header of 80 bytes as 20 words, the first byte in the highest bits of the first word. */
export const headerType = vec(20, word);

/**
 * What changes while a miner searches: the chaining value behind the header's first 64 bytes and its last 16 bytes (end of the
 * Merkle root, time, target, nonce).
 */
export const workType = record({ midstate: stateType, tail: vec(4, word) });

/** What stays while only the nonce, the last word of the header, changes. */
export const jobType = record({ midstate: stateType, tail: vec(3, word) });
export const nonceType = uint(32);

/** The hash as the eight words of the second digest, the first byte in the highest bits of the first word. */
export const digestType = stateType;

export const headerBytes = 80;
/** Words behind the last 16 bytes of a header in its second block. */
export const tailPadding = padding(headerBytes);
/** Words behind the first digest in the only block of the second hash. */
export const digestPadding = padding(32);
