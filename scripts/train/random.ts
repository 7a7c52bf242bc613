/** A seeded stream of random numbers, so that drawings and shuffles are the same everywhere. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Integer in 0..count-1. */
  below(count: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
}

/**
 * Generator: SplitMix32, the 32-bit sibling of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) with the finaliser of MurmurHash3:
 * a counter with an odd step, then two multiply-xorshift rounds. Its state is one word, which is ample for a few million draws.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const uniform = (): number => next() / 4294967296;
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    below: (count) => Math.floor(uniform() * count),
    // Sum of twelve uniforms: close enough to normal for jitter, and free of logarithms that differ between engines.
    normal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += uniform();
      return sum;
    },
  };
}

/** A permutation of 0..count-1 (Fisher-Yates). */
export function shuffledIndices(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
