import { createSimulator } from '../../rtl/simulator.ts';
import { netlistOfModule } from '../netlist/from-yosys.ts';
import type { YosysModule } from '../netlist/yosys-json.ts';
import type { Cut } from './cut.ts';
import type { Stand } from './miter.ts';

const resetClocks = 2;
/** After the reset, before values count: registers without one begin at 0, whatever they stand for. */
const settling = 8;
/** Bits of the same word that are tried for one. */
const mostGuesses = 8;

/** Numbers that look random, always the same. */
function sequence(): () => bigint {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return BigInt(state >>> 0);
  };
}

function randomBits(next: () => bigint, width: number): bigint {
  let value = 0n;
  for (let at = 0; at < width; at += 32) value = (value << 32n) | next();
  return value & ((1n << BigInt(width)) - 1n);
}

const undefinedAs = (module: YosysModule, value: '0' | '1'): YosysModule => ({
  ...module,
  cells: Object.fromEntries(
    Object.entries(module.cells).map(([name, cell]) => {
      const wired = Object.entries(cell.connections).map(
        ([pin, bits]) => [pin, bits.map((bit) => (bit === 'x' ? value : bit))] as const,
      );
      return [name, { ...cell, connections: Object.fromEntries(wired) }];
    }),
  ),
});

/** Where two modules were seen to differ. */
export interface Difference {
  readonly output: string;
  readonly clock: number;
}

/** A register that mapping left out, and what it may always equal. */
export interface Guess {
  readonly register: string;
  readonly as: readonly Stand['as'][];
}

export interface Trial {
  readonly difference: Difference | null;
  readonly guesses: readonly Guess[];
}

interface Bench {
  readonly apply: (clock: number, values: ReadonlyMap<string, bigint>) => void;
  readonly read: (name: string) => bigint;
}

function bench(module: YosysModule, name: string): Bench {
  const simulator = createSimulator(netlistOfModule(module, name));
  const inputs = simulator.netlist.inputs.map((input) => input.name);
  return {
    apply(clock, values) {
      for (const input of inputs) simulator.set(input, values.get(input) ?? 0n);
      if (clock < resetClocks && inputs.includes('rst')) simulator.set('rst', 1);
      simulator.cycle();
    },
    read: (output) => BigInt.asUintN(4096, simulator.get(output)),
  };
}

/** The word and the bit in it: `sum[3]`. */
function placeOf(register: string): { readonly word: string; readonly bit: number } {
  const found = /^(.*)\[(\d+)\]$/.exec(register);
  return found === null ? { word: register, bit: 0 } : { word: found[1]!, bit: Number(found[2]) };
}

/** Bits of the same word, the nearest first, of two that are as near the higher: copies of a sign stand side by side. */
function siblings(register: string, names: readonly string[]): string[] {
  const own = placeOf(register);
  return names
    .map((name) => ({ name, ...placeOf(name) }))
    .filter(({ word }) => word === own.word)
    .sort((a, b) => Math.abs(a.bit - own.bit) - Math.abs(b.bit - own.bit) || b.bit - a.bit)
    .map(({ name }) => name);
}

/** What registers that mapping left out may stand for, the likeliest first: they have had the same values. */
function guesses(gold: Cut, gate: Cut, histories: ReadonlyMap<string, string>): Guess[] {
  const kept = new Map<string, string[]>();
  for (const [name, history] of histories) {
    if (!gate.registers.has(name)) continue;
    const known = kept.get(history);
    if (known === undefined) kept.set(history, [name]);
    else known.push(name);
  }
  const inverse = (history: string) => history.replace(/[01]/g, (bit) => (bit === '0' ? '1' : '0'));
  return [...gold.registers.keys()].flatMap((register) => {
    if (gate.registers.has(register)) return [];
    const history = histories.get(register)!;
    const same = kept.get(history) ?? [];
    const constant: Stand['as'][] = !history.includes('1') ? ['0'] : !history.includes('0') ? ['1'] : [];
    const near = siblings(register, same);
    const far = same.filter((name) => !near.includes(name)).slice(0, 1);
    const as = (names: readonly string[], inverted: boolean): Stand['as'][] =>
      names.slice(0, mostGuesses).map((name) => ({ register: name, inverted }));
    const other = [...as(far, false), ...as(kept.get(inverse(history))?.slice(0, 1) ?? [], true)];
    return [{ register, as: [...as(near, false), ...constant, ...other] }];
  });
}

/**
 * Runs a module as written and as mapped from reset on the same random inputs: a difference refutes them. Outputs that depend on
 * what the text leaves undefined are not compared.
 */
export function tryModule(name: string, gold: Cut, gate: Cut, clocks: number): Trial {
  const [zero, one] = [bench(undefinedAs(gold.open, '0'), name), bench(undefinedAs(gold.open, '1'), name)];
  const mapped = bench(gate.open, name);
  const next = sequence();
  const histories = new Map([...gold.registers.keys()].map((register) => [register, '']));
  for (let clock = 0; clock < clocks; clock++) {
    const values = new Map([...gold.inputs].map(([input, bits]) => [input, randomBits(next, bits.length)]));
    // Not more often, or counters never count far.
    if (next() % 64n !== 0n) values.set('rst', 0n);
    for (const each of [zero, one, mapped]) each.apply(clock, values);
    if (clock < resetClocks + settling) continue;
    for (const output of gate.outputs.keys()) {
      const written = zero.read(output);
      const defined = ~(written ^ one.read(output));
      if (((written ^ mapped.read(output)) & defined) !== 0n) return { difference: { output, clock }, guesses: [] };
    }
    for (const [register, history] of histories) histories.set(register, `${history}${zero.read(`${register}.now`)}`);
  }
  return { difference: null, guesses: guesses(gold, gate, histories) };
}
