import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { mux, sum } from '../../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../../hdl-gen/lang/control.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import type { Bool, UInt } from '../../../hdl-gen/lang/signal.ts';
import { delay, reg } from '../../../hdl-gen/lang/state.ts';
import { bool, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';

/** Adds something that has nothing to do with the rest; its result goes to an output of its own. */
type Edit = (tick: Bool) => UInt;
const edits: Readonly<Record<string, Edit>> = {
  'an added register': (tick) => {
    const extra = reg('extra', uint(7));
    when(tick, () => {
      extra.next = extra.addWrap(3);
    });
    return extra;
  },
  'an added instance': (tick) => Other('other', { tick }).count,
  'an added expression without names': (tick) => tick.toUInt().shl(6).add(tick.toUInt().mul(5)).wrap(7),
};
const Other = module('other_counter', { in: { tick: bool }, out: { count: uint(7) } }, ({ tick }) => {
  const count = reg('count', uint(7));
  when(tick, () => {
    count.next = count.addWrap(1);
  });
  return { count };
});

type Place = 'first' | 'last';
/** The design without the edit, or with it at the start or the end of its body. */
type Subject = (edit: Edit | null, place: Place) => ReturnType<typeof design>;

const inEdit = (edit: Edit | null) => (edit === null ? {} : { extra_tick: bool });
const outEdit = (edit: Edit | null) => (edit === null ? {} : { extra_count: uint(7) });

/** Runs the body with the edit before or behind it. */
function edited<T extends object>(ports: object, edit: Edit | null, place: Place, body: () => T): T {
  const { extra_tick: tick } = ports as { readonly extra_tick: Bool };
  const before = edit !== null && place === 'first' ? { extra_count: edit(tick) } : {};
  const outputs = body();
  const behind = edit !== null && place === 'last' ? { extra_count: edit(tick) } : {};
  return { ...before, ...outputs, ...behind };
}

const subjects: Readonly<Record<string, Subject>> = {
  'a multiply-accumulate pipeline': (edit, place) =>
    design(
      module(
        'pipeline',
        {
          in: { ...inEdit(edit), a: vec(4, sint(8)), b: vec(4, sint(8)), clear: bool },
          out: { ...outEdit(edit), total: sint(24), high: bool },
        },
        (ports) =>
          edited(ports, edit, place, () => {
            const products = ports.a.map((a, lane) => delay(`product_${lane}`, a.mul(ports.b[lane]!)));
            const total = reg('total', sint(24));
            when(ports.clear, () => {
              total.next = 0;
            }).otherwise(() => {
              total.next = total.add(sum(...products).shr(1)).sat(24);
            });
            return { total, high: total.gt(1000).and(products[0]!.add(products[1]!).lt(products[2]!)) };
          }),
      ),
    ),
  'a queue on a memory': (edit, place) =>
    design(
      module(
        'queue',
        {
          in: { ...inEdit(edit), push: bool, data: uint(8), pop: bool },
          out: { ...outEdit(edit), q: uint(8), empty: bool },
        },
        (ports) =>
          edited(ports, edit, place, () => {
            const [head, tail] = [reg('head', uint(4)), reg('tail', uint(4))];
            const words = ram('words', uint(8), 8);
            const full = head.subWrap(tail).eq(8);
            const empty = head.eq(tail);
            when(ports.push.and(full.not()), () => {
              words.write(head.wrap(3), ports.data.xor(mux(ports.pop, 0x55, ports.data.not())));
              head.next = head.addWrap(1);
            });
            when(ports.pop.and(empty.not()), () => {
              tail.next = tail.addWrap(1);
            });
            return { q: words.read(tail.addWrap(1).wrap(3)), empty };
          }),
      ),
    ),
  'a machine': (edit, place) =>
    design(
      module(
        'machine',
        { in: { ...inEdit(edit), start: bool, limit: uint(5) }, out: { ...outEdit(edit), busy: bool, sum: uint(9) } },
        (ports) =>
          edited(ports, edit, place, () => {
            const state = fsm('state', ['idle', 'run', 'rest']);
            const [count, total] = [reg('count', uint(5)), reg('total', uint(9))];
            state.cases({
              idle: () => when(ports.start, () => state.go('run')),
              run: () => {
                total.next = total.addWrap(count.mul(count).shr(3).wrap(9));
                when(count.eq(ports.limit), () => state.go('rest')).otherwise(() => {
                  count.next = count.addWrap(1);
                });
              },
              rest: () => {
                count.next = 0;
                state.go('idle');
              },
            });
            return { busy: state.is('run').or(state.is('rest')), sum: total.add(count).wrap(9) };
          }),
      ),
    ),
};

/** Lines of the first text that the second one does not have in the same order. Both come from the same lines of this file. */
function removedLines(before: string, after: string): string[] {
  const kept = after.split('\n');
  let at = 0;
  return before.split('\n').filter((line) => {
    const found = kept.indexOf(line, at);
    if (found < 0) return true;
    at = found + 1;
    return false;
  });
}

describe('an unrelated edit changes no line of the Verilog, it only adds some', () => {
  for (const [name, subject] of Object.entries(subjects)) {
    for (const [what, edit] of Object.entries(edits)) {
      for (const place of ['first', 'last'] as const) {
        test(`${name}: ${what} ${place} in the body`, () => {
          const [before] = emitVerilog(subject(null, place)).files;
          const after = emitVerilog(subject(edit, place)).files.at(-1)!;
          expect(after.name).toBe(before!.name);
          expect(removedLines(before!.text, after.text)).toEqual([]);
          expect(after.text.length).toBeGreaterThan(before!.text.length);
        });
      }
    }
  }

  for (const at of [0, 1, 2]) {
    test(`a register that is assigned always, written at place ${at} among others like it`, () => {
      const body = (edit: boolean) =>
        design(
          module('assigned', { in: { d: uint(4) }, out: { y: uint(4) } }, ({ d }) => {
            const extra = (place: number): void => {
              if (edit && place === at) delay('extra', d);
            };
            extra(0);
            const first = delay('first', d);
            extra(1);
            const second = delay('second', first);
            extra(2);
            return { y: second };
          }),
        );
      const [before, after] = [false, true].map((edit) => emitVerilog(body(edit)).files[0]!.text);
      expect(removedLines(before!, after!)).toEqual([]);
    });
  }

  test('the comparison sees a changed, a moved and a lost line', () => {
    expect(removedLines('a\nb\nc', 'a\nx\nb\nc')).toEqual([]);
    expect(removedLines('a\nb\nc', 'a\nB\nc')).toEqual(['b']);
    expect(removedLines('a\nb\nc', 'b\na\nc')).toEqual(['b']);
    expect(removedLines('a\nb\nc', 'a\nb')).toEqual(['c']);
  });
});
