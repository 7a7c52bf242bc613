import { type CellKind, valuesOf } from './kind.ts';
import { evaluate } from './liberty/expression.ts';
import type { InternalPower, LibraryPin, TimingArc } from './liberty/library.ts';
import { lookUp } from './liberty/table.ts';
import type { GateNetlist } from './netlist.ts';
import { arcMakes, type GateTiming } from './timing.ts';

/**
 * What an `internal_power` group without `when` means next to groups with one. `default`: it holds where no condition
 * does, as the Liberty manual says. `add`: as OpenSTA 3.1 reads it, an input's unconditional energy is always drawn
 * as well, an output's is averaged with the conditional one. Only libraries that mix both differ (ihp-sg13g2).
 */
export type UnconditionalPower = 'default' | 'add';

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
}

interface Edge {
  readonly kind: CellKind;
  readonly vector: number;
  /** 0 rise, 1 fall, of the pin whose energy is asked. */
  readonly edge: number;
  readonly slew: number;
  readonly load: number;
  readonly mode: UnconditionalPower;
}

function bySupply(power: readonly InternalPower[]): readonly InternalPower[][] {
  const groups = new Map<string | null, InternalPower[]>();
  for (const group of power) {
    const known = groups.get(group.supply);
    if (known === undefined) groups.set(group.supply, [group]);
    else known.push(group);
  }
  return [...groups.values()];
}

/** Energy of one edge of a pin from its groups: supplies add up. */
function energyAt(power: readonly InternalPower[], at: Edge, isOutput: boolean): number {
  if (power.length === 0) return 0;
  const pinValue = valuesOf(at.kind, at.vector);
  const sum = (groups: readonly InternalPower[]): number =>
    groups.reduce((joules, { energy }) => {
      const table = energy[at.edge];
      return table == null ? joules : joules + lookUp(table, at.slew, at.load);
    }, 0);
  let joules = 0;
  for (const groups of bySupply(power)) {
    const conditional = groups.filter(({ when }) => when !== null && evaluate(when, pinValue) === 1);
    const unconditional = groups.filter(({ when }) => when === null);
    if (conditional.length === 0) joules += sum(unconditional);
    else if (at.mode === 'default' || unconditional.length === 0) joules += sum(conditional);
    else joules += (sum(conditional) + sum(unconditional)) / (isOutput ? 2 : 1);
  }
  return joules;
}

/** The arc from an input whose condition holds; without one, the unconditional, else any that makes this edge. */
function arcFor(pin: LibraryPin, related: string, at: Edge, inputEdge: number): TimingArc | null {
  const possible = pin.arcs.filter((arc) => arc.related === related && arc.delay[at.edge] != null);
  const fitting = possible.filter((arc) => arcMakes(arc, inputEdge, at.edge));
  const candidates = fitting.length > 0 ? fitting : possible;
  const pinValue = valuesOf(at.kind, at.vector);
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
      const own = { kind, vector, edge: inputEdge, slew, load: 0, mode };
      pinEnergy[pinStart[cell]! + entry] = energyAt(pin.power, own, false);
      for (const [position, output] of kind.outputs.entries()) {
        const truth = kind.truth[position]!;
        // A gate's output that this input cannot move at this vector has no edge to look up.
        if (kind.state === null && truth[vector] === truth[vector ^ (1 << input)]) continue;
        const net = outputNet[netlist.outputStart[cell]! + position]!;
        const edge = truth[vector] === 1 ? 0 : 1;
        const load = net < 0 ? 0 : timing.loads.byEdge[2 * net + edge]!;
        const at: Edge = { kind, vector, edge, slew, load, mode };
        const slot = outputStart[cell]! + ((position * inputs) << kind.variables) + entry;
        const caused = output.power.filter(({ related }) => related === pin.name || related === null);
        outputEnergy[slot] = energyAt(caused, at, true);
        const arc = arcFor(output, pin.name, at, inputEdge);
        const table = arc?.delay[edge];
        if (table != null) delay[slot] = Math.max(0, lookUp(table, slew, load));
      }
    }
  }
  return { pinStart, pinEnergy, outputStart, delay, outputEnergy };
}
