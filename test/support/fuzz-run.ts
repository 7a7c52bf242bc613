import type { Design, Module } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { createSimulator, type Engine, type Simulator } from '../../sim/rtl/simulator.ts';
import { randomInteger } from './fuzz-pool.ts';
import { type Random, seededRandom } from './random.ts';

/** Clocks of reset before the first compared clock: state without a reset gets known values one after another. */
export const resetClocks = 48;
/** Compared clocks; the reset is 1 again in two of them. */
export const clocks = 200;

/** The compared clocks in which the reset is 1. */
export function secondReset(seed: number): readonly number[] {
  const first = seededRandom(seed + 17).integer(60, 140);
  return [first, first + 1];
}

export function topOf(design: Design): Module {
  return design.modules.find((module) => module.name === design.top)!;
}

/** One value per input and clock. An input changes often or seldom, and its values are extremes or small or any. */
export function stimulusFor(design: Design, seed: number): bigint[][] {
  const random = seededRandom(-1 - seed);
  const drivers = topOf(design).inputs.map(({ width, signed }) => ({ next: driver(random, width, signed) }));
  return Array.from({ length: clocks }, () => drivers.map(({ next }) => next()));
}

function driver(random: Random, width: number, signed: boolean): () => bigint {
  const holds = random.integer(1, 4);
  const small = random.integer(0, 3) === 0;
  let value = randomInteger(random, width, signed);
  return () => {
    if (random.integer(1, holds) === 1) {
      value = randomInteger(random, width, signed);
      if (small) value = signed ? BigInt.asIntN(Math.min(width, 3), value) : BigInt.asUintN(Math.min(width, 3), value);
    }
    return value;
  };
}

/** Per clock the outputs as one hexadecimal word, the first output highest: what the benches print too. */
export type Trace = readonly string[];

export interface EmbeddedRun {
  readonly trace: Trace;
  readonly engine: Engine;
}

export function runEmbedded(
  netlist: Netlist,
  stimulus: readonly (readonly bigint[])[],
  seed: number,
  engine?: Engine,
): EmbeddedRun {
  const simulator = createSimulator(netlist, engine === undefined ? {} : { engine });
  const inputs = netlist.inputs.map(({ name }) => simulator.port(name));
  const outputs = netlist.outputs.map(({ name }) => simulator.port(name));
  const set = (row: readonly bigint[]): void => {
    for (const [index, port] of inputs.entries()) port.writeBig(row[index]!);
  };
  set(stimulus[0]!);
  simulator.reset();
  for (let clock = 0; clock < resetClocks; clock++) resetCycle(simulator);
  const held = new Set(secondReset(seed));
  const bits = outputs.reduce((sum, port) => sum + port.width, 0);
  const trace = stimulus.map((row, clock) => {
    set(row);
    if (held.has(clock)) resetCycle(simulator);
    else simulator.cycle();
    let word = 0n;
    for (const port of outputs) word = (word << BigInt(port.width)) | BigInt.asUintN(port.width, port.readBig());
    return word.toString(16).padStart(Math.ceil(bits / 4), '0');
  });
  return { trace, engine: simulator.engine };
}

/** A clock with the reset at 1: netlists have no reset input, the edge leaves the reset values. */
function resetCycle(simulator: Simulator): void {
  simulator.cycle();
  for (const { name, init } of simulator.netlist.registers) if (init !== null) simulator.poke(name, init);
}

/** Everything about one design that its tools are compared with. */
export interface Expected {
  readonly seed: number;
  readonly design: Design;
  readonly stimulus: readonly (readonly bigint[])[];
  readonly golden: Trace;
  readonly embedded: EmbeddedRun;
}

/** The golden evaluation in BigInt and the run of the default engine. */
export function expectedOf(design: Design, seed: number): Expected {
  const netlist = elaborate(design);
  const stimulus = stimulusFor(design, seed);
  const golden = runEmbedded(netlist, stimulus, seed, 'js-interpreter').trace;
  return { seed, design, stimulus, golden, embedded: runEmbedded(netlist, stimulus, seed) };
}

/** The first clock and output in which a trace differs from the golden one; null when they are equal. */
export function firstDifference({ design, stimulus, golden }: Expected, found: Trace): string | null {
  const clock = golden.findIndex((word, index) => word !== found[index]);
  if (clock < 0 && found.length === golden.length) return null;
  if (clock < 0) return `${found.length} clocks instead of ${golden.length}`;
  const { inputs, outputs } = topOf(design);
  const expected = splitWord(golden[clock]!, outputs);
  const other = splitWord(found[clock] ?? '', outputs);
  const names = outputs.flatMap(({ name }, index) =>
    expected[index] === other[index] ? [] : [`${name}: golden ${expected[index]}, found ${other[index]}`],
  );
  const given = inputs.map(({ name }, index) => `${name}=${stimulus[clock]![index]}`);
  return `clock ${clock}: ${names.join('; ')}\n  with ${given.join(' ')}`;
}

/** Bits of every output in binary; unknown digits of a hexadecimal word stay `x`. */
function splitWord(word: string, outputs: readonly { readonly width: number }[]): string[] {
  const total = outputs.reduce((sum, port) => sum + port.width, 0);
  const bits = [...word]
    .map((digit) => (/[0-9a-f]/.test(digit) ? Number.parseInt(digit, 16).toString(2).padStart(4, '0') : 'xxxx'))
    .join('')
    .slice(-total);
  let at = 0;
  return outputs.map(({ width }) => {
    at += width;
    return bits.slice(at - width, at);
  });
}
