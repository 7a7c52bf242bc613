import { mux } from '../../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../../hdl-gen/lang/control.ts';
import { generator, module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../../hdl-gen/lang/types.ts';

/** Never runs: tsc reads it, and every line that it must reject carries an expectation that fails the type check otherwise. */
export function rejectedByTsc(): unknown {
  const Inner = generator(({ width }: { readonly width: number }) =>
    module('inner', { in: { a: uint(width) }, out: { z: uint(width) } }, ({ a }) => ({ z: a })),
  );
  return module('m', { in: { u: uint(8), s: sint(8), b: bool }, out: { y: uint(8) } }, ({ u, s, b }) => {
    const state = fsm('state', ['idle', 'run']);
    const r = reg('r', uint(8));
    // @ts-expect-error kinds do not mix
    s.add(u);
    // @ts-expect-error a comparison gives the bool that a condition needs
    when(u, () => {});
    // @ts-expect-error not a state
    state.go('runn');
    // @ts-expect-error an arm is missing
    state.cases({ idle: () => {} });
    // @ts-expect-error signals have no operators
    const x = u + u;
    // @ts-expect-error a signal never equals a number
    if (u === 3) return { y: u };
    // @ts-expect-error a register of another kind
    r.next = s;
    // @ts-expect-error the instance lacks its input
    Inner({ width: 8 })('i', {});
    // @ts-expect-error the instance has no such input
    Inner({ width: 8 })('j', { a: u, c: u });
    // @ts-expect-error the instance has no such output
    const z = Inner({ width: 8 })('k', { a: u }).w;
    // @ts-expect-error two kinds in one mux
    mux(b, u, s);
    // @ts-expect-error the output is missing
    module('n', { in: {}, out: { y: bool } }, () => ({}));
    return { y: u, x, z };
  });
}
