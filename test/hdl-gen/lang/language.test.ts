import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { mux, sum } from '../../../hdl-gen/lang/combine.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { design, generator, module, unused } from '../../../hdl-gen/lang/module.ts';
import { reg, regs } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';
import { runNetlistRows } from '../../support/verilog.ts';

function textOf(subject: Design, name: string): string {
  return emitVerilog(subject).files.find((file) => file.name === `${name}.v`)!.text;
}

describe('shapes', () => {
  test('vec and record ports split into leaves, registers assign as a whole and in parts', () => {
    const pixel = record({ valid: bool, lanes: vec(2, sint(4)) });
    const top = design(
      module('shapes', { in: { p: pixel, clear: bool }, out: { q: pixel, total: sint(6) } }, ({ p, clear }) => {
        const held = reg('held', pixel);
        held.next = p;
        when(clear, () => {
          held.lanes[1]!.next = -3;
        });
        const total = reg('total', sint(6));
        total.next = sum(...held.lanes).extend(6);
        return { q: held, total };
      }),
    );
    const [shapes] = top.modules;
    expect(shapes!.inputs.map(({ name }) => name)).toEqual(['p_valid', 'p_lanes_0', 'p_lanes_1', 'clear']);
    expect(shapes!.registers.map(({ name }) => name)).toEqual(['held_valid', 'held_lanes_0', 'held_lanes_1', 'total']);
    expect(
      runNetlistRows(top, [
        [1n, 3n, 4n, 0n],
        [1n, 5n, 6n, 1n],
        [0n, 0n, 0n, 0n],
        [0n, 0n, 0n, 0n],
      ]),
    ).toEqual([
      [0n, 0n, 0n, 0n],
      [1n, 3n, 4n, 0n],
      [1n, 5n, 13n, 7n],
      [0n, 0n, 0n, 2n],
    ]);
  });

  test('regs takes names from keys', () => {
    const top = design(
      module('m', { in: { a: uint(4) }, out: { y: uint(4) } }, ({ a }) => {
        const { first, second } = regs({ first: uint(4), second: uint(4) });
        first.next = a;
        second.next = first;
        return { y: second };
      }),
    );
    expect(top.modules[0]!.registers.map(({ name }) => name)).toEqual(['first', 'second']);
  });
});

describe('generators', () => {
  test('run once per set of parameters, typed arrays compared by content', () => {
    let runs = 0;
    const Table = generator(({ values, scale }: { readonly values: Int8Array; readonly scale: number }) => {
      runs++;
      return module(`table_${scale}_${values.length}`, { in: { a: uint(2) }, out: { y: uint(2) } }, ({ a }) => ({
        y: a,
      }));
    });
    const first = Table({ values: Int8Array.of(1, 2), scale: 3 });
    expect(Table({ scale: 3, values: Int8Array.of(1, 2) })).toBe(first);
    expect(Table({ scale: 3, values: Int8Array.of(1, 3) })).not.toBe(first);
    expect(runs).toBe(2);
  });

  test('one Verilog module for many instances; unused outputs go to nets named so', () => {
    const Counter = generator(({ width }: { readonly width: number }) =>
      module(`counter_${width}`, { in: { en: bool }, out: { count: uint(width), wraps: bool } }, ({ en }) => {
        const count = reg('count', uint(width));
        when(en, () => {
          count.next = count.addWrap(1);
        });
        return { count, wraps: count.reduceAnd() };
      }),
    );
    const top = design(
      module('chain', { in: { en: bool }, out: { y: uint(4) } }, ({ en }) => {
        const counter = Counter({ width: 4 });
        const low = counter('low', { en });
        return { y: counter('high', { en: low.wraps }).count };
      }),
    );
    expect(top.modules.map(({ name }) => name)).toEqual(['counter_4', 'chain']);
    expect(textOf(top, 'chain')).toContain('wire [3:0] unused_low_count;');
    expect(textOf(top, 'chain')).toContain('.wraps(unused_high_wraps)');
  });

  test('feedback through a wire between instances', () => {
    const Stage = module('stage', { in: { a: uint(4), back: uint(4) }, out: { z: uint(4) } }, ({ a, back }) => {
      const hold = reg('hold', uint(4));
      hold.next = a.addWrap(back);
      return { z: hold };
    });
    const top = design(
      module('loop', { in: { a: uint(4) }, out: { y: uint(4) } }, ({ a }) => {
        const back = wire('back', uint(4));
        const first = Stage('first', { a, back });
        const second = Stage('second', { a: first.z, back: 0 });
        back.drive(second.z);
        return { y: second.z };
      }),
    );
    expect(runNetlistRows(top, [[1n], [1n], [1n], [1n], [1n]])).toEqual([[0n], [0n], [1n], [1n], [2n]]);
  });
});

describe('names', () => {
  const build = (edited: boolean): Design =>
    design(
      module('m', { in: { a: sint(8), b: sint(8) }, out: { x: sint(8), y: sint(17), z: sint(9) } }, ({ a, b }) => {
        // An unrelated edit: another consumer of shared, unnamed values.
        const extra = edited ? [a.mul(b).shr(4).wrap(9), a.sub(b).wrap(5).extend(9)] : [a.extend(9), b.extend(9)];
        return { x: a.mul(a).shr(3).sat(8), y: a.mul(b).sub(b), z: mux(a.lt(b), extra[0]!, extra[1]!) };
      }),
    );

  test('an unrelated edit renames nothing', () => {
    const namesIn = (subject: Design): string[] =>
      [...textOf(subject, 'm').matchAll(/wire[^;=]* (\w+) =/g)].map((match) => match[1]!);
    const before = namesIn(build(false));
    expect(before.length).toBeGreaterThan(2);
    expect(namesIn(build(true))).toEqual(expect.arrayContaining(before.filter((name) => name !== 'unused_bits')));
  });

  test('no name is a bare number of a node', () => {
    expect(textOf(build(true), 'm')).not.toMatch(/\b_?(T|GEN|n|tmp)_?\d+\b/);
  });
});

test('source places are relative to the project', () => {
  const top = design(
    module('m', { in: { a: bool }, out: { y: bool } }, ({ a }) => {
      unused(a);
      const r = reg('r', bool);
      r.next = a;
      return { y: r };
    }),
  );
  expect(top.modules[0]!.place).toMatch(/^test\/hdl-gen\/lang\/language\.test\.ts:\d+:\d+$/);
  expect(textOf(top, 'm')).toMatch(/^ {2}\/\/ test\/hdl-gen\/lang\/language\.test\.ts:\d+$/m);
});
