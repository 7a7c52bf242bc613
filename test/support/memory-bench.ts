import { mux } from '../../hdl-gen/lang/combine.ts';
import { when } from '../../hdl-gen/lang/control.ts';
import { ram, rom } from '../../hdl-gen/lang/memory.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import { reg } from '../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../hdl-gen/lang/types.ts';
import { type Random, seededRandom } from './random.ts';
import type { Row } from './verilog.ts';

const wordType = record({ taps: vec(3, sint(9)), bias: sint(40), last: bool });

/** A ROM of records, and a RAM that is written and read at random with enables, both ports at once. */
export const memoryBench = design(
  module(
    'memories',
    {
      in: { at: uint(3), on: bool, write: bool, other: uint(3), data: sint(9) },
      out: { rom: wordType, alone: sint(9), chased: uint(3), seen: vec(2, sint(9)) },
    },
    ({ at, on, write, other, data }) => {
      const random = seededRandom(3);
      const words = rom('words', wordType, 8, {
        taps: Int16Array.from({ length: 24 }, () => random.integer(-256, 255)),
        bias: BigInt64Array.from({ length: 8 }, () => BigInt(random.integer(-(2 ** 39), 2 ** 39 - 1))),
        last: Uint8Array.from({ length: 8 }, () => random.integer(0, 1)),
      });
      const single = rom('single', sint(9), 1, Int16Array.of(-200));
      const pairs = ram('pairs', vec(2, sint(9)), 8);
      // Fills the memory first, so that no word is ever unknown.
      const fill = reg('fill', uint(4));
      const filling = fill.lt(8);
      when(filling, () => {
        fill.next = fill.addWrap(1);
        pairs.write(fill.wrap(3), [0, -1]);
      })
        .elsewhen(write, () => {
          pairs.write(other, [data, data.not()], { enable: on });
        })
        .otherwise(() => {
          pairs.write(other, [data.not(), 5], { enable: on });
        });
      const ready = reg('ready', bool);
      ready.next = filling.not();
      const seen = pairs.read(at.addWrap(other), { enable: on.or(filling) });
      const holds = reg('holds', bool);
      when(on.and(ready), () => {
        holds.next = true;
      });
      // The second port's address is what the first one read.
      const links = rom('links', uint(3), 8, Uint8Array.of(3, 6, 0, 7, 1, 2, 4, 5));
      const chased = links.read(links.read(at), { name: 'chased_q' });
      const word = words.read(at, { enable: on.or(filling) });
      return { rom: word, alone: single.read(0), chased, seen: seen.map((lane) => mux(holds, lane, 0)) };
    },
  ),
);

export function memoryRows(random: Random, count: number): Row[] {
  const limits = [
    [0, 7],
    [0, 1],
    [0, 1],
    [0, 7],
    [-256, 255],
  ] as const;
  return Array.from({ length: count }, () => limits.map(([low, high]) => BigInt(random.integer(low, high))));
}
