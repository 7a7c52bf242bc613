import type { Band, Origin } from '../../specs/result.ts';
import type { MemoryActivity } from './activity.ts';
import { plus, times } from './band.ts';
import type { Library, LibraryCell } from './gate/liberty/library.ts';
import { macroPinEnergy } from './gate/macro-energy.ts';

/** A Liberty file that a result rests on. */
export interface LibertySource {
  readonly name: string;
  /** Of its text. */
  readonly sha256: string;
  readonly library: Library;
}

/** A memory macro with single-port accesses whose enables we know how to set. */
export interface MemoryMacro {
  readonly cell: LibraryCell;
  readonly source: LibertySource;
  readonly words: number;
  readonly wordBits: number;
  /** Joules of one access, of one edge on an address or data bit; watts that leak. */
  readonly read: number;
  readonly write: number;
  readonly pin: number;
  readonly leakage: number;
}

/** What a memory made of macros costs per inference and per second, and where each number comes from. */
export interface MacroPrice {
  readonly energy: Band;
  readonly watts: number;
  readonly origins: readonly Origin[];
}

/** Ports as IHP names them: X_CLK with enables X_MEN (port), X_WEN (write), X_REN (read). */
function macroOf(cell: LibraryCell, source: LibertySource): MemoryMacro | null {
  const { memory, leakagePower } = cell;
  if (memory?.kind !== 'ram' || leakagePower === null) return null;
  const names = new Set(cell.pins.map(({ name }) => name));
  const port = cell.pins.find(({ name }) => name.endsWith('_CLK'))?.name.slice(0, -'CLK'.length) ?? '';
  const [men, wen, ren, data] = ['MEN', 'WEN', 'REN', 'DIN[0]'].map((name) => `${port}${name}`) as [
    string,
    string,
    string,
    string,
  ];
  if (![men, wen, ren, data].every((name) => names.has(name))) return null;
  const access = (write: 0 | 1): number => {
    const { rise, fall } = macroPinEnergy(cell, `${port}CLK`, { [men]: 1, [wen]: write, [ren]: write === 1 ? 0 : 1 });
    return rise + fall;
  };
  const edges = macroPinEnergy(cell, data, { [men]: 1 });
  return {
    cell,
    source,
    words: 2 ** memory.addressBits,
    wordBits: memory.wordBits,
    read: access(0),
    write: access(1),
    pin: (edges.rise + edges.fall) / 2,
    leakage: leakagePower,
  };
}

export function memoryMacros(sources: readonly LibertySource[]): MemoryMacro[] {
  return sources.flatMap((source) =>
    [...source.library.cells.values()].flatMap((cell) => {
      const macro = macroOf(cell, source);
      return macro === null ? [] : [macro];
    }),
  );
}

/** The clock's energy, and half of the moving bits' edges; low none of them, high all. */
const access = (clock: number, bits: number, pin: number): Band => ({
  value: clock + (bits * pin) / 2,
  low: clock,
  high: clock + bits * pin,
});

/**
 * A RAM made of one kind of macro, side by side for the width and one behind the other for the depth, of which one wakes
 * up per access: the kind that draws least for the memory's accesses. Null without macros, and for ROMs, of which no
 * macro is known.
 */
export function priceByMacro(macros: readonly MemoryMacro[], memory: MemoryActivity): MacroPrice | null {
  if (memory.kind !== 'ram') return null;
  const choices = macros.map((macro) => {
    const wide = Math.ceil(memory.wordBits / macro.wordBits);
    const deep = Math.ceil(memory.words / macro.words);
    const address = wide * Math.ceil(Math.log2(Math.min(memory.words, macro.words)));
    const read = access(wide * macro.read, address, macro.pin);
    const write = access(wide * macro.write, address + memory.wordBits, macro.pin);
    const energy = plus(times(read, memory.reads), times(write, memory.writes));
    return { macro, wide, deep, read, write, energy, area: wide * deep * macro.cell.area };
  });
  const [best] = choices.sort((a, b) => a.area - b.area || a.energy.value - b.energy.value);
  if (best === undefined) return null;
  const { macro, wide, deep, read, write, energy } = best;
  const { cell, source, leakage } = macro;
  const origin = (what: string, band: Band, unit: string, conditions: string): Origin => ({
    entry: `${what} ${memory.words} x ${memory.wordBits}`,
    ...band,
    unit,
    class: 'library',
    source: `cell ${cell.name} of ${source.name} (sha256 ${source.sha256})`,
    conditions,
  });
  const shape = `${wide} side by side, ${deep} behind each other, one of these awake`;
  const bits = 'the clock with the enables of the access; of address and data bits half change, low none, high all';
  const watts = leakage * wide * deep;
  return {
    energy,
    watts,
    origins: [
      origin('macro.read', times(read, 1e12), 'pJ/access', `${shape}; ${bits}`),
      origin('macro.write', times(write, 1e12), 'pJ/access', `${shape}; ${bits}`),
      origin('macro.leakage', { value: watts * 1e9, low: watts * 1e9, high: watts * 1e9 }, 'nW', shape),
    ],
  };
}
