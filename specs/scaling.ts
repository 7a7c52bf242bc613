import { type Static, Type } from 'typebox';
import { OriginClass } from './result.ts';

const Words = Type.String({ minLength: 1 });
const Nanometres = Type.Number({ exclusiveMinimum: 0 });
const Volts = Type.Number({ exclusiveMinimum: 0 });

/** One node of published scaling equations; polynomials in volts, highest power first. */
export const EquationNode = Type.Object(
  {
    nanometres: Nanometres,
    /** High-performance or low-power models; planar nodes above 45 nm have one set. */
    family: Type.Union([Type.Literal('bulk'), Type.Literal('HP'), Type.Literal('LP')]),
    energy: Type.Tuple([Type.Number(), Type.Number(), Type.Number()]),
    delay: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]),
    /** Area of the same logic over its area at 45 nm; null where it is not published. */
    areaOver45: Type.Union([Nanometres, Type.Null()]),
  },
  { additionalProperties: false },
);
export type EquationNode = Static<typeof EquationNode>;

export const ScalingEquations = Type.Object(
  {
    class: OriginClass,
    source: Words,
    conditions: Words,
    nodes: Type.Record(Type.String(), EquationNode),
  },
  { additionalProperties: false },
);
export type ScalingEquations = Static<typeof ScalingEquations>;

/** The same blocks measured in several libraries. */
export const LibraryFigures = Type.Object(
  {
    nanometres: Nanometres,
    volts: Volts,
    class: OriginClass,
    source: Words,
    blocks: Type.Record(
      Type.String(),
      Type.Object(
        {
          femtojoules: Type.Number({ exclusiveMinimum: 0 }),
          squareMicrons: Type.Number({ exclusiveMinimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
    clockMegahertz: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type LibraryFigures = Static<typeof LibraryFigures>;

export const ScalingLibraries = Type.Object(
  { conditions: Words, libraries: Type.Record(Type.String(), LibraryFigures) },
  { additionalProperties: false },
);
export type ScalingLibraries = Static<typeof ScalingLibraries>;

/** One constant of a law, with its band. */
export const LawEntry = Type.Object(
  {
    value: Type.Number({ minimum: 0 }),
    low: Type.Number({ minimum: 0 }),
    high: Type.Number({ minimum: 0 }),
    unit: Type.Union([Type.Literal('ratio'), Type.Literal('decade/V')]),
    class: OriginClass,
    source: Words,
    conditions: Words,
  },
  { additionalProperties: false },
);
export type LawEntry = Static<typeof LawEntry>;

/** Constants of the laws that move a number to another supply. */
export const SupplyLaws = Type.Object(
  { conditions: Words, entries: Type.Record(Type.String(), LawEntry) },
  { additionalProperties: false },
);
export type SupplyLaws = Static<typeof SupplyLaws>;

/** Leakage of memory bits over nodes. */
export const SramLeakage = Type.Object(
  {
    class: OriginClass,
    unit: Type.Literal('nW/bit'),
    source: Words,
    conditions: Words,
    points: Type.Record(
      Type.String(),
      Type.Object(
        {
          nanometres: Nanometres,
          /** Kind of cell: high performance, low operating power, or macros of a library. */
          cells: Type.Union([Type.Literal('HP'), Type.Literal('LOP'), Type.Literal('library')]),
          value: Type.Number({ exclusiveMinimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type SramLeakage = Static<typeof SramLeakage>;
