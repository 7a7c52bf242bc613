import { Fault } from '../../../specs/fault.ts';
import type { CompiledCells } from './compiled-cells.ts';
import type { GateNetlist } from './netlist.ts';
import type { GateTiming } from './timing.ts';

/** Values of all nets and states, 32 lanes per word, and how they settle. */
export interface WordValues {
  readonly net: Int32Array;
  /** State of each cell that has one. */
  readonly state: Int32Array;
  /** Lets every gate, latch and clear act until nothing changes. */
  readonly settle: () => void;
  /** Moves the clock network only, to all ones or all zeros. */
  readonly moveClock: (level: number) => void;
  /** Lanes in which each flop's clock expression is true. */
  readonly activeLanes: (cell: number) => number;
  /** What each flop would take. */
  readonly nextState: (cell: number) => number;
}

/** Clears and presets that act on each other settle in a few rounds or never. */
const mostRounds = 16;

export function wordValues(netlist: GateNetlist, timing: GateTiming, compiled: CompiledCells): WordValues {
  const { kinds, cellKind, inputStart, inputNet, outputStart, outputNet } = netlist;
  const { truth: pool, truthStart, inputCount, hasState } = compiled;
  const net = new Int32Array(netlist.netNames.length);
  const state = new Int32Array(cellKind.length);
  const scratch = new Int32Array(1 << 12);
  const isFlop = Uint8Array.from(cellKind, (kind) => (kinds[kind]!.state?.edge == null ? 0 : 1));
  /** Cells whose state can change without a clock edge. */
  const isLevel = Uint8Array.from(cellKind, (kind) => {
    const { state: own, inputs } = kinds[kind]!;
    return own?.level.some((value, vector) => value !== ((vector >> inputs.length) & 1)) === true ? 1 : 0;
  });
  const levelFlops = timing.order.filter((cell) => isFlop[cell] === 1 && isLevel[cell] === 1);

  /** Folds a truth table variable by variable: all 32 lanes at once, whatever the function. */
  const look = (table: Uint8Array, start: number, cell: number): number => {
    const inputs = inputCount[cell]!;
    const variables = inputs + hasState[cell]!;
    if (variables === 0) return table[start] === 1 ? -1 : 0;
    const from = inputStart[cell]!;
    let width = 1 << (variables - 1);
    const first = inputs === 0 ? state[cell]! : net[inputNet[from]!]!;
    for (let at = 0; at < width; at++) {
      const pair = table[start + 2 * at]! | (table[start + 2 * at + 1]! << 1);
      scratch[at] = pair === 0 ? 0 : pair === 1 ? ~first : pair === 2 ? first : -1;
    }
    for (let variable = 1; variable < variables; variable++) {
      const word = variable < inputs ? net[inputNet[from + variable]!]! : state[cell]!;
      width >>= 1;
      for (let at = 0; at < width; at++) {
        const low = scratch[2 * at]!;
        scratch[at] = low ^ ((low ^ scratch[2 * at + 1]!) & word);
      }
    }
    return scratch[0]!;
  };
  const drive = (cell: number): void => {
    for (let output = outputStart[cell]!; output < outputStart[cell + 1]!; output++) {
      if (outputNet[output]! >= 0) net[outputNet[output]!] = look(pool, truthStart[output]!, cell);
    }
  };
  const stateOf = (cell: number) => kinds[cellKind[cell]!]!.state!;
  const update = (cell: number): void => {
    if (isLevel[cell] === 1 && isFlop[cell] === 0) state[cell] = look(stateOf(cell).level, 0, cell);
    drive(cell);
  };
  const settle = (): void => {
    for (let round = 0; round < mostRounds; round++) {
      for (const cell of timing.order) update(cell);
      let isStable = true;
      for (const cell of levelFlops) {
        const after = look(stateOf(cell).level, 0, cell);
        if (after !== state[cell]) isStable = false;
        state[cell] = after;
      }
      if (isStable) return;
    }
    throw new Fault({
      code: 'GATE_UNSETTLED',
      place: `module ${netlist.name}`,
      cause: `clears and presets still change registers after ${mostRounds} rounds`,
      wayOut: 'look for a register that clears itself',
    });
  };
  const moveClock = (level: number): void => {
    if (timing.clock.net < 0) return;
    net[timing.clock.net] = level;
    for (const cell of timing.clock.cells) update(cell);
  };
  const activeLanes = (cell: number): number => look(stateOf(cell).edge!.active, 0, cell);
  const nextState = (cell: number): number => look(stateOf(cell).edge!.next, 0, cell);
  return { net, state, settle, moveClock, activeLanes, nextState };
}
