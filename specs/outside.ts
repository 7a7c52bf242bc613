import { type Static, Type } from 'typebox';
import { bandFaults } from './band.ts';
import { check, refuse } from './check.ts';
import { Fault } from './fault.ts';
import outside from './outside/outside.json' with { type: 'json' };
import { OriginClass } from './result.ts';

const Words = Type.String({ minLength: 1 });

/** A term beside the core: joules of a bit, or joules lost of joules given. */
export const OutsideEntry = Type.Object(
  {
    value: Type.Number({ exclusiveMinimum: 0 }),
    low: Type.Number({ exclusiveMinimum: 0 }),
    high: Type.Number({ exclusiveMinimum: 0 }),
    unit: Type.Union([Type.Literal('pJ/bit'), Type.Literal('ratio')]),
    class: OriginClass,
    source: Words,
    conditions: Words,
  },
  { additionalProperties: false },
);
export type OutsideEntry = Static<typeof OutsideEntry>;

export const OutsideTerms = Type.Record(Type.String(), OutsideEntry);
export type OutsideTerms = Static<typeof OutsideTerms>;

/** What a core needs around it, as far as a request asks to count it. Errors: `SPEC_INVALID`. */
export const outsideTerms = (): OutsideTerms => checkOutsideTerms(outside, 'specs/outside/outside.json');

/** Schema check, then the band of every term: low <= value <= high. Errors: `SPEC_INVALID`. */
export function checkOutsideTerms(data: unknown, origin: string): OutsideTerms {
  const terms = check(OutsideTerms, data, origin);
  const faults = bandFaults(terms, '');
  if (faults.length > 0) refuse(faults, origin);
  return terms;
}

/** The term of that name. Errors: `OUTSIDE_ENTRY_MISSING`. */
export function outsideEntry(terms: OutsideTerms, name: string): OutsideEntry {
  const found = Object.hasOwn(terms, name) ? terms[name] : undefined;
  if (found !== undefined) return found;
  throw new Fault({
    code: 'OUTSIDE_ENTRY_MISSING',
    place: 'specs/outside/outside.json',
    cause: `has no entry '${name}', which the request counts`,
    wayOut: `add '${name}' with its source, or do not ask to count it`,
  });
}
