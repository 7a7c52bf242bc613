import { type Static, Type } from 'typebox';

/** A value with its band. */
export const Band = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() });
export type Band = Static<typeof Band>;
