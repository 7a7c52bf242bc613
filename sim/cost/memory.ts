import type { Band } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { MemoryActivity } from './activity.ts';
import { plus, scaledBy, times, zero } from './band.ts';
import type { Coefficients } from './coefficients.ts';
import { fewestGated } from './gate/liberty/clock-gates.ts';

export const bitsOf = (memory: MemoryActivity): number => memory.words * memory.wordBits;

/** A RAM smaller than the smallest macro is built from flip-flops. */
export const isFlipFlops = (memory: MemoryActivity, technology: Technology): boolean =>
  memory.kind === 'ram' && memory.words < technology.sramMacro.minWords;

/** Macros side by side for the width, and one behind the other for the depth. */
function macrosOf(memory: MemoryActivity, technology: Technology): { readonly wide: number; readonly deep: number } {
  const { maxWordBits, maxWords } = technology.sramMacro;
  return { wide: Math.ceil(memory.wordBits / maxWordBits), deep: Math.ceil(memory.words / maxWords) };
}

/** One access of an SRAM: per macro + per bit + per bit and word of depth. Of macros behind each other only one wakes up. */
function sramAccess(k: Coefficients, memory: MemoryActivity, technology: Technology, op: 'read' | 'write'): Band {
  const { wide } = macrosOf(memory, technology);
  const depth = Math.min(memory.words, technology.sramMacro.maxWords);
  return plus(
    k.spend(wide, `sram.${op}.access`, 'J/access'),
    k.spend(memory.wordBits, `sram.${op}.bit`, 'J/bit'),
    k.spend(memory.wordBits * depth, `sram.${op}.depth`, 'J/(bit*word)'),
  );
}

/** An entry of memories of flip-flops; where the design has clock gates, words of enough bits stand behind such. */
const flipFlopEntry = ({ wordBits }: MemoryActivity, gated: boolean, what: string): string =>
  `memory.flipFlops.${gated && wordBits >= fewestGated ? 'gated.' : ''}${what}`;

/** What is read passes multiplexers of all words, which rest while it is the same word; what is written stands at all words, and one takes it. */
function flipFlopAccesses(k: Coefficients, memory: MemoryActivity, gated: boolean, wires: boolean): Band {
  const { reads, moves = reads, writes, words, wordBits } = memory;
  const of = (what: string): string => flipFlopEntry(memory, gated, what);
  const cells = plus(
    k.spend(moves * wordBits * words, of('read'), 'J/(bit*word)'),
    k.spend(writes * wordBits, of('write'), 'J/bit'),
    k.spend(writes * wordBits * words, of('writeBus'), 'J/(bit*word)'),
  );
  return wires && cells.high > 0 ? plus(cells, scaledBy(cells, k.take(of('wires'), 'ratio'))) : cells;
}

/**
 * Joules per inference spent in the accesses of a memory; the clock of flip-flop memories is counted with the clock. `gated`: the design
 * has clock gates; `wires`: the estimated wires of flip-flop memories are counted.
 */
export function memoryEnergy(
  k: Coefficients,
  memory: MemoryActivity,
  technology: Technology,
  gated: boolean,
  wires = true,
): Band {
  const { reads, writes } = memory;
  if (isFlipFlops(memory, technology)) return flipFlopAccesses(k, memory, gated, wires);
  const read = reads === 0 ? zero : times(sramAccess(k, memory, technology, 'read'), reads);
  if (memory.kind === 'rom') return reads === 0 ? zero : scaledBy(read, k.take('rom.read', 'ratio'));
  return writes === 0 ? read : plus(read, times(sramAccess(k, memory, technology, 'write'), writes));
}

/** Watts that leak from the bits of a memory; flip-flop memories leak with the logic. */
export function memoryLeakage(k: Coefficients, memory: MemoryActivity, technology: Technology): Band {
  if (isFlipFlops(memory, technology)) return zero;
  return k.spend(bitsOf(memory), memory.kind === 'rom' ? 'rom.leakage' : 'sram.leakage', 'W/bit');
}

/** Area in µm²; of flip-flop memories without clock gates and without the flip-flops that hold a word read. */
export function memoryArea(k: Coefficients, memory: MemoryActivity, technology: Technology, gated: boolean): Band {
  const bits = bitsOf(memory);
  if (isFlipFlops(memory, technology)) return k.spend(bits, flipFlopEntry(memory, gated, 'area'), 'um2/bit');
  if (memory.kind === 'rom') return k.spend(bits, 'rom.area', 'um2/bit');
  const { wide, deep } = macrosOf(memory, technology);
  return plus(
    k.spend(wide * deep, 'sram.area.macro', 'um2/block'),
    k.spend(memory.wordBits * deep, 'sram.area.column', 'um2/bit'),
    k.spend(bits, 'sram.area.bit', 'um2/bit'),
  );
}
