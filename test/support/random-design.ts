import type { Design } from '../../hdl-gen/ir/design.ts';
import { cat, max, mux, select, sum } from '../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../hdl-gen/lang/control.ts';
import { ram, rom } from '../../hdl-gen/lang/memory.ts';
import { design, type ModuleConstructor, module, unused } from '../../hdl-gen/lang/module.ts';
import type { Bool, SInt, UInt } from '../../hdl-gen/lang/signal.ts';
import { reg } from '../../hdl-gen/lang/state.ts';
import { bool, sint, uint, vec } from '../../hdl-gen/lang/types.ts';
import { wire } from '../../hdl-gen/lang/wire.ts';
import type { Random } from './random.ts';

interface Pool {
  readonly uints: UInt[];
  readonly sints: SInt[];
  readonly bools: Bool[];
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(0, list.length - 1)]!;
}

/** Widest value that the random expressions keep. */
const widest = 40;

function grow(random: Random, pool: Pool, name: string): void {
  const u = (): UInt => pick(random, pool.uints);
  const s = (): SInt => pick(random, pool.sints);
  const b = (): Bool => pick(random, pool.bools);
  const keep = <T extends UInt | SInt>(value: T): T => {
    const narrow =
      value.width > widest || random.integer(0, 4) === 0
        ? value.wrap(random.integer(1, Math.min(widest, value.width)))
        : value;
    return (random.integer(0, 9) === 0 ? narrow.as(name) : narrow) as T;
  };
  switch (random.integer(0, 21)) {
    case 0:
      return void pool.uints.push(keep(u().add(u())));
    case 1:
      return void pool.sints.push(keep(s().add(s())));
    case 2:
      return void pool.sints.push(keep(u().sub(u())));
    case 3:
      return void pool.sints.push(keep(s().sub(s())));
    case 4:
      return void pool.sints.push(keep(s().mul(s())));
    case 5:
      return void pool.uints.push(keep(u().mul(u())));
    case 6:
      return void pool.uints.push(keep(pick(random, [u().and(u()), u().or(u()), u().xor(u()), u().not()])));
    case 7:
      return void pool.sints.push(keep(pick(random, [s().and(s()), s().or(s()), s().xor(s()), s().not(), s().neg()])));
    case 8:
      return void pool.bools.push(
        pick(random, [u().lt(u()), u().eq(u()), u().ge(u()), u().reduceXor(), u().reduceAnd(), u().ne(0)]),
      );
    case 9:
      return void pool.bools.push(
        pick(random, [s().lt(s()), s().eq(s()), s().gt(s()), s().le(s()), s().ne(s()), s().reduceOr()]),
      );
    case 10:
      return void pool.bools.push(pick(random, [b().and(b()), b().or(b()), b().xor(b()), b().not()]));
    case 11:
      return void pool.uints.push(keep(mux(b(), u(), u())));
    case 12:
      return void pool.sints.push(keep(mux(b(), s(), s())));
    case 13: {
      const value = pick(random, [u(), s()] as const);
      const high = random.integer(0, value.width - 1);
      return void pool.uints.push(value.bits(high, random.integer(0, high)));
    }
    case 14:
      return void pool.uints.push(keep(cat(s(), b(), u())));
    case 15:
      return void pool.sints.push(
        keep(pick(random, [u().toSInt(), u().asSInt(), s().shl(random.integer(0, 4)), s().shr(random.integer(0, 9))])),
      );
    case 16:
      return void pool.uints.push(
        keep(pick(random, [s().asUInt(), u().shl(random.integer(0, 4)), u().shr(random.integer(0, 9)), b().toUInt()])),
      );
    case 17:
      return void pool.sints.push(
        keep(pick(random, [s().shrBy(u().wrap(3)), s().shlBy(u().wrap(2)), s().sat(random.integer(1, 12))])),
      );
    case 18:
      return void pool.uints.push(
        keep(pick(random, [u().shrBy(u().wrap(3)), u().shlBy(u().wrap(2)), u().sat(random.integer(1, 12))])),
      );
    case 19:
      return void pool.sints.push(keep(sum(s(), s(), s(), s(), s())));
    case 20:
      return void pool.uints.push(keep(select(u().wrap(2), [u(), u(), u()])));
    default:
      return void pool.sints.push(keep(max(s(), s())));
  }
}

/** Registers under random conditions, a machine, memories, feedback wires and instances of the modules made before. */
function randomModule(random: Random, name: string, children: readonly RandomModule[]): RandomModule {
  const fit = {
    u: (value: UInt, width: number): UInt => value.wrap(width),
    s: (value: SInt, width: number): SInt => value.wrap(width),
  };
  return module(
    name,
    { in: { a: uint(9), b: sint(7), c: bool }, out: { x: uint(11), y: sint(13), z: bool } },
    ({ a, b, c }) => {
      unused(a, b, c);
      const pool: Pool = { uints: [a], sints: [b], bools: [c] };
      const count = reg('count', uint(random.integer(2, 9)));
      const total = reg('total', sint(random.integer(3, 20)), { init: random.integer(-4, 3) });
      const flag = reg('flag', bool, { init: 1 });
      pool.uints.push(count);
      pool.sints.push(total);
      pool.bools.push(flag);
      const boot = reg('boot', bool, { init: 1 });
      boot.next = false;
      const feedback = wire('feedback', sint(6));
      // Only registers may close the loop: what drives the wire is chosen among them below.
      pool.sints.push(feedback);
      for (let step = 0; step < 12; step++) grow(random, pool, `value_${step}`);
      const table = rom(
        'lookup',
        vec(3, sint(5)),
        11,
        Int8Array.from({ length: 33 }, () => random.integer(-16, 15)),
      );
      pool.sints.push(...table.read(pick(random, pool.uints).wrap(3), { enable: pick(random, pool.bools).or(boot) }));
      const store = ram('store', uint(6), 8);
      const machine = fsm('machine', ['first', 'second', 'third']);
      pool.bools.push(machine.is('second'));
      for (const [index, child] of children.entries()) {
        const made = child(`child_${index}`, {
          a: fit.u(pick(random, [count, a]), 9),
          b: fit.s(pick(random, [total, b]), 7),
          c: pick(random, [flag, c]),
        });
        if (random.integer(0, 2) > 0) pool.uints.push(made.x);
        pool.sints.push(made.y);
        if (random.integer(0, 2) > 0) pool.bools.push(made.z);
      }
      for (let step = 12; step < 30; step++) grow(random, pool, `value_${step}`);
      const any = <T>(list: readonly T[]): T => pick(random, list);
      when(any(pool.bools), () => {
        count.next = any(pool.uints).wrap(count.width);
        when(any(pool.bools), () => {
          total.next = any(pool.sints).sat(Math.min(total.width, 3));
        });
        store.write(any(pool.uints).wrap(3), any(pool.uints).wrap(6), { enable: any(pool.bools) });
      })
        .elsewhen(any(pool.bools), () => {
          total.next = any(pool.sints).wrap(total.width);
        })
        .otherwise(() => {
          flag.next = any(pool.bools);
          count.next = count.addWrap(1);
        });
      machine.cases({
        first: () => when(any(pool.bools), () => machine.go('second')),
        second: () => {
          machine.go(any(['first', 'third'] as const));
          flag.next = any(pool.bools);
        },
        third: () => when(any(pool.bools), () => machine.go('first')).otherwise(() => machine.go('second')),
      });
      feedback.drive(total.wrap(Math.min(6, total.width)));
      // The memory word is unknown in Verilog until written: it is shown only where it was.
      const slot = reg('slot', uint(3), { init: 5 });
      slot.next = slot;
      const written = reg('written', bool);
      when(c, () => {
        written.next = true;
        store.write(slot, a.wrap(6));
      });
      const back = store.read(slot);
      const known = reg('known', bool);
      known.next = written;
      const x = any(pool.uints).add(mux(known, back, 0));
      return {
        x: x.wrap(Math.min(11, x.width)),
        y: any(pool.sints).sat(13).wrap(13),
        z: any(pool.bools).or(machine.is('third')),
      };
    },
  );
}

type RandomModule = ModuleConstructor<
  { a: { kind: 'uint'; width: number }; b: { kind: 'sint'; width: number }; c: { kind: 'bool' } },
  { x: { kind: 'uint'; width: number }; y: { kind: 'sint'; width: number }; z: { kind: 'bool' } }
>;

/** Three levels of random modules. */
export function randomDesign(random: Random): Design {
  const leaf = randomModule(random, 'leaf', []);
  const middle = randomModule(random, 'middle', [leaf]);
  return design(randomModule(random, 'top', [middle, leaf]));
}
