import { type Static, Type } from 'typebox';
import { Band } from './band.ts';
import { BlockDevice } from './design.ts';
import { ModelOutline } from './outline.ts';
import { WhatIf } from './what-if.ts';

const Count = Type.Integer({ minimum: 0 });

/** How a number came about; docs/energy.md says what each word promises. */
export const OriginClass = Type.Union([
  Type.Literal('measured'),
  Type.Literal('library'),
  Type.Literal('literature'),
  Type.Literal('scaled'),
  Type.Literal('assumed'),
]);
export type OriginClass = Static<typeof OriginClass>;

/** Where a number comes from; every figure in a report shows it. */
export const Origin = Type.Object({
  /** What the number is, as named in the technology or baseline file: `mac.int8.relu`. */
  entry: Type.String(),
  value: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
  unit: Type.String(),
  class: OriginClass,
  source: Type.String(),
  conditions: Type.String(),
});
export type Origin = Static<typeof Origin>;

export { Band };

/** FPGA families whose look-up tables and block memories are known. */
const FpgaDevice = Type.Union([Type.Literal('ice40'), Type.Literal('ecp5'), Type.Literal('xc7')]);

export const Tier = Type.Union([Type.Literal('T0'), Type.Literal('T1'), Type.Literal('T2'), Type.Literal('T3')]);
export type Tier = Static<typeof Tier>;

export const Mismatch = Type.Object({
  /** The rung that differs from the one above: `rtl`, `verilator`, `icarus`, `netlist`, `reference`. */
  level: Type.String(),
  sample: Count,
  layer: Type.String(),
  /** Flat index into the layer's output, and its NHWC position. */
  index: Count,
  position: Type.Array(Count),
  channel: Count,
  /** Clock at which the byte left the hardware; null where no clock exists. */
  cycle: Type.Union([Count, Type.Null()]),
  expected: Type.Integer(),
  found: Type.Integer(),
});
export type Mismatch = Static<typeof Mismatch>;

export const LevelResult = Type.Object({
  samples: Count,
  matched: Count,
  /** Latency and interval seen at this rung; null for rungs without a clock. */
  cycles: Type.Union([Type.Object({ latency: Count, interval: Type.Union([Count, Type.Null()]) }), Type.Null()]),
  tool: Type.String(),
});
export type LevelResult = Static<typeof LevelResult>;

/** A module of the design as written against the same as mapped. */
export const ModuleProof = Type.Object({
  module: Type.String(),
  /** `proved`: equal for every input and every state; `different`: refuted; `open`: neither, `reason` says why. */
  verdict: Type.Union([Type.Literal('proved'), Type.Literal('different'), Type.Literal('open')]),
  /** Of its outputs and registers, and of what its memories and modules take. */
  bits: Count,
  reason: Type.Union([Type.String(), Type.Null()]),
});
export type ModuleProof = Static<typeof ModuleProof>;

export const Verification = Type.Object({
  verdict: Type.Union([Type.Literal('equal'), Type.Literal('different')]),
  levels: Type.Record(Type.String(), LevelResult),
  firstMismatch: Type.Union([Mismatch, Type.Null()]),
  /** In words: the manifest's samples, the zoo's samples, a file, or seeded random inputs. */
  inputs: Type.String(),
  notes: Type.Array(Type.String()),
  /** Of the level `netlist`, where proofs were asked for. */
  proofs: Type.Optional(Type.Array(ModuleProof)),
});
export type Verification = Static<typeof Verification>;

/** What is left out because it makes no difference to the outputs: channels that are dead, constant or read by nobody. */
export const Skipped = Type.Object({
  /** Multiply-accumulates per inference. */
  macs: Count,
  /** Channels of the stages' outputs. */
  channels: Count,
});
export type Skipped = Static<typeof Skipped>;

/** One hardware stage: its folding, its share of the time and of the work. */
export const StageResult = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  /** Model layers computed by this stage. */
  layers: Type.Array(Type.String()),
  /** Output channels at once, input channels at once, and kernel taps at once; 1 where the stage has no such thing. */
  pe: Count,
  simd: Count,
  taps: Count,
  /** Elements that move in one clock: on every input port, and on the output. */
  inputWidth: Count,
  outputWidth: Count,
  multipliers: Count,
  /** Multiply-accumulates per inference of its model layers, the skipped ones included. */
  macs: Count,
  skipped: Skipped,
  /** Clocks per inference in which the stage is occupied. */
  cycles: Count,
  utilisation: Type.Number(),
});
export type StageResult = Static<typeof StageResult>;

/** The plan explained: what sets the pace, what is idle, what the next step costs. */
export const PlanResult = Type.Object({
  /** Stages that are occupied longest; they decide the interval. */
  bottleneck: Type.Array(Type.String()),
  /** Multipliers that have nothing to do, on average over the clocks of an inference in steady state. */
  idleMultipliers: Type.Number(),
  /** Of the budget of multipliers, how many the plan leaves: no plan that uses them is faster. Null without such a budget. */
  unspentMultipliers: Type.Union([Count, Type.Null()]),
  /** The next faster plan, by the planner's own search around the same fixed foldings and widths; null when there is none. */
  next: Type.Union([
    Type.Object({
      /** The fewest that it takes. */
      multipliers: Count,
      /** Clocks of its slowest stage. */
      interval: Count,
      /** The stage that is slowest then. */
      layer: Type.String(),
      /** Layers that have more multipliers then. */
      widened: Type.Array(Type.String()),
    }),
    Type.Null(),
  ]),
});
export type PlanResult = Static<typeof PlanResult>;

/** A time in which a stage works on an inference, or waits for room behind it. Clocks are counted from the begin of the window. */
export const TimelineSpan = Type.Object({
  /** 0 is the inference that enters first in the window. Earlier ones are below 0. */
  inference: Type.Integer(),
  from: Type.Integer(),
  to: Type.Integer(),
  /** Clocks within it in which the engine is occupied, and in which only room in its output FIFO is missing; in the others it waits for bytes. */
  working: Count,
  blocked: Count,
});
export type TimelineSpan = Static<typeof TimelineSpan>;

/** Which stage is busy when. Pauses shorter than a hundredth of the window belong to the span around them. */
export const TimelineWindow = Type.Object({
  clocks: Count,
  stages: Type.Array(
    Type.Object({
      stage: Type.String(),
      /** In which inference 0 takes its first byte, and its last result leaves the output FIFO. */
      enters: Type.Integer(),
      leaves: Type.Integer(),
      spans: Type.Array(TimelineSpan),
    }),
  ),
});
export type TimelineWindow = Static<typeof TimelineWindow>;

export const Timeline = Type.Object({
  /** The first inference alone, from idle; the window begins when its first byte is taken and ends when its last one is given. */
  first: TimelineWindow,
  /** Inferences back to back: two intervals, from when one of them enters. */
  steady: TimelineWindow,
});
export type Timeline = Static<typeof Timeline>;

/** What the memories become on the device that the design is for. */
export const MemoryResult = Type.Object({
  device: BlockDevice,
  /** Block memories, and bits that one of them holds. */
  blocks: Count,
  blockBits: Count,
  /** Of the bits of these blocks the share that holds something; 0 without blocks. */
  fill: Type.Number(),
  /** Memories and their bits by what they are made of. */
  styles: Type.Record(Type.String(), Type.Object({ memories: Count, bits: Count })),
});
export type MemoryResult = Static<typeof MemoryResult>;

export const EnergyResult = Type.Object({
  tier: Tier,
  joulesPerInference: Band,
  /** 1 MAC = 2 ops. */
  joulesPerOp: Band,
  breakdown: Type.Object({
    /** `mac`, `requantize`, `weight-memory`, `activation-memory`, `registers`, `clock`, `leakage`. */
    byComponent: Type.Record(Type.String(), Band),
    byLayer: Type.Record(Type.String(), Band),
    /** layer -> component -> joules (the sums above come from here). */
    byLayerAndComponent: Type.Record(Type.String(), Type.Record(Type.String(), Type.Number())),
  }),
  /** Where every stage was sampled over the same inputs, each once: what differences between designs that saw them rest on. */
  samples: Type.Optional(
    Type.Object({
      /** SHA-256 of the inputs, in their order. */
      inputs: Type.String({ minLength: 1 }),
      count: Count,
      /** Of joules per inference, left by the windows that were drawn, and its degrees of freedom; 0 where all were looked at. */
      standardError: Type.Number({ minimum: 0 }),
      freedom: Type.Number({ minimum: 0 }),
      /** Joules per inference that this design alone may be off by, whatever others of its technology are: the error of a fit. */
      own: Type.Number({ minimum: 0 }),
      /** Joules by component whose bands hold only what designs of one technology have in common. */
      shared: Type.Record(Type.String(), Band),
    }),
  ),
  /** Terms beside the core that the request asked to count; absent where it is the core alone. */
  includes: Type.Optional(Type.Array(Type.String())),
  scope: Type.String(),
  origins: Type.Array(Origin),
});
export type EnergyResult = Static<typeof EnergyResult>;

export const AreaResult = Type.Object({
  tier: Tier,
  squareMicrons: Band,
  byComponent: Type.Record(Type.String(), Band),
  /** layer -> component -> square micrometres (the sums above come from here). */
  byLayerAndComponent: Type.Record(Type.String(), Type.Record(Type.String(), Type.Number())),
  origins: Type.Array(Origin),
});
export type AreaResult = Static<typeof AreaResult>;

/** What a design takes of an FPGA family, estimated before synthesis. */
export const FpgaResult = Type.Object({
  tier: Tier,
  device: FpgaDevice,
  /** Look-up tables, those of carries and small memories included. */
  luts: Band,
  dsps: Count,
  /** What a DSP block counts as, and look-up tables and DSP blocks counted together. */
  lutsPerDsp: Count,
  lutEquivalents: Type.Number(),
  /** 4-Kbit blocks of ice40, 18-Kbit ones of the others. */
  blockMemories: Count,
  byLayer: Type.Record(Type.String(), Type.Object({ luts: Type.Number(), dsps: Count, blockMemories: Count })),
  origins: Type.Array(Origin),
});
export type FpgaResult = Static<typeof FpgaResult>;

/** ONE RESULT: everything that reports, league, sweeps and CI read about one design. */
export const Result = Type.Object({
  schema: Type.Literal('joulesmith/result/1'),
  design: Type.Object({
    name: Type.String(),
    architecture: Type.String(),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    clockHertz: Type.Number(),
    /** As the numbers are: `asap7`, or `asap7 scaled to 0.55 V`. */
    technology: Type.String(),
    /** Where the request asked for another supply or node: what it named. */
    scaled: Type.Optional(
      Type.Object({ technology: Type.String(), voltage: Type.String(), node: Type.Optional(Type.String()) }),
    ),
  }),
  model: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    macs: Count,
    parameters: Count,
    layers: Count,
    accuracy: Type.Union([Type.Number(), Type.Null()]),
    /** Who reads what: for drawings. */
    graph: ModelOutline,
  }),
  stages: Type.Array(StageResult),
  plan: PlanResult,
  multipliers: Count,
  skipped: Skipped,
  cycles: Type.Object({ latency: Count, interval: Count }),
  timeline: Timeline,
  throughput: Type.Object({ inferencesPerSecond: Type.Number(), macsPerCycle: Type.Number() }),
  latencySeconds: Type.Number(),
  utilisation: Type.Number(),
  hardware: Type.Object({
    registerBits: Count,
    weightMemoryBits: Count,
    activationMemoryBits: Count,
    requantizers: Count,
    /** Where the design names a device. */
    memories: Type.Optional(MemoryResult),
  }),
  energy: EnergyResult,
  area: AreaResult,
  /** The same circuit in other technologies, at other supplies and on other data; absent where nobody asked. */
  whatIf: Type.Optional(WhatIf),
  /** Where the design's goal names a device. */
  fpga: Type.Optional(FpgaResult),
  verification: Type.Union([Verification, Type.Null()]),
  tools: Type.Record(Type.String(), Type.String()),
});
export type Result = Static<typeof Result>;
