import { type ToggleCell, toggleTerms } from '../../../specs/toggle-energy.ts';
import { type BitProgram, bitOp } from './bit-program.ts';
import { predicted } from './fit.ts';

export const femtojoules = 1e15;
const nanowatts = 1e9;
const registerTerm = toggleTerms.indexOf('register');

/** Energies of a cell's terms as vectors, joules. */
interface CellVectors {
  readonly logic: readonly number[];
  readonly wires: readonly number[];
}

const vectorsOf = ({ terms }: Pick<ToggleCell, 'terms'>): CellVectors => ({
  logic: toggleTerms.map((term) => terms[term]!.logic / femtojoules),
  wires: toggleTerms.map((term) => terms[term]!.wires / femtojoules),
});

/** Bits whose registers take another value, per clock. */
export const movingBits = (terms: readonly number[]): number => terms[registerTerm]!;

/** Operations on bits: a measure of how many gates there are. */
export const operationsOf = ({ op }: BitProgram): number =>
  op.reduce((sum, own) => sum + Number(own !== bitOp.source), -1);

/** Flip-flops that are clocked, in the mean: by their clock pins, and by the tree in front of these. Clock gates count as so many more. */
export interface Clocked {
  readonly pins: number;
  readonly tree: number;
}

export interface CellJoules {
  readonly logic: number;
  readonly wires: number;
  readonly clock: number;
  readonly clockTree: number;
}

/** Joules per clock, without leakage, from what moved per clock (`termsOf`) and what is clocked. */
export function cellEnergy(
  cell: Pick<ToggleCell, 'terms' | 'clock'>,
): (terms: readonly number[], clocked: Clocked) => CellJoules {
  const { logic, wires } = vectorsOf(cell);
  const { resting, moving, tree } = cell.clock;
  return (terms, clocked) => {
    const changed = movingBits(terms);
    return {
      logic: predicted(logic, terms),
      wires: predicted(wires, terms),
      clock: ((clocked.pins - changed) * resting + changed * moving) / femtojoules,
      clockTree: (clocked.tree * tree) / femtojoules,
    };
  };
}

/** Watts of a module that stands still; 0 for cells without fitted leakage. */
export function cellLeakage({ leakage }: Pick<ToggleCell, 'leakage'>, program: BitProgram): number {
  if (leakage === undefined) return 0;
  return (leakage.flipFlop * program.clocked + leakage.operation * operationsOf(program)) / nanowatts;
}
