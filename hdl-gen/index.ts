/** The hardware language for users of the package. Inside the project import the file you need. */
export { emitVerilog, type Verilog, type VerilogFile } from './emit/verilog.ts';
export type { Design } from './ir/design.ts';
export { elaborate } from './ir/elaborate.ts';
export type { Netlist } from './ir/netlist.ts';
export { printNetlist } from './ir/print.ts';
export { withoutAssertions } from './ir/prune.ts';
export { assert, cover } from './lang/assert.ts';
export { allOf, anyOf, cat, lit, max, min, mux, replaceAt, select, sum, vecOf } from './lang/combine.ts';
export { type Fsm, fsm, when } from './lang/control.ts';
export { asEnum, type Enum, type EnumType, enumeration } from './lang/enum.ts';
export { type Contents, type Ram, type Rom, ram, rom } from './lang/memory.ts';
export { design, generator, type ModuleConstructor, module, unused } from './lang/module.ts';
export type { Rounding } from './lang/rounding.ts';
export type { Bool, SInt, UInt } from './lang/signal.ts';
export { delay, type Reg, reg, regs } from './lang/state.ts';
export { bool, record, sint, type Type, uint, type Value, vec } from './lang/types.ts';
export { type Wire, wire } from './lang/wire.ts';
