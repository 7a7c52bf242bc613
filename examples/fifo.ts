import { bool, generator, module, mux, ram, regs, type Type, type UInt, uint, when } from '../hdl-gen/index.ts';

/**
 * First-in first-out queue in a memory. A word that is popped stands in `data_out` from the next clock until the next
 * pop. A push into a full queue and a pop from an empty one do nothing.
 */
export const Fifo = generator(({ type, depth }: { readonly type: Type; readonly depth: number }) => {
  const addressBits = Math.max(1, Math.ceil(Math.log2(depth)));
  const countBits = Math.ceil(Math.log2(depth + 1));
  const after = (address: UInt) => mux(address.eq(depth - 1), 0, address.addWrap(1));
  return module(
    `fifo_${depth}`,
    { in: { push: bool, data_in: type, pop: bool }, out: { data_out: type, empty: bool, full: bool } },
    ({ push, data_in, pop }) => {
      const words = ram('words', type, depth);
      const { head, tail, count } = regs({ head: uint(addressBits), tail: uint(addressBits), count: uint(countBits) });
      const empty = count.eq(0).as('is_empty');
      const full = count.eq(depth).as('is_full');
      const pushed = push.and(full.not()).as('pushed');
      const popped = pop.and(empty.not()).as('popped');

      when(pushed, () => {
        words.write(tail, data_in);
        tail.next = after(tail);
      });
      when(popped, () => {
        head.next = after(head);
      });
      when(pushed.and(popped.not()), () => {
        count.next = count.addWrap(1);
      }).elsewhen(popped.and(pushed.not()), () => {
        count.next = count.subWrap(1);
      });
      return { data_out: words.read(head, { enable: popped }), empty, full };
    },
  );
});
