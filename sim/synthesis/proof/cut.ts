import { flipFlopOf } from '../netlist/gates.ts';
import { netlistFault, type YosysBit, type YosysCell, type YosysModule } from '../netlist/yosys-json.ts';

type Wires = ReadonlyMap<string, readonly YosysBit[]>;

/** A register of one bit: what it holds, and what it will. */
export interface CutRegister {
  readonly now: YosysBit;
  readonly next: YosysBit;
}

/** One module without state and without what stands inside it. */
export interface Cut {
  /** Ports, and what memories and instances give and take. */
  readonly inputs: Wires;
  readonly outputs: Wires;
  readonly registers: ReadonlyMap<string, CutRegister>;
  /** Gates only. */
  readonly cells: Readonly<Record<string, YosysCell>>;
  /** The module of each instance that was cut out. */
  readonly instances: ReadonlyMap<string, string>;
  /** Parameters of the memories that were cut out. */
  readonly memories: ReadonlyMap<string, Readonly<Record<string, string | number>>>;
  /** The module with its registers, memories and instances cut out; bits of registers are outputs `NAME.now`. */
  readonly open: YosysModule;
}

/** `rename -wire` names a register's cell after its wire, with the type behind. */
const registerOf = (cell: string): string => cell.replace(/\$_[A-Z]*DFF[A-Z0-9]*_[A-Z0-9]*_?$/, '');

const isClock = (port: string): boolean => port === 'RD_CLK' || port === 'WR_CLK';

/** Bits that nothing drives are undefined. */
function drivenOnly(module: YosysModule, all: Readonly<Record<string, YosysModule>>): YosysModule {
  const driven = new Set<YosysBit>(['0', '1']);
  const isOutput = (type: string, pin: string): boolean =>
    all[type] === undefined ? ['Y', 'Q', 'RD_DATA'].includes(pin) : all[type].ports[pin]?.direction === 'output';
  for (const { direction, bits } of Object.values(module.ports)) {
    if (direction === 'input') for (const bit of bits) driven.add(bit);
  }
  for (const { type, connections } of Object.values(module.cells)) {
    for (const [pin, bits] of Object.entries(connections)) {
      if (isOutput(type, pin)) for (const bit of bits) driven.add(bit);
    }
  }
  const known = (bits: readonly YosysBit[]): YosysBit[] => bits.map((bit) => (driven.has(bit) ? bit : 'x'));
  const each = <T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
  const ports = each(module.ports, (port) => ({ ...port, bits: known(port.bits) }));
  const cells = each(module.cells, (cell) => ({ ...cell, connections: each(cell.connections, known) }));
  return { ...module, ports, cells };
}

function firstFreeBit({ ports, cells }: YosysModule): number {
  let free = 2;
  const look = (bits: readonly YosysBit[]): void => {
    for (const bit of bits) if (typeof bit === 'number' && bit >= free) free = bit + 1;
  };
  for (const { bits } of Object.values(ports)) look(bits);
  for (const { connections } of Object.values(cells)) Object.values(connections).forEach(look);
  return free;
}

/**
 * Cuts a module of simple gates at its registers (named by `rename -wire`), memories and instances; `all` has the modules of the
 * design. Errors: SYNTH_NETLIST.
 */
export function cutModule(given: YosysModule, all: Readonly<Record<string, YosysModule>>): Cut {
  const module = drivenOnly(given, all);
  const [clock] = module.ports.clk?.bits ?? [];
  const inputs = new Map<string, readonly YosysBit[]>();
  const outputs = new Map<string, readonly YosysBit[]>();
  const registers = new Map<string, CutRegister>();
  const cells: Record<string, YosysCell> = {};
  const stateful: Record<string, YosysCell> = {};
  const instances = new Map<string, string>();
  const memories = new Map<string, Readonly<Record<string, string | number>>>();
  let free = firstFreeBit(module);

  const port = (ports: Map<string, readonly YosysBit[]>, name: string, bits: readonly YosysBit[]): void => {
    if (inputs.has(name) || outputs.has(name)) throw netlistFault(name, 'two wires have this name');
    ports.set(name, bits);
  };
  const mux = (A: YosysBit, B: YosysBit, S: YosysBit): YosysBit => {
    const Y = free++;
    cells[`$cut$${Y}`] = { type: '$_MUX_', connections: { A: [A], B: [B], S: [S], Y: [Y] } };
    return Y;
  };
  const addRegister = (name: string, cell: YosysCell): void => {
    const bit = (pin: string): YosysBit => {
      const found = cell.connections[pin]?.[0];
      if (found === undefined) throw netlistFault(name, `cell of type ${cell.type} has nothing at ${pin}`);
      return found;
    };
    const { enable, reset, enabledReset } = flipFlopOf(cell.type)!;
    const enabled = (value: YosysBit) => {
      if (enable === null) return value;
      return enable === 1 ? mux(bit('Q'), value, bit('E')) : mux(value, bit('Q'), bit('E'));
    };
    const cleared = (value: YosysBit) => {
      if (reset === null) return value;
      const held = String(reset.value);
      return reset.level === 1 ? mux(value, held, bit('R')) : mux(held, value, bit('R'));
    };
    const next = enabledReset ? enabled(cleared(bit('D'))) : cleared(enabled(bit('D')));
    registers.set(registerOf(name), { now: bit('Q'), next });
    stateful[name] = cell;
  };

  for (const [name, { direction, bits }] of Object.entries(module.ports)) {
    port(direction === 'input' ? inputs : outputs, name, bits);
  }
  for (const [name, cell] of Object.entries(module.cells)) {
    const child = all[cell.type];
    if (child !== undefined || cell.type === '$mem_v2') {
      if (child === undefined) memories.set(name, cell.parameters ?? {});
      else instances.set(name, cell.type);
      for (const [pin, bits] of Object.entries(cell.connections)) {
        if (bits.length === 0 || isClock(pin) || (bits.length === 1 && bits[0] === clock)) continue;
        const gives = child === undefined ? pin === 'RD_DATA' : child.ports[pin]?.direction === 'output';
        port(gives ? inputs : outputs, `${name}.${pin}`, bits);
      }
    } else if (flipFlopOf(cell.type) !== null) addRegister(name, cell);
    else cells[name] = cell;
  }
  const direct = (direction: string, wires: Wires) =>
    [...wires].map(([name, bits]) => ({ name, direction, bits: [...bits] }));
  const held = [...registers].map(([name, { now }]) => ({ name: `${name}.now`, direction: 'output', bits: [now] }));
  const ports: YosysModule['ports'] = Object.fromEntries(
    [...direct('input', inputs), ...direct('output', outputs), ...held].map(({ name, ...wire }) => [name, wire]),
  );
  const open = { ports, cells: { ...cells, ...stateful }, netnames: {} };
  return { inputs, outputs, registers, cells, instances, memories, open };
}
