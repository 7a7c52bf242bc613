import { type Static, Type } from 'typebox';
import { check } from './check.ts';
import { Fault } from './fault.ts';
import { nearest } from './nearest.ts';
import { OriginClass } from './result.ts';

/** What a bit of a circuit is for; the energy of a transition is fitted for each of them. */
export const bitKinds = [
  'input',
  'register',
  'product',
  'sum',
  'carry',
  'propagate',
  'total',
  'select',
  'parity',
  'logic',
] as const;
export type BitKind = (typeof bitKinds)[number];

/** Transitions beyond those that settled values ask for cost more or less by how late they come: parts of the longest path. */
export const depthClasses = 4;

/** The terms of a cell: wanted transitions kind by kind, then the others kind by kind and depth by depth. */
export const toggleTerms: readonly string[] = [
  ...bitKinds,
  ...bitKinds.flatMap((kind) => Array.from({ length: depthClasses }, (_, depth) => `${kind}.glitch.${depth}`)),
];

const Words = Type.String({ minLength: 1 });
const Energy = Type.Number({ minimum: 0 });
/** Relative, 0.1 is 10 %. */
const Share = Type.Number({ minimum: 0 });
const closed = { additionalProperties: false };

/** Energies of one kind of cell, in fJ. */
export const ToggleCell = Type.Object(
  {
    unit: Type.Literal('fJ'),
    class: OriginClass,
    source: Words,
    /** The data of the fit, and what of the gates is in it. */
    conditions: Words,
    /** Per transition of a bit: inside cells and at their pins, and in estimated wires. */
    terms: Type.Record(Type.String(), Type.Object({ logic: Energy, wires: Energy }, closed)),
    /**
     * Of cells that are one and the same circuit: what else a wanted transition of single bits draws, as glitches behind it.
     * Numbers of the bits in the description's program, the others have none.
     */
    bits: Type.Optional(
      Type.Object(
        { nodes: Type.Array(Type.Integer({ minimum: 1 })), logic: Type.Array(Energy), wires: Type.Array(Energy) },
        closed,
      ),
    ),
    /** When the bits of registers and inputs arrive at their gates, in halves of the delay of a simple gate; null where modules differ. */
    arrivals: Type.Union([Type.Record(Type.String(), Type.Array(Type.Integer({ minimum: 0 }))), Type.Null()]),
    /** How much later an output moves for each input that it drives, in the same units; chosen by cross-validation. */
    loadDelay: Type.Number({ minimum: 0 }),
    /** Per flip-flop and clock: the clock pin of one that keeps its value or takes another, and the estimated tree before it. */
    clock: Type.Object({ resting: Energy, moving: Energy, tree: Energy }, closed),
    /** nW per flip-flop, and per operation on bits; only of cells that whole designs are made of. */
    leakage: Type.Optional(Type.Object({ flipFlop: Energy, operation: Energy }, closed)),
    /** Greatest and root mean square error of the fit, of everything but leakage. */
    fit: Type.Object({ worst: Share, rms: Share, clocks: Type.Integer({ minimum: 1 }) }, closed),
    /** The same of data that the fit has not seen, kind by kind (signed), and of a constant energy per clock instead. */
    heldOut: Type.Object(
      { worst: Share, rms: Share, constant: Share, kinds: Type.Record(Type.String(), Type.Number()) },
      closed,
    ),
  },
  closed,
);
export type ToggleCell = Static<typeof ToggleCell>;

/** Energies of tier T1 in one technology, by kind of cell: `element.plain.8`. */
export const ToggleEnergies = Type.Object(
  { technology: Words, tool: Words, cells: Type.Record(Type.String(), ToggleCell) },
  closed,
);
export type ToggleEnergies = Static<typeof ToggleEnergies>;

/** Errors: `SPEC_INVALID`. */
export const checkToggleEnergies = (data: unknown, origin: string): ToggleEnergies =>
  check(ToggleEnergies, data, origin);

/** Lanes that do not multiply: no form of arithmetic makes others of them. */
const addingLane = /^design\.lane\.(ternary|binary)\b/;

/** The energies of a kind of cell. Nothing is assumed for one that is missing. Errors: `T1_MISSING`. */
export function toggleCell({ technology, cells }: ToggleEnergies, name: string): ToggleCell {
  const found = Object.hasOwn(cells, name) ? cells[name]! : undefined;
  const term = found === undefined ? undefined : toggleTerms.find((one) => !Object.hasOwn(found.terms, one));
  if (found !== undefined && term === undefined) return found;
  const designs = name.startsWith('design.') ? ' --designs' : '';
  // Of lanes, those of the usual form, with clock gates where this one has them.
  const usual = `design.lane.split${name.endsWith('.gated') ? '.gated' : ''}`;
  const isLane = name.startsWith('design.lane.') && name !== usual && !addingLane.test(name);
  const split = isLane && Object.hasOwn(cells, usual) ? '--arithmetic split, ' : '';
  const near = nearest(name, Object.keys(cells));
  throw new Fault({
    code: 'T1_MISSING',
    place: `specs/tech/t1/${technology}.json`,
    cause:
      term === undefined
        ? `has no cell '${name}'${near === null ? '' : ` (the nearest is '${near}')`}`
        : `cell '${name}' has no term '${term}'`,
    wayOut: `fit it with: npm run calibrate -- --liberty FOLDER --technology ${technology}${designs}; or take ${split}tier T0 or T2`,
  });
}
