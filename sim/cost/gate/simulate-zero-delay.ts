import { Fault } from '../../../specs/fault.ts';
import { checkSimulation, type GateActivity, type SimulationOptions } from './activity.ts';
import type { InstanceTables } from './energy-tables.ts';
import { initialState } from './initial-state.ts';
import { laneEnergies } from './lane-energies.ts';
import type { GateNetlist } from './netlist.ts';
import type { GateTiming } from './timing.ts';
import { wordValues } from './word-values.ts';

export interface ZeroDelayOptions extends SimulationOptions {
  /** Independent runs side by side, 1 to 32; lane i is bit i of every word that is set or read. */
  readonly lanes?: number;
  /** Leave out what cells draw inside: counts of transitions only, several times faster. */
  readonly togglesOnly?: boolean;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Whether anything but flops looks at the level of the clock: latches, clock gates, gates. */
function readsClockAsData(netlist: GateNetlist, { clock }: GateTiming): boolean {
  const { kinds, cellKind, sinkCell, sinkStart } = netlist;
  return clock.isClock.some(
    (isClock, net) =>
      isClock === 1 &&
      sinkCell
        .subarray(sinkStart[net]!, sinkStart[net + 1]!)
        .some((cell) => kinds[cellKind[cell]!]!.state?.edge == null),
  );
}

/**
 * Simulates without delays, up to 32 runs at once: every net moves at most once per clock edge, so there are no
 * glitches. What a cell draws is looked up as if its inputs had moved one after the other in the order of their latest
 * arrival. Events of the timed simulation minus these give the price of glitches.
 * Errors: `GATE_OPTION`, `GATE_CELL`, `GATE_UNSETTLED`.
 */
export function simulateZeroDelay(
  netlist: GateNetlist,
  timing: GateTiming,
  tables: InstanceTables,
  options: ZeroDelayOptions,
): GateActivity {
  checkSimulation(netlist, options);
  const { cycles, warmUp = 0, stimulus, observe, lanes = 32, togglesOnly = false } = options;
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 32) {
    throw new Fault({
      code: 'GATE_OPTION',
      place: 'gate-level simulation',
      cause: `${lanes} lanes do not fit a word`,
      wayOut: 'give 1 to 32 lanes',
    });
  }
  const mask = lanes === 32 ? -1 : (1 << lanes) - 1;
  const { kinds, cellKind, inputStart } = netlist;
  const netCount = netlist.netNames.length;
  const { compiled } = tables;
  const values = wordValues(netlist, timing, compiled);
  const begin = initialState(netlist, timing);
  const flops: number[] = [];
  for (let cell = 0; cell < cellKind.length; cell++) {
    const inputs = inputStart[cell + 1]! - inputStart[cell]!;
    if (kinds[cellKind[cell]!]!.state !== null) values.state[cell] = (begin.vector[cell]! >> inputs) & 1 ? -1 : 0;
    if (kinds[cellKind[cell]!]!.state?.edge != null) flops.push(cell);
  }
  for (let net = 0; net < netCount; net++) values.net[net] = begin.value[net] === 1 ? -1 : 0;

  const toggles = new Float64Array(netCount);
  const high = new Float64Array(netCount);
  const oldNet = new Int32Array(netCount);
  const oldState = new Int32Array(cellKind.length);
  const energies = laneEnergies(netlist, timing, tables, compiled);

  const count = (): void => {
    for (let net = 0; net < netCount; net++) {
      const changed = (oldNet[net]! ^ values.net[net]!) & mask;
      if (changed !== 0) toggles[net]! += ones(changed);
    }
    if (!togglesOnly) energies.add(oldNet, oldState, values, mask);
  };
  const remember = (): void => {
    oldNet.set(values.net);
    oldState.set(values.state);
  };
  const wasActive = new Int32Array(flops.length);
  const taken = new Int32Array(flops.length);
  const noteActive = (): void => {
    for (let at = 0; at < flops.length; at++) wasActive[at] = values.activeLanes(flops[at]!);
  };
  /** All flops look before any of them moves. Returns whether one did. */
  const capture = (): boolean => {
    let moved = 0;
    flops.forEach((cell, at) => {
      const edge = values.activeLanes(cell) & ~wasActive[at]!;
      taken[at] = (values.state[cell]! & ~edge) | (values.nextState(cell) & edge);
      moved |= taken[at]! ^ values.state[cell]!;
    });
    for (let at = 0; at < flops.length; at++) values.state[flops[at]!] = taken[at]!;
    return moved !== 0;
  };
  const clockIsData = readsClockAsData(netlist, timing);

  const set = (net: number, word: number): void => {
    if (timing.clock.isClock[net] === 0) values.net[net] = word;
  };
  const get = (net: number): number => values.net[net]!;
  for (let cycle = 0; cycle < warmUp + cycles; cycle++) {
    const counted = cycle >= warmUp;
    for (const level of [-1, 0]) {
      remember();
      noteActive();
      values.moveClock(level);
      const moved = capture();
      if (level === -1) stimulus(cycle, set);
      // After the falling edge most designs have nothing left to settle.
      if (level === -1 || moved || clockIsData) values.settle();
      if (counted) count();
    }
    observe?.(cycle, get);
    if (counted) for (let net = 0; net < netCount; net++) high[net]! += ones(values.net[net]! & mask);
  }
  const none = new Float64Array(netCount);
  const { internal, clock } = energies.price();
  return {
    cycles: cycles * lanes,
    toggles,
    glitches: none,
    high,
    internal,
    glitchInternal: none,
    clockInternal: clock,
    events: 0,
  };
}
