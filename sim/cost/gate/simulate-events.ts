import { Fault } from '../../../specs/fault.ts';
import { checkSimulation, type GateActivity, type SimulationOptions } from './activity.ts';
import { clockPositionOf } from './compiled-cells.ts';
import { cycleCounts } from './cycle-counts.ts';
import type { InstanceTables } from './energy-tables.ts';
import { eventQueue, pop, push } from './event-queue.ts';
import { initialState, type StartState } from './initial-state.ts';
import type { GateNetlist } from './netlist.ts';
import type { GateTiming } from './timing.ts';

export interface EventOptions extends SimulationOptions {
  /** Clock period in seconds; the clock falls in its middle. Every net must settle within it. */
  readonly period: number;
  /** State and inputs before the first clock edge; default all 0. */
  readonly start?: StartState;
}

const none = -1;

/**
 * Simulates with the delays of the library: a gate's output follows its inputs after the delay of the arc that caused
 * it, and a pulse shorter than that delay does not appear (inertial delay). One lane: values are 0 or 1. The clock
 * network is ideal: it moves at once and reaches all registers together.
 * Errors: `GATE_OPTION`, `GATE_CELL`, `GATE_UNSETTLED` when nets still move at the end of a period.
 */
export function simulateEvents(
  netlist: GateNetlist,
  timing: GateTiming,
  tables: InstanceTables,
  options: EventOptions,
): GateActivity {
  checkSimulation(netlist, options);
  const { period, stimulus, observe, cycles, warmUp = 0 } = options;
  if (!(period > 0 && period < Number.POSITIVE_INFINITY)) {
    throw new Fault({
      code: 'GATE_OPTION',
      place: 'gate-level simulation',
      cause: `a period of ${period} s is no clock`,
      wayOut: 'give a period above 0, at least the minimum period of the static timing',
    });
  }
  const { kinds, cellKind, outputStart, outputNet, sinkStart, sinkCell, sinkPin } = netlist;
  const { pinStart, pinEnergy, delay, outputEnergy } = tables;
  const { clock } = timing;
  const { inputCount, hasState, truth, outputCell, truthStart, entryStart } = tables.compiled;
  const isClockCell = new Uint8Array(cellKind.length);
  for (const cell of clock.cells) isClockCell[cell] = 1;

  const { value, vector } = initialState(netlist, timing, options.start ?? null);
  const counts = cycleCounts(netlist.netNames.length);
  const clockToggles = new Float64Array(netlist.netNames.length);
  const queue = eventQueue();
  /** Table entry of the edge an output is about to make; -1 while it rests. An output is queued at most once alive. */
  const pending = new Int32Array(outputNet.length).fill(none);
  /** Which push is the live one: a cancelled edge stays in the queue and is recognised by its rank. */
  const pendingRank = new Float64Array(outputNet.length);
  let clockInternal = 0;
  let events = 0;

  const schedule = (output: number, now: number, input: number): void => {
    const net = outputNet[output]!;
    if (net < 0) return;
    const cell = outputCell[output]!;
    const seen = vector[cell]!;
    if (truth[truthStart[output]! + seen]! === value[net]) {
      // A pending edge would leave the value that is wanted again: the pulse is too short to appear.
      pending[output] = none;
    } else if (pending[output] === none) {
      const entry = entryStart[output]! + seen * inputCount[cell]! + input;
      pending[output] = entry;
      pendingRank[output] = queue.pushed;
      push(queue, now + delay[entry]!, output);
    }
  };
  const follow = (cell: number, now: number, input: number): void => {
    for (let output = outputStart[cell]!; output < outputStart[cell + 1]!; output++) schedule(output, now, input);
  };

  /** Cells and input positions of flops whose active edge has come. */
  const capturing: number[] = [];
  const setState = (cell: number, state: number): void => {
    const bit = 1 << inputCount[cell]!;
    vector[cell] = state === 1 ? vector[cell]! | bit : vector[cell]! & ~bit;
  };
  /** Changes one input of a cell; returns the energy of the pin's own edge. */
  const arrive = (cell: number, pin: number): number => {
    const before = vector[cell]!;
    const after = before ^ (1 << pin);
    vector[cell] = after;
    if (hasState[cell] === 1) {
      const { edge, level } = kinds[cellKind[cell]!]!.state!;
      setState(cell, level[after]!);
      if (edge !== null && edge.active[before] === 0 && edge.active[after] === 1) capturing.push(cell, pin);
    }
    return pinEnergy[pinStart[cell]! + after * inputCount[cell]! + pin]!;
  };
  const capture = (now: number): void => {
    // Outputs move later than this moment, so no flop sees another one's new value.
    for (let at = 0; at < capturing.length; at += 2) {
      const cell = capturing[at]!;
      setState(cell, kinds[cellKind[cell]!]!.state!.edge!.next[vector[cell]!]!);
      follow(cell, now, capturing[at + 1]!);
    }
    capturing.length = 0;
  };

  const move = (net: number, now: number, ownEnergy: number): void => {
    value[net]! ^= 1;
    let joules = ownEnergy;
    for (let sink = sinkStart[net]!; sink < sinkStart[net + 1]!; sink++) {
      const cell = sinkCell[sink]!;
      joules += arrive(cell, sinkPin[sink]!);
      follow(cell, now, sinkPin[sink]!);
    }
    if (capturing.length > 0) capture(now);
    counts.note(net, joules);
  };

  const moveClock = (net: number, now: number): number => {
    value[net]! ^= 1;
    let joules = 0;
    for (let sink = sinkStart[net]!; sink < sinkStart[net + 1]!; sink++) {
      const cell = sinkCell[sink]!;
      joules += arrive(cell, sinkPin[sink]!);
      if (isClockCell[cell] === 0) follow(cell, now, sinkPin[sink]!);
    }
    return joules;
  };
  const clockEdge = (now: number, counted: boolean): void => {
    if (clock.net < 0) return;
    let joules = moveClock(clock.net, now);
    if (counted) clockToggles[clock.net]!++;
    for (const cell of clock.cells) {
      const pin = clockPositionOf(netlist, clock.isClock, cell);
      for (let output = outputStart[cell]!; output < outputStart[cell + 1]!; output++) {
        const net = outputNet[output]!;
        if (net < 0 || truth[truthStart[output]! + vector[cell]!] === value[net]) continue;
        if (clock.isClock[net] === 0) schedule(output, now, pin);
        else {
          joules += outputEnergy[entryStart[output]! + vector[cell]! * inputCount[cell]! + pin]!;
          joules += moveClock(net, now);
          if (counted) clockToggles[net]!++;
        }
      }
    }
    if (counted) clockInternal += joules;
    capture(now);
  };

  /** Runs all edges before `until`; returns the output that moves next, or -1 when everything has settled. */
  const run = (until: number): number => {
    while (queue.size > 0) {
      const output = queue.item[0]!;
      const isLive = pending[output] !== none && pendingRank[output] === queue.order[0];
      const now = queue.time[0]!;
      if (isLive && now >= until) return output;
      pop(queue);
      if (!isLive) continue;
      const entry = pending[output]!;
      pending[output] = none;
      events++;
      move(outputNet[output]!, now, outputEnergy[entry]!);
    }
    return none;
  };

  let start = 0;
  const set = (net: number, bit: number): void => {
    if (value[net] !== (bit & 1) && clock.isClock[net] === 0) move(net, start, 0);
  };
  const get = (net: number): number => value[net]!;
  for (let cycle = 0; cycle < warmUp + cycles; cycle++) {
    const counted = cycle >= warmUp;
    start = cycle * period;
    clockEdge(start, counted);
    stimulus(cycle, set);
    run(start + period / 2);
    clockEdge(start + period / 2, counted);
    const late = run(start + period);
    if (late !== none) {
      throw new Fault({
        code: 'GATE_UNSETTLED',
        place: `module ${netlist.name}, net ${netlist.netNames[outputNet[late]!]}`,
        cause: `it still moves at the end of cycle ${cycle} with a period of ${period} s`,
        wayOut: 'simulate with a longer period',
      });
    }
    observe?.(cycle, get);
    counts.close(value, counted);
  }
  const { toggles, ...rest } = counts.total;
  for (let net = 0; net < toggles.length; net++) toggles[net]! += clockToggles[net]!;
  return { cycles, toggles, ...rest, clockInternal, events };
}
