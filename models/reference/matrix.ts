/** The multiply-accumulate loop of the reference, where nearly all of its time goes. */

/** Two sums share one double: the second counts in units of 2^26. */
const unit = 67108864;

/**
 * `sums[row * channels + channel] = sum over tap of patches[row * taps + tap] * weights[weightsFrom + channel * taps + tap]`, wrapped
 * to 32 bits. `patches` is [rows, taps], the weights from `weightsFrom` on [channels, taps], `sums` [rows, channels].
 */
export function multiplyMatrix(
  patches: Int16Array,
  weights: Int8Array,
  weightsFrom: number,
  { taps, rows, channels }: { readonly taps: number; readonly rows: number; readonly channels: number },
  sums: Int32Array,
): void {
  const used = weights.subarray(weightsFrom, weightsFrom + channels * taps);
  const pairs = packable(patches, taps, rows, channels) ? rows >> 1 : 0;
  if (pairs > 0) multiplyPairs(patches, used, taps, pairs, channels, sums);
  for (let row = pairs * 2; row < rows; row += 1) multiplyRow(patches, used, taps, row, channels, sums);
}

/**
 * Whether two rows fit into one double: each sum must stay below 2^25 in magnitude, then both together stay below 2^53 and are
 * exact. With few rows or channels the packing costs more than it saves.
 */
function packable(patches: Int16Array, taps: number, rows: number, channels: number): boolean {
  if (rows < 4 || channels < 4) return false;
  let largest = 0;
  for (let at = 0; at < rows * taps; at += 1) {
    const value = patches[at]!;
    if (value > largest) largest = value;
    else if (-value > largest) largest = -value;
  }
  return largest * 128 * taps < unit / 2;
}

function multiplyPairs(
  patches: Int16Array,
  weights: Int8Array,
  taps: number,
  pairs: number,
  channels: number,
  sums: Int32Array,
): void {
  const packed = new Float64Array(pairs * taps);
  for (let pair = 0, at = 0; pair < pairs; pair += 1) {
    const first = pair * 2 * taps;
    for (let tap = 0; tap < taps; tap += 1, at += 1) {
      packed[at] = patches[first + tap]! + patches[first + taps + tap]! * unit;
    }
  }
  const factors = Float64Array.from(weights);
  const store = (sum: number, pair: number, channel: number): void => {
    const second = Math.floor(sum / unit + 0.5);
    const at = pair * 2 * channels + channel;
    sums[at] = sum - second * unit;
    sums[at + channels] = second;
  };
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
        const a = factors[w0 + tap]!;
        const b = factors[w1 + tap]!;
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
      store(s00, pair, channel);
      store(s01, pair, channel + 1);
      store(s10, pair + 1, channel);
      store(s11, pair + 1, channel + 1);
      store(s20, pair + 2, channel);
      store(s21, pair + 2, channel + 1);
      store(s30, pair + 3, channel);
      store(s31, pair + 3, channel + 1);
    }
    for (; channel < channels; channel += 1) {
      for (let p = pair; p < pair + 4; p += 1) store(dot(packed, p * taps, factors, channel * taps, taps), p, channel);
    }
  }
  for (; pair < pairs; pair += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      store(dot(packed, pair * taps, factors, channel * taps, taps), pair, channel);
    }
  }
}

function dot(x: Float64Array, xFrom: number, w: Float64Array, wFrom: number, taps: number): number {
  let sum = 0;
  for (let tap = 0; tap < taps; tap += 1) sum += x[xFrom + tap]! * w[wFrom + tap]!;
  return sum;
}

/** One row, four channels at once: each value is loaded once for four products. */
function multiplyRow(
  patches: Int16Array,
  weights: Int8Array,
  taps: number,
  row: number,
  channels: number,
  sums: Int32Array,
): void {
  const from = row * taps;
  const to = row * channels;
  let channel = 0;
  for (; channel + 4 <= channels; channel += 4) {
    const w0 = channel * taps;
    const w1 = w0 + taps;
    const w2 = w1 + taps;
    const w3 = w2 + taps;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const x = patches[from + tap]!;
      s0 = (s0 + Math.imul(weights[w0 + tap]!, x)) | 0;
      s1 = (s1 + Math.imul(weights[w1 + tap]!, x)) | 0;
      s2 = (s2 + Math.imul(weights[w2 + tap]!, x)) | 0;
      s3 = (s3 + Math.imul(weights[w3 + tap]!, x)) | 0;
    }
    sums[to + channel] = s0;
    sums[to + channel + 1] = s1;
    sums[to + channel + 2] = s2;
    sums[to + channel + 3] = s3;
  }
  for (; channel < channels; channel += 1) {
    let sum = 0;
    for (let tap = 0, w = channel * taps; tap < taps; tap += 1, w += 1) {
      sum = (sum + Math.imul(weights[w]!, patches[from + tap]!)) | 0;
    }
    sums[to + channel] = sum;
  }
}
