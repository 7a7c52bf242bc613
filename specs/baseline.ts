import { type Static, Type } from 'typebox';
import { OriginClass } from './result.ts';

const Words = Type.String({ minLength: 1 });
const provenance = {
  class: OriginClass,
  /** What the number includes: a board, a chip, a core. Our own estimates are core only. */
  scope: Words,
  source: Words,
  conditions: Words,
};

/** Published result of one system on one MLPerf Tiny task. */
export const TinyBaseline = Type.Object(
  {
    id: Words,
    name: Words,
    task: Type.Union([Type.Literal('ad'), Type.Literal('ic'), Type.Literal('kws'), Type.Literal('vww')]),
    version: Words,
    division: Type.Union([Type.Literal('closed'), Type.Literal('open')]),
    joulesPerInference: Type.String({ format: 'energyPerInference', examples: ['18.6 µJ/inference'] }),
    low: Type.String({ format: 'energyPerInference', examples: ['17.7 µJ/inference'] }),
    high: Type.String({ format: 'energyPerInference', examples: ['19.5 µJ/inference'] }),
    /** Null where it was not published. */
    latency: Type.Union([Type.String({ format: 'time', examples: ['0.475 ms'] }), Type.Null()]),
    ...provenance,
  },
  { additionalProperties: false },
);
export type TinyBaseline = Static<typeof TinyBaseline>;

/** Rated energy per operation of a large accelerator. */
export const PeakBaseline = Type.Object(
  {
    id: Words,
    name: Words,
    precision: Type.Literal('int8'),
    joulesPerOp: Type.String({ format: 'energyPerOp', examples: ['0.35 pJ/op'] }),
    low: Type.String({ format: 'energyPerOp', examples: ['0.35 pJ/op'] }),
    high: Type.String({ format: 'energyPerOp', examples: ['0.58 pJ/op'] }),
    ...provenance,
  },
  { additionalProperties: false },
);
export type PeakBaseline = Static<typeof PeakBaseline>;

/** One published mining chip, or a machine made of it, at one operating point. */
export const MiningBaseline = Type.Object(
  {
    id: Words,
    name: Words,
    nanometres: Type.Number({ exclusiveMinimum: 0 }),
    /** Of one double SHA-256; 1 J/TH is 1 pJ. */
    joulesPerHash: Type.String({ format: 'energy', examples: ['98 pJ'] }),
    low: Type.String({ format: 'energy', examples: ['88 pJ'] }),
    high: Type.String({ format: 'energy', examples: ['108 pJ'] }),
    ...provenance,
    /** The core's supply at that point. */
    supply: Type.Object(
      { voltage: Type.String({ format: 'voltage', examples: ['0.40 V'] }), class: OriginClass, source: Words },
      { additionalProperties: false },
    ),
    /** Silicon that computes one hash per clock; null where die or clock were not published. */
    area: Type.Union([
      Type.Object(
        {
          perHashPerClock: Type.String({ format: 'area', examples: ['0.149 mm²'] }),
          class: OriginClass,
          source: Words,
          conditions: Words,
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
);
export type MiningBaseline = Static<typeof MiningBaseline>;

export const TinyBaselines = Type.Array(TinyBaseline);
export const PeakBaselines = Type.Array(PeakBaseline);
export const MiningBaselines = Type.Array(MiningBaseline);
