import type { Stimulus } from '../../sim/cost/gate/activity.ts';
import type { GateNetlist } from '../../sim/cost/gate/netlist.ts';
import type { Random } from './random.ts';

/** Bits of a port by name. */
export function portNets(netlist: GateNetlist, name: string): Int32Array {
  const port = [...netlist.inputs, ...netlist.outputs].find((found) => found.name === name);
  if (port === undefined) throw new Error(`no port ${name}`);
  return port.nets;
}

/** Operands of a multiply-accumulate element. */
export type Operands = (random: Random) => readonly [a: number, b: number];

const clamped = (value: number): number => Math.max(-128, Math.min(127, Math.round(value)));
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());

/** All bits random, and: 55 % of the activations zero, else |N(0, 32)|, weights N(0, 16). */
export const profiles: Readonly<Record<'random' | 'realistic' | 'idle', Operands>> = {
  random: (random) => [random.integer(-128, 127), random.integer(-128, 127)],
  realistic: (random) => [
    random.fraction() < 0.55 ? 0 : clamped(Math.abs(32 * normal(random))),
    clamped(16 * normal(random)),
  ],
  idle: () => [0, 0],
};

export interface ElementRun {
  readonly stimulus: Stimulus;
  /** What the accumulator must hold after a cycle, per lane. */
  readonly expected: (cycle: number) => readonly number[];
}

/** Drives the element: three cycles of reset, then operands of the profile in every lane. Remembers the true sums. */
export function elementRun(netlist: GateNetlist, operands: Operands, random: Random, lanes: number): ElementRun {
  const [a, b] = [portNets(netlist, 'a'), portNets(netlist, 'b')];
  const reset = portNets(netlist, 'rst')[0]!;
  let registers = Array.from({ length: lanes }, () => ({ a: 0, b: 0, sum: 0 }));
  let ports = registers.map(() => [0, 0] as readonly [number, number]);
  let resets = true;
  const sums: number[][] = [];
  const stimulus: Stimulus = (cycle, set) => {
    // The clock edge of this cycle has just taken what the ports held.
    registers = registers.map((held, lane) =>
      resets
        ? { a: 0, b: 0, sum: 0 }
        : { a: ports[lane]![0], b: ports[lane]![1], sum: (held.sum + held.a * held.b) | 0 },
    );
    sums[cycle] = registers.map(({ sum }) => sum);
    resets = cycle < 3;
    ports = registers.map(() => operands(random));
    set(reset, resets ? -1 : 0);
    for (let bit = 0; bit < 8; bit++) {
      let [wordA, wordB] = [0, 0];
      for (let lane = 0; lane < lanes; lane++) {
        wordA |= ((ports[lane]![0] >> bit) & 1) << lane;
        wordB |= ((ports[lane]![1] >> bit) & 1) << lane;
      }
      set(a[bit]!, wordA);
      set(b[bit]!, wordB);
    }
  };
  return { stimulus, expected: (cycle) => sums[cycle]! };
}
