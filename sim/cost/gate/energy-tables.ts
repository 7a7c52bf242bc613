import { type CompiledCells, compiledCells } from './compiled-cells.ts';
import { drawnEnergy, type PinValue, type PowerEdge, type UnconditionalPower } from './internal-power.ts';
import { valuesOf } from './kind.ts';
import { evaluate } from './liberty/expression.ts';
import type { LibraryPin, TimingArc } from './liberty/library.ts';
import { lookUp } from './liberty/table.ts';
import type { GateNetlist } from './netlist.ts';
import { arcMakes, type GateTiming } from './timing.ts';

/**
 * Delay and energy of every edge that can happen, looked up once. The entry of cell c, vector v and input p stands for
 * "input p has just changed, the cell now sees v" and lies at `start[c] + v * inputs + p`; outputs beyond the first
 * follow in blocks of `vectors * inputs`.
 */
export interface InstanceTables {
  /** Per cell, into `pinEnergy`. */
  readonly pinStart: Int32Array;
  /** Joules of an input's own edge, whether or not an output follows. */
  readonly pinEnergy: Float64Array;
  /** Per cell, into the two below. */
  readonly outputStart: Int32Array;
  /** Seconds to the output's edge, and joules of it (loads not included). */
  readonly delay: Float64Array;
  readonly outputEnergy: Float64Array;
  /** For the inner loops of the simulations. */
  readonly compiled: CompiledCells;
}

/** The arc from an input whose condition holds; without one, the unconditional, else any that makes this edge. */
function arcFor(
  pin: LibraryPin,
  related: string,
  [inputEdge, outputEdge]: readonly [number, number],
  pinValue: PinValue,
): TimingArc | null {
  const possible = pin.arcs.filter((arc) => arc.related === related && arc.delay[outputEdge] != null);
  const fitting = possible.filter((arc) => arcMakes(arc, inputEdge, outputEdge));
  const candidates = fitting.length > 0 ? fitting : possible;
  return (
    candidates.find(({ when }) => when !== null && evaluate(when, pinValue) === 1) ??
    candidates.find(({ when }) => when === null) ??
    candidates[0] ??
    null
  );
}

/** Sizes first, so that the tables of all instances share three arrays. */
function layout(netlist: GateNetlist): Pick<InstanceTables, 'pinStart' | 'outputStart'> {
  const count = netlist.cellKind.length;
  const pinStart = new Int32Array(count + 1);
  const outputStart = new Int32Array(count + 1);
  for (let cell = 0; cell < count; cell++) {
    const kind = netlist.kinds[netlist.cellKind[cell]!]!;
    const block = kind.isOpaque ? 0 : kind.inputs.length << kind.variables;
    pinStart[cell + 1] = pinStart[cell]! + block;
    outputStart[cell + 1] = outputStart[cell]! + block * kind.outputs.length;
  }
  return { pinStart, outputStart };
}

/** Looks up delay and energy of every possible edge of every instance, from the slews and loads of static timing. */
export function instanceTables(
  netlist: GateNetlist,
  timing: GateTiming,
  mode: UnconditionalPower = 'default',
): InstanceTables {
  const { kinds, cellKind, inputStart, inputNet, outputNet } = netlist;
  const { pinStart, outputStart } = layout(netlist);
  const pinEnergy = new Float64Array(pinStart.at(-1)!);
  const delay = new Float64Array(outputStart.at(-1)!);
  const outputEnergy = new Float64Array(outputStart.at(-1)!);

  for (let cell = 0; cell < cellKind.length; cell++) {
    const kind = kinds[cellKind[cell]!]!;
    if (kind.isOpaque) continue;
    const inputs = kind.inputs.length;
    for (let entry = 0; entry < inputs << kind.variables; entry++) {
      const input = entry % inputs;
      const vector = (entry - input) / inputs;
      const inputEdge = (vector >> input) & 1 ? 0 : 1;
      const slew = timing.slew[2 * inputNet[inputStart[cell]! + input]! + inputEdge]!;
      const pin = kind.inputs[input]!;
      const pinValue = valuesOf(kind, vector);
      const own: PowerEdge = { pinValue, edge: inputEdge, slew, load: 0, isOutput: false };
      pinEnergy[pinStart[cell]! + entry] = drawnEnergy(pin.power, own, mode);
      for (const [position, output] of kind.outputs.entries()) {
        const truth = kind.truth[position]!;
        // A gate's output that this input cannot move at this vector has no edge to look up.
        if (kind.state === null && truth[vector] === truth[vector ^ (1 << input)]) continue;
        const net = outputNet[netlist.outputStart[cell]! + position]!;
        const edge = truth[vector] === 1 ? 0 : 1;
        const load = net < 0 ? 0 : timing.loads.byEdge[2 * net + edge]!;
        const at: PowerEdge = { pinValue, edge, slew, load, isOutput: true };
        const slot = outputStart[cell]! + ((position * inputs) << kind.variables) + entry;
        const caused = output.power.filter(({ related }) => related === pin.name || related === null);
        outputEnergy[slot] = drawnEnergy(caused, at, mode);
        const arc = arcFor(output, pin.name, [inputEdge, edge], pinValue);
        const table = arc?.delay[edge];
        if (table != null) delay[slot] = Math.max(0, lookUp(table, slew, load));
      }
    }
  }
  const compiled = compiledCells(netlist, outputStart);
  return { pinStart, pinEnergy, outputStart, delay, outputEnergy, compiled };
}
