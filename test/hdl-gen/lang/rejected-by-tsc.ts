import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { assert } from '../../../hdl-gen/lang/assert.ts';
import { cat, lit, mux, select, sum, vecOf } from '../../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../../hdl-gen/lang/control.ts';
import { enumeration } from '../../../hdl-gen/lang/enum.ts';
import { ram, rom } from '../../../hdl-gen/lang/memory.ts';
import { design, generator, module, unused } from '../../../hdl-gen/lang/module.ts';
import type { Bool, UInt } from '../../../hdl-gen/lang/signal.ts';
import { delay, reg } from '../../../hdl-gen/lang/state.ts';
import {
  bool,
  record,
  type SIntType,
  sint,
  type UIntType,
  uint,
  type Value,
  vec,
} from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';

interface Ports {
  readonly u: Value<UIntType<8>>;
  readonly s: Value<SIntType<8>>;
  readonly b: Bool;
}

/** name, code of the fault when it runs, the mistake in a module with a uint(8), a sint(8) and a bool */
export type Mistake = readonly [name: string, code: string, make: (ports: Ports) => unknown];

const Inner = generator(({ width }: { readonly width: number }) =>
  module(`inner_${width}`, { in: { a: uint(width) }, out: { z: uint(width) } }, ({ a }) => ({ z: a.not() })),
);
const Byte = module('inverter', { in: { a: uint(8) }, out: { z: uint(8) } }, ({ a }) => ({ z: a.not() }));
const Op = enumeration('op', ['add', 'sub', 'keep']);
const Direction = enumeration('direction', ['up', 'down']);

/**
 * Forty mistakes. Every one is found when the description runs, and those with an expectation are already rejected by tsc:
 * the type check fails when one is not.
 */
export const mistakes: readonly Mistake[] = [
  // @ts-expect-error kinds do not mix
  ['signed plus unsigned', 'HDL_KIND', ({ s, u }) => s.add(u)],
  // @ts-expect-error a comparison gives the bool that a condition needs
  ['number as condition', 'HDL_KIND', ({ u }) => when(u, () => {})],
  // @ts-expect-error not a state
  ['unknown state', 'HDL_FSM_STATES', () => fsm('state', ['idle', 'run']).go('runn')],
  // @ts-expect-error an arm is missing
  ['missing arm', 'HDL_FSM_STATES', () => fsm('state', ['idle', 'run']).cases({ idle: () => {} })],
  // @ts-expect-error signals have no operators
  ['plus sign', 'HDL_SIGNAL_AS_NUMBER', ({ u }) => u + u],
  // @ts-expect-error signals have no operators
  ['less sign', 'HDL_SIGNAL_AS_NUMBER', ({ u }) => u < 3],
  [
    'register of another kind',
    'HDL_KIND',
    ({ s }) => {
      // @ts-expect-error a register of another kind
      reg('r', uint(8)).next = s;
    },
  ],
  // @ts-expect-error the instance lacks its input
  ['input not connected', 'HDL_INPUTS', () => Inner({ width: 8 })('i', {})],
  // @ts-expect-error the instance has no such input
  ['unknown input', 'HDL_INPUTS', ({ u }) => Inner({ width: 8 })('i', { a: u, c: u })],
  // @ts-expect-error the instance has no such output
  ['unknown output of an instance', 'HDL_KIND', ({ u }) => cat(Inner({ width: 8 })('i', { a: u }).w)],
  // @ts-expect-error two kinds in one mux
  ['mux of two kinds', 'HDL_KIND', ({ u, s, b }) => mux(b, u, s)],
  // @ts-expect-error the output is missing
  ['missing output', 'HDL_OUTPUTS', () => module('n', { in: {}, out: { y: bool } }, () => ({}))],
  [
    'output too wide',
    'HDL_TOO_WIDE',
    // @ts-expect-error 9 bits for 8
    () => module('n', { in: { a: uint(9) }, out: { y: uint(8) } }, ({ a }) => ({ y: a })),
  ],
  [
    'register too narrow',
    'HDL_TOO_WIDE',
    ({ u }) => {
      // @ts-expect-error 8 bits for 4
      reg('r', uint(4)).next = u;
    },
  ],
  // @ts-expect-error 16 bits for 8
  ['input of an instance too narrow', 'HDL_TOO_WIDE', ({ u }) => Byte('i', { a: u.extend(16) })],
  // @ts-expect-error 8 bits for 7
  ['wire too narrow', 'HDL_TOO_WIDE', ({ s }) => wire('w', sint(7)).drive(s)],
  // @ts-expect-error 8 bits for 6
  ['memory word too narrow', 'HDL_TOO_WIDE', ({ u }) => ram('r', uint(6), 4).write(0, u)],
  // @ts-expect-error 8 bits for 4 in one element
  ['element too narrow', 'HDL_TOO_WIDE', ({ u }) => lit(vec(2, uint(4)), [1, u])],
  // @ts-expect-error not a member
  ['unknown member', 'HDL_ENUM', () => lit(Op, 'add').eq('ad')],
  // @ts-expect-error a value is missing
  ['member without a value', 'HDL_ENUM', ({ u }) => lit(Op, 'add').match({ add: u, sub: u })],
  // @ts-expect-error another enumeration
  ['member of another enumeration', 'HDL_KIND', () => lit(Op, 'add').eq(lit(Direction, 'up'))],
  // @ts-expect-error not a way to round
  ['unknown rounding', 'HDL_ROUNDING', ({ s }) => s.round(2, 'bankers')],
  // @ts-expect-error amounts are unsigned
  ['signed shift amount', 'HDL_KIND', ({ u, s }) => u.shlBy(s)],
  // @ts-expect-error the elements are uint
  ['element of another kind', 'HDL_KIND', ({ s }) => vecOf(uint(8), s)],
  // @ts-expect-error a field is missing
  ['missing field', 'HDL_KIND', ({ u }) => lit(record({ a: uint(8), b: bool }), { a: u })],
  // @ts-expect-error kinds do not mix
  ['sum of two kinds', 'HDL_KIND', ({ u, s }) => sum(u, s)],
  // @ts-expect-error contents are typed arrays
  ['contents as a plain array', 'HDL_ROM_CONTENTS', () => rom('r', uint(8), 2, [1, 2])],
  [
    'asynchronous body',
    'HDL_ASYNC',
    // @ts-expect-error bodies are synchronous
    () => module('n', { in: { a: bool }, out: { y: bool } }, async ({ a }) => ({ y: a })),
  ],
  // @ts-expect-error a bool is needed
  ['assertion of a number', 'HDL_KIND', ({ u }) => assert(u, 'u holds')],
  // @ts-expect-error the enable is a bool
  ['number as enable', 'HDL_KIND', ({ u }) => delay('d', u, { enable: u })],

  ['product not narrowed', 'HDL_TOO_WIDE', ({ u }) => ({ y: u.mul(u) })],
  ['constant out of range', 'HDL_LITERAL_RANGE', ({ u }) => u.eq(256)],
  ['register never assigned', 'HDL_UNDRIVEN', () => reg('r', uint(8))],
  ['wire never driven', 'HDL_UNDRIVEN', () => wire('w', uint(8))],
  [
    'wire driven twice',
    'HDL_DOUBLE_DRIVER',
    ({ u }) => {
      const w = wire('w', uint(8));
      w.drive(u);
      w.drive(u);
    },
  ],
  [
    'combinational loop',
    'HDL_LOOP',
    ({ u }) => {
      const w = wire('w', uint(8));
      w.drive(w.xor(u));
      return { y: w };
    },
  ],
  ['name given twice', 'HDL_NAME_CLASH', ({ u }) => [u.as('x'), u.not().as('x')]],
  ['reserved word', 'HDL_NAME', ({ u }) => u.not().as('wire')],
  ['index too wide', 'HDL_TOO_WIDE', ({ u }) => select(u, [u, u])],
  ['bits outside the value', 'HDL_BIT_RANGE', ({ u }) => u.bits(8, 0)],
];

/** Makes the mistake in a module that is correct without it. */
export function commit(make: Mistake[2]): unknown {
  return elaborate(
    design(
      module('m', { in: { u: uint(8), s: sint(8), b: bool }, out: { y: uint(8) } }, (ports) => {
        unused(ports.u, ports.s, ports.b);
        const made = make(ports);
        return made !== null && typeof made === 'object' && 'y' in made ? (made as { y: UInt }) : { y: ports.u };
      }),
    ),
  );
}
