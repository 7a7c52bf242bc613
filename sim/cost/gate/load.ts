import { Fault } from '../../../specs/fault.ts';
import type { ClockNetwork } from './clock.ts';
import type { GateNetlist } from './netlist.ts';

/**
 * Wires that are not laid out yet: every sink of a net costs `cellPitches` x sqrt(mean cell area) of wire.
 * `layoutEstimate` takes the numbers from a technology.
 */
export interface WireModel {
  readonly cellPitches: number;
  /** Farads per metre of the routing layers. */
  readonly faradsPerMetre: number;
}

/** Capacitance on every net, in farads. */
export interface NetLoads {
  readonly pins: Float64Array;
  readonly wires: Float64Array;
  /** Pins and wires as a rising (2 * net) and a falling (2 * net + 1) edge sees them: delays depend on these. */
  readonly byEdge: Float64Array;
}

/** Loads of all nets. The clock network has no wires here: clock trees are estimated as a whole. Errors: `GATE_OPTION`. */
export function netLoads(netlist: GateNetlist, clock: ClockNetwork, model: WireModel | null): NetLoads {
  const { kinds, cellKind, sinkStart, sinkCell, sinkPin, netNames } = netlist;
  const pins = new Float64Array(netNames.length);
  const wires = new Float64Array(netNames.length);
  const byEdge = new Float64Array(2 * netNames.length);
  if (model !== null && !(model.cellPitches >= 0 && model.faradsPerMetre >= 0)) {
    throw new Fault({
      code: 'GATE_OPTION',
      place: 'wire model',
      cause: `${model.cellPitches} cell pitches with ${model.faradsPerMetre} F/m are no wires`,
      wayOut: 'give numbers of at least 0, or null for no wires',
    });
  }
  const meanArea = cellKind.length === 0 ? 0 : netlist.area / cellKind.length;
  const perSink = model === null ? 0 : model.cellPitches * Math.sqrt(meanArea) * 1e-6 * model.faradsPerMetre;
  for (let net = 0; net < netNames.length; net++) {
    for (let sink = sinkStart[net]!; sink < sinkStart[net + 1]!; sink++) {
      const kind = kinds[cellKind[sinkCell[sink]!]!]!;
      const { capacitance, edgeCapacitance } = kind.inputs[sinkPin[sink]!]!;
      pins[net]! += capacitance;
      byEdge[2 * net]! += edgeCapacitance[0];
      byEdge[2 * net + 1]! += edgeCapacitance[1];
    }
    if (clock.isClock[net] === 0) wires[net] = perSink * (sinkStart[net + 1]! - sinkStart[net]!);
    byEdge[2 * net]! += wires[net]!;
    byEdge[2 * net + 1]! += wires[net]!;
  }
  return { pins, wires, byEdge };
}
