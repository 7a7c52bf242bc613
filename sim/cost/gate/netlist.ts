import type { CellKind } from './kind.ts';

/** Net numbers of the two constants in every netlist. */
export const zeroNet = 0;
export const oneNet = 1;

/** Bits of a port, least significant first, as net numbers. */
export interface GatePort {
  readonly name: string;
  readonly nets: Int32Array;
}

/** What drives a net, where it is no cell. */
export const driver = { input: -1, constant: -2 } as const;

/**
 * A mapped, flat netlist. Everything that a loop touches lies in typed arrays; lists of lists are stored as starts and
 * content (`start[i]` up to `start[i + 1]`).
 */
export interface GateNetlist {
  readonly name: string;
  /** Supply of the library, volts. */
  readonly voltage: number;
  readonly kinds: readonly CellKind[];
  readonly cellNames: readonly string[];
  /** File and line of the design's own text where synthesis kept it, else empty. */
  readonly cellSources: readonly string[];
  readonly cellKind: Int32Array;
  /** Nets of the inputs of cell c, in the order of its kind. */
  readonly inputStart: Int32Array;
  readonly inputNet: Int32Array;
  /** Nets of the outputs of cell c, in the order of its kind; -1 where nothing is connected. */
  readonly outputStart: Int32Array;
  readonly outputNet: Int32Array;
  readonly netNames: readonly string[];
  /** Whether the name of a net comes from the design's text and not from synthesis. */
  readonly netIsNamed: Uint8Array;
  /** Cell that drives the net, or one of `driver`. */
  readonly driverCell: Int32Array;
  /** Cells and input positions that read net n. */
  readonly sinkStart: Int32Array;
  readonly sinkCell: Int32Array;
  readonly sinkPin: Int32Array;
  readonly inputs: readonly GatePort[];
  readonly outputs: readonly GatePort[];
  /** Square micrometres of all cells. */
  readonly area: number;
}
