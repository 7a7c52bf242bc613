/**
 * Widths in types, gradually: a signal whose width is a literal in the source carries it as an upper bound, all others are
 * plain `UInt` and `SInt` and are checked when the description runs. A 9-bit value for an 8-bit register is then an error
 * of tsc, while parametric code passes untouched. The bound exists in types only: the property is never there.
 */
declare const widthBound: unique symbol;

/** A signal of at most `W` bits. Optional, so that a signal of unknown width fits any bound. */
export interface AtMost<W extends number> {
  readonly [widthBound]?: UpTo<W>;
}

/** Largest width that is followed in types: beyond it a bound says nothing. */
type Limit = 64;

/** 1 | 2 | ... | W, so that a smaller bound is assignable to a larger one; `number` for a width that is not known. */
type UpTo<W extends number> = number extends W ? number : W extends unknown ? Count<W> : never;

type Count<
  W extends number,
  Steps extends readonly unknown[] = [unknown],
  Seen extends number = 1,
> = Steps['length'] extends W
  ? Seen
  : Steps['length'] extends Limit
    ? number
    : Count<W, [...Steps, unknown], Seen | [...Steps, unknown]['length']>;

/** The signal with the bound of a literal width, or as it is. */
export type Bounded<S, W extends number> = number extends W ? S : S & AtMost<W>;
