import { type CellKind, cellKind } from '../../cost/gate/kind.ts';
import { type Expression, evaluate } from '../../cost/gate/liberty/expression.ts';
import type { CellState, Library, LibraryPin } from '../../cost/gate/liberty/library.ts';
import { netlistFault, type YosysBit, type YosysCell, type YosysModule } from './yosys-json.ts';

type Flop = Extract<CellState, { kind: 'flop' }>;

/** Yosys's simple gates under construction; constants are folded. */
interface Gates {
  readonly cells: Record<string, YosysCell>;
  readonly bit: () => number;
  readonly add: (type: string, connections: Readonly<Record<string, YosysBit>>, name?: string) => void;
  readonly not: (a: YosysBit) => YosysBit;
  readonly two: (op: 'and' | 'or' | 'xor', a: YosysBit, b: YosysBit) => YosysBit;
}

function newGates(firstBit: number): Gates {
  const cells: Record<string, YosysCell> = {};
  const inverses = new Map<YosysBit, YosysBit>();
  let next = firstBit;
  let made = 0;
  const bit = () => next++;
  const add: Gates['add'] = (type, ports, name = `$plain$${made++}`) => {
    cells[name] = {
      type,
      connections: Object.fromEntries(Object.entries(ports).map(([port, wire]) => [port, [wire]])),
    };
  };
  const made2 = (type: string, A: YosysBit, B: YosysBit): YosysBit => {
    const Y = bit();
    add(type, { A, B, Y });
    return Y;
  };
  const not = (A: YosysBit): YosysBit => {
    if (A === '0' || A === '1') return A === '0' ? '1' : '0';
    const known = inverses.get(A);
    if (known !== undefined) return known;
    const Y = bit();
    add('$_NOT_', { A, Y });
    inverses.set(A, Y);
    inverses.set(Y, A);
    return Y;
  };
  const two: Gates['two'] = (op, a, b) => {
    const [constant, other] = a === '0' || a === '1' ? [a, b] : [b, a];
    if (constant === '0') return op === 'and' ? '0' : other;
    if (constant === '1') return op === 'and' ? other : op === 'or' ? '1' : not(other);
    return made2(`$_${op.toUpperCase()}_`, a, b);
  };
  return { cells, bit, add, not, two };
}

function bitFor(gates: Gates, expression: Expression, bitOf: (name: string) => YosysBit): YosysBit {
  switch (expression.kind) {
    case 'constant':
      return expression.value === 1 ? '1' : '0';
    case 'pin':
      return bitOf(expression.name);
    case 'not':
      return gates.not(bitFor(gates, expression.of, bitOf));
    default:
      return gates.two(expression.kind, bitFor(gates, expression.left, bitOf), bitFor(gates, expression.right, bitOf));
  }
}

/** What a cell is, for a cell of a known type. */
type Meaning =
  | { readonly kind: 'logic'; readonly outputs: readonly LibraryPin[] }
  | { readonly kind: 'flop'; readonly state: Flop; readonly clock: string; readonly outputs: readonly LibraryPin[] }
  /** `enabled`: whether the next high phase of the clock passes, for every vector of `pins`. */
  | {
      readonly kind: 'clockGate';
      readonly clock: string;
      readonly output: string;
      readonly pins: readonly string[];
      readonly enabled: Uint8Array;
    };

/** A clock gate that holds its enable while the clock is high and is 0 while it is low; null for any other cell. */
function clockGateIn(kind: CellKind): Meaning | null {
  const { inputs, outputs, state, truth, clockMask } = kind;
  const clock = inputs.findIndex((_, at) => clockMask === 1 << at);
  if (state === null || state.edge !== null || clock < 0 || outputs.length !== 1) return null;
  const held = 1 << inputs.length;
  const others = inputs.flatMap((_, at) => (at === clock ? [] : [at]));
  const vectorOf = (choice: number): number =>
    others.reduce((vector, at, place) => vector | (((choice >> place) & 1) << at), 0);
  const enabled = new Uint8Array(1 << others.length);
  for (let choice = 0; choice < enabled.length; choice++) {
    const low = vectorOf(choice);
    const high = low | clockMask;
    const captured = state.level[low]!;
    const follows = state.level[low | held] === captured && state.level[high] === 0 && state.level[high | held] === 1;
    const passes =
      truth[0]![low] === 0 && truth[0]![low | held] === 0 && truth[0]![high] === 0 && truth[0]![high | held] === 1;
    if (!follows || !passes) return null;
    enabled[choice] = captured;
  }
  return {
    kind: 'clockGate',
    clock: inputs[clock]!.name,
    output: outputs[0]!.name,
    pins: others.map((at) => inputs[at]!.name),
    enabled,
  };
}

function meaningOf(kind: CellKind): Meaning | string {
  const { state } = kind.cell;
  const outputs = kind.outputs;
  if (kind.isOpaque) return 'has an output without a function';
  if (state === null) return { kind: 'logic', outputs };
  if (state.kind !== 'flop') return clockGateIn(kind) ?? 'is neither a gate, nor a flip-flop, nor a clock gate';
  if (state.clock.kind !== 'pin') return 'does not take its data at the rising edge of one pin';
  return { kind: 'flop', state, clock: state.clock.name, outputs };
}

/** A sum of products: clock gates have two or three pins. */
function enableOf(
  gates: Gates,
  { pins, enabled }: Extract<Meaning, { kind: 'clockGate' }>,
  bitOf: (pin: string) => YosysBit,
) {
  let sum: YosysBit = '0';
  for (const [choice, value] of enabled.entries()) {
    if (value === 0) continue;
    let product: YosysBit = '1';
    for (const [at, pin] of pins.entries()) {
      const bit = bitOf(pin);
      product = gates.two('and', product, ((choice >> at) & 1) === 1 ? bit : gates.not(bit));
    }
    sum = gates.two('or', sum, product);
  }
  return sum;
}

function highestBit({ ports, cells }: YosysModule): number {
  let highest = 1;
  const look = (bits: readonly YosysBit[]): void => {
    for (const bit of bits) if (typeof bit === 'number' && bit > highest) highest = bit;
  };
  for (const { bits } of Object.values(ports)) look(bits);
  for (const { connections } of Object.values(cells)) for (const bits of Object.values(connections)) look(bits);
  return highest;
}

/**
 * A flat module whose cells are those of Liberty libraries as one of Yosys's simple gates and flip-flops: every output becomes
 * its `function`. A clock gate becomes the enable of the flip-flops behind it, and a flip-flop that stores the complement stores the
 * value: both are the same at every clock. Cells of other kinds (memories, simple gates) stay. Errors: SYNTH_NETLIST.
 */
export function inPlainGates(module: YosysModule, libraries: readonly Library[]): YosysModule {
  const gates = newGates(highestBit(module) + 1);
  const meanings = new Map<string, Meaning | null>();
  const meaning = (name: string, { type }: YosysCell): Meaning | null => {
    const known = meanings.get(type);
    if (known !== undefined) return known;
    const cell = libraries.find(({ cells }) => cells.has(type))?.cells.get(type);
    const found = cell === undefined ? null : meaningOf(cellKind(cell));
    if (typeof found === 'string') throw netlistFault(name, `cell of type ${type} ${found}`);
    meanings.set(type, found);
    return found;
  };
  const pinOf =
    (name: string, cell: YosysCell) =>
    (pin: string): YosysBit => {
      const [bit] = cell.connections[pin] ?? [];
      if (bit === undefined) throw netlistFault(name, `cell of type ${cell.type} has nothing at ${pin}`);
      return bit;
    };
  const drive = (name: string, cell: YosysCell, pin: LibraryPin, bitOf: (name: string) => YosysBit): void => {
    const [Y] = cell.connections[pin.name] ?? [];
    if (typeof Y !== 'number') return;
    gates.add('$_BUF_', { A: bitFor(gates, pin.function!, bitOf), Y }, `${name}$${pin.name}`);
  };

  const all = Object.entries(module.cells).map(([name, cell]) => ({ name, cell, is: meaning(name, cell) }));
  /** Gated clocks: the clock that each is made of, and its enable. */
  const gated = new Map<YosysBit, { readonly clock: YosysBit; readonly enable: YosysBit }>();
  for (const { name, cell, is } of all) {
    if (is?.kind !== 'clockGate') continue;
    const bitOf = pinOf(name, cell);
    const [output] = cell.connections[is.output] ?? [];
    if (output !== undefined) gated.set(output, { clock: bitOf(is.clock), enable: enableOf(gates, is, bitOf) });
  }

  const addFlop = (
    name: string,
    cell: YosysCell,
    { state, clock, outputs }: Extract<Meaning, { kind: 'flop' }>,
  ): void => {
    const pins = pinOf(name, cell);
    const reset = { clear: state.clear, preset: state.preset };
    for (const [kind, expression] of Object.entries(reset)) {
      if (expression !== null && bitFor(gates, expression, pins) !== '0')
        throw netlistFault(name, `flip-flop of type ${cell.type} has a ${kind} that is not tied off`);
    }
    const complement = evaluate(state.next, () => 0) === 1;
    const Q = gates.bit();
    const [held, inverse] = complement ? [gates.not(Q), Q] : [Q, gates.not(Q)];
    const bitOf = (pin: string): YosysBit =>
      pin === state.variable ? held : pin === state.inverse ? inverse : pins(pin);
    const next = bitFor(gates, state.next, bitOf);
    const D = complement ? gates.not(next) : next;
    const gate = gated.get(pins(clock));
    if (gate === undefined) gates.add('$_DFF_P_', { C: pins(clock), D, Q }, name);
    else gates.add('$_DFFE_PP_', { C: gate.clock, D, E: gate.enable, Q }, name);
    for (const pin of outputs) drive(name, cell, pin, bitOf);
  };

  for (const { name, cell, is } of all) {
    if (is === null) gates.cells[name] = cell;
    else if (is.kind === 'flop') addFlop(name, cell, is);
    else if (is.kind === 'logic') for (const pin of is.outputs) drive(name, cell, pin, pinOf(name, cell));
  }
  return { ...module, cells: gates.cells };
}
