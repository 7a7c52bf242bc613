import { type GateNetlist, oneNet } from './netlist.ts';
import { registerName } from './register-name.ts';
import type { GateTiming } from './timing.ts';

/** Values of nets and vectors of cells that fit each other. */
export interface GateState {
  readonly value: Uint8Array;
  readonly vector: Int32Array;
}

/** Where a simulation begins; names of registers are the design's own, bits count from the least significant. */
export interface StartState {
  readonly input: (port: string, bit: number) => number;
  readonly register: (name: string, bit: number) => number;
}

/** A register's name without the bit behind it. */
function registerBit(netlist: GateNetlist, cell: number, { register }: StartState): number {
  const found = /^(.*?)(?:\[(\d+)\])?$/.exec(registerName(netlist, cell))!;
  return register(found[1]!, Number(found[2] ?? 0));
}

/** The clock at 0, inputs and registers as `start` has them (default: 0, and as if each held 0), all gates settled. */
export function initialState(netlist: GateNetlist, timing: GateTiming, start: StartState | null = null): GateState {
  const { kinds, cellKind, inputStart, inputNet, outputStart, outputNet } = netlist;
  const value = new Uint8Array(netlist.netNames.length);
  const vector = new Int32Array(cellKind.length);
  value[oneNet] = 1;
  const held = Uint8Array.from(cellKind, (kind, cell) => {
    const { state } = kinds[kind]!;
    if (state === null) return 0;
    return state.reset ^ (start === null || state.edge === null ? 0 : registerBit(netlist, cell, start));
  });
  if (start !== null) {
    for (const { name, nets } of netlist.inputs) {
      nets.forEach((net, bit) => {
        if (timing.clock.isClock[net] === 0) value[net] = start.input(name, bit);
      });
    }
  }
  const drive = (cell: number): void => {
    const kind = kinds[cellKind[cell]!]!;
    for (const [position, truth] of kind.truth.entries()) {
      const net = outputNet[outputStart[cell]! + position]!;
      if (net >= 0) value[net] = truth[vector[cell]!]!;
    }
  };
  const look = (cell: number): void => {
    const kind = kinds[cellKind[cell]!]!;
    let seen = held[cell]! << kind.inputs.length;
    for (let at = inputStart[cell]!; at < inputStart[cell + 1]!; at++) {
      seen |= value[inputNet[at]!]! << (at - inputStart[cell]!);
    }
    if (kind.state !== null) held[cell] = kind.state.level[seen]!;
    vector[cell] =
      kind.state === null ? seen : (seen & ((1 << kind.inputs.length) - 1)) | (held[cell]! << kind.inputs.length);
  };
  // Cells that cut paths come first and look at their inputs once these are settled; their clear may act then.
  for (let pass = 0; pass < 2; pass++) {
    for (const cell of timing.order) {
      look(cell);
      drive(cell);
    }
  }
  for (const cell of timing.order) look(cell);
  return { value, vector };
}
