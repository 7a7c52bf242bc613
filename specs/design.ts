import { type Static, Type } from 'typebox';

const Lanes = Type.Integer({ minimum: 1 });

/** Parallelism of one layer's engine: output channels computed side by side, input channels per output and clock, kernel taps at once. */
export const Folding = Type.Object(
  { pe: Lanes, simd: Lanes, taps: Type.Optional(Lanes) },
  { additionalProperties: false },
);
export type Folding = Static<typeof Folding>;

/**
 * How lanes multiply and add. `plain`: operators, for the multipliers of an FPGA. In gates: `split`, every product a compressor tree of
 * its own with registers behind it, and one more tree for the sum; `fused`, one tree for products and sum behind registered operands;
 * `booth`, as fused with recoded weights.
 */
export const LaneForm = Type.Union([
  Type.Literal('plain'),
  Type.Literal('split'),
  Type.Literal('fused'),
  Type.Literal('booth'),
]);
export type LaneForm = Static<typeof LaneForm>;

/** FPGA families whose block memories are known: see specs/block-memories.ts. */
export const BlockDevice = Type.Union([Type.Literal('ice40'), Type.Literal('ecp5'), Type.Literal('xc7')]);
export type BlockDevice = Static<typeof BlockDevice>;

/** What the `stream` architecture may be told. Foldings win over the budget for the layers they name. */
export const StreamParameters = Type.Object(
  {
    /** Budget of int8 multipliers for the whole design. */
    multipliers: Type.Optional(Lanes),
    /** Layer name -> folding. */
    foldings: Type.Optional(Type.Record(Type.String(), Folding)),
    /** Layer name -> bytes per clock on the stream that the layer gives. */
    widths: Type.Optional(Type.Record(Type.String(), Lanes)),
    /** Where a softmax at the end of the network is computed; before the end it is always hardware. Default hardware. */
    softmax: Type.Optional(Type.Union([Type.Literal('hardware'), Type.Literal('host')])),
    /** Whether channels that make no difference to the outputs are left out. Default true. */
    prune: Type.Optional(Type.Boolean()),
    /** Ports of what `generate` writes: byte streams (default), or AXI4-Stream with TLAST and AXI4-Lite registers around them. */
    interface: Type.Optional(Type.Union([Type.Literal('stream'), Type.Literal('axi')])),
    /**
     * The form of all lanes, or layer name -> form, where layers that are not named have `split`. Default `plain`, and `split` where
     * the design is mapped to a cell library.
     */
    arithmetic: Type.Optional(Type.Union([LaneForm, Type.Record(Type.String(), LaneForm)])),
    /**
     * Whether lanes that multiply leave out the clocks in which all their activations are 0, and a mapping to a cell library puts clock
     * gates in front of registers that share an enable, whether anything multiplies or not. Default no.
     */
    clockGating: Type.Optional(Type.Boolean()),
    /** Whether weights of activations that are 0 stay out of the multipliers. Default no. */
    operandIsolation: Type.Optional(Type.Boolean()),
    /** Whether what `generate` writes has a clock enable, the input `ce`. Default no. */
    clockEnable: Type.Optional(Type.Boolean()),
    /**
     * FPGA family whose memories the design shall use: each memory says what it is made of, and tables are cut to the family's blocks.
     * Without it the Verilog suits every family and synthesis decides. A goal in block memories implies it.
     */
    device: Type.Optional(BlockDevice),
  },
  { additionalProperties: false },
);
export type StreamParameters = Static<typeof StreamParameters>;

const Throughput = Type.String({ format: 'throughput', examples: ['2000 inference/s'] });

/** The fastest plan whose estimated look-up tables of a device are no more, DSP blocks counted as so many of them. */
export const LutTarget = Type.Object(
  {
    lut: Lanes,
    device: BlockDevice,
    /** What one DSP block (ecp5, xc7) counts as; 100 unless told. With ice40 multipliers are made of look-up tables. */
    lutsPerDsp: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type LutTarget = Static<typeof LutTarget>;

/** A goal from which the planner picks foldings and widths of streams. */
export const Target = Type.Union([
  /** The fastest plan with so many multipliers. */
  Type.Object({ multipliers: Lanes }, { additionalProperties: false }),
  /** The plan with the fewest multipliers that is so fast. */
  Type.Object({ throughput: Throughput }, { additionalProperties: false }),
  /** The fastest plan whose estimated area (tier T0, the value, in the request's technology) is no larger. */
  Type.Object({ area: Type.String({ format: 'area', examples: ['20000 µm²'] }) }, { additionalProperties: false }),
  /** The fastest plan whose memories take so many block memories of a device: 4-Kbit (ice40) or 18-Kbit blocks (ecp5, xc7). */
  Type.Object({ blockRam: Type.Integer({ minimum: 0 }), device: BlockDevice }, { additionalProperties: false }),
  LutTarget,
  /** The plan with the least energy per inference (tier T0, the value) at the request's clock, of those that are so fast. */
  Type.Object(
    { energy: Type.Literal('least'), throughput: Type.Optional(Throughput) },
    { additionalProperties: false },
  ),
]);
export type Target = Static<typeof Target>;

/** What is counted beside the core: the DRAM that frames come from and results go to, pads, the regulator before all of it. */
export const Outside = Type.Union([
  Type.Literal('ddr3'),
  Type.Literal('ddr4'),
  Type.Literal('lpddr4'),
  Type.Literal('gddr6'),
  Type.Literal('hbm2'),
  Type.Literal('pads'),
  Type.Literal('regulator'),
]);
export type Outside = Static<typeof Outside>;

/** What a person asks for; unknown properties are refused so that a typo cannot be ignored. */
export const DesignRequest = Type.Object(
  {
    /** Names the design in reports and its top module: letters, digits, `-` and `_`. */
    name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]*$', maxLength: 100, examples: ['kws-stream-64'] }),
    /** Path of a .tflite file, relative to the design file, or a name from the zoo. */
    model: Type.String({ minLength: 1, examples: ['kws.tflite'] }),
    architecture: Type.Literal('stream'),
    /** Integer arithmetic of the hardware, where it is not the model's own: an ONNX network is converted. */
    profile: Type.Optional(Type.Literal('tflite-reference')),
    parameters: StreamParameters,
    target: Type.Optional(Target),
    clock: Type.String({ format: 'frequency', examples: ['100 MHz'] }),
    /** Name of a technology file: `asap7`, `sky130hd`, `ihp-sg13g2`, `gt2n`. */
    technology: Type.String({ minLength: 1, examples: ['asap7'] }),
    /** Another supply than the technology's own: its numbers are moved there and labelled so. */
    voltage: Type.Optional(Type.String({ format: 'voltage', examples: ['0.55 V'] })),
    /** Another node than the technology's own, together with `voltage`. */
    node: Type.Optional(Type.String({ format: 'node', examples: ['16 nm'] })),
    /** Terms beside the core; none unless named. */
    include: Type.Optional(Type.Array(Outside, { uniqueItems: true })),
  },
  { additionalProperties: false },
);
export type DesignRequest = Static<typeof DesignRequest>;
