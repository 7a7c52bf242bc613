import { Fault } from '../../../specs/fault.ts';
import type { GateNetlist } from './netlist.ts';
import { driver } from './netlist.ts';
import { cellOrder } from './order.ts';

/** The clock and everything between its port and the clock pins. */
export interface ClockNetwork {
  /** Net of the clock port; -1 for a design without registers. */
  readonly net: number;
  /** Per net: 1 when it belongs to the network. */
  readonly isClock: Uint8Array;
  /** Gates of the network (buffers, inverters, clock gates), in order. */
  readonly cells: Int32Array;
}

/** Whether a clock may pass a cell from this input: gates from any, latches and clock gates from their clock. */
function passesClock(netlist: GateNetlist, cell: number, pin: number): boolean {
  const kind = netlist.kinds[netlist.cellKind[cell]!]!;
  if (kind.state === null) return !kind.isOpaque;
  return kind.state.edge === null && ((kind.clockMask >> pin) & 1) === 1;
}

function isClockPin(netlist: GateNetlist, cell: number, pin: number): boolean {
  const kind = netlist.kinds[netlist.cellKind[cell]!]!;
  return kind.isOpaque ? kind.inputs[pin]!.isClock : ((kind.clockMask >> pin) & 1) === 1;
}

function backwards(netlist: GateNetlist): Uint8Array {
  const { cellKind, inputStart, inputNet, driverCell } = netlist;
  const reached = new Uint8Array(netlist.netNames.length);
  const open: number[] = [];
  const visit = (cell: number, through: typeof passesClock): void => {
    for (let at = inputStart[cell]!; at < inputStart[cell + 1]!; at++) {
      const net = inputNet[at]!;
      if (reached[net] === 1 || !through(netlist, cell, at - inputStart[cell]!)) continue;
      reached[net] = 1;
      open.push(net);
    }
  };
  for (let cell = 0; cell < cellKind.length; cell++) visit(cell, isClockPin);
  for (let net = open.pop(); net !== undefined; net = open.pop()) {
    const cell = driverCell[net]!;
    if (cell >= 0) visit(cell, passesClock);
  }
  return reached;
}

/**
 * Finds the clock: the one input port from which clock pins are reached, or the port that is named. Other clocks (of
 * dividers, of enables that are used as clocks) stay ordinary nets.
 * Errors: `GATE_CLOCK` when none or several ports could be the clock, or the named one does not exist.
 */
export function clockNetwork(netlist: GateNetlist, clock: string | null = null): ClockNetwork {
  const { inputs, driverCell, netNames, sinkStart, sinkCell, sinkPin, outputStart, outputNet } = netlist;
  const wanted = backwards(netlist);
  const ports = inputs.filter(({ nets }) => nets.length === 1 && wanted[nets[0]!] === 1);
  const wrong = (cause: string, wayOut: string): never => {
    throw new Fault({ code: 'GATE_CLOCK', place: `module ${netlist.name}`, cause, wayOut });
  };
  const isClock = new Uint8Array(netNames.length);
  const hasRegisters = netlist.cellKind.some((kind) => netlist.kinds[kind]!.state !== null);
  let port = ports.find(({ name }) => name === clock);
  if (clock !== null && port === undefined) {
    const names = ports.map(({ name }) => name).join(', ');
    wrong(`no register is clocked by a port ${JSON.stringify(clock)}`, `name one of: ${names || '(none)'}`);
  }
  if (clock === null) {
    if (ports.length > 1)
      wrong(`${ports.map(({ name }) => name).join(', ')} could be the clock`, 'name the clock port');
    port = ports[0];
    if (port === undefined && hasRegisters) {
      wrong('no clock pin is reached from an input port', 'connect the clock pins to a port');
    }
  }
  if (port === undefined) return { net: -1, isClock, cells: new Int32Array(0) };
  const root = port.nets[0]!;
  isClock[root] = 1;
  const open = [root];
  const inNetwork = new Set<number>();
  for (let net = open.pop(); net !== undefined; net = open.pop()) {
    for (let sink = sinkStart[net]!; sink < sinkStart[net + 1]!; sink++) {
      const cell = sinkCell[sink]!;
      if (!passesClock(netlist, cell, sinkPin[sink]!)) continue;
      for (let at = outputStart[cell]!; at < outputStart[cell + 1]!; at++) {
        const next = outputNet[at]!;
        if (next < 0 || wanted[next] === 0) continue;
        inNetwork.add(cell);
        if (isClock[next] === 1 || driverCell[next] === driver.input) continue;
        isClock[next] = 1;
        open.push(next);
      }
    }
  }
  const cells = cellOrder(netlist).filter((cell) => inNetwork.has(cell));
  return { net: root, isClock, cells };
}
