import type { Netlist, NetMemory } from '../../hdl-gen/ir/netlist.ts';
import { type CompileOptions, compileNetlist } from './compile/compile.ts';
import { wordBytes } from './compile/layout.ts';
import { registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import type { Port, Simulator } from './simulator.ts';
import { type Format, wrap } from './value.ts';
import { instantiate } from './wasm/host.ts';

interface Views {
  readonly small: Int32Array;
  readonly large: BigInt64Array;
}

interface Slot {
  readonly read: () => number;
  readonly write: (value: number) => void;
  readonly readBig: () => bigint;
  readonly writeBig: (value: bigint) => void;
}

/** Access to one value in linear memory, in the canonical form that the compiled code relies on. */
function slotAt({ small, large }: Views, address: number, format: Format): Slot {
  const { width, signed } = format;
  if (width > 32) {
    const at = address >> 3;
    const readBig = signed ? () => large[at]! : () => BigInt.asUintN(64, large[at]!);
    const writeBig = (value: bigint): void => {
      large[at] = wrap(value, format);
    };
    return { read: () => Number(readBig()), readBig, writeBig, write: (value) => writeBig(BigInt(value)) };
  }
  const at = address >> 2;
  const unused = 32 - width;
  const read = signed ? () => small[at]! : () => small[at]! >>> 0;
  const write = signed
    ? (value: number): void => {
        small[at] = (value << unused) >> unused;
      }
    : (value: number): void => {
        small[at] = (value << unused) >>> unused;
      };
  return {
    read,
    write,
    readBig: () => BigInt(read()),
    writeBig: (value) => write(Number(BigInt.asIntN(32, value))),
  };
}

/** Initial words as they lie in linear memory. */
function writeInitialWords(buffer: ArrayBuffer, base: number, memory: NetMemory): void {
  if (memory.init === null) return;
  const bytes = wordBytes(memory);
  const words = Math.min(memory.depth, memory.init.length);
  if (bytes === 8) {
    const view = new BigInt64Array(buffer, base, words);
    for (let i = 0; i < words; i += 1) view[i] = wrap(BigInt(memory.init[i]!), memory);
    return;
  }
  const unused = 32 - memory.width;
  const narrow = (word: number): number => (memory.signed ? (word << unused) >> unused : (word << unused) >>> unused);
  const view =
    bytes === 1
      ? new Int8Array(buffer, base, words)
      : bytes === 2
        ? new Int16Array(buffer, base, words)
        : new Int32Array(buffer, base, words);
  for (let i = 0; i < words; i += 1) {
    const word = memory.init[i]!;
    view[i] = narrow(typeof word === 'number' ? word : Number(BigInt.asIntN(32, word)));
  }
}

/** The simulator interface on compiled code. Fault `SIM_WIDTH` for a netlist with a value wider than 64 bits. */
export function createCompiled(netlist: Netlist, options: CompileOptions = {}): Simulator {
  const { bytes, layout, pages } = compileNetlist(netlist, options);
  const { buffer, call } = instantiate(bytes, pages);
  const views: Views = { small: new Int32Array(buffer), large: new BigInt64Array(buffer) };
  const registerIndex = registerLookup(netlist);
  const cycle = call('cycle');
  const settle = call('settle');
  let cycleCount = 0;

  const nodeFormat = (node: number): Format => netlist.nodes[node]!;
  const registers = netlist.registers.map((register, index) => slotAt(views, layout.registers[index]!, register));
  netlist.registers.forEach(({ init }, index) => {
    registers[index]!.writeBig(init ?? 0n);
  });
  netlist.memories.forEach((memory, index) => {
    writeInitialWords(buffer, layout.memories[index]!, memory);
  });
  const state = new Uint8Array(buffer, layout.resetFrom, layout.resetBytes);
  const powerOn = state.slice();

  const ports = new Map<string, Port>();
  netlist.inputs.forEach(({ name, node }, index) => {
    const { width, signed } = nodeFormat(node);
    ports.set(name, {
      name,
      direction: 'input',
      width,
      signed,
      ...slotAt(views, layout.inputs[index]!, nodeFormat(node)),
    });
  });
  netlist.outputs.forEach(({ name, node }, index) => {
    const { width, signed } = nodeFormat(node);
    const { read, readBig } = slotAt(views, layout.outputs[index]!, nodeFormat(node));
    const refuse = (): never => {
      throw writtenOutput(netlist, name);
    };
    ports.set(name, { name, direction: 'output', width, signed, read, readBig, write: refuse, writeBig: refuse });
  });

  return {
    netlist,
    engine: 'wasm',
    registers: netlist.registers.map((register) => register.name),
    get cycleCount() {
      return cycleCount;
    },
    reset() {
      state.set(powerOn);
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
      cycle(n);
      cycleCount += n;
    },
    toggles:
      layout.toggles === null
        ? null
        : () => Float64Array.from(layout.toggles!, (address) => Number(views.large[address >> 3])),
    peek: (name) => registers[registerIndex(name)]!.readBig(),
    poke: (name, value) => registers[registerIndex(name)]!.writeBig(value),
  };
}
