import type { CompiledCells } from './compiled-cells.ts';
import type { InstanceTables } from './energy-tables.ts';
import type { GateNetlist } from './netlist.ts';
import type { GateTiming } from './timing.ts';
import type { WordValues } from './word-values.ts';

/** Counts how cells go from one vector to another, and prices that at the end: far fewer kinds of change than changes. */
export interface LaneEnergies {
  /** Notes the changes of all cells in the lanes of the mask. */
  readonly add: (oldNet: Int32Array, oldState: Int32Array, now: WordValues, mask: number) => void;
  /** Joules by net and of the clock network, as in `GateActivity`. */
  readonly price: () => { readonly internal: Float64Array; readonly clock: number };
}

/** Above this a table of all changes (4^variables) would be mostly empty. */
const mostTabled = 6;

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

/** Walks a cell from one vector to another, its inputs one after the other, and books the energy of each edge. */
function walker(
  netlist: GateNetlist,
  timing: GateTiming,
  tables: InstanceTables,
  compiled: CompiledCells,
  book: (net: number, joules: number) => void,
): (cell: number, from: number, to: number, times: number) => void {
  const { inputStart, inputNet, outputStart, outputNet } = netlist;
  const { pinStart, pinEnergy, outputEnergy } = tables;
  const { truth, truthStart, entryStart } = compiled;
  const order = arrivalOrder(netlist, timing);
  return (cell, from, to, times) => {
    const first = inputStart[cell]!;
    const inputs = inputStart[cell + 1]! - first;
    const outputs = Array.from(
      { length: outputStart[cell + 1]! - outputStart[cell]! },
      (_, at) => outputStart[cell]! + at,
    );
    const shown = outputs.map((output) => truth[truthStart[output]! + from]!);
    const causes = outputs.map(() => -1);
    let seen = from;
    for (let rank = 0; rank < inputs; rank++) {
      const pin = order[first + rank]!;
      if ((((from ^ to) >> pin) & 1) === 0) continue;
      seen ^= 1 << pin;
      book(inputNet[first + pin]!, times * pinEnergy[pinStart[cell]! + seen * inputs + pin]!);
      // The first edge, the clock's where there is one, is what changes the state.
      seen = (seen & ((1 << inputs) - 1)) | ((to >> inputs) << inputs);
      for (const [at, output] of outputs.entries()) {
        const value = truth[truthStart[output]! + seen]!;
        if (value !== shown[at]) causes[at] = entryStart[output]! + seen * inputs + pin;
        shown[at] = value;
      }
    }
    for (const [at, output] of outputs.entries()) {
      const isMoved = shown[at] !== truth[truthStart[output]! + from];
      if (isMoved && outputNet[output]! >= 0) book(outputNet[output]!, times * outputEnergy[causes[at]!]!);
    }
  };
}

export function laneEnergies(
  netlist: GateNetlist,
  timing: GateTiming,
  tables: InstanceTables,
  compiled: CompiledCells,
): LaneEnergies {
  const { cellKind, kinds, inputStart, inputNet } = netlist;
  const { hasState } = compiled;
  const variables = Int32Array.from(cellKind, (kind) => kinds[kind]!.variables);
  const start = new Float64Array(cellKind.length + 1);
  for (let cell = 0; cell < cellKind.length; cell++) {
    start[cell + 1] = start[cell]! + (variables[cell]! <= mostTabled ? 4 ** variables[cell]! : 0);
  }
  const tabled = new Float64Array(start.at(-1)!);
  const wide = new Map<number, Map<number, number>>();
  const noteWide = (cell: number, change: number): void => {
    const changes = wide.get(cell) ?? new Map<number, number>();
    wide.set(cell, changes.set(change, (changes.get(change) ?? 0) + 1));
  };

  const add = (oldNet: Int32Array, oldState: Int32Array, now: WordValues, mask: number): void => {
    for (let cell = 0; cell < cellKind.length; cell++) {
      const first = inputStart[cell]!;
      const inputs = inputStart[cell + 1]! - first;
      let changed = 0;
      for (let at = first; at < first + inputs; at++) changed |= oldNet[inputNet[at]!]! ^ now.net[inputNet[at]!]!;
      changed &= mask;
      const shift = variables[cell]!;
      while (changed !== 0) {
        const lane = 31 - Math.clz32(changed & -changed);
        changed &= changed - 1;
        let from = 0;
        let to = 0;
        for (let pin = 0; pin < inputs; pin++) {
          const net = inputNet[first + pin]!;
          from |= ((oldNet[net]! >>> lane) & 1) << pin;
          to |= ((now.net[net]! >>> lane) & 1) << pin;
        }
        if (hasState[cell] === 1) {
          from |= ((oldState[cell]! >>> lane) & 1) << inputs;
          to |= ((now.state[cell]! >>> lane) & 1) << inputs;
        }
        const change = (from << shift) | to;
        if (shift <= mostTabled) tabled[start[cell]! + change]!++;
        else noteWide(cell, change);
      }
    }
  };

  const price = (): { internal: Float64Array; clock: number } => {
    const internal = new Float64Array(netlist.netNames.length);
    let clock = 0;
    const walk = walker(netlist, timing, tables, compiled, (net, joules) => {
      if (timing.clock.isClock[net] === 1) clock += joules;
      else internal[net]! += joules;
    });
    for (let cell = 0; cell < cellKind.length; cell++) {
      const shift = variables[cell]!;
      const low = (1 << shift) - 1;
      for (let at = start[cell]!; at < start[cell + 1]!; at++) {
        const change = at - start[cell]!;
        if (tabled[at]! > 0) walk(cell, change >> shift, change & low, tabled[at]!);
      }
      for (const [change, times] of wide.get(cell) ?? []) walk(cell, change >> shift, change & low, times);
    }
    return { internal, clock };
  };
  return { add, price };
}
