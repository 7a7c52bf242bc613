import type { Design } from '../../hdl-gen/ir/design.ts';
import { cat } from '../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../hdl-gen/lang/control.ts';
import { ram } from '../../hdl-gen/lang/memory.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import type { UInt } from '../../hdl-gen/lang/signal.ts';
import { reg } from '../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../hdl-gen/lang/types.ts';

/** Random source with pauses, FIFO, state machine, requantizer to int8, sink with pauses, checksum. */
const Lane = module(
  'lane',
  { in: { start: bool, seed: uint(32), multiplier: sint(32), shift: uint(4) }, out: { checksum: uint(32) } },
  ({ start, seed, multiplier, shift }) => {
    const random = reg('random', uint(32));
    const mixed = random.xor(random.shl(13).wrap(32)).as('mixed');
    const stirred = mixed.xor(mixed.shr(17)).as('stirred');
    random.next = stirred.xor(stirred.shl(5).wrap(32));
    when(start, () => {
      random.next = seed;
    });

    const words = ram('words', sint(32), 8);
    const head = reg('head', uint(3));
    const tail = reg('tail', uint(3));
    const stored = reg('stored', uint(4));
    const state = fsm('state', ['idle', 'fetch', 'multiply', 'round', 'emit']);
    const push = stored
      .lt(8)
      .and(random.bit(3).or(random.bit(7)))
      .as('push');
    const pop = stored.ne(0).and(state.is('idle')).as('pop');
    const word = words.read(head, { enable: pop });
    when(push, () => {
      words.write(tail, random.asSInt());
      tail.next = tail.addWrap(1);
    });
    when(pop, () => {
      head.next = head.addWrap(1);
    });
    when(push.and(pop.not()), () => {
      stored.next = stored.addWrap(1);
    }).elsewhen(pop.and(push.not()), () => {
      stored.next = stored.subWrap(1);
    });

    const product = reg('product', sint(64));
    const scaled = reg('scaled', sint(33));
    const narrow = reg('narrow', sint(8));
    const checksum = reg('checksum', uint(32));
    state.cases({
      idle: () => when(pop, () => state.go('fetch')),
      fetch: () => {
        product.next = word.mul(multiplier);
        state.go('multiply');
      },
      multiply: () => {
        scaled.next = product.shr(30).add(1).shr(1).wrap(33);
        state.go('round');
      },
      round: () => {
        narrow.next = scaled.shrBy(shift).add(3).sat(8);
        state.go('emit');
      },
      emit: () =>
        when(random.bit(11), () => {
          const rotated = cat(checksum.bits(26, 0), checksum.bits(31, 27));
          checksum.next = rotated.xor(narrow.asUInt());
          state.go('idle');
        }),
    });
    return { checksum };
  },
);

export function requantizerLanes(lanes: number): Design {
  const top = module(
    `requantizer_lanes_${lanes}`,
    { in: { start: bool, seed: uint(32), multiplier: sint(32), shift: uint(4) }, out: { checksum: uint(32) } },
    ({ start, seed, multiplier, shift }) => {
      let all: UInt | null = null;
      for (let index = 0; index < lanes; index++) {
        const own = seed.xor(((index + 1) * 0x9e3779b9) >>> 0);
        const { checksum } = Lane(`lane_${index}`, { start, seed: own, multiplier, shift });
        all = all === null ? checksum : all.xor(checksum);
      }
      const checksum = reg('checksum', uint(32));
      checksum.next = all!;
      return { checksum };
    },
  );
  return design(top);
}
