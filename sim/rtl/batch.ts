import type { Netlist, NodeId } from '../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../specs/fault.ts';
import { failedAssertion } from './assertion.ts';
import { wordBytes } from './compile/layout.ts';
import { defaultLimits, type Limits } from './compile/limits.ts';
import { type LaneSlot, laneSlot, writeLaneWords } from './lanes/lane-slot.ts';
import { planLanes } from './lanes/varying.ts';
import { type LaneCount, vectorBytes } from './lanes/vector-code.ts';
import { joinCounts, joinLimbs, limbOf } from './limbs/join.ts';
import { splitWide } from './limbs/split.ts';
import { memoryLookup, registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import { loadMachine } from './machine.ts';
import { type Observer, observersOf } from './observe.ts';
import { bigReading } from './reading.ts';
import type { Checkpoint } from './simulator.ts';
import type { Format } from './value.ts';
import { scalarSlot, wordViews, writeInitialWords } from './words.ts';

export type { LaneCount } from './lanes/vector-code.ts';

export interface BatchOptions {
  /** Independent stimuli that run at once. Default 16. */
  readonly lanes?: LaneCount;
  /** Inputs that carry the same value in every lane; logic that depends on nothing else is computed once. */
  readonly shared?: readonly string[];
  readonly limits?: Limits;
  /** Counts the toggled bits of every register. Default false. */
  readonly toggles?: boolean;
}

/** A top-level port of every lane. Lanes count from 0. */
export interface BatchPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly signed: boolean;
  /** False when every lane has the same value. */
  readonly varies: boolean;
  read(lane: number): number;
  readBig(lane: number): bigint;
  /** Wraps into the port's width. Fault `SIM_PORT` on an output, `SIM_LANE` on a shared input. */
  write(lane: number, value: number): void;
  writeBig(lane: number, value: bigint): void;
  /** The same value for every lane; the only way to write a shared input. */
  writeAll(value: number | bigint): void;
}

/** Several runs of one circuit at once, each with its own inputs, state and memories. */
export interface BatchSimulator {
  readonly netlist: Netlist;
  readonly lanes: number;
  readonly cycleCount: number;
  /** Power-on state in every lane; inputs keep their values. */
  reset(): void;
  /** Fault `SIM_PORT` for an unknown name. */
  port(name: string): BatchPort;
  settle(): void;
  /** `n` clocks. Fault `SIM_ASSERTION` at the end of the first clock in which an assertion was 0 in some lane. */
  cycle(n?: number): void;
  /** State and inputs of all lanes. */
  checkpoint(): Checkpoint;
  /**
   * As `Simulator.toggles`: one count per register, in one lane or, without one, of all lanes together; null unless asked
   * for. Fault `SIM_LANE`.
   */
  readonly toggles: ((lane?: number) => Float64Array) | null;
  /** Value of a port, else of a register, else of a net in one lane, as `Simulator.get`. Fault `SIM_NAME` for none of them. */
  get(name: string, lane: number): bigint;
  /** Writes an input in one lane or, without one, in all. Faults as `BatchPort.write`. */
  set(name: string, value: number | bigint, lane?: number): void;
  /** Present content of a register in one lane. Fault `SIM_REGISTER` for an unknown name. */
  peek(register: string, lane: number): bigint;
  /** Overwrites a register in one lane (wrapped into its width). Fault `SIM_LANE` where all lanes share it. */
  poke(register: string, lane: number, value: bigint): void;
  pokeAll(register: string, value: bigint): void;
  /** Present word of a memory in one lane. Fault `SIM_MEMORY` for an unknown name or an address beyond the depth. */
  word(memory: string, address: number, lane: number): bigint;
}

/** Vectors keep more values alive than scalars: smaller functions. */
const batchLimits: Limits = { ...defaultLimits, chunkNodes: 500 };

/** Runs `lanes` stimuli in SIMD lanes, from power-on; values wider than 64 bits in limbs. Fault `SIM_HOST` without WebAssembly. */
export function createBatchSimulator(netlist: Netlist, options: BatchOptions = {}): BatchSimulator {
  const lanes = options.lanes ?? 16;
  const shared = new Set(options.shared ?? []);
  for (const name of shared) {
    if (!netlist.inputs.some((input) => input.name === name)) throw unknownPort(netlist, name);
  }
  const split = splitWide(netlist, 'ladder');
  const parts = split.netlist;
  const sharedLimbs = new Set(
    netlist.inputs.flatMap(({ name }, index) =>
      shared.has(name) ? split.inputs[index]!.map((place) => parts.inputs[place]!.name) : [],
    ),
  );
  const plan = planLanes(parts, lanes, (name) => !sharedLimbs.has(name));
  const { layout, buffer, start } = loadMachine(parts, netlist.name, {
    limits: options.limits ?? batchLimits,
    lanes: plan,
    toggles: options.toggles ?? false,
  });
  const views = wordViews(buffer);
  const registerIndex = registerLookup(netlist);
  const memoryIndex = memoryLookup(netlist);

  const slotOf = (node: NodeId, address: number): LaneSlot => {
    const format = parts.nodes[node]!;
    if (plan.varies[node] === 1) return laneSlot(buffer, address, format, lanes);
    const { readBig, writeBig } = scalarSlot(views, address, format, format.width <= 32 ? 4 : 8);
    return { read: readBig, write: (_, value) => writeBig(value) };
  };
  /** A value of the original from its limbs. */
  const joined = (limbs: readonly LaneSlot[], format: Format): LaneSlot => {
    if (limbs.length === 1) return limbs[0]!;
    return {
      read: (lane) =>
        joinLimbs(
          limbs.map((limb) => limb.read(lane)),
          format,
        ),
      write(lane, value) {
        for (const [index, limb] of limbs.entries()) limb.write(lane, limbOf(value, index));
      },
    };
  };
  const everyLane = Array.from({ length: lanes }, (_, lane) => lane);
  const registers = netlist.registers.map((register, index) =>
    joined(
      split.registers[index]!.map((place) => slotOf(parts.registers[place]!.node, layout.registers[place]!)),
      register,
    ),
  );
  netlist.registers.forEach(({ init }, index) => {
    for (const lane of everyLane) registers[index]!.write(lane, init ?? 0n);
  });
  parts.memories.forEach((memory, index) => {
    if (plan.memories[index]) writeLaneWords(buffer, layout.memories[index]!, memory, lanes);
    else writeInitialWords(buffer, layout.memories[index]!, memory);
  });
  const assertions = (parts.assertions ?? []).map((assertion, index) => ({
    assertion,
    slot: slotOf(assertion.node, layout.outputs[parts.outputs.length + index]!),
  }));

  const machine = start((clock) => {
    for (const { assertion, slot } of assertions) {
      const lane = everyLane.find((each) => slot.read(each) === 0n);
      if (lane !== undefined) return failedAssertion(assertion, clock, lane);
    }
    return null;
  });
  const counted = machine.toggles;

  const checkLane = (lane: number): void => {
    if (Number.isInteger(lane) && lane >= 0 && lane < lanes) return;
    throw new Fault({
      code: 'SIM_LANE',
      place: netlist.name,
      cause: `there is no lane ${lane}`,
      wayOut: `use a whole number from 0 to ${lanes - 1}`,
    });
  };
  const makePort = (
    direction: 'input' | 'output',
    { name, node }: { readonly name: string; readonly node: NodeId },
    limbs: readonly { readonly node: NodeId; readonly address: number }[],
  ): BatchPort => {
    const { width, signed } = netlist.nodes[node]!;
    const varies = limbs.some((limb) => plan.varies[limb.node] === 1);
    const slot = joined(
      limbs.map((limb) => slotOf(limb.node, limb.address)),
      { width, signed },
    );
    const readBig = (lane: number): bigint => {
      checkLane(lane);
      return slot.read(lane);
    };
    const writeBig = (lane: number, value: bigint): void => {
      checkLane(lane);
      if (direction === 'output') throw writtenOutput(netlist, name);
      if (!varies) {
        throw new Fault({
          code: 'SIM_LANE',
          place: netlist.name,
          cause: `the input '${name}' is shared by all lanes and cannot be written in lane ${lane} alone`,
          wayOut: 'use writeAll, or leave the input out of `shared`',
        });
      }
      slot.write(lane, value);
    };
    return {
      name,
      direction,
      width,
      signed,
      varies,
      readBig,
      writeBig,
      read: (lane) => Number(readBig(lane)),
      write: (lane, value) => writeBig(lane, BigInt(value)),
      writeAll(value) {
        if (direction === 'output') throw writtenOutput(netlist, name);
        for (const lane of everyLane) slot.write(lane, BigInt(value));
      },
    };
  };
  const ports = new Map<string, BatchPort>();
  netlist.inputs.forEach((input, index) => {
    const limbs = split.inputs[index]!.map((place) => ({
      node: parts.inputs[place]!.node,
      address: layout.inputs[place]!,
    }));
    ports.set(input.name, makePort('input', input, limbs));
  });
  netlist.outputs.forEach((output, index) => {
    const limbs = split.outputs[index]!.map((place) => ({
      node: parts.outputs[place]!.node,
      address: layout.outputs[place]!,
    }));
    ports.set(output.name, makePort('output', output, limbs));
  });

  const port = (name: string): BatchPort => {
    const found = ports.get(name);
    if (found === undefined) throw unknownPort(netlist, name);
    return found;
  };
  const peek = (name: string, lane: number): bigint => {
    checkLane(lane);
    return registers[registerIndex(name)]!.read(lane);
  };

  const readData = (memory: number, port: number, lane: number): bigint => {
    const limbs = split.memories[memory]!.map((place) =>
      slotOf(parts.memories[place]!.reads[port]!.node, layout.readData[place]![port]!),
    );
    return joined(limbs, netlist.memories[memory]!).read(lane);
  };
  const newObserver = observersOf(netlist);
  const observers: Observer[] = [];
  const observer = (lane: number): Observer => {
    observers[lane] ??= newObserver({
      port: (name) => {
        const found = ports.get(name);
        return found && { width: found.width, ...bigReading(() => found.readBig(lane)) };
      },
      input: (index) => bigReading(() => ports.get(netlist.inputs[index]!.name)!.readBig(lane)),
      register: (index) => bigReading(() => registers[index]!.read(lane)),
      readData: (memory, port) => bigReading(() => readData(memory, port, lane)),
    });
    return observers[lane];
  };

  return {
    netlist,
    lanes,
    get cycleCount() {
      return machine.clocks();
    },
    reset: machine.reset,
    port,
    settle: machine.settle,
    cycle: machine.cycle,
    checkpoint: machine.checkpoint,
    get(name, lane) {
      checkLane(lane);
      return observer(lane).get(name);
    },
    set(name, value, lane) {
      if (lane === undefined) port(name).writeAll(value);
      else port(name).writeBig(lane, BigInt(value));
    },
    toggles:
      counted === null
        ? null
        : (lane) => {
            if (lane !== undefined) checkLane(lane);
            return joinCounts(lane === undefined ? counted.sums(lanes) : counted.ofLane(lane), split.registers);
          },
    peek,
    poke(name, lane, value) {
      const index = registerIndex(name);
      checkLane(lane);
      if (split.registers[index]!.some((place) => plan.varies[parts.registers[place]!.node] === 0)) {
        throw new Fault({
          code: 'SIM_LANE',
          place: netlist.name,
          cause: `the register '${name}' is, at least in part, the same in all lanes and cannot be written in lane ${lane} alone`,
          wayOut: 'use pokeAll',
        });
      }
      machine.change(() => registers[index]!.write(lane, value));
    },
    pokeAll(name, value) {
      const index = registerIndex(name);
      machine.change(() => {
        for (const lane of everyLane) registers[index]!.write(lane, value);
      });
    },
    word(name, address, lane) {
      checkLane(lane);
      const index = memoryIndex(name, address);
      const limbs = split.memories[index]!.map((place) => {
        const memory = parts.memories[place]!;
        const base = layout.memories[place]!;
        if (plan.memories[place]) return laneSlot(buffer, base + address * vectorBytes(memory, lanes), memory, lanes);
        const { readBig } = scalarSlot(views, base + address * wordBytes(memory), memory, wordBytes(memory));
        return { read: readBig, write: () => {} };
      });
      return joined(limbs, netlist.memories[index]!).read(lane);
    },
  };
}
