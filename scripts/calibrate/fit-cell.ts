import { cellEnergy, movingBits } from '../../sim/cost/toggle/cell-energy.ts';
import { fitNonNegative } from '../../sim/cost/toggle/fit.ts';
import { wantedTerms } from '../../sim/cost/toggle/terms.ts';
import { type ToggleCell, toggleTerms } from '../../specs/toggle-energy.ts';
import { dynamicOf, type WindowObservation } from './observe.ts';

const femtojoules = 1e15;
/** Enough digits that rounding changes nothing one could see, and few enough to read. */
export const rounded = (value: number, digits = 5): number => Number(value.toPrecision(digits));

export type Energies = Pick<ToggleCell, 'terms' | 'clock' | 'bits'>;
export type Moved = Pick<WindowObservation, 'terms' | 'bits' | 'clocked'>;

/** Chosen by cross-validation, one for all cells: more loses what single bits tell, less follows the data of the fit. */
const bitShrinking = 0.1;

/** Joules per clock, without leakage, that the energies give for what moved. */
export function predictedDynamic(energies: Energies, { terms, bits, clocked }: Moved): number {
  const { logic, wires, clock, clockTree } = cellEnergy(energies)(terms, clocked, bits);
  return logic + wires + clock + clockTree;
}

interface Errors {
  readonly worst: number;
  readonly rms: number;
}

export function errorsOf(errors: readonly number[]): Errors {
  return {
    worst: rounded(Math.max(...errors.map(Math.abs)), 3),
    rms: rounded(Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length), 3),
  };
}

const glitchTerms = toggleTerms.length - wantedTerms;
const scaled = (joules: number): number => rounded(femtojoules * joules);

/** Energies of single bits: those behind the terms, without the bits that have none. */
function bitsOf(logic: Float64Array, wires: Float64Array): NonNullable<ToggleCell['bits']> {
  const nodes = Array.from(logic.subarray(glitchTerms), (_, node) => node).filter(
    (node) => logic[glitchTerms + node]! > 0 || wires[glitchTerms + node]! > 0,
  );
  const of = (all: Float64Array): number[] => nodes.map((node) => scaled(all[glitchTerms + node]!));
  return { nodes, logic: of(logic), wires: of(wires) };
}

/** Energies from what was observed, none negative, with the least sum of squared relative errors. */
export function energiesOf(fitted: readonly WindowObservation[]): Energies {
  // Wanted transitions and glitches are told apart at gate level as well, so each fit is of its own.
  const partOf = (part: 'logic' | 'wires') => ({
    wanted: fitNonNegative(
      fitted.map((one) => ({
        terms: one.terms.slice(0, wantedTerms),
        joules: one[part].total - one[part].glitches,
        of: dynamicOf(one),
      })),
    ),
    // Synthesis makes other gates than the description has: which bits stir them tells what its own glitches do not.
    glitches: fitNonNegative(
      fitted.map((one) => ({
        terms: [...one.terms.slice(wantedTerms), ...(one.bits ?? [])],
        joules: one[part].glitches,
        of: dynamicOf(one),
      })),
      { from: glitchTerms, weight: bitShrinking },
    ),
  });
  const [logic, wires] = [partOf('logic'), partOf('wires')];
  const [resting, moving] = fitNonNegative(
    fitted.map((one) => {
      const changed = movingBits(one.terms);
      return { terms: [one.clocked.pins - changed, changed], joules: one.pins, of: dynamicOf(one) };
    }),
  );
  const tree = fitted.reduce((sum, one) => sum + one.tree / one.clocked.tree, 0) / fitted.length;
  return {
    terms: Object.fromEntries(
      toggleTerms.map((term, at) => {
        const of = ({ wanted, glitches }: typeof logic): number =>
          scaled(at < wantedTerms ? wanted[at]! : glitches[at - wantedTerms]!);
        return [term, { logic: of(logic), wires: of(wires) }];
      }),
    ),
    ...(fitted[0]?.bits === undefined ? {} : { bits: bitsOf(logic.glitches, wires.glitches) }),
    clock: { resting: scaled(resting!), moving: scaled(moving!), tree: scaled(tree) },
  };
}

const errorOf = (energies: Energies, one: WindowObservation): number =>
  predictedDynamic(energies, one) / dynamicOf(one) - 1;

/** Parts that the kinds of data fall into for cross-validation; each kind alone where there are no more. */
const folds = 10;

/** Root mean square error of all data under energies that were fitted to the other kinds. */
export function crossValidated(fitted: readonly WindowObservation[]): number {
  const kinds = [...new Set(fitted.map(({ kind }) => kind))];
  const foldOf = new Map(kinds.map((kind, at) => [kind, at % folds]));
  const errors = Array.from({ length: Math.min(folds, kinds.length) }, (_, fold) => {
    const energies = energiesOf(fitted.filter(({ kind }) => foldOf.get(kind) !== fold));
    return fitted.filter(({ kind }) => foldOf.get(kind) === fold).map((one) => errorOf(energies, one));
  });
  return errorsOf(errors.flat()).rms;
}

export interface CellData extends Pick<ToggleCell, 'source' | 'conditions' | 'arrivals' | 'loadDelay'> {
  readonly fitted: readonly WindowObservation[];
  readonly heldOut: readonly WindowObservation[];
}

/** Energies of one kind of cell from what was observed, and how far off they are. */
export function fitCell({ fitted, heldOut, source, conditions, arrivals, loadDelay }: CellData): ToggleCell {
  const energies = energiesOf(fitted);
  const error = (one: WindowObservation): number => errorOf(energies, one);
  const constant = fitted.reduce((sum, one) => sum + dynamicOf(one), 0) / fitted.length;
  return {
    unit: 'fJ',
    class: 'library',
    source,
    conditions,
    ...energies,
    arrivals,
    loadDelay,
    fit: { ...errorsOf(fitted.map(error)), clocks: fitted.reduce((sum, { clocks }) => sum + clocks, 0) },
    heldOut: {
      ...errorsOf(heldOut.map(error)),
      constant: errorsOf(heldOut.map((one) => constant / dynamicOf(one) - 1)).worst,
      kinds: Object.fromEntries(heldOut.map((one) => [one.kind, rounded(error(one), 3)])),
    },
  };
}
