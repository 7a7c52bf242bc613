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

function ofBits(bits: ToggleCell['bits'], part: 'logic' | 'wires', wanted?: ArrayLike<number>): number {
  if (bits === undefined) return 0;
  if (wanted === undefined) throw new Error('energies of single bits need the transitions of each of them');
  return bits.nodes.reduce((sum, node, at) => sum + wanted[node]! * bits[part][at]!, 0) / femtojoules;
}

/**
 * Joules per clock, without leakage, from what moved per clock (`termsOf`), what is clocked and, for cells
 * with energies of single bits, the wanted transitions per clock of each bit of the program.
 */
export function cellEnergy(
  cell: Pick<ToggleCell, 'terms' | 'clock' | 'bits'>,
): (terms: readonly number[], clocked: Clocked, wanted?: ArrayLike<number>) => CellJoules {
  const { logic, wires } = vectorsOf(cell);
  const { resting, moving, tree } = cell.clock;
  return (terms, clocked, wanted) => {
    const changed = movingBits(terms);
    return {
      logic: predicted(logic, terms) + ofBits(cell.bits, 'logic', wanted),
      wires: predicted(wires, terms) + ofBits(cell.bits, 'wires', wanted),
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
