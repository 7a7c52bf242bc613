import { bool, generator, module, reg, uint, when } from '../hdl-gen/index.ts';

/** Counts 0 to `size - 1` in the clocks where `enable` is 1, then starts over; `clear` goes first. */
export const Counter = generator(({ size }: { readonly size: number }) => {
  const bits = Math.ceil(Math.log2(size));
  return module(
    `counter_${size}`,
    { in: { enable: bool, clear: bool }, out: { count: uint(bits), last: bool } },
    ({ enable, clear }) => {
      const count = reg('count', uint(bits));
      const last = count.eq(size - 1);
      when(clear.or(enable.and(last)), () => {
        count.next = 0;
      }).elsewhen(enable, () => {
        count.next = count.addWrap(1);
      });
      return { count, last };
    },
  );
});
