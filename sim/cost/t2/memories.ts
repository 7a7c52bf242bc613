import type { Origin } from '../../../specs/result.ts';
import type { MemoryActivity } from '../activity.ts';
import { plus, times } from '../band.ts';
import type { ClockGates } from '../clock-gates.ts';
import type { Coefficients } from '../coefficients.ts';
import { fewestGated } from '../gate/liberty/clock-gates.ts';
import { type MemoryMacro, priceByMacro } from '../macro-memory.ts';
import { bitsOf, isFlipFlops, memoryEnergy, memoryLeakage } from '../memory.ts';
import type { FlipFlop } from './flip-flop.ts';
import { type ByComponent, nothing, type PricedRun, relative, within } from './run.ts';

/** One design's numbers as they are gathered: of the technology, of macros, and by which of the two each memory was priced. */
export interface Ledger {
  readonly k: Coefficients;
  readonly macros: readonly MemoryMacro[];
  readonly macroOrigins: Map<string, Origin>;
  readonly flipFlop: FlipFlop;
  /** Of words of memories that are flip-flops; null where `flipFlop` is the mean over what clock gates leave already, or there are none. */
  readonly gates: ClockGates | null;
  readonly memories: { byMacro: number; byLaw: number; flipFlops: number };
}

/** Flip-flops x clocks of a memory and its read register, `all` without gates; each word has a gate that opens when it is written. */
function clockedBits(
  { words, wordBits, reads, writes }: MemoryActivity,
  all: number,
  interval: number,
  gates: ClockGates | null,
): number {
  if (gates === null || wordBits < fewestGated) return all;
  const open = Math.min(all, (reads + writes) * wordBits);
  return open + (all - open) * gates.rest + (words + 1) * gates.energy * interval;
}

function addMemory(ledger: Ledger, sum: ByComponent, memory: MemoryActivity, run: PricedRun): void {
  const { k, macros, macroOrigins, memories, flipFlop, gates } = ledger;
  const { technology, interval, clock } = run;
  const place = memory.role === 'weights' ? 'weight-memory' : 'activation-memory';
  if (isFlipFlops(memory, technology)) {
    memories.flipFlops++;
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology));
    // The word read is held in flip-flops, too.
    const bits = bitsOf(memory) + memory.wordBits;
    const tree = relative(k.take('clock.treePins', 'ratio'), 1);
    const clocked = clockedBits(memory, bits * interval, interval, gates);
    sum.clock = plus(sum.clock, within(clocked * flipFlop.clock, 0), times(tree, clocked * flipFlop.clockTree));
    const area = k.spend(bits, 'register.area', 'um2/bit').value;
    sum.leakage = plus(sum.leakage, times(k.spend(area, 'leakage.logic', 'W/um2'), interval / clock));
    return;
  }
  const found = priceByMacro(macros, memory);
  if (found === null) {
    memories.byLaw++;
    sum[place] = plus(sum[place], memoryEnergy(k, memory, technology));
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
