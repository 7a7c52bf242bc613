import { type Interpolation, rise } from '../../models/lookup.ts';
import { lit, mux } from '../lang/combine.ts';
import { rom } from '../lang/memory.ts';
import type { Bool, SInt } from '../lang/signal.ts';
import { delay } from '../lang/state.ts';
import { record, sint, uint } from '../lang/types.ts';
import { clampToBits } from './requantizer.ts';

/** Clocks from a value to its result. */
export const interpolatorDepth = 5;

/**
 * A function of int16 by straight lines between 256 points, in the module that is being described: scale to steps, look up a point and
 * the rise to the next one, multiply, add, round. See `Interpolation` in models/lookup.ts.
 */
export function interpolator(line: Interpolation, take: Bool, value: SInt): { valid: Bool; data: SInt } {
  const { multiplier, shift, fraction, points, above, below, places } = line;
  const scaled = delay('scaled', value.mul(lit(sint(17), multiplier)), { enable: take, init: null });
  const measuring = delay('measuring', take);
  const steps = (shift > 0 ? scaled.add(2 ** (shift - 1)) : scaled).shr(shift);
  const negative = steps.bit(steps.width - 1);
  const size = mux(negative, steps.neg(), steps.extend(steps.width + 1)).asUInt();
  const magnitude = size.extend(Math.max(size.width, fraction + 9));
  // Beyond the last point the function stays where it is.
  const index = magnitude.shr(fraction);
  const at = mux(index.gt(255), lit(uint(index.width), 255), index).wrap(8);
  const point = delay('point', at, { enable: measuring, init: null });
  const rest = delay('rest', magnitude.wrap(fraction), { enable: measuring, init: null });
  const belowZero = delay('below_zero', negative, { enable: measuring, init: null });
  const looking = delay('looking', measuring);

  const table = { value: points, rise: Int32Array.from(points, (_, each) => rise(each)) };
  const word = rom('lookup_table', record({ value: uint(16), rise: uint(10) }), 256, table).read(point, {
    enable: looking,
  });
  const restOfWord = delay('rest_of_word', rest, { enable: looking, init: null });
  const belowOfWord = delay('below_zero_of_word', belowZero, { enable: looking, init: null });
  const climbing = delay('climbing', looking);

  const climb = word.rise.mul(restOfWord);
  const height = delay('height', word.value.shl(fraction).add(climb), { enable: climbing, init: null });
  const belowOfHeight = delay('below_zero_of_height', belowOfWord, { enable: climbing, init: null });
  const rounding = delay('rounding', climbing);

  const signed = height.toSInt();
  const upper = signed.add(above);
  const lower = signed.neg().add(below);
  const wide = Math.max(upper.width, lower.width);
  const chosen = mux(belowOfHeight, lower.extend(wide), upper.extend(wide)).shr(places);
  const result = delay('result', clampToBits(chosen, { min: -32768, max: 32767 }, 16), {
    enable: rounding,
    init: null,
  });
  return { valid: delay('done', rounding), data: result };
}
