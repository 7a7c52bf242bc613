import { type Static, Type } from 'typebox';
import { LaneForm } from './design.ts';

const Count = Type.Integer({ minimum: 0 });
const Area = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);
const CellsByType = Type.Record(Type.String(), Count);

/** What a netlist is made for: plain gates, one of the FPGA families, or the cells of a Liberty library. */
export const SynthesisTarget = Type.Union([
  Type.Literal('generic'),
  Type.Literal('ice40'),
  Type.Literal('ecp5'),
  Type.Literal('xc7'),
  Type.Literal('gowin'),
  Type.Literal('intel'),
  Type.Literal('liberty'),
]);
export type SynthesisTarget = Static<typeof SynthesisTarget>;

/** One module of the netlist, without the modules inside it. */
export const ModuleCells = Type.Object({
  /** How often it stands in the whole design. */
  instances: Count,
  cells: Count,
  cellsByType: CellsByType,
  /** Of one instance; null without a Liberty library. */
  areaSquareMicrons: Area,
});
export type ModuleCells = Static<typeof ModuleCells>;

/** By layer every form that was measured on the layer's own operands, the least energy first. */
export const MeasuredForms = Type.Record(
  Type.String(),
  Type.Array(
    Type.Object({
      form: LaneForm,
      lanes: Count,
      /** Of one lane: gates with glitches, wires, clock tree and leakage; shortest period with wires. */
      joulesPerInference: Type.Number(),
      squareMicrons: Type.Number(),
      minimumPeriodSeconds: Type.Number(),
    }),
  ),
);
export type MeasuredForms = Static<typeof MeasuredForms>;

/** How the lanes multiply and add, and who chose that. */
export const Arithmetic = Type.Object({
  /** `design`: the design file; `target`: the design says nothing, and this suits the target; `option`: the command; `measured`: the least energy. */
  from: Type.Union([Type.Literal('design'), Type.Literal('target'), Type.Literal('option'), Type.Literal('measured')]),
  /** Of the layers whose weights need multipliers. */
  layers: Type.Record(Type.String(), LaneForm),
  measured: Type.Union([MeasuredForms, Type.Null()]),
});
export type Arithmetic = Static<typeof Arithmetic>;

/** One gate of a path: the net it drives. */
export const PathStep = Type.Object({
  net: Type.String(),
  /** Whether the net's name is the design's own, or one that synthesis made up. */
  named: Type.Boolean(),
  /** Cell of the library that drives it; null at an input port. */
  cell: Type.Union([Type.String(), Type.Null()]),
  edge: Type.Union([Type.Literal('rise'), Type.Literal('fall')]),
  /** Of this gate, and from the clock's edge to the end of it. */
  delaySeconds: Type.Number(),
  arrivalSeconds: Type.Number(),
});
export type PathStep = Static<typeof PathStep>;

export const CriticalPath = Type.Object({
  /** Registers, in the design's own names. */
  from: Type.String(),
  to: Type.String(),
  setupSeconds: Type.Number(),
  /** Arrival and setup. */
  periodSeconds: Type.Number(),
  steps: Type.Array(PathStep),
});
export type CriticalPath = Static<typeof CriticalPath>;

/** The clock that mapped cells allow, before they are placed. */
export const StaticTiming = Type.Object({
  minimumPeriodSeconds: Type.Number({ exclusiveMinimum: 0 }),
  /** What the number includes, in words. */
  scope: Type.String(),
  criticalPath: CriticalPath,
});
export type StaticTiming = Static<typeof StaticTiming>;

/** What was asked for: by this a synthesis is known to be that of a design. */
export const SynthesisOf = Type.Object({
  modelSha256: Type.String(),
  architecture: Type.String(),
  parameters: Type.Record(Type.String(), Type.Unknown()),
  clockHertz: Type.Number(),
});
export type SynthesisOf = Static<typeof SynthesisOf>;

/** What synthesis made of one design. Counts are those of the whole design. */
export const Synthesis = Type.Object({
  schema: Type.Literal('joulesmith/synthesis/1'),
  design: Type.String(),
  of: SynthesisOf,
  top: Type.String(),
  target: SynthesisTarget,
  /** Device that was placed or synthesised for, where the target has several: `hx8k`. */
  device: Type.Union([Type.String(), Type.Null()]),
  arithmetic: Arithmetic,
  libraries: Type.Array(Type.Object({ file: Type.String(), sha256: Type.String() })),
  /** Name and version of the synthesiser. */
  tool: Type.String(),
  /** Name and version of the placer; null when nothing was placed. */
  placer: Type.Union([Type.String(), Type.Null()]),
  cells: Count,
  cellsByType: CellsByType,
  /** Lookup tables of every number of inputs; carry cells, wide multiplexers and RAM made of tables are not in it. */
  lut: Count,
  ff: Count,
  latch: Count,
  /** Cells of carry chains. */
  carry: Count,
  /** Multiplexers behind lookup tables: F7 and F8, PFUMX, MUX2_LUT5. */
  wideMux: Count,
  /** Cells of RAM and shift registers made of lookup tables. */
  lutRam: Count,
  /** Block memories in units of `bramUnit`. */
  bram: Count,
  bramUnit: Type.String(),
  dsp: Count,
  /** Bits of the memories of the design before the target maps them. */
  memoryBits: Count,
  /** Memories that stay whole because the target has no block memory; they have neither cells nor area. */
  memoryMacros: Count,
  /** Of the cells of the library, memory macros excluded; null without a library. */
  areaSquareMicrons: Area,
  /** After place and route, or with a library by static timing; null where there is neither. */
  fmaxHz: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  /** With a library; null without one. */
  timing: Type.Union([StaticTiming, Type.Null()]),
  modules: Type.Record(Type.String(), ModuleCells),
  notes: Type.Array(Type.String()),
  /** Whether every tool's answer came from the cache. */
  cached: Type.Boolean(),
});
export type Synthesis = Static<typeof Synthesis>;
