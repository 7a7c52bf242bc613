import type { Expression } from './expression.ts';
import type { Table } from './table.ts';

/** A cell library in SI units (seconds, farads, joules, watts, volts); areas stay in µm² as the files have them. */
export interface Library {
  readonly name: string;
  readonly file: string;
  /** Supply of the corner the library was characterised at. */
  readonly voltage: number;
  readonly cells: ReadonlyMap<string, LibraryCell>;
}

export interface LibraryCell {
  readonly name: string;
  /** Square micrometres. */
  readonly area: number;
  readonly dontUse: boolean;
  readonly pins: readonly LibraryPin[];
  readonly leakage: readonly Leakage[];
  /** `cell_leakage_power` or the default of the library; null when neither is given. */
  readonly leakagePower: number | null;
  readonly state: CellState | null;
  readonly memory: MemoryShape | null;
}

export type PinDirection = 'input' | 'output' | 'inout' | 'internal';

export interface LibraryPin {
  /** A bit of a bus is `bus[index]`. */
  readonly name: string;
  readonly direction: PinDirection;
  /** Farads: the mean, for energies. */
  readonly capacitance: number;
  /** Farads seen by a rising and by a falling edge, for delays; the mean where the file does not tell them apart. */
  readonly edgeCapacitance: ByEdge<number>;
  readonly isClock: boolean;
  /** Output as a function of inputs and state variables; null for inputs and for macros. */
  readonly function: Expression | null;
  readonly threeState: boolean;
  readonly arcs: readonly TimingArc[];
  readonly power: readonly InternalPower[];
}

export interface TimingArc {
  /** The pin this arc comes from; for constraints the clock. */
  readonly related: string;
  /** `combinational`, `rising_edge`, `setup_rising`, ... as the file says; `combinational` when it says nothing. */
  readonly type: string;
  readonly sense: 'positive_unate' | 'negative_unate' | 'non_unate';
  readonly when: Expression | null;
  /** By edge of the output: rise, fall. Null where the arc has no such edge. */
  readonly delay: ByEdge<Table | null>;
  readonly transition: ByEdge<Table | null>;
  /** By edge of the constrained pin. */
  readonly constraint: ByEdge<Table | null>;
}

/** Energy drawn inside the cell for one edge of the pin it belongs to. */
export interface InternalPower {
  /** The input that caused the edge of an output; null for energy of an input's own edge. */
  readonly related: string | null;
  readonly when: Expression | null;
  /** Energies of different supply pins add up. */
  readonly supply: string | null;
  readonly energy: ByEdge<Table | null>;
}

export interface Leakage {
  readonly when: Expression | null;
  readonly supply: string | null;
  /** Watts. */
  readonly watts: number;
}

/** Index 0 is the rising edge, 1 the falling edge. */
export type ByEdge<T> = readonly [T, T];

export type CellState =
  | {
      readonly kind: 'flop';
      readonly variable: string;
      readonly inverse: string;
      readonly next: Expression;
      readonly clock: Expression;
      readonly clear: Expression | null;
      readonly preset: Expression | null;
      /** Value of the state while clear and preset are both active; null keeps it. */
      readonly both: 0 | 1 | null;
    }
  | {
      readonly kind: 'latch';
      readonly variable: string;
      readonly inverse: string;
      /** Null for a pure set-reset latch. */
      readonly data: Expression | null;
      readonly enable: Expression | null;
      readonly clear: Expression | null;
      readonly preset: Expression | null;
      readonly both: 0 | 1 | null;
    }
  | {
      /** A state table, as integrated clock gates have it: the first row that matches gives the next state. */
      readonly kind: 'table';
      readonly variable: string;
      readonly inputs: readonly string[];
      readonly rows: readonly StateRow[];
    };

export interface StateRow {
  /** Per input: required value, or null for any. */
  readonly inputs: readonly (0 | 1 | null)[];
  readonly current: 0 | 1 | null;
  /** Null keeps the state. */
  readonly next: 0 | 1 | null;
}

export interface MemoryShape {
  readonly kind: 'ram' | 'rom';
  readonly addressBits: number;
  readonly wordBits: number;
}
