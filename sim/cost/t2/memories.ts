import type { Band, Origin } from '../../../specs/result.ts';
import type { MemoryActivity } from '../activity.ts';
import { plus, scaledBy, times } from '../band.ts';
import type { Coefficients } from '../coefficients.ts';
import { fewestGated } from '../gate/liberty/clock-gates.ts';
import { type MemoryMacro, priceByMacro } from '../macro-memory.ts';
import { bitsOf, isFlipFlops, memoryArea, memoryEnergy, memoryLeakage } from '../memory.ts';
import { type ByComponent, nothing, type PricedRun, relative, within } from './run.ts';

type ClockPart = 'clock' | 'clockTree';

interface WordGates extends Readonly<Record<ClockPart, Band>> {
  /** Share that a flip-flop draws behind a closed one. */
  readonly rest: Band;
}

/** Joules per clock of what clocks memories of flip-flops that are not among the gates. */
export interface MemoryClock {
  /** Of a flip-flop: in its clock pin, and in the tree in front of it. */
  readonly flipFlop: Readonly<Record<ClockPart, number>>;
  /** In front of the words, one for each, and one for the word that is read; null where nothing stops their clock. */
  readonly gates: WordGates | null;
}

/** One design's numbers as they are gathered: of the technology, of macros, and by which of the two each memory was priced. */
export interface Ledger {
  readonly k: Coefficients;
  readonly macros: readonly MemoryMacro[];
  readonly macroOrigins: Map<string, Origin>;
  /** Null where all memories of flip-flops are among the gates. */
  readonly flipFlops: MemoryClock | null;
  readonly memories: { byMacro: number; byLaw: number; flipFlops: number };
}

/** Joules per inference of the clock of a memory of flip-flops and of its read register; a word's gate opens when it is written. */
function clockOf({ flipFlop, gates }: MemoryClock, memory: MemoryActivity, interval: number, part: ClockPart): Band {
  const { words, wordBits, reads, writes } = memory;
  const all = (bitsOf(memory) + wordBits) * interval;
  if (gates === null || wordBits < fewestGated) return within(all * flipFlop[part], 0);
  const loads = Math.min((words + 1) * interval, reads + writes);
  const open = loads * wordBits;
  return plus(
    within(open * flipFlop[part], 0),
    times(gates.rest, (all - open) * flipFlop[part]),
    times(gates[part], (words + 1) * interval),
  );
}

function addMemory(ledger: Ledger, sum: ByComponent, memory: MemoryActivity, run: PricedRun): void {
  const { k, macros, macroOrigins, flipFlops, memories } = ledger;
  const { technology, interval, clock } = run;
  const place = memory.role === 'weights' ? 'weight-memory' : 'activation-memory';
  if (flipFlops !== null && isFlipFlops(memory, technology)) {
    memories.flipFlops++;
    const gated = flipFlops.gates !== null;
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology, gated));
    const tree = relative(k.take('clock.treePins', 'ratio'), 1);
    const clockTree = scaledBy(clockOf(flipFlops, memory, interval, 'clockTree'), tree);
    sum.clock = plus(sum.clock, clockOf(flipFlops, memory, interval, 'clock'), clockTree);
    // The word read is held in flip-flops, too, and stands behind a gate of its own as each word does.
    const gates = gated && memory.wordBits >= fewestGated ? memory.words + 1 : 0;
    const area = plus(
      memoryArea(k, memory, technology, gated),
      k.spend(memory.wordBits, 'register.area', 'um2/bit'),
      k.spend(gates, 'clock.gate.area', 'um2/block'),
    ).value;
    sum.leakage = plus(sum.leakage, times(k.spend(area, 'leakage.logic', 'W/um2'), interval / clock));
    return;
  }
  const found = priceByMacro(macros, memory);
  if (found === null) {
    memories.byLaw++;
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology, false));
    sum.leakage = plus(sum.leakage, times(memoryLeakage(k, memory, technology), interval / clock));
    return;
  }
  memories.byMacro++;
  for (const origin of found.origins) macroOrigins.set(origin.entry, origin);
  sum[place] = plus(sum[place], found.energy);
  const leak = relative(k.take('sram.leakage', 'W/bit'));
  sum.leakage = plus(sum.leakage, times(leak, (found.watts * interval) / clock));
}

export function memoriesOf(ledger: Ledger, run: PricedRun, memories: readonly MemoryActivity[]): ByComponent {
  const sum = nothing();
  for (const memory of memories) addMemory(ledger, sum, memory, run);
  return sum;
}

export function memoryWords({ byMacro, byLaw, flipFlops }: Ledger['memories']): string {
  const counted = [
    [byMacro, 'by macros of the library'],
    [byLaw, 'by size law'],
    [flipFlops, 'of flip-flops'],
  ] as const;
  const words = counted.flatMap(([count, how]) => (count === 0 ? [] : [`${count} ${how}`]));
  return words.length === 0 ? 'no memories' : `memories: ${words.join(', ')}`;
}
