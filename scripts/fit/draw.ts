/** Numbers by chance, the same for the same seed. */
export interface Draw {
  /** 0 to below 1. */
  fraction(): number;
  real(low: number, high: number): number;
  integer(low: number, high: number): number;
  /** Small ones as often as large ones: even over the logarithm. */
  size(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(of: readonly T[]): T;
}

/** A 32-bit generator (mulberry32 of Tommy Ettinger, public domain). */
export function drawFrom(seed: number): Draw {
  let state = (seed * 2654435761) >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1));
  return {
    fraction,
    real: (low, high) => low + fraction() * (high - low),
    integer,
    size: (low, high) => Math.min(high, Math.floor(low * ((high + 1) / low) ** fraction())),
    chance: (share) => fraction() < share,
    pick: (of) => of[integer(0, of.length - 1)]!,
  };
}
