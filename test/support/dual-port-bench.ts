import { mux } from '../../hdl-gen/lang/combine.ts';
import { when } from '../../hdl-gen/lang/control.ts';
import { ram } from '../../hdl-gen/lang/memory.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import { reg } from '../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../hdl-gen/lang/types.ts';
import type { Random } from './random.ts';
import type { Row } from './verilog.ts';

const words = 4;
const pair = record({ tag: uint(3), at: sint(2) });

/** Memories with two read and two write ports: byte enables, both collision rules, initial words. Few words, so that ports meet often. */
export const dualPortBench = design(
  module(
    'dual_port',
    {
      in: {
        a: uint(2),
        b: uint(2),
        first: bool,
        second: bool,
        data: vec(4, uint(8)),
        lanes: vec(4, bool),
        on: bool,
      },
      out: {
        old_a: vec(4, uint(8)),
        old_b: vec(4, uint(8)),
        new_a: vec(4, uint(8)),
        new_b: vec(4, uint(8)),
        pairs: vec(2, pair),
        bit_of: bool,
      },
    },
    ({ a, b, first, second, data, lanes, on }) => {
      const contents = Uint8Array.from({ length: words * 4 }, (_, at) => at * 7);
      const reversed = data.toReversed();
      const old = ram('old', vec(4, uint(8)), words, { contents });
      old.write(a, data, { enable: first, lanes });
      when(second, () => {
        old.write(b, reversed);
      });
      const fresh = ram('fresh', vec(4, uint(8)), words, { contents, collision: 'newData' });
      fresh.write(a, data, { enable: first });
      when(second, () => {
        fresh.write(b, reversed, { enable: on.or(first), lanes: [lanes[0]!, lanes[0]!, true, lanes[3]!.not()] });
      });
      const tagged = ram('labelled', vec(2, pair), words, {
        contents: Int8Array.from({ length: words * 4 }, (_, at) => (at % 2 === 0 ? at % 8 : (at % 4) - 2)),
        collision: 'newData',
      });
      const one = { tag: data[0]!.wrap(3), at: data[1]!.wrap(2).asSInt() };
      tagged.write(b, [one, { tag: 5, at: -1 }], { lanes: [lanes[1]!, lanes[2]!] });
      const single = ram('single', bool, 2, { contents: Uint8Array.of(1, 0), collision: 'newData' });
      single.write(a.bit(0).toUInt(), second, { enable: first.xor(on) });
      const holds = reg('holds', bool);
      when(on, () => {
        holds.next = true;
      });
      const shown = (word: readonly ReturnType<typeof data.at>[]) => word.map((lane) => mux(holds, lane!, 0));
      return {
        old_a: shown(old.read(a, { enable: on })),
        old_b: old.read(b, { name: 'old_b_q' }),
        new_a: shown(fresh.read(a, { enable: on })),
        new_b: fresh.read(b.addWrap(1), { name: 'new_b_q' }),
        pairs: tagged.read(a),
        bit_of: single.read(b.bit(0).toUInt()),
      };
    },
  ),
);

export function dualPortRows(random: Random, count: number): Row[] {
  const bits = (high: number): bigint => BigInt(random.integer(0, high));
  return Array.from({ length: count }, () => [
    bits(3),
    bits(3),
    bits(1),
    bits(1),
    ...Array.from({ length: 4 }, () => bits(255)),
    ...Array.from({ length: 4 }, () => bits(1)),
    bits(1),
  ]);
}
