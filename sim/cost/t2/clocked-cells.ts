import type { CellKind } from '../gate/kind.ts';
import { oneNet, zeroNet } from '../gate/netlist.ts';
import type { MappedShell } from '../replay/replay.ts';

/** Joules per clock: clock pins, inside cells and charged; and the tree that is estimated in front of them. */
export interface ClockDraw {
  readonly clock: number;
  readonly clockTree: number;
}

/** What the clock draws in cells of a design whose gates stop it. */
export interface GatedCells {
  readonly flipFlops: number;
  /** Those that open and close. */
  readonly clockGates: number;
  /** Of a flip-flop that is clocked, half of them with another value to take. */
  readonly flipFlop: ClockDraw;
  /** Of a clock gate that holds the clock back, and of one that lets it through, without what it drives. */
  readonly closed: ClockDraw;
  readonly open: ClockDraw;
}

/** A mapped module and how often the design has it. */
export interface CountedShell {
  readonly shell: MappedShell;
  readonly count: number;
}

const bitOf = (vector: number, at: number): number => (vector >> at) & 1;

/** Vectors of a cell at rest whose inputs on constants have their values, the clock low. */
function vectorsOf({ netlist }: MappedShell, cell: number, kind: CellKind, clockPin: number): number[] {
  const { inputStart, inputNet } = netlist;
  const { level } = kind.state!;
  return Array.from({ length: 1 << kind.variables }, (_, vector) => vector).filter((vector) => {
    const agrees = kind.inputs.every((_, pin) => {
      const net = inputNet[inputStart[cell]! + pin]!;
      return (net !== zeroNet && net !== oneNet) || bitOf(vector, pin) === (net === oneNet ? 1 : 0);
    });
    return agrees && bitOf(vector, clockPin) === 0 && level[vector] === bitOf(vector, kind.inputs.length);
  });
}

/** Joules inside a cell of both edges of its clock pin, and of the output that follows where one does. */
function edgesInside({ netlist, tables }: MappedShell, cell: number, vector: number, clockPin: number): number {
  const kind = netlist.kinds[netlist.cellKind[cell]!]!;
  const inputs = kind.inputs.length;
  let joules = 0;
  for (const after of [vector, vector | (1 << clockPin)]) {
    const entry = after * inputs + clockPin;
    joules += tables.pinEnergy[tables.pinStart[cell]! + entry]!;
    if (kind.state!.edge !== null) continue;
    for (const [position, truth] of kind.truth.entries()) {
      if (truth[vector] === truth[vector | (1 << clockPin)]) continue;
      joules += tables.outputEnergy[tables.outputStart[cell]! + ((position * inputs) << kind.variables) + entry]!;
    }
  }
  return joules;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Read off the cells of the gates, each with its slews and loads. `clockTree` is the whole tree over the charging of the clock pins.
 * Null where no clock gate that opens and closes stands in the gates.
 */
export function gatedCells(shells: readonly CountedShell[], clockTree: number): GatedCells | null {
  const found = { flipFlop: { count: 0, inside: 0, pins: 0 }, gate: { count: 0, open: 0, closed: 0, pins: 0 } };
  for (const { shell, count } of shells) {
    const { netlist, timing } = shell;
    const { isClock } = timing.clock;
    for (let cell = 0; cell < netlist.cellKind.length; cell++) {
      const kind = netlist.kinds[netlist.cellKind[cell]!]!;
      const nets = netlist.inputNet.subarray(netlist.inputStart[cell]!, netlist.inputStart[cell + 1]!);
      const clockPin = kind.inputs.findIndex((_, pin) => bitOf(kind.clockMask, pin) === 1 && isClock[nets[pin]!] === 1);
      if (kind.state === null || clockPin < 0) continue;
      const vectors = vectorsOf(shell, cell, kind, clockPin);
      const inside = (own: readonly number[]) =>
        count * mean(own.map((one) => edgesInside(shell, cell, one, clockPin)));
      // Up and down: half C V² each.
      const pins = count * netlist.voltage ** 2 * kind.inputs[clockPin]!.capacitance;
      if (kind.state.edge !== null) {
        found.flipFlop.count += count;
        found.flipFlop.pins += pins;
        found.flipFlop.inside += inside(vectors);
        continue;
      }
      const passes = (vector: number): boolean =>
        kind.truth.some((truth) => truth[vector] !== truth[vector | (1 << clockPin)]);
      const [open, closed] = [vectors.filter(passes), vectors.filter((vector) => !passes(vector))];
      // A gate whose enable is a constant tells nothing of one that opens and closes.
      if (open.length === 0 || closed.length === 0) continue;
      found.gate.count += count;
      found.gate.pins += pins;
      found.gate.open += inside(open);
      found.gate.closed += inside(closed);
    }
  }
  const { flipFlop, gate } = found;
  if (gate.count === 0 || flipFlop.count === 0) return null;
  const draw = (inside: number, { count, pins }: { readonly count: number; readonly pins: number }): ClockDraw => ({
    clock: (inside + pins) / count,
    clockTree: ((clockTree - 1) * pins) / count,
  });
  return {
    flipFlops: flipFlop.count,
    clockGates: gate.count,
    flipFlop: draw(flipFlop.inside, flipFlop),
    open: draw(gate.open, gate),
    closed: draw(gate.closed, gate),
  };
}
