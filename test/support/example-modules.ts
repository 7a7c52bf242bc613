import { mux } from '../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../hdl-gen/lang/control.ts';
import { ram } from '../../hdl-gen/lang/memory.ts';
import { generator, module } from '../../hdl-gen/lang/module.ts';
import { delay, reg, regs } from '../../hdl-gen/lang/state.ts';
import { bool, sint, type Type, uint } from '../../hdl-gen/lang/types.ts';

/** Output-stationary multiply-accumulate cell: hands its operands on, one clock later. */
export const MacCell = generator(({ width, accWidth }: { readonly width: number; readonly accWidth: number }) =>
  module(
    `mac_${width}x${accWidth}`,
    {
      in: { a: sint(width), b: sint(width), en: bool, clear: bool },
      out: { a_q: sint(width), b_q: sint(width), acc: sint(accWidth) },
    },
    ({ a, b, en, clear }) => {
      const acc = reg('acc', sint(accWidth));
      when(clear, () => {
        acc.next = 0;
      }).elsewhen(en, () => {
        acc.next = acc.addWrap(a.mul(b).as('product'));
      });
      return { a_q: delay('a_q', a, { init: null }), b_q: delay('b_q', b, { init: null }), acc };
    },
  ),
);

/** First-in first-out queue on a synchronous-read memory: one clock from write to read. */
export const Fifo = generator(({ type, depth }: { readonly type: Type; readonly depth: number }) =>
  module(
    `fifo_${depth}`,
    { in: { write: bool, data: type, read: bool }, out: { q: type, empty: bool, full: bool } },
    ({ write, data, read }) => {
      const bits = Math.ceil(Math.log2(depth));
      const { head, tail, count } = regs({ head: uint(bits), tail: uint(bits), count: uint(bits + 1) });
      const words = ram('words', type, depth);
      const empty = count.eq(0).as('is_empty');
      const full = count.eq(depth).as('is_full');
      const push = write.and(full.not()).as('push');
      const pop = read.and(empty.not()).as('pop');
      when(push, () => {
        words.write(tail, data);
        tail.next = mux(tail.eq(depth - 1), 0, tail.addWrap(1));
      });
      when(pop, () => {
        head.next = mux(head.eq(depth - 1), 0, head.addWrap(1));
      });
      when(push.and(pop.not()), () => {
        count.next = count.addWrap(1);
      }).elsewhen(pop.and(push.not()), () => {
        count.next = count.subWrap(1);
      });
      return { q: words.read(head, { enable: pop }), empty, full };
    },
  ),
);

/** Walks one tile: clears, streams `depth` operands, waits `drain` clocks for the array to empty. */
export const Sequencer = generator(({ depth, drain }: { readonly depth: number; readonly drain: number }) =>
  module(
    `sequencer_${depth}_${drain}`,
    { in: { start: bool }, out: { clear: bool, en: bool, addr: uint(10), done: bool } },
    ({ start }) => {
      const state = fsm('state', ['idle', 'stream', 'drain', 'done']);
      const count = reg('count', uint(10));
      state.cases({
        idle: () =>
          when(start, () => {
            state.go('stream');
            count.next = 0;
          }),
        stream: () =>
          when(count.eq(depth - 1), () => {
            state.go('drain');
            count.next = 0;
          }).otherwise(() => {
            count.next = count.addWrap(1);
          }),
        drain: () =>
          when(count.eq(drain - 1), () => state.go('done')).otherwise(() => {
            count.next = count.addWrap(1);
          }),
        done: () => state.go('idle'),
      });
      return {
        clear: state.is('idle').and(start),
        en: state.is('stream').or(state.is('drain')),
        addr: count,
        done: state.is('done'),
      };
    },
  ),
);
