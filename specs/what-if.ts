import { type Static, Type } from 'typebox';
import { Band } from './band.ts';

/** The design's multipliers see what its plan takes for each layer (`design`), or one profile everywhere. */
export const WhatIfProfile = Type.Union([
  Type.Literal('design'),
  Type.Literal('uniform'),
  Type.Literal('relu'),
  Type.Literal('weightStationary'),
  Type.Literal('sparse90'),
]);
export type WhatIfProfile = Static<typeof WhatIfProfile>;

/** The same circuit in one technology at one supply. */
export const WhatIfPoint = Type.Object({
  technology: Type.String(),
  volts: Type.Number(),
  /** False at the library's own supply; otherwise energies and leakage are moved there, and their bands hold all laws. */
  scaled: Type.Boolean(),
  /** The laws, in words; empty when not scaled. */
  laws: Type.String(),
  /** Factor on energies, and on delays, against the library's own supply; 1 when not scaled. */
  energyFactor: Band,
  delayFactor: Band,
  /** The clock of one int8 multiply-accumulate element: no design is faster. Null where it was not measured. */
  elementHertz: Type.Union([Band, Type.Null()]),
  /** Whether the clock of the table lies above even the high end of that: then the energies stand for a circuit that cannot run so. */
  tooFast: Type.Boolean(),
  /** profile -> joules per inference at the table's clock. */
  joulesPerInference: Type.Record(Type.String(), Band),
  /** Entries of specs/tech/TECHNOLOGY.json that the energies rest on. */
  entries: Type.Array(Type.String()),
});
export type WhatIfPoint = Static<typeof WhatIfPoint>;

/** The table technology x supply x data profile of one design, all of tier T0 at the design's own clock. */
export const WhatIf = Type.Object({
  tier: Type.Literal('T0'),
  clockHertz: Type.Number(),
  /** Clocks per inference. */
  interval: Type.Integer({ minimum: 1 }),
  profiles: Type.Array(WhatIfProfile),
  /** By technology, then by rising supply. */
  points: Type.Array(WhatIfPoint),
  /** What every number of the table includes, in words. */
  scope: Type.String(),
});
export type WhatIf = Static<typeof WhatIf>;
