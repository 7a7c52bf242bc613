import { Fault } from '../../../specs/fault.ts';
import { energyOf, type GateEnergy } from '../gate/energy.ts';
import type { InstanceTables } from '../gate/energy-tables.ts';
import type { StartState } from '../gate/initial-state.ts';
import type { GateNetlist } from '../gate/netlist.ts';
import { simulateEvents } from '../gate/simulate-events.ts';
import type { GateTiming } from '../gate/timing.ts';
import type { ShellInstance } from './instances.ts';
import { bitAt, type Rows } from './rows.ts';

/** A mapped module type, ready to be replayed. */
export interface MappedShell {
  readonly netlist: GateNetlist;
  readonly timing: GateTiming;
  readonly tables: InstanceTables;
}

export interface ReplayOptions {
  /** Seconds per clock of the design: leakage is paid for that long. */
  readonly period: number;
  readonly clockTree: number;
}

/** Every net settles within it; glitches do not depend on it. */
const simulatedPeriod = 1e-6;

/**
 * One window of one instance at gate level: begins in the recorded state, is fed the recorded values, and what it gives
 * is held against what the embedded simulator saw, in every clock. Returns joules per clock.
 * Errors: `GATE_REPLAY` where the netlist computes something else, and those of the gate-level simulation.
 */
export function replayWindow(
  { netlist, timing, tables }: MappedShell,
  { path, shell }: ShellInstance,
  columns: ReadonlyMap<string, number>,
  rows: Rows,
  options: ReplayOptions,
): GateEnergy {
  const own = new Set([...shell.inputs, ...shell.outputs, ...shell.module.registers].map(({ name }) => name));
  /** Null where nothing observable of the whole design depends on it: it has no value there, and begins and rests at 0. */
  const columnOf = (name: string): number | null => {
    const column = columns.get(path + name);
    if (column !== undefined) return column;
    if (own.has(name)) return null;
    throw new Fault({
      code: 'GATE_REPLAY',
      place: `instance ${path.slice(0, -1) || shell.module.name}`,
      cause: `the netlist has a register '${name}' that the design does not know`,
      wayOut: 'map with `rename -wire t:$_*DFF*` and without recoding of state machines (synth -nofsm)',
      kind: 'internal',
    });
  };
  const sources = new Map(shell.inputs.map(({ port, name }) => [port, columnOf(name)]));
  const startAt = (column: number | null, bit: number) => (column === null ? 0 : bitAt(rows, 0, column, bit));
  const start: StartState = {
    input: (port, bit) => startAt(sources.get(port) ?? null, bit),
    register: (name, bit) => startAt(columnOf(name), bit),
  };
  const inputs = netlist.inputs.flatMap(({ name, nets }) => {
    const column = sources.get(name) ?? null;
    return column === null ? [] : [{ column, nets }];
  });
  const known = path === '' ? [] : shell.outputs;
  const outputs = known.flatMap(({ port, name }) => {
    const found = netlist.outputs.find((output) => output.name === port);
    const column = columnOf(name);
    return found === undefined || column === null ? [] : [{ port, column, nets: found.nets }];
  });
  const cycles = rows.length - 1;
  const activity = simulateEvents(netlist, timing, tables, {
    cycles,
    period: simulatedPeriod,
    start,
    stimulus: (cycle, set) => {
      for (const { column, nets } of inputs) {
        for (let bit = 0; bit < nets.length; bit++) set(nets[bit]!, bitAt(rows, cycle + 1, column, bit));
      }
    },
    observe: (cycle, get) => {
      for (const { port, column, nets } of outputs) {
        const wrong = nets.findIndex((net, bit) => get(net) !== bitAt(rows, cycle + 1, column, bit));
        if (wrong < 0) continue;
        throw new Fault({
          code: 'GATE_REPLAY',
          place: `instance ${path.slice(0, -1)}, output ${port}[${wrong}]`,
          cause: `the mapped netlist gives ${get(nets[wrong]!)} in clock ${cycle} of a window, the design ${1 - get(nets[wrong]!)}`,
          wayOut: 'this is a defect of the mapping or of the gate-level simulation; please report it',
          kind: 'internal',
        });
      }
    },
  });
  return energyOf(netlist, timing, activity, options);
}
