import { type Static, Type } from 'typebox';
import { bandFaults } from './band.ts';
import { check, refuse } from './check.ts';
import { Fault } from './fault.ts';
import { nearest } from './nearest.ts';
import { type Origin, OriginClass } from './result.ts';

/**
 * Units a technology file may use, with the quantity they measure and the factor to base units
 * (joules, watts, µm², farads per metre). `per` names what one count is, so an energy per bit is never taken for one per access.
 */
const units = {
  'fJ/op': { dimension: 'J/op', factor: 1e-15 },
  'pJ/op': { dimension: 'J/op', factor: 1e-12 },
  'fJ/access': { dimension: 'J/access', factor: 1e-15 },
  'pJ/access': { dimension: 'J/access', factor: 1e-12 },
  'fJ/bit': { dimension: 'J/bit', factor: 1e-15 },
  'fJ/(bit*cycle)': { dimension: 'J/(bit*cycle)', factor: 1e-15 },
  'fJ/(bit*word)': { dimension: 'J/(bit*word)', factor: 1e-15 },
  'nW/um2': { dimension: 'W/um2', factor: 1e-9 },
  'pW/bit': { dimension: 'W/bit', factor: 1e-12 },
  'um2/block': { dimension: 'um2/block', factor: 1 },
  'um2/bit': { dimension: 'um2/bit', factor: 1 },
  'bit/block': { dimension: 'bit/block', factor: 1 },
  'fF/um': { dimension: 'F/m', factor: 1e-9 },
  ratio: { dimension: 'ratio', factor: 1 },
} as const;

export type TechnologyUnit = keyof typeof units;
export type Dimension = (typeof units)[TechnologyUnit]['dimension'];

/** What a unit measures. */
export const dimensionOf = (unit: TechnologyUnit): Dimension => units[unit].dimension;

const Unit = Type.Union([
  Type.Literal('fJ/op'),
  Type.Literal('pJ/op'),
  Type.Literal('fJ/access'),
  Type.Literal('pJ/access'),
  Type.Literal('fJ/bit'),
  Type.Literal('fJ/(bit*cycle)'),
  Type.Literal('fJ/(bit*word)'),
  Type.Literal('nW/um2'),
  Type.Literal('pW/bit'),
  Type.Literal('um2/block'),
  Type.Literal('um2/bit'),
  Type.Literal('bit/block'),
  Type.Literal('fF/um'),
  Type.Literal('ratio'),
]);

const Words = Type.String({ minLength: 1 });

/** One number with everything needed to trust or doubt it. */
export const Entry = Type.Object(
  {
    value: Type.Number({ minimum: 0 }),
    low: Type.Number({ minimum: 0 }),
    high: Type.Number({ minimum: 0 }),
    unit: Unit,
    class: OriginClass,
    source: Words,
    conditions: Words,
  },
  { additionalProperties: false },
);
export type Entry = Static<typeof Entry>;

/** A process technology: what operations, bits and accesses cost in it. The names of the entries are listed in docs/energy.md. */
export const Technology = Type.Object(
  {
    name: Words,
    /** In words: `7 nm predictive FinFET`. */
    node: Words,
    corner: Words,
    volts: Type.Number({ exclusiveMinimum: 0 }),
    celsius: Type.Number({ minimum: -273.15 }),
    /** Licence of the library from which the numbers were derived. */
    license: Words,
    /** Sizes of the macros on which the memory laws rest: smaller memories are flip-flops, larger ones several macros. */
    sramMacro: Type.Object(
      {
        minWords: Type.Integer({ minimum: 1 }),
        maxWords: Type.Integer({ minimum: 1 }),
        maxWordBits: Type.Integer({ minimum: 1 }),
      },
      { additionalProperties: false },
    ),
    /** What the cells of its libraries are called, by which they are known in a Liberty file: `*` stands for anything. */
    cells: Type.Object({ names: Type.Array(Words, { minItems: 1 }), source: Words }, { additionalProperties: false }),
    entries: Type.Record(Type.String(), Entry),
  },
  { additionalProperties: false },
);
export type Technology = Static<typeof Technology>;

/** Schema check, then the band of every entry: low <= value <= high. Errors: `SPEC_INVALID`, listing all faults. */
export function checkTechnology(data: unknown, origin: string): Technology {
  const technology = check(Technology, data, origin);
  const faults = bandFaults(technology.entries, '/entries');
  if (faults.length > 0) refuse(faults, origin);
  return technology;
}

/** An entry in base units (joules, watts, µm² per count), together with its birth certificate. */
export interface Coefficient {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly origin: Origin;
}

/**
 * The named number of a technology in base units. There are no defaults.
 * Errors: `TECH_ENTRY_MISSING`, `TECH_ENTRY_UNIT` when the entry measures something else than `dimension`.
 */
export function entry(technology: Technology, name: string, dimension: Dimension): Coefficient {
  const e = Object.hasOwn(technology.entries, name) ? technology.entries[name] : undefined;
  const place = `technology ${technology.name}`;
  if (e === undefined) {
    const near = nearest(name, Object.keys(technology.entries));
    throw new Fault({
      code: 'TECH_ENTRY_MISSING',
      place,
      cause: `has no entry '${name}'${near === null ? '' : ` (the nearest is '${near}')`}`,
      wayOut: `add '${name}' with value, low, high, unit, class, source and conditions; nothing is assumed for it`,
    });
  }
  const unit = units[e.unit];
  if (unit.dimension !== dimension)
    throw new Fault({
      code: 'TECH_ENTRY_UNIT',
      place: `${place}, entry '${name}'`,
      cause: `is given in ${e.unit}, which measures ${unit.dimension}`,
      wayOut: `give it in a unit of ${dimension}`,
    });
  return {
    value: e.value * unit.factor,
    low: e.low * unit.factor,
    high: e.high * unit.factor,
    origin: { entry: name, ...e },
  };
}
