import type { UInt } from '../../lang/signal.ts';
import { uint, vec } from '../../lang/types.ts';
import { rotateRight } from './word.ts';

export const word = uint(32);
/** The eight words a to h of the compression function. */
export const stateType = vec(8, word);

const rotations = (x: UInt, [a, b, c]: readonly [number, number, number]): UInt =>
  rotateRight(x, a).xor(rotateRight(x, b)).xor(rotateRight(x, c));

/**
 * One round of the compression function (FIPS 180-4): `added` is the message word plus the round's constant. Six additions,
 * all modulo 2^32; `choose` and `majority` in the forms with the fewest gates. Names of values end in `suffix`.
 */
export function round(state: readonly UInt[], added: UInt, suffix = ''): UInt[] {
  const [a, b, c, d, e, f, g, h] = state as readonly [UInt, UInt, UInt, UInt, UInt, UInt, UInt, UInt];
  const choose = g.xor(e.and(f.xor(g))).as(`choose${suffix}`);
  const majority = a
    .and(b)
    .or(c.and(a.or(b)))
    .as(`majority${suffix}`);
  const mixedE = rotations(e, [6, 11, 25]).as(`mixed_e${suffix}`);
  const mixedA = rotations(a, [2, 13, 22]).as(`mixed_a${suffix}`);
  const first = h.addWrap(added).addWrap(mixedE).addWrap(choose).as(`first${suffix}`);
  return [first.addWrap(mixedA.addWrap(majority)), a, b, c, d.addWrap(first), e, f, g];
}
