/** The first `count` primes. */
function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate += 1n)
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  return found;
}

/** The largest integer whose `degree`-th power is at most `value`, bit by bit. */
function root(value: bigint, degree: bigint): bigint {
  let found = 0n;
  for (let bit = 1n << BigInt(Math.ceil(value.toString(2).length / Number(degree))); bit > 0n; bit >>= 1n)
    if ((found + bit) ** degree <= value) found += bit;
  return found;
}

/** The first 32 bits behind the point of a prime's root, as FIPS 180-4 defines both tables. */
const fraction = (prime: bigint, degree: bigint): number =>
  Number(BigInt.asUintN(32, root(prime << (32n * degree), degree)));

/** One constant per round: of the cube roots of the first 64 primes. */
export const roundConstants: readonly number[] = primes(64).map((prime) => fraction(prime, 3n));

/** The chaining value that every message starts from: of the square roots of the first 8 primes. */
export const initialState: readonly number[] = primes(8).map((prime) => fraction(prime, 2n));

export const rounds = 64;

/** Words that fill the last block of a message of `bytes` bytes behind its own words: a one, zeros, the length in bits. */
export function padding(bytes: number): readonly number[] {
  const used = (bytes % 64) / 4;
  return [0x8000_0000, ...new Array<number>(14 - used).fill(0), bytes * 8];
}
