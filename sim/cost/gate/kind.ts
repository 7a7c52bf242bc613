import { Fault } from '../../../specs/fault.ts';
import { type Expression, evaluate, pinsOf } from './liberty/expression.ts';
import type { CellState, LibraryCell, LibraryPin } from './liberty/library.ts';

/** Beyond this many inputs truth tables per instance would not fit; no standard cell comes near. */
const mostVariables = 12;

/** How a cell keeps its state. Tables are indexed like those of `CellKind`. */
export interface KindState {
  readonly name: string;
  /** State that holds while nothing is clocked: clear, preset, transparent latch, or the state itself. */
  readonly level: Uint8Array;
  /** Flops: where the clock expression is true, and the state to take when it becomes true. */
  readonly edge: { readonly active: Uint8Array; readonly next: Uint8Array } | null;
  /** State that stands for a register holding 0: inverted where the cell stores the complement. */
  readonly reset: 0 | 1;
}

/**
 * A library cell prepared for simulation. A vector is a number whose bit i is the value of input i; the bit above the
 * inputs is the state. Every truth table has one byte per vector.
 */
export interface CellKind {
  readonly cell: LibraryCell;
  readonly inputs: readonly LibraryPin[];
  readonly outputs: readonly LibraryPin[];
  /** Inputs, plus one for the state. */
  readonly variables: number;
  /** One truth table per output. Empty for cells without functions (macros). */
  readonly truth: readonly Uint8Array[];
  readonly state: KindState | null;
  /** Bit i is set when input i is a clock: of a flop, of a latch, of a clock gate. */
  readonly clockMask: number;
  /** A macro or a cell whose outputs have no function: it can be timed but not simulated. */
  readonly isOpaque: boolean;
}

function stateNames(state: CellState | null): readonly string[] {
  if (state === null) return [];
  return state.kind === 'table' ? [state.variable] : [state.variable, state.inverse];
}

/** Assigns every name its value in a vector. Outputs may appear in conditions: they follow from inputs and state. */
export function valuesOf(kind: CellKind, vector: number): (name: string) => 0 | 1 {
  return (name) => {
    const input = kind.inputs.findIndex((pin) => pin.name === name);
    if (input >= 0) return ((vector >> input) & 1) as 0 | 1;
    const state = stateNames(kind.cell.state).indexOf(name);
    if (state >= 0) return (((vector >> kind.inputs.length) & 1) ^ state) as 0 | 1;
    const output = kind.outputs.findIndex((pin) => pin.name === name);
    return (kind.truth[output]?.[vector] ?? 0) as 0 | 1;
  };
}

/** Truth table of an expression over inputs and state. */
export function truthOf(kind: CellKind, expression: Expression): Uint8Array {
  return Uint8Array.from({ length: 1 << kind.variables }, (_, vector) => evaluate(expression, valuesOf(kind, vector)));
}

function clearedOrPreset(kind: CellKind, held: Uint8Array, state: CellState): Uint8Array {
  if (state.kind === 'table') return held;
  const clear = state.clear === null ? null : truthOf(kind, state.clear);
  const preset = state.preset === null ? null : truthOf(kind, state.preset);
  return held.map((value, vector) => {
    const cleared = clear?.[vector] === 1;
    const set = preset?.[vector] === 1;
    if (cleared && set) return state.both ?? value;
    if (cleared) return 0;
    return set ? 1 : value;
  });
}

function stateOf(kind: CellKind, state: CellState): KindState {
  const vectors = 1 << kind.variables;
  const held = Uint8Array.from({ length: vectors }, (_, vector) => (vector >> kind.inputs.length) & 1);
  if (state.kind === 'flop') {
    const next = clearedOrPreset(kind, truthOf(kind, state.next), state);
    const edge = { active: truthOf(kind, state.clock), next };
    const reset = evaluate(state.next, () => 0);
    return { name: state.variable, level: clearedOrPreset(kind, held, state), edge, reset };
  }
  if (state.kind === 'latch') {
    const enable = state.enable === null ? null : truthOf(kind, state.enable);
    const data = state.data === null ? null : truthOf(kind, state.data);
    const followed = held.map((value, vector) => (enable?.[vector] === 1 ? (data?.[vector] ?? value) : value));
    return { name: state.variable, level: clearedOrPreset(kind, followed, state), edge: null, reset: 0 };
  }
  const positions = state.inputs.map((name) => kind.inputs.findIndex((pin) => pin.name === name));
  const level = held.map((value, vector) => {
    const row = state.rows.find(
      ({ inputs, current }) =>
        (current === null || current === value) &&
        inputs.every((wanted, at) => wanted === null || wanted === ((vector >> positions[at]!) & 1)),
    );
    return row?.next ?? value;
  });
  return { name: state.variable, level, edge: null, reset: 0 };
}

function clockMaskOf(inputs: readonly LibraryPin[], state: CellState | null): number {
  if (state === null) return 0;
  const clock = state.kind === 'flop' ? state.clock : state.kind === 'latch' ? state.enable : null;
  const names = new Set(clock === null ? [] : pinsOf(clock));
  let mask = 0;
  inputs.forEach((pin, at) => {
    if (names.has(pin.name) || (state.kind === 'table' && pin.isClock)) mask |= 1 << at;
  });
  return mask;
}

/** Prepares a cell. Errors: `GATE_CELL` for cells too wide to simulate. */
export function cellKind(cell: LibraryCell): CellKind {
  const inputs = cell.pins.filter((pin) => pin.direction === 'input');
  const outputs = cell.pins.filter((pin) => pin.direction === 'output');
  const shape = { cell, inputs, outputs };
  const isOpaque = cell.memory !== null || outputs.some((pin) => pin.function === null);
  if (isOpaque) return { ...shape, variables: 0, truth: [], state: null, clockMask: 0, isOpaque };
  const variables = inputs.length + (cell.state === null ? 0 : 1);
  if (variables > mostVariables) {
    throw new Fault({
      code: 'GATE_CELL',
      place: `cell ${cell.name}`,
      cause: `it has ${inputs.length} inputs; at most ${mostVariables} are simulated`,
      wayOut: 'map the design without this cell (dont_use)',
    });
  }
  const clockMask = clockMaskOf(inputs, cell.state);
  const bare: CellKind = { ...shape, variables, truth: [], state: null, clockMask, isOpaque };
  const truth = outputs.map((pin) => truthOf(bare, pin.function!));
  const kind: CellKind = { ...bare, truth };
  return cell.state === null ? kind : { ...kind, state: stateOf(kind, cell.state) };
}
