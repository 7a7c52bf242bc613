import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { assert } from '../../../hdl-gen/lang/assert.ts';
import { anyOf, cat, lit, min, mux, select, sum, vecOf } from '../../../hdl-gen/lang/combine.ts';
import { fsm, when } from '../../../hdl-gen/lang/control.ts';
import { asEnum, enumeration } from '../../../hdl-gen/lang/enum.ts';
import { ram, rom } from '../../../hdl-gen/lang/memory.ts';
import { design, generator, module, moduleOf, unused } from '../../../hdl-gen/lang/module.ts';
import type { Bool, SInt, UInt } from '../../../hdl-gen/lang/signal.ts';
import { delay, reg, regs } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';
import { pipeline } from '../../../hdl-gen/library/pipeline.ts';

const Op = enumeration('op', ['add', 'sub']);

interface Ports {
  readonly u: UInt;
  readonly s: SInt;
  readonly b: Bool;
}

/** A mistake that tsc would reject must be planted through a value it knows nothing about. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

/** A module with one input of every kind whose body makes the mistake. */
export function inModule(body: (ports: Ports) => unknown): () => unknown {
  return () =>
    elaborate(
      design(
        module('m', { in: { u: uint(8), s: sint(8), b: bool }, out: { y: uint(8) } }, (ports) => {
          unused(ports.u, ports.s, ports.b);
          const made = body(ports);
          return untyped<{ y: UInt }>(made !== null && typeof made === 'object' && 'y' in made ? made : { y: ports.u });
        }),
      ),
    );
}

export const Inner = generator(({ width }: { readonly width: number }) =>
  module(`inner_${width}`, { in: { a: uint(width) }, out: { z: uint(width) } }, ({ a }) => ({ z: a.not() })),
);

/** Name, the mistake, code, cause, way out. In the cause `<place>` stands for a line of this file. */
export type Mistake = readonly [name: string, make: () => unknown, code: string, cause: string, wayOut: string];

export const mistakes: readonly Mistake[] = [
  [
    'output too wide',
    inModule(({ u }) => ({ y: u.mul(u) })),
    'HDL_TOO_WIDE',
    "output 'y' of module 'm': 16-bit value does not fit in 8 bits",
    'say .wrap(8) or .sat(8) to choose what happens to the high bits',
  ],
  [
    'output missing',
    inModule(() => ({ y: undefined })),
    'HDL_KIND',
    "output 'y' of module 'm': expected a uint(8), got missing",
    'convert it with .toSInt(), .asSInt(), .asUInt(), .toUInt() or a comparison',
  ],
  [
    'unknown output',
    inModule(({ u }) => ({ y: u, z: u })),
    'HDL_OUTPUTS',
    "module 'm' returns 'z', which is not one of its outputs {y}",
    'add it to `out` or do not return it',
  ],
  [
    'unused input',
    () => elaborate(design(module('m', { in: { a: bool, extra: bool }, out: { y: bool } }, ({ a }) => ({ y: a })))),
    'HDL_UNUSED',
    "input 'extra' of module 'm' is never used",
    'remove it, or say unused(signal) when that is intended',
  ],
  [
    'register too narrow',
    inModule(({ u }) => {
      reg('r', uint(8)).next = u.add(1);
    }),
    'HDL_TOO_WIDE',
    "register 'r': 9-bit value does not fit in 8 bits",
    'say .wrap(8) or .sat(8) to choose what happens to the high bits',
  ],
  [
    'register never assigned',
    inModule(() => reg('r', uint(8))),
    'HDL_UNDRIVEN',
    "register 'r' of module 'm' is never assigned",
    'assign its .next, or use lit(...) for a constant',
  ],
  [
    'reading .next',
    inModule(({ u }) => {
      const r = reg('r', uint(8));
      r.next = u;
      return u.add(r.next);
    }),
    'HDL_READ_NEXT',
    ".next of register 'r' was read",
    'read the register itself for its present value, or name the value before assigning it',
  ],
  [
    'init out of range',
    inModule(() => reg('r', uint(4), { init: 16 })),
    'HDL_LITERAL_RANGE',
    "init of register 'r': 16 does not fit in uint(4), which holds 0 to 15",
    'use a value in that range or a wider type',
  ],
  [
    'constant out of range',
    inModule(({ s }) => s.eq(128)),
    'HDL_LITERAL_RANGE',
    '.eq(...): 128 does not fit in sint(8), which holds -128 to 127',
    'use a value in that range or a wider type',
  ],
  [
    'negative constant beside a uint',
    inModule(({ u }) => u.add(-1)),
    'HDL_LITERAL_RANGE',
    '.add(...): -1 is negative but the other operand is a uint',
    'use .toSInt() on the other operand',
  ],
  [
    'fraction',
    inModule(({ u }) => u.add(0.5)),
    'HDL_LITERAL',
    '.add(...): 0.5 is not a whole number that JavaScript holds exactly',
    'round it, or use a bigint',
  ],
  [
    'kinds mixed',
    inModule(({ u, s }) => s.add(untyped<SInt>(u))),
    'HDL_KIND',
    '.add(...): the operand is a uint(8), but this signal is a sint',
    'convert one of them with .toSInt(), .asSInt(), .asUInt() or .toUInt()',
  ],
  [
    'unknown rounding',
    inModule(({ u }) => u.round(2, untyped<'floor'>('bankers'))),
    'HDL_ROUNDING',
    ".round(...): 'bankers' is not a way to round",
    'use one of nearestAway, nearestEven, nearestUp, floor, ceil, zero',
  ],
  [
    'no copies',
    inModule(({ b }) => b.replicate(0)),
    'HDL_LENGTH',
    '.replicate(0) makes no bits',
    'use a whole number from 1',
  ],
  [
    'index of a bit too wide',
    inModule(({ u }) => u.bitAt(u.extend(17))),
    'HDL_SHIFT',
    '.bitAt(...): the amount has 17 bits',
    'use .wrap(...) to at most 16 bits',
  ],
  [
    'minimum of two kinds',
    inModule(({ u, s }) => min(u, untyped<UInt>(s))),
    'HDL_KIND',
    'min(...): a uint(8) stands beside a sint(8)',
    'convert the operands to one kind',
  ],
  ['none of no bools', inModule(() => anyOf()), 'HDL_LENGTH', 'anyOf() has no operands', 'give at least one bool'],
  [
    'one member',
    () => enumeration('op', ['add']),
    'HDL_ENUM',
    "enumeration 'op' has the members [add]",
    'give two or more different names',
  ],
  [
    'two members of one localparam',
    () => enumeration('op', ['addOne', 'add_one']),
    'HDL_ENUM',
    "enumeration 'op' has the members [addOne, add_one]",
    'give two or more different names',
  ],
  [
    'unknown member',
    inModule(() => {
      reg('r', Op).next = untyped<'add'>('ad');
    }),
    'HDL_ENUM',
    "register 'r': 'ad' is not a member of enumeration 'op'",
    'use one of add, sub',
  ],
  [
    'member of another enumeration',
    inModule(() => {
      const r = reg('r', Op);
      r.next = untyped<'add'>(lit(enumeration('direction', ['up', 'down']), 'up'));
    }),
    'HDL_KIND',
    "register 'r': expected a value of enumeration 'op', got a value of an enumeration of 1 bits",
    "use one of 'add', 'sub', or asEnum(type, bits)",
  ],
  [
    'number beside a member',
    inModule(() => lit(Op, 'add').eq(untyped<'add'>(0))),
    'HDL_KIND',
    '.eq(...): the operand is number 0, but this signal is a value of an enumeration of 1 bits',
    'compare values of one enumeration, or their .asUInt()',
  ],
  [
    'value of no member',
    inModule(({ u }) => lit(Op, 'add').match(untyped<{ add: UInt; sub: UInt }>({ add: u }))),
    'HDL_ENUM',
    ".match(...): no value for member 'sub' of enumeration 'op'",
    "add 'sub: ...'",
  ],
  [
    'bits of another width as an enumeration',
    inModule(({ u }) => asEnum(Op, u)),
    'HDL_WIDTH',
    "asEnum(...): enumeration 'op' has 1 bits, the value 8",
    'say .wrap(1) or .extend(1)',
  ],
  [
    'text as an initial number',
    inModule(({ u }) => {
      reg('r', uint(8), { init: 'zero' }).next = u;
    }),
    'HDL_LITERAL',
    "init of register 'r': 'zero' is not a number",
    'give a whole number, or null for no reset',
  ],
  [
    'number beside a member in a mux',
    inModule(({ b }) => mux(b, lit(Op, 'add'), untyped<'add'>(1))),
    'HDL_KIND',
    'a number stands beside a value of an enumeration of 1 bits',
    "use the member's name",
  ],
  [
    'lanes of a word that has none',
    inModule(({ u, b }) => ram('r', uint(8), 4).write(0, u, untyped<{ enable: Bool }>({ lanes: [b] }))),
    'HDL_SHAPE',
    "lanes of ram 'r': the word is no vec",
    'make it a vec, or use { enable } for the whole word',
  ],
  [
    'too few lanes',
    inModule(({ u, b }) => ram('r', vec(2, uint(8)), 4).write(0, [u, u], { lanes: [b] })),
    'HDL_SHAPE',
    "lanes of ram 'r': expected a list of 2, got a list of 1",
    'give one value per element',
  ],
  [
    'too few initial words of a ram',
    inModule(() => ram('r', uint(8), 4, { contents: Uint8Array.of(1) })),
    'HDL_ROM_CONTENTS',
    "ram 'r' has 4 words of 1 values but its contents have 1",
    'give 4 values, the lanes of a word together',
  ],
  [
    'assertion without a text',
    inModule(({ b }) => assert(b, '')),
    'HDL_MESSAGE',
    'assert(...): the message is ""',
    'say in one line of plain letters what must hold',
  ],
  [
    'assertion of a number',
    inModule(({ u }) => assert(untyped<Bool>(u), 'u holds')),
    'HDL_KIND',
    'condition of assert(...): expected a bool, got a uint(8)',
    'convert it with .toSInt(), .asSInt(), .asUInt(), .toUInt() or a comparison',
  ],
  [
    'part of cat that is no signal',
    inModule(({ u }) => cat(u, untyped<UInt>(1))),
    'HDL_KIND',
    'cat(...): one part is number 1',
    'give signals; lit(type, value) makes a constant',
  ],
  [
    'mistake two modules down',
    inModule(() => {
      module('middle', { in: {}, out: {} }, () => {
        module('lowest', { in: { a: uint(4) }, out: {} }, ({ a }) => {
          a.bit(4);
          return {};
        });
        return {};
      });
    }),
    'HDL_BIT_RANGE',
    '.bit(...): bit 4 of a value of 4 bits (in m > middle > lowest)',
    'use bits 3 to 0, the high one first',
  ],
  [
    'unused input two instances down',
    inModule(({ u }) => {
      const Low = module('low', { in: { a: uint(8), lost: uint(8) }, out: { z: uint(8) } }, ({ a }) => ({ z: a }));
      const Middle = module('middle', { in: { a: uint(8) }, out: { z: uint(8) } }, ({ a }) => Low('l', { a, lost: a }));
      return { y: Middle('mid', { a: u }).z };
    }),
    'HDL_UNUSED',
    "input 'lost' of module 'low' is never used (instance mid.l)",
    'remove it, or say unused(signal) when that is intended',
  ],
  [
    'condition is not a bool',
    inModule(({ u }) => when(untyped<Bool>(u), () => {})),
    'HDL_KIND',
    'condition of when(...): expected a bool, got a uint(8)',
    'convert it with .toSInt(), .asSInt(), .asUInt(), .toUInt() or a comparison',
  ],
  [
    'condition of mux is not a bool',
    inModule(({ u }) => mux(untyped<Bool>(true), u, u)),
    'HDL_KIND',
    'mux(...): the condition is boolean true',
    'use a bool: a comparison, .ne(0), .reduceOr()',
  ],
  [
    'mux of unlike values',
    inModule(({ b, u }) => mux(b, [u], untyped<readonly UInt[]>([u, u]))),
    'HDL_SHAPE',
    'mux(...): a list of 1 and a list of 2 are not alike',
    'give two values of one shape; use lit(type, value) for a constant',
  ],
  [
    'signal as a number',
    inModule(({ u }) => untyped<number>(u) + 1),
    'HDL_SIGNAL_AS_NUMBER',
    'a uint(8) signal was used as a JavaScript value',
    'use .add/.sub/.eq/... for arithmetic and when(...) or mux(...) for conditions',
  ],
  [
    'extend narrows',
    inModule(({ u }) => u.extend(4)),
    'HDL_TOO_WIDE',
    '.extend(4) would narrow a value of 8 bits',
    'say .wrap(4) or .sat(4) to choose what happens to the high bits',
  ],
  [
    'bit out of range',
    inModule(({ u }) => u.bit(8)),
    'HDL_BIT_RANGE',
    '.bit(...): bit 8 of a value of 8 bits',
    'use bits 7 to 0, the high one first',
  ],
  [
    'bits in the wrong order',
    inModule(({ u }) => u.bits(0, 3)),
    'HDL_BIT_RANGE',
    '.bits(...): bits 0 to 3 of a value of 8 bits',
    'use bits 7 to 0, the high one first',
  ],
  [
    'width of zero',
    () => uint(0),
    'HDL_WIDTH',
    'uint(0) has a width of 0 bits',
    'widths are whole numbers from 1 to 65536',
  ],
  ['empty vec', () => vec(0, bool), 'HDL_LENGTH', 'vec(0, ...) has no elements', 'use a whole number from 1'],
  ['empty record', () => record({}), 'HDL_LENGTH', 'record({}) has no fields', 'give at least one field'],
  [
    'addWrap with a wider operand',
    inModule(({ u }) => u.addWrap(u.mul(u))),
    'HDL_TOO_WIDE',
    '.addWrap(...): the operand has 16 bits but the result only 8',
    'say .wrap(8) or .sat(8) on the operand',
  ],
  [
    'shift by a negative amount',
    inModule(({ u }) => u.shl(-1)),
    'HDL_SHIFT',
    '.shl(...): the amount is -1',
    'use a whole number from 0, or .shlBy/.shrBy for an amount in hardware',
  ],
  [
    'index too wide',
    inModule(({ u }) => select(u, [u, u, u])),
    'HDL_TOO_WIDE',
    'select(...): the index has 8 bits for 3 values',
    'say .wrap(2) on the index',
  ],
  [
    'wire never driven',
    inModule(() => wire('w', bool)),
    'HDL_UNDRIVEN',
    "wire 'w' of module 'm' is never driven",
    'call .drive(value) on it once',
  ],
  [
    'wire driven inside a condition',
    inModule(({ b }) => {
      const w = wire('w', bool);
      when(b, () => w.drive(true));
    }),
    'HDL_CONDITIONAL_DRIVE',
    "wire 'w' is driven inside a condition",
    'drive it once outside, with mux(condition, ...)',
  ],
  [
    'reserved word',
    inModule(() => reg('always', bool)),
    'HDL_NAME',
    "register name 'always' is a reserved word of Verilog or SystemVerilog",
    'choose another name',
  ],
  [
    'not an identifier',
    inModule(({ u }) => u.add(1).as('next value')),
    'HDL_NAME',
    "value name 'next value' is not an identifier (letters, digits and _, not starting with a digit)",
    'choose another name',
  ],
  [
    'name of the clock',
    inModule(({ b }) => delay('clk', b)),
    'HDL_NAME',
    "register name 'clk' is taken by the ambient clock and reset",
    'choose another name',
  ],
  [
    'field named next',
    inModule(() => regs({ link: record({ next: bool }) })),
    'HDL_NAME',
    "register 'link' has a field named 'next'",
    'choose another name: .next assigns the register',
  ],
  [
    'elsewhen after other statements',
    inModule(({ b, u }) => {
      const r = reg('r', uint(8));
      const chain = when(b, () => {
        r.next = 1;
      });
      r.next = u;
      chain.elsewhen(b, () => {});
    }),
    'HDL_WHEN_CHAIN',
    '.elsewhen(...) does not directly follow its when(...)',
    'write the chain as one expression, without statements between',
  ],
  [
    'asynchronous body',
    inModule(({ b }) => when(b, async () => {})),
    'HDL_ASYNC',
    'a conditional body is asynchronous',
    'remove async and await from it',
  ],
  [
    'one state',
    inModule(() => fsm('f', ['only'])),
    'HDL_FSM_STATES',
    "fsm 'f' has the states [only]",
    'give two or more different names',
  ],
  [
    'missing state',
    inModule(() => fsm('f', ['a', 'b']).cases(untyped({ a: () => {} }))),
    'HDL_FSM_STATES',
    "fsm 'f' has no arm for state 'b'",
    "add 'b: () => {}'",
  ],
  [
    'unknown state',
    inModule(() => fsm('f', ['a', 'b']).go(untyped('c'))),
    'HDL_FSM_STATES',
    "'c' is not a state of fsm 'f'",
    'use one of a, b',
  ],
  [
    'ROM contents of the wrong size',
    inModule(() => rom('t', vec(2, sint(8)), 3, new Int8Array(5))),
    'HDL_ROM_CONTENTS',
    "rom 't' has 3 words of 2 values but its contents have 5",
    'give 6 values, the lanes of a word together',
  ],
  [
    'ROM value too large',
    inModule(() => rom('t', vec(2, sint(4)), 2, Int8Array.of(1, 2, 3, 8))),
    'HDL_ROM_CONTENTS',
    "word 1 of rom 't' holds 8, which does not fit in sint(4)",
    'use a wider word type',
  ],
  [
    'ROM of a record without arrays',
    inModule(() => rom('t', record({ a: uint(4) }), 2, untyped(new Int8Array(2)))),
    'HDL_ROM_CONTENTS',
    "rom 't' needs one array per field of its record",
    'give {a}',
  ],
  [
    'address too wide',
    inModule(({ u }) => rom('t', sint(8), 100, new Int8Array(100)).read(u)),
    'HDL_TOO_WIDE',
    "address of rom 't': 8-bit value does not fit in 7 bits",
    'say .wrap(7) or .sat(7) to choose what happens to the high bits',
  ],
  [
    'second read port without a name',
    inModule(({ u }) => {
      const t = ram('t', sint(8), 256);
      t.read(u);
      t.read(u);
    }),
    'HDL_NAME',
    "this is read port 2 of ram 't'",
    "name its register: .read(address, { name: '...' })",
  ],
  [
    'read inside a condition',
    inModule(({ b, u }) => {
      const t = ram('t', sint(8), 256);
      when(b, () => t.read(u));
    }),
    'HDL_CONDITIONAL_READ',
    "ram 't' is read inside a condition, but a read port always exists",
    'move .read(...) out of the condition and give it { enable }',
  ],
  [
    'memory never read',
    inModule(({ u }) => ram('t', uint(8), 256).write(u, u)),
    'HDL_UNUSED',
    "ram 't' of module 'm' is never read",
    'read it or remove it',
  ],
  [
    'memory never written',
    inModule(({ u }) => ram('t', uint(8), 256).read(u)),
    'HDL_UNDRIVEN',
    "ram 't' of module 'm' is never written",
    'write it or use rom(...)',
  ],
  [
    'instance input missing',
    inModule(() => Inner({ width: 8 })('i', untyped({}))),
    'HDL_INPUTS',
    "instance 'i': input 'a' of module 'inner_8' is not connected",
    'add a: ...',
  ],
  [
    'instance input unknown',
    inModule(({ u }) => Inner({ width: 8 })('i', untyped({ a: u, c: u }))),
    'HDL_INPUTS',
    "instance 'i': module 'inner_8' has no input 'c'",
    'its inputs are a',
  ],
  [
    'instance input too wide',
    inModule(({ u }) => Inner({ width: 4 })('i', { a: u })),
    'HDL_TOO_WIDE',
    "input 'a' of instance 'i': 8-bit value does not fit in 4 bits",
    'say .wrap(4) or .sat(4) to choose what happens to the high bits',
  ],
  [
    'outside a module',
    () => reg('r', bool),
    'HDL_OUTSIDE_MODULE',
    "register 'r' is used outside a module body",
    'move it into the body given to module(...)',
  ],
  [
    'signal of another module',
    inModule(({ u }) => module('other', { in: {}, out: { z: uint(8) } }, () => ({ z: u.not() }))),
    'HDL_FOREIGN_SIGNAL',
    ".not() uses a signal of module 'm' inside module 'other' (in m > other)",
    'pass it through a port of the instance',
  ],
  [
    'function as a parameter',
    () => Inner(untyped({ width: 4, make: () => 0 })),
    'HDL_PARAMETERS',
    'a function was given as a parameter of a generator',
    'parameters are plain data: numbers, strings, arrays, objects',
  ],
  [
    'nothing to add',
    inModule(() => untyped<() => UInt>(sum)()),
    'HDL_LENGTH',
    'sum() has no operands',
    'give at least one signal',
  ],
  ['nothing to join', inModule(() => cat()), 'HDL_LENGTH', 'cat() has no parts', 'give at least one signal'],
  [
    'element too wide',
    inModule(({ u }) => vecOf(uint(4), u)),
    'HDL_TOO_WIDE',
    'vecOf(...)[0]: 8-bit value does not fit in 4 bits',
    'say .wrap(4) or .sat(4) to choose what happens to the high bits',
  ],
  [
    'list of the wrong length',
    inModule(({ u }) => lit(vec(3, uint(8)), untyped<readonly UInt[]>([u]))),
    'HDL_SHAPE',
    'lit(...): expected a list of 3, got a list of 1',
    'give one value per element',
  ],
  [
    'unknown field',
    inModule(() => lit(record({ a: bool }), untyped({ a: true, b: true }))),
    'HDL_SHAPE',
    "lit(...): 'b' is not one of {a}",
    'remove it or add it to the type',
  ],
  [
    'name given twice',
    inModule(({ b }) => {
      delay('x', b);
      delay('x', b);
    }),
    'HDL_NAME_CLASH',
    "name 'x' of this register is already taken in module 'm' by the register at <place>",
    'give one of them another name',
  ],
  [
    'wire driven twice',
    inModule(({ b }) => {
      const w = wire('w', bool);
      w.drive(b);
      w.drive(b);
    }),
    'HDL_DOUBLE_DRIVER',
    "wire 'w' is driven again; it was driven at <place>",
    'drive it once, with mux(...) between the values',
  ],
  [
    'one module name for two modules',
    inModule(() => {
      const make = (value: number) =>
        module('same', { in: {}, out: { z: uint(4) } }, () => ({ z: lit(uint(4), value) }));
      make(1)('first', {});
      make(2)('second', {});
    }),
    'HDL_MODULE_NAME',
    "module name 'same' stands for two different modules, at <place> and at <place>",
    'put what differs (its parameters) into the name',
  ],
  [
    'module inside one of its own name',
    inModule(() =>
      module('inner_8', { in: {}, out: {} }, () => Inner({ width: 8 })('i', { a: lit(uint(8), 0) }) && {}),
    ),
    'HDL_MODULE_NAME',
    "module 'inner_8' contains another module of its own name, at <place>",
    'give one of them another name',
  ],
  [
    'combinational loop',
    inModule(({ u }) => {
      const w = wire('w', uint(8));
      const next = w.addWrap(u).as('next');
      w.drive(next.not());
    }),
    'HDL_LOOP',
    'combinational loop: w -> next -> w',
    'break it with a register (reg or delay)',
  ],
  [
    'half a clock of latency',
    inModule(({ u }) => pipeline().at('u', u, 0.5)),
    'HDL_LATENCY',
    "'u' has a latency of 0.5 clocks",
    'use a whole number from 0',
  ],
  [
    'ports of a finished design',
    () =>
      moduleOf(design(module('finished', { in: { a: uint(3) }, out: { y: bool } }, ({ a }) => ({ y: a.reduceOr() }))), {
        in: { a: sint(3) },
        out: { y: bool },
      }),
    'HDL_PORTS',
    "the ports of module 'finished' are [a u3], and [a s3] were given",
    'give those it has',
  ],
  [
    'body that returns nothing',
    () =>
      module(
        'm',
        { in: {}, out: { y: bool } },
        untyped(() => undefined),
      ),
    'HDL_OUTPUTS',
    "the body of module 'm' returns undefined",
    'return { ...outputs }',
  ],
  [
    'asynchronous module',
    () =>
      module(
        'm',
        { in: {}, out: { y: bool } },
        untyped(async () => ({ y: true })),
      ),
    'HDL_ASYNC',
    "the body of module 'm' is asynchronous",
    'remove async and await from it',
  ],
  [
    'reserved module name',
    () => module('endmodule', { in: {}, out: {} }, () => ({})),
    'HDL_NAME',
    "module name 'endmodule' is a reserved word of Verilog or SystemVerilog",
    'choose another name',
  ],
  [
    'wire of a record with a field drive',
    inModule(() => wire('w', record({ drive: bool }))),
    'HDL_NAME',
    "wire 'w' has a field named 'drive'",
    'choose another name: .drive(...) drives the wire',
  ],
  [
    'memory without words',
    inModule(() => ram('r', uint(8), 0)),
    'HDL_LENGTH',
    "ram 'r' has a depth of 0",
    'use a whole number from 1',
  ],
  [
    'nothing to select',
    inModule(({ u }) => select(u, untyped<readonly UInt[]>([]))),
    'HDL_LENGTH',
    'select(...) has no values to choose from',
    'give at least one',
  ],
  [
    'constant as a shift in hardware',
    inModule(({ u }) => u.shlBy(untyped<UInt>(2))),
    'HDL_KIND',
    '.shlBy(...): the amount is number 2',
    'use a uint, or .shl/.shr for a constant',
  ],
  [
    'number beside a bool',
    inModule(({ b }) => b.and(untyped<Bool>(1))),
    'HDL_KIND',
    '.and(...): the operand is number 1, but this signal is a bool',
    'compare it first: .ne(0), .eq(...)',
  ],
  [
    'sum of two kinds',
    inModule(({ u, s }) => sum(u, untyped<UInt>(s))),
    'HDL_KIND',
    'sum(...): a uint(8) stands beside a sint(8)',
    'convert the operands to one kind',
  ],
  [
    'wire of another module driven',
    inModule(() => {
      const w = wire('w', bool);
      module('other', { in: { a: bool }, out: {} }, ({ a }) => {
        w.drive(a);
        return {};
      });
    }),
    'HDL_FOREIGN_SIGNAL',
    "wire 'w' of module 'm' is driven inside module 'other' (in m > other)",
    'drive it in its own module',
  ],
];
