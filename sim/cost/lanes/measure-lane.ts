import { Fault } from '../../../specs/fault.ts';
import { energyOf } from '../gate/energy.ts';
import { instanceTables } from '../gate/energy-tables.ts';
import type { StartState } from '../gate/initial-state.ts';
import type { GateNetlist } from '../gate/netlist.ts';
import { criticalPaths } from '../gate/paths.ts';
import { simulateEvents } from '../gate/simulate-events.ts';
import { timing } from '../gate/timing.ts';
import type { LayoutEstimate } from '../gate/wire-model.ts';
import { bitAt, integerAt, type Rows, wordAt } from '../replay/rows.ts';
import type { LaneRecord } from './record-lanes.ts';

export interface LaneFigures {
  /** µm². */
  readonly area: number;
  /** Seconds, wires included. */
  readonly minimumPeriod: number;
  /** Of one lane per inference: gates with glitches, wires, clock tree and leakage. */
  readonly joules: number;
}

export interface LaneOptions {
  readonly layout: LayoutEstimate;
  /** Seconds per clock of the design. */
  readonly period: number;
}

/** Every net settles within it; glitches do not depend on it. */
const simulatedPeriod = 1e-6;

/**
 * What a lane's registers hold, of any form, in the second of the rows: operands or products of the first, where it multiplied; else
 * nobody looks at them before they are written again.
 */
function startOf({ group, columns }: LaneRecord, rows: Rows): StartState {
  const { simd, unsigned, activationBits = 8, weightBits } = group.shape;
  const low = (port: string): number => wordAt(rows, 0, columns.get(port)!);
  const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);
  const operand = (term: number): number => {
    const value = low(`activation_${term}`);
    return unsigned ? value & (2 ** activationBits - 1) : signed(value, activationBits);
  };
  const factor = (term: number): number => signed(low(`weight_${term}`), weightBits);
  const held = new Map<string, number>();
  if (low('multiply') !== 0) {
    for (let term = 0; term < simd; term++) {
      held.set(`product_${term}`, operand(term) * factor(term));
      held.set(`held_activation_${term}`, operand(term));
      held.set(`held_weight_${term}`, factor(term));
    }
    const isIdle = Array.from({ length: simd }, (_, term) => operand(term)).every((value) => value === 0);
    held.set('idle', Number(isIdle));
  }
  return {
    input: (port, bit) => (columns.has(port) ? bitAt(rows, 1, columns.get(port)!, bit) : 0),
    register: (name, bit) =>
      // Products have at most 32 bits: beyond them there is only the sign.
      name === 'total' ? bitAt(rows, 1, columns.get(name)!, bit) : ((held.get(name) ?? 0) >> Math.min(bit, 31)) & 1,
  };
}

/**
 * Area, shortest period and energy of a mapped lane of any form on recorded operands; its sum is compared in every clock.
 * Errors: `GATE_LANE`, and those of the gate-level simulation.
 */
export function measureLane(netlist: GateNetlist, lane: LaneRecord, { layout, period }: LaneOptions): LaneFigures {
  const times = timing(netlist, { wires: layout.wires });
  const tables = instanceTables(netlist, times);
  const { columns } = lane;
  const inputs = netlist.inputs.flatMap(({ name, nets }) =>
    columns.has(name) ? [{ column: columns.get(name)!, nets }] : [],
  );
  const total = netlist.outputs.find(({ name }) => name === 'total')!.nets;
  const sum = columns.get('total')!;
  let joules = 0;
  for (const { rows, weight } of lane.windows) {
    const cycles = rows.length - 2;
    const activity = simulateEvents(netlist, times, tables, {
      cycles,
      period: simulatedPeriod,
      start: startOf(lane, rows),
      stimulus: (cycle, set) => {
        for (const { column, nets } of inputs) {
          for (let bit = 0; bit < nets.length; bit++) set(nets[bit]!, bitAt(rows, cycle + 2, column, bit));
        }
      },
      observe: (cycle, get) => {
        if (total.every((net, bit) => get(net) === bitAt(rows, cycle + 2, sum, bit))) return;
        throw new Fault({
          code: 'GATE_LANE',
          place: `layer ${lane.group.stage}, module ${netlist.name}`,
          cause: `its sum in clock ${cycle} of a window is not ${integerAt(rows, cycle + 2, sum)}, the sum of the design`,
          wayOut: 'this is a defect of the mapping or of the gate-level simulation; please report it',
          kind: 'internal',
        });
      },
    });
    joules += weight * energyOf(netlist, times, activity, { period, clockTree: layout.clockTree }).total.total;
  }
  return { area: netlist.area, minimumPeriod: criticalPaths(netlist, times).minimumPeriod, joules };
}
