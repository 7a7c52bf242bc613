import type { CompiledCells } from './compiled-cells.ts';
import type { InstanceTables } from './energy-tables.ts';
import type { GateNetlist } from './netlist.ts';
import type { GateTiming } from './timing.ts';
import type { WordValues } from './word-values.ts';

/** Sums up what cells draw inside when words of values replace each other. */
export interface LaneEnergies {
  /** Joules by net, as in `GateActivity`. */
  readonly internal: Float64Array;
  readonly clock: () => number;
  readonly add: (oldNet: Int32Array, oldState: Int32Array, now: WordValues, mask: number) => void;
}

/** Input positions of every cell in the order in which their latest edges arrive; clock pins first. */
function arrivalOrder(netlist: GateNetlist, timing: GateTiming): Int32Array {
  const { inputStart, inputNet, cellKind } = netlist;
  const latest = (net: number): number =>
    timing.clock.isClock[net] === 1
      ? Number.NEGATIVE_INFINITY
      : Math.max(0, ...timing.arrival.flatMap((arrival) => [arrival[2 * net]!, arrival[2 * net + 1]!]));
  const order = new Int32Array(inputNet.length);
  for (let cell = 0; cell < cellKind.length; cell++) {
    const from = inputStart[cell]!;
    const positions = [...inputNet.subarray(from, inputStart[cell + 1]!)].map((net, at) => ({ at, time: latest(net) }));
    positions.sort((a, b) => a.time - b.time || a.at - b.at);
    for (const [rank, { at }] of positions.entries()) order[from + rank] = at;
  }
  return order;
}

export function laneEnergies(
  netlist: GateNetlist,
  timing: GateTiming,
  tables: InstanceTables,
  compiled: CompiledCells,
): LaneEnergies {
  const { cellKind, inputStart, inputNet, outputStart, outputNet } = netlist;
  const { pinStart, pinEnergy, outputEnergy } = tables;
  const { truth, truthStart, entryStart, hasState } = compiled;
  const order = arrivalOrder(netlist, timing);
  const internal = new Float64Array(netlist.netNames.length);
  const { isClock } = timing.clock;
  let clock = 0;

  /** Per output of the cell at hand: the table entry of its last change, and the value it had. */
  const cause = new Int32Array(64);
  const shown = new Uint8Array(64);

  const lane = (cell: number, from: number, to: number, stateChanges: boolean): void => {
    const first = inputStart[cell]!;
    const inputs = inputStart[cell + 1]! - first;
    const outputs = outputStart[cell]!;
    const outputCount = outputStart[cell + 1]! - outputs;
    const stateBit = 1 << inputs;
    let seen = from;
    const look = (pin: number): void => {
      for (let at = 0; at < outputCount; at++) {
        const value = truth[truthStart[outputs + at]! + seen]!;
        if (value === shown[at]) continue;
        shown[at] = value;
        cause[at] = entryStart[outputs + at]! + seen * inputs + pin;
      }
    };
    for (let at = 0; at < outputCount; at++) shown[at] = truth[truthStart[outputs + at]! + seen]!;
    let captured = !stateChanges;
    for (let rank = 0; rank < inputs; rank++) {
      const pin = order[first + rank]!;
      if ((((from ^ to) >> pin) & 1) === 0) continue;
      const net = inputNet[first + pin]!;
      seen ^= 1 << pin;
      const joules = pinEnergy[pinStart[cell]! + seen * inputs + pin]!;
      if (isClock[net] === 1) clock += joules;
      else internal[net]! += joules;
      // The first edge, the clock's where there is one, is what changes the state.
      if (!captured) {
        seen ^= stateBit;
        captured = true;
      }
      look(pin);
    }
    for (let at = 0; at < outputCount; at++) {
      const net = outputNet[outputs + at]!;
      const before = truth[truthStart[outputs + at]! + from]!;
      if (net < 0 || shown[at] === before) continue;
      const joules = outputEnergy[cause[at]!]!;
      if (isClock[net] === 1) clock += joules;
      else internal[net]! += joules;
    }
  };

  const add = (oldNet: Int32Array, oldState: Int32Array, now: WordValues, mask: number): void => {
    for (let cell = 0; cell < cellKind.length; cell++) {
      const first = inputStart[cell]!;
      const inputs = inputStart[cell + 1]! - first;
      let changed = 0;
      for (let pin = 0; pin < inputs; pin++)
        changed |= oldNet[inputNet[first + pin]!]! ^ now.net[inputNet[first + pin]!]!;
      changed &= mask;
      while (changed !== 0) {
        const position = 31 - Math.clz32(changed & -changed);
        changed &= changed - 1;
        let from = 0;
        let to = 0;
        for (let pin = 0; pin < inputs; pin++) {
          const net = inputNet[first + pin]!;
          from |= ((oldNet[net]! >>> position) & 1) << pin;
          to |= ((now.net[net]! >>> position) & 1) << pin;
        }
        let stateChanges = false;
        if (hasState[cell] === 1) {
          const before = (oldState[cell]! >>> position) & 1;
          from |= before << inputs;
          stateChanges = before !== ((now.state[cell]! >>> position) & 1);
        }
        lane(cell, from, to, stateChanges);
      }
    }
  };
  return { internal, clock: () => clock, add };
}
