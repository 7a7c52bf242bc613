import { Fault } from '../../../specs/fault.ts';
import type { GateNetlist } from './netlist.ts';

/** Flops (and macros) cut the paths: their outputs wait for a clock and not for their inputs. */
export function cutsPaths(netlist: GateNetlist, cell: number): boolean {
  const kind = netlist.kinds[netlist.cellKind[cell]!]!;
  return kind.isOpaque || (kind.state !== null && kind.state.edge !== null);
}

/** Follows drivers inside a set of cells until one repeats: these nets are the loop. */
function loopIn(netlist: GateNetlist, waiting: Int32Array): string[] {
  const { inputStart, inputNet, driverCell, netNames } = netlist;
  const seen: number[] = [];
  let cell = waiting.findIndex((count) => count > 0);
  while (!seen.includes(cell)) {
    seen.push(cell);
    const nets = inputNet.subarray(inputStart[cell]!, inputStart[cell + 1]!);
    cell = driverCell[nets.find((net) => driverCell[net]! >= 0 && waiting[driverCell[net]!]! > 0)!]!;
  }
  const loop = seen.slice(seen.indexOf(cell)).reverse();
  return loop.map((at) => netNames[netlist.outputNet[netlist.outputStart[at]!]!] ?? netlist.cellNames[at]!);
}

/**
 * All cells such that every cell follows the drivers of its inputs; cells that cut paths come first.
 * Errors: `GATE_LOOP` when gates drive each other in a circle.
 */
export function cellOrder(netlist: GateNetlist): Int32Array {
  const { cellKind, inputStart, inputNet, outputStart, outputNet, driverCell, sinkStart, sinkCell } = netlist;
  const count = cellKind.length;
  const order = new Int32Array(count);
  const waiting = new Int32Array(count);
  let done = 0;
  for (let cell = 0; cell < count; cell++) {
    if (!cutsPaths(netlist, cell)) {
      for (let at = inputStart[cell]!; at < inputStart[cell + 1]!; at++) {
        if (driverCell[inputNet[at]!]! >= 0) waiting[cell]!++;
      }
    }
    if (waiting[cell] === 0) order[done++] = cell;
  }
  for (let first = 0; first < done; first++) {
    const cell = order[first]!;
    for (let at = outputStart[cell]!; at < outputStart[cell + 1]!; at++) {
      const net = outputNet[at]!;
      if (net < 0) continue;
      for (let sink = sinkStart[net]!; sink < sinkStart[net + 1]!; sink++) {
        const reader = sinkCell[sink]!;
        if (waiting[reader]! > 0 && --waiting[reader]! === 0) order[done++] = reader;
      }
    }
  }
  if (done === count) return order;
  const loop = loopIn(netlist, waiting);
  throw new Fault({
    code: 'GATE_LOOP',
    place: `module ${netlist.name}`,
    cause: `gates drive each other in a circle through ${loop.slice(0, 8).join(' -> ')}${loop.length > 8 ? ' -> ...' : ''}`,
    wayOut: 'break the loop with a register',
  });
}
