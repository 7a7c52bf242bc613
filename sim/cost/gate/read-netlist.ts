import { Fault } from '../../../specs/fault.ts';
import { type CellKind, cellKind } from './kind.ts';
import type { Library, LibraryCell } from './liberty/library.ts';
import { driver, type GateNetlist, type GatePort, oneNet, zeroNet } from './netlist.ts';

interface YosysPort {
  readonly direction: string;
  readonly bits: readonly (number | string)[];
}
interface YosysCell {
  readonly type: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}
interface YosysNet {
  readonly hide_name: number;
  readonly bits: readonly (number | string)[];
  readonly offset?: number;
  readonly upto?: number;
}
interface YosysModule {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, YosysPort>>;
  readonly cells: Readonly<Record<string, YosysCell>>;
  readonly netnames: Readonly<Record<string, YosysNet>>;
}

function fault(place: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'GATE_NETLIST', place, cause, wayOut });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const hasBits = (value: unknown, field: string): boolean =>
  isRecord(value) &&
  Array.isArray(value[field]) &&
  value[field].every((bit) => (Number.isInteger(bit) && (bit as number) >= 0) || typeof bit === 'string');

/** Checks the part of the document that is read, so that a wrong file is a sentence and no crash. */
function checkedModule(document: unknown, top: string | null): readonly [string, YosysModule] {
  const again = 'write it with `write_json` of Yosys after `flatten` and mapping';
  const modules = isRecord(document) ? document.modules : undefined;
  if (!isRecord(modules)) throw fault('the netlist', 'it has no "modules"', again);
  const names = Object.keys(modules);
  const isTop = (name: string): boolean => {
    const module = modules[name];
    return isRecord(module) && isRecord(module.attributes) && Number.parseInt(`${module.attributes.top}`, 2) === 1;
  };
  const name = top ?? names.find(isTop) ?? (names.length === 1 ? names[0]! : null);
  if (name === null || !Object.hasOwn(modules, name)) {
    const cause = name === null ? 'no module is marked as top' : `there is no module ${JSON.stringify(name)}`;
    throw fault('the netlist', `${cause}; it has ${names.slice(0, 5).join(', ')}`, 'name the top module');
  }
  const module = modules[name];
  const wrong = (what: string): Fault => fault(`module ${name}`, `${what} are missing or malformed`, again);
  if (!isRecord(module)) throw wrong('its contents');
  const parts = [module.ports, module.cells, module.netnames];
  if (!parts.every(isRecord)) throw wrong('ports, cells or netnames');
  const [ports, cells, nets] = parts as Record<string, unknown>[];
  if (!Object.values(ports!).every((port) => hasBits(port, 'bits'))) throw wrong('bits of its ports');
  if (!Object.values(nets!).every((net) => hasBits(net, 'bits'))) throw wrong('bits of its nets');
  for (const [cell, content] of Object.entries(cells!)) {
    const connections = isRecord(content) && typeof content.type === 'string' ? content.connections : null;
    if (!isRecord(connections) || !Object.keys(connections).every((pin) => hasBits(connections, pin))) {
      throw fault(`module ${name}, cell ${cell}`, 'its type or connections are malformed', again);
    }
  }
  return [name, module as unknown as YosysModule];
}

/** Names of nets by their Yosys number: the design's own names first, among these the shortest. */
function namesOf(module: YosysModule): Map<number, { name: string; named: boolean }> {
  const names = new Map<number, { name: string; named: boolean }>();
  for (const [base, net] of Object.entries(module.netnames)) {
    const named = net.hide_name === 0;
    net.bits.forEach((bit, at) => {
      if (typeof bit !== 'number') return;
      const position = (net.offset ?? 0) + (net.upto === 1 ? net.bits.length - 1 - at : at);
      const name = net.bits.length === 1 ? base : `${base}[${position}]`;
      const known = names.get(bit);
      const better =
        known === undefined || (named && !known.named) || (named === known.named && name.length < known.name.length);
      if (better) names.set(bit, { name, named });
    });
  }
  return names;
}

/** Hands out net numbers; 0 and 1 are the constants. */
function netNumbers(module: YosysModule): {
  readonly of: (bit: number | string, place: string) => number;
  readonly names: string[];
  readonly named: boolean[];
} {
  const known = namesOf(module);
  const numbers = new Map<number, number>();
  const names = ["1'0", "1'1"];
  const named = [true, true];
  const of = (bit: number | string, place: string): number => {
    if (bit === '0') return zeroNet;
    if (bit === '1') return oneNet;
    if (typeof bit === 'string') {
      throw fault(
        place,
        `it is connected to the undefined value ${JSON.stringify(bit)}`,
        'run `setundef -zero` before `write_json`',
      );
    }
    let number = numbers.get(bit);
    if (number === undefined) {
      number = names.length;
      numbers.set(bit, number);
      const found = known.get(bit);
      names.push(found?.name ?? `net ${bit}`);
      named.push(found?.named ?? false);
    }
    return number;
  };
  return { of, names, named };
}

function libraryCell(libraries: readonly Library[], type: string, place: string): LibraryCell {
  for (const library of libraries) {
    const found = library.cells.get(type);
    if (found !== undefined) return found;
  }
  const hint = type.startsWith('$') ? 'a generic cell of Yosys that was not mapped' : 'not in the library';
  const wayOut = 'map the design with the libraries that are given here (dfflibmap, abc -liberty, flatten)';
  throw fault(place, `its type ${JSON.stringify(type)} is ${hint}`, wayOut);
}

/** Bits of a cell's port `A` appear as pins `A` or, of buses, `A[i]` with i counted from the least significant. */
function pinBits(cell: YosysCell): Map<string, number | string> {
  const bits = new Map<string, number | string>();
  for (const [port, connected] of Object.entries(cell.connections)) {
    if (connected.length === 1) bits.set(port, connected[0]!);
    connected.forEach((bit, at) => {
      bits.set(`${port}[${at}]`, bit);
    });
  }
  return bits;
}

function starts(counts: Int32Array): Int32Array {
  const start = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) start[i + 1] = start[i]! + counts[i]!;
  return start;
}

/**
 * Reads a design that Yosys mapped to one or several libraries (`write_json`; parsed, not text). Tri-state outputs are
 * refused; the supply is that of the first library.
 * Errors: `GATE_NETLIST`, `GATE_CELL`.
 */
export function readMappedNetlist(
  document: unknown,
  libraries: readonly Library[],
  top: string | null = null,
): GateNetlist {
  const [name, module] = checkedModule(document, top);
  const nets = netNumbers(module);
  const kinds: CellKind[] = [];
  const kindNumbers = new Map<string, number>();
  const cellNames = Object.keys(module.cells);
  const cellKinds = new Int32Array(cellNames.length);
  const inputNet: number[] = [];
  const outputNet: number[] = [];
  const inputCounts = new Int32Array(cellNames.length);
  const outputCounts = new Int32Array(cellNames.length);
  const cellSources: string[] = [];
  let area = 0;

  const ports = (direction: string): GatePort[] =>
    Object.entries(module.ports)
      .filter(([, port]) => port.direction === direction)
      .map(([port, { bits }]) => ({
        name: port,
        nets: Int32Array.from(bits, (bit) => nets.of(bit, `module ${name}, port ${port}`)),
      }));
  const inputs = ports('input');
  if (Object.values(module.ports).some((port) => port.direction === 'inout')) {
    throw fault(`module ${name}`, 'it has a port in both directions', 'split the port into an input and an output');
  }

  cellNames.forEach((cellName, at) => {
    const cell = module.cells[cellName]!;
    const place = `module ${name}, cell ${cellName}`;
    let number = kindNumbers.get(cell.type);
    if (number === undefined) {
      number = kinds.length;
      kindNumbers.set(cell.type, number);
      kinds.push(cellKind(libraryCell(libraries, cell.type, place)));
    }
    const kind = kinds[number]!;
    cellKinds[at] = number;
    area += kind.cell.area;
    const source = cell.attributes?.src;
    cellSources.push(typeof source === 'string' ? source : '');
    if (kind.cell.pins.some((pin) => pin.threeState)) {
      throw fault(place, `${cell.type} is a tri-state cell`, 'map the design without tri-state cells');
    }
    const bits = pinBits(cell);
    for (const pin of kind.inputs) {
      const bit = bits.get(pin.name);
      if (bit === undefined)
        throw fault(place, `its input ${pin.name} is not connected`, 'connect it, or tie it to a constant');
      inputNet.push(nets.of(bit, `${place}, pin ${pin.name}`));
    }
    for (const pin of kind.outputs) {
      const bit = bits.get(pin.name);
      outputNet.push(typeof bit === 'number' ? nets.of(bit, place) : -1);
    }
    inputCounts[at] = kind.inputs.length;
    outputCounts[at] = kind.outputs.length;
  });
  const outputs = ports('output');
  const shape = { name, inputs, outputs, inputNet, outputNet, names: nets.names };
  const inputStart = starts(inputCounts);
  const outputStart = starts(outputCounts);
  const driverCell = drivers(shape, cellNames, outputStart);
  return {
    name,
    voltage: libraries[0]!.voltage,
    kinds,
    cellNames,
    cellSources,
    cellKind: cellKinds,
    inputStart,
    inputNet: Int32Array.from(inputNet),
    outputStart,
    outputNet: Int32Array.from(outputNet),
    netNames: nets.names,
    netIsNamed: Uint8Array.from(nets.named, Number),
    driverCell,
    ...sinks(inputNet, inputStart, nets.names.length),
    inputs,
    outputs,
    area,
  };
}

interface Shape {
  readonly name: string;
  readonly inputs: readonly GatePort[];
  readonly outputs: readonly GatePort[];
  readonly inputNet: readonly number[];
  readonly outputNet: readonly number[];
  readonly names: readonly string[];
}

/** One driver per net that is read, no more and no less. */
function drivers(shape: Shape, cellNames: readonly string[], outputStart: Int32Array): Int32Array {
  const { name, inputs, outputs, inputNet, outputNet, names } = shape;
  const none = -3;
  const found = new Int32Array(names.length).fill(none);
  const drive = (net: number, by: number): void => {
    if (found[net] !== none)
      throw fault(`module ${name}, net ${names[net]}`, 'it has two drivers', 'remove one of them');
    found[net] = by;
  };
  drive(zeroNet, driver.constant);
  drive(oneNet, driver.constant);
  for (const port of inputs) for (const net of port.nets) drive(net, driver.input);
  for (let cell = 0; cell < cellNames.length; cell++) {
    for (let at = outputStart[cell]!; at < outputStart[cell + 1]!; at++) {
      if (outputNet[at]! >= 0) drive(outputNet[at]!, cell);
    }
  }
  const read = [...inputNet, ...outputs.flatMap((port) => [...port.nets])];
  const open = read.find((net) => found[net] === none);
  if (open === undefined) return found;
  throw fault(
    `module ${name}, net ${names[open]}`,
    'it is read but nothing drives it',
    'run `setundef -zero -undriven` before mapping',
  );
}

function sinks(
  inputNet: readonly number[],
  inputStart: Int32Array,
  netCount: number,
): Pick<GateNetlist, 'sinkStart' | 'sinkCell' | 'sinkPin'> {
  const counts = new Int32Array(netCount);
  for (const net of inputNet) counts[net]!++;
  const sinkStart = starts(counts);
  const next = sinkStart.slice();
  const sinkCell = new Int32Array(inputNet.length);
  const sinkPin = new Int32Array(inputNet.length);
  for (let cell = 0; cell + 1 < inputStart.length; cell++) {
    for (let at = inputStart[cell]!; at < inputStart[cell + 1]!; at++) {
      const slot = next[inputNet[at]!]!++;
      sinkCell[slot] = cell;
      sinkPin[slot] = at - inputStart[cell]!;
    }
  }
  return { sinkStart, sinkCell, sinkPin };
}
