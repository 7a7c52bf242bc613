/** The multiply-accumulate loop of the reference, where nearly all of its time goes. */

/** Two values share one double: the second counts in units of 2^26. */
export const pairUnit = 67108864;

/**
 * Whether the sums of two rows fit into one double: with each below 2^25 in magnitude both together stay below 2^53 and are
 * exact. `magnitude` bounds the values that meet weights of -128 to 127.
 */
export function pairable(taps: number, magnitude: number): boolean {
  return magnitude * 128 * taps < pairUnit / 2;
}

/**
 * `pairs` is [pairs, taps], each entry `first row + second row * pairUnit`; `weights` is [channels, taps] as doubles. Sums go to
 * `sums` [2 * pairs, channels]. The bound of `pairable` must hold.
 */
export function multiplyPairs(
  packed: Float64Array,
  weights: Float64Array,
  { taps, pairs, channels }: { readonly taps: number; readonly pairs: number; readonly channels: number },
  sums: Int32Array,
): void {
  // Four pairs by two channels: eight sums and six operands stay in registers.
  let pair = 0;
  for (; pair + 4 <= pairs; pair += 4) {
    const p0 = pair * taps;
    const p1 = p0 + taps;
    const p2 = p1 + taps;
    const p3 = p2 + taps;
    let channel = 0;
    for (; channel + 2 <= channels; channel += 2) {
      const w0 = channel * taps;
      const w1 = w0 + taps;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let tap = 0; tap < taps; tap += 1) {
        const a = weights[w0 + tap]!;
        const b = weights[w1 + tap]!;
        const x0 = packed[p0 + tap]!;
        const x1 = packed[p1 + tap]!;
        const x2 = packed[p2 + tap]!;
        const x3 = packed[p3 + tap]!;
        s00 += x0 * a;
        s01 += x0 * b;
        s10 += x1 * a;
        s11 += x1 * b;
        s20 += x2 * a;
        s21 += x2 * b;
        s30 += x3 * a;
        s31 += x3 * b;
      }
      store(s00, sums, pair, channels, channel);
      store(s01, sums, pair, channels, channel + 1);
      store(s10, sums, pair + 1, channels, channel);
      store(s11, sums, pair + 1, channels, channel + 1);
      store(s20, sums, pair + 2, channels, channel);
      store(s21, sums, pair + 2, channels, channel + 1);
      store(s30, sums, pair + 3, channels, channel);
      store(s31, sums, pair + 3, channels, channel + 1);
    }
    for (; channel < channels; channel += 1) {
      for (let p = pair; p < pair + 4; p += 1) {
        store(dot(packed, p * taps, weights, channel * taps, taps), sums, p, channels, channel);
      }
    }
  }
  for (; pair < pairs; pair += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      store(dot(packed, pair * taps, weights, channel * taps, taps), sums, pair, channels, channel);
    }
  }
}

function store(sum: number, sums: Int32Array, pair: number, channels: number, channel: number): void {
  const second = Math.floor(sum * (1 / pairUnit) + 0.5);
  const at = pair * 2 * channels + channel;
  sums[at] = sum - second * pairUnit;
  sums[at + channels] = second;
}

function dot(x: Float64Array, xFrom: number, w: Float64Array, wFrom: number, taps: number): number {
  let sum = 0;
  for (let tap = 0; tap < taps; tap += 1) sum += x[xFrom + tap]! * w[wFrom + tap]!;
  return sum;
}

/**
 * One row of `values` against [channels, taps] weights from `weightsFrom` on; sums wrap in 32 bits. Four channels at once: each
 * value is loaded once for four products.
 */
export function multiplyRow(
  values: Int16Array,
  weights: Int8Array,
  weightsFrom: number,
  { taps, channels }: { readonly taps: number; readonly channels: number },
  sums: Int32Array,
): void {
  let channel = 0;
  for (; channel + 4 <= channels; channel += 4) {
    const w0 = weightsFrom + channel * taps;
    const w1 = w0 + taps;
    const w2 = w1 + taps;
    const w3 = w2 + taps;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const x = values[tap]!;
      s0 = (s0 + Math.imul(weights[w0 + tap]!, x)) | 0;
      s1 = (s1 + Math.imul(weights[w1 + tap]!, x)) | 0;
      s2 = (s2 + Math.imul(weights[w2 + tap]!, x)) | 0;
      s3 = (s3 + Math.imul(weights[w3 + tap]!, x)) | 0;
    }
    sums[channel] = s0;
    sums[channel + 1] = s1;
    sums[channel + 2] = s2;
    sums[channel + 3] = s3;
  }
  for (; channel < channels; channel += 1) {
    let sum = 0;
    for (let tap = 0, w = weightsFrom + channel * taps; tap < taps; tap += 1, w += 1) {
      sum = (sum + Math.imul(weights[w]!, values[tap]!)) | 0;
    }
    sums[channel] = sum;
  }
}
