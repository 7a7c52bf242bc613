import { bool, delay, generator, module, reg, type SInt, sint, when } from '../hdl-gen/index.ts';

/**
 * Finite impulse response filter in transposed form: out[n] = sum of taps[k] * sample[n - k]. Every sample is multiplied
 * by all taps at once and the products wander towards the output, so that the longest path is one multiplier and one
 * adder however many taps there are. One sample per clock; its output follows one clock later. Sums are exact.
 */
export const Fir = generator(({ taps, bits }: { readonly taps: readonly number[]; readonly bits: number }) => {
  // The largest output needs a sample of -2^(bits-1) on every tap, with the signs of the taps.
  const gain = taps.reduce((total, tap) => total + Math.abs(tap), 0);
  const outBits = bits + Math.ceil(Math.log2(gain + 1));
  return module(
    `fir_${taps.join('_')}_x${bits}`.replaceAll('-', 'n'),
    { in: { valid: bool, sample: sint(bits) }, out: { valid_out: bool, filtered: sint(outBits) } },
    ({ valid, sample }) => {
      // From the last tap to the first.
      let partial: SInt | null = null;
      for (const [fromEnd, tap] of taps.toReversed().entries()) {
        const stage = reg(`partial_${taps.length - 1 - fromEnd}`, sint(outBits));
        const product = sample.mul(tap);
        const sum: SInt = partial === null ? product : partial.add(product);
        when(valid, () => {
          stage.next = sum.wrap(outBits);
        });
        partial = stage;
      }
      return { valid_out: delay('valid_q', valid), filtered: partial! };
    },
  );
});
