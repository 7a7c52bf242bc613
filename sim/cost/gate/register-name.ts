import type { GateNetlist } from './netlist.ts';

/**
 * What the design calls a register. `rename -wire` of Yosys before mapping writes it into the cell's name, with the
 * generic type behind; that also holds where the cell stores the complement and the design's net is gone. Otherwise the
 * net it drives.
 */
export function registerName(netlist: GateNetlist, cell: number): string {
  const { outputStart, outputNet, netNames, cellNames } = netlist;
  const renamed = /^([^$].*)\$_[A-Z]*(?:DFF|LATCH)[A-Z0-9]*_[A-Z0-9]*_?$/.exec(cellNames[cell]!);
  if (renamed !== null) return renamed[1]!;
  const net = outputNet.subarray(outputStart[cell]!, outputStart[cell + 1]!).find((found) => found >= 0);
  return net === undefined ? cellNames[cell]! : netNames[net]!;
}
