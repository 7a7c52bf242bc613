import type { Netlist, NetMemory, NodeId } from '../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../specs/fault.ts';
import { failedAssertion, withAssertionOutputs } from './assertion.ts';
import { compileNetlist } from './compile/compile.ts';
import { defaultLimits, type Limits } from './compile/limits.ts';
import { planLanes } from './lanes/varying.ts';
import { elementBits, type LaneCount } from './lanes/vector-code.ts';
import { joinCounts, joinLimbs, limbOf } from './limbs/join.ts';
import { splitWide } from './limbs/split.ts';
import { registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import { toggleReader } from './toggles/read.ts';
import { type Format, wrap } from './value.ts';
import { instantiate } from './wasm/host.ts';
import { scalarSlot, writeInitialWords } from './words.ts';

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
  /**
   * As `Simulator.toggles`: one count per register, in one lane or, without one, of all lanes together; null unless asked
   * for. Fault `SIM_LANE`.
   */
  readonly toggles: ((lane?: number) => Float64Array) | null;
  /** Present content of a register in one lane. Fault `SIM_REGISTER` for an unknown name. */
  peek(register: string, lane: number): bigint;
}

interface LaneSlot {
  read(lane: number): bigint;
  write(lane: number, value: bigint): void;
}

/** One value of every lane side by side; one unsigned bit is stored as a mask. */
function laneSlot(buffer: ArrayBuffer, address: number, format: Format, lanes: LaneCount): LaneSlot {
  const bits = elementBits(format, lanes);
  const stored = (value: bigint): bigint => (format.width === 1 ? BigInt.asIntN(1, value) : wrap(value, format));
  if (bits === 64) {
    const view = new BigInt64Array(buffer, address, lanes);
    return {
      read: (lane) => wrap(view[lane]!, format),
      write(lane, value) {
        view[lane] = stored(value);
      },
    };
  }
  const view =
    bits === 8
      ? new Int8Array(buffer, address, lanes)
      : bits === 16
        ? new Int16Array(buffer, address, lanes)
        : new Int32Array(buffer, address, lanes);
  return {
    read: (lane) => wrap(BigInt(view[lane]!), format),
    write(lane, value) {
      view[lane] = Number(stored(value));
    },
  };
}

function writeLaneWords(buffer: ArrayBuffer, base: number, memory: NetMemory, lanes: LaneCount): void {
  const bytes = (elementBits(memory, lanes) * lanes) / 8;
  for (let word = 0; word < Math.min(memory.depth, memory.init?.length ?? 0); word++) {
    const slot = laneSlot(buffer, base + word * bytes, memory, lanes);
    for (let lane = 0; lane < lanes; lane++) slot.write(lane, BigInt(memory.init![word]!));
  }
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
  const { bytes, layout, pages } = compileNetlist(withAssertionOutputs(parts), {
    limits: options.limits ?? batchLimits,
    lanes: plan,
    toggles: options.toggles ?? false,
  });
  const { buffer, call } = instantiate(bytes, pages, netlist.name);
  const registerIndex = registerLookup(netlist);
  const cycle = call('cycle');
  const settle = call('settle');
  let cycleCount = 0;

  const slotOf = (node: NodeId, address: number): LaneSlot => {
    const format = parts.nodes[node]!;
    if (plan.varies[node] === 1) return laneSlot(buffer, address, format, lanes);
    const { readBig, writeBig } = scalarSlot(buffer, address, format, format.width <= 32 ? 4 : 8);
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
  const counted = layout.toggles === null ? null : toggleReader(parts, layout.toggles, buffer, call);
  const state = new Uint8Array(buffer, layout.resetFrom, layout.resetBytes);
  const powerOn = state.slice();

  const assertions = (parts.assertions ?? []).map((assertion, index) => ({
    assertion,
    slot: slotOf(assertion.node, layout.outputs[parts.outputs.length + index]!),
  }));

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

  return {
    netlist,
    lanes,
    get cycleCount() {
      return cycleCount;
    },
    reset() {
      counted?.flush();
      state.set(powerOn);
      counted?.follow();
      cycleCount = 0;
    },
    port(name) {
      const port = ports.get(name);
      if (port === undefined) throw unknownPort(netlist, name);
      return port;
    },
    settle: () => settle(),
    cycle(n = 1) {
      if (n < 1) return;
      if (assertions.length === 0) {
        cycle(n);
        cycleCount += n;
        return;
      }
      for (let clock = 0; clock < n; clock++) {
        cycle(1);
        cycleCount += 1;
        for (const { assertion, slot } of assertions) {
          const lane = everyLane.find((each) => slot.read(each) === 0n);
          if (lane !== undefined) throw failedAssertion(assertion, cycleCount - 1, lane);
        }
      }
    },
    toggles:
      counted === null
        ? null
        : (lane) => {
            if (lane !== undefined) checkLane(lane);
            return joinCounts(lane === undefined ? counted.sums(lanes) : counted.ofLane(lane), split.registers);
          },
    peek(name, lane) {
      checkLane(lane);
      return registers[registerIndex(name)]!.read(lane);
    },
  };
}
