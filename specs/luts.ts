import { type Static, Type } from 'typebox';
import { check } from './check.ts';
import { BlockDevice } from './design.ts';
import ecp5 from './luts/ecp5.json' with { type: 'json' };
import ice40 from './luts/ice40.json' with { type: 'json' };
import xc7 from './luts/xc7.json' with { type: 'json' };
import { OriginClass } from './result.ts';

const Words = Type.String({ minLength: 1 });
const PerBit = Type.Number({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0 });

/** Differences of the estimate from what synthesis found, over the latter, of designs that had no part in the fit. */
const HeldOut = Type.Object(
  { designs: Type.Integer({ minimum: 1 }), medianError: Ratio, worstError: Ratio },
  { additionalProperties: false },
);

/** What look-up tables are estimated from; most are counted in bits. docs/luts.md says what each is. */
export const LutFeatures = Type.Object(
  {
    add: PerBit,
    count: PerBit,
    compare: PerBit,
    equal: PerBit,
    mux: PerBit,
    gate: PerBit,
    shift: PerBit,
    product: PerBit,
    constantProduct: PerBit,
    productSum: PerBit,
    tree: PerBit,
    accumulate: PerBit,
    sign: PerBit,
    choice: PerBit,
    romTable: PerBit,
    ramTable: PerBit,
    ramChoice: PerBit,
    stage: PerBit,
  },
  { additionalProperties: false },
);
export type LutFeatures = Static<typeof LutFeatures>;
export type LutFeature = keyof LutFeatures;
export const lutFeatures = Object.keys(LutFeatures.properties) as readonly LutFeature[];

/** Look-up tables of one FPGA family as fitted to synthesis: how many each bit of a feature takes. */
export const LutFit = Type.Object(
  {
    device: BlockDevice,
    unit: Type.Literal('LUT'),
    class: OriginClass,
    /** The synthesiser with its version, and the command. */
    source: Words,
    conditions: Words,
    coefficients: LutFeatures,
    /** By parts, each design estimated by a fit to the others. */
    leaveOneOut: HeldOut,
    /** Of what one synthesis of the whole design finds over the sum of its parts. */
    whole: Type.Number({ exclusiveMinimum: 0 }),
    /** By one synthesis of the whole design, of designs that had no part in the fit. */
    heldOut: HeldOut,
    /** Factors from the estimate to the ends of its band. */
    band: Type.Object({ low: Ratio, high: Type.Number({ minimum: 1 }) }, { additionalProperties: false }),
  },
  { additionalProperties: false },
);
export type LutFit = Static<typeof LutFit>;

const files: Readonly<Record<BlockDevice, unknown>> = { ice40, ecp5, xc7 };
const checked = new Map<BlockDevice, LutFit>();

/** Errors: `SPEC_INVALID`. */
export function lutFitOf(device: BlockDevice): LutFit {
  const known = checked.get(device) ?? check(LutFit, files[device], `specs/luts/${device}.json`);
  checked.set(device, known);
  return known;
}
