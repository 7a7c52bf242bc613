/** The hardware language for users of the package. Inside the project import the file you need. */
export { emitVerilog, type Verilog, type VerilogFile } from './emit/verilog.ts';
export { withClockEnable } from './ir/clock-enable.ts';
export type { Design } from './ir/design.ts';
export { designFromJson, designToJson } from './ir/design-json.ts';
export { elaborate } from './ir/elaborate.ts';
export type { Netlist } from './ir/netlist.ts';
export { parseDesign } from './ir/parse-design.ts';
export { parseNetlist } from './ir/parse-netlist.ts';
export { printNetlist } from './ir/print.ts';
export { printDesign } from './ir/print-design.ts';
export { withoutAssertions } from './ir/prune.ts';
export { assert, cover } from './lang/assert.ts';
export { allOf, anyOf, cat, lit, max, min, mux, replaceAt, select, sum, vecOf } from './lang/combine.ts';
export { type Fsm, fsm, when } from './lang/control.ts';
export { asEnum, type Enum, type EnumType, enumeration } from './lang/enum.ts';
export { type Contents, type Ram, type Rom, ram, rom } from './lang/memory.ts';
export { design, generator, type ModuleConstructor, module, moduleOf, unused } from './lang/module.ts';
export type { Rounding } from './lang/rounding.ts';
export type { Bool, SInt, UInt } from './lang/signal.ts';
export { delay, type Reg, reg, regs } from './lang/state.ts';
export { bool, record, sint, type Type, uint, type Value, vec } from './lang/types.ts';
export { type Wire, wire } from './lang/wire.ts';
export { type Pipeline, pipeline, type Timed } from './library/pipeline.ts';
export { Arbiter } from './library/stream/arbiter.ts';
export { Fork } from './library/stream/fork.ts';
export { Join } from './library/stream/join.ts';
export { Queue } from './library/stream/queue.ts';
export { RegisterSlice } from './library/stream/register-slice.ts';
export { SkidBuffer } from './library/stream/skid-buffer.ts';
export {
  type Back,
  type Forward,
  type Link,
  link,
  pass,
  type StreamBlock,
  type StreamType,
  stream,
  streamPorts,
} from './library/stream/stream.ts';
export { Narrower, Widener } from './library/stream/width.ts';
