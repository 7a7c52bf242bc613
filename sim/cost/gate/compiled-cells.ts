import type { GateNetlist } from './netlist.ts';

/** Per cell and per output of a cell, what the inner loops need without going through kinds. */
export interface CompiledCells {
  readonly inputCount: Int32Array;
  readonly hasState: Uint8Array;
  /** Truth tables of all kinds, one after the other. */
  readonly truth: Uint8Array;
  readonly outputCell: Int32Array;
  /** Where the truth table of an output begins in `truth`. */
  readonly truthStart: Int32Array;
  /** Where the entries of an output begin in the instance tables. */
  readonly entryStart: Int32Array;
}

/** `tableStart`: where the entries of a cell's outputs begin in the instance tables. */
export function compiledCells(netlist: GateNetlist, tableStart: Int32Array): CompiledCells {
  const { kinds, cellKind, outputStart, outputNet } = netlist;
  const offsets = new Map<Uint8Array, number>();
  let length = 0;
  for (const table of kinds.flatMap((kind) => kind.truth)) {
    offsets.set(table, length);
    length += table.length;
  }
  const truth = new Uint8Array(length);
  for (const [table, offset] of offsets) truth.set(table, offset);
  const outputCell = new Int32Array(outputNet.length);
  const truthStart = new Int32Array(outputNet.length);
  const entryStart = new Int32Array(outputNet.length);
  for (let cell = 0; cell < cellKind.length; cell++) {
    const kind = kinds[cellKind[cell]!]!;
    for (const [position, table] of kind.truth.entries()) {
      const output = outputStart[cell]! + position;
      outputCell[output] = cell;
      truthStart[output] = offsets.get(table)!;
      entryStart[output] = tableStart[cell]! + ((position * kind.inputs.length) << kind.variables);
    }
  }
  return {
    inputCount: Int32Array.from(cellKind, (kind) => kinds[kind]!.inputs.length),
    hasState: Uint8Array.from(cellKind, (kind) => (kinds[kind]!.state === null ? 0 : 1)),
    truth,
    outputCell,
    truthStart,
    entryStart,
  };
}

/** Input position through which the clock network passes a cell. */
export function clockPositionOf(netlist: GateNetlist, isClock: Uint8Array, cell: number): number {
  const { inputStart, inputNet } = netlist;
  const nets = inputNet.subarray(inputStart[cell]!, inputStart[cell + 1]!);
  return Math.max(
    0,
    nets.findIndex((net) => isClock[net] === 1),
  );
}
