import type { Band } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { MemoryActivity } from './activity.ts';
import { plus, scaledBy, times, zero } from './band.ts';
import type { Coefficients } from './coefficients.ts';

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

/** Joules per inference spent in the accesses of a memory; the clock of flip-flop memories is counted with the clock. */
export function memoryEnergy(k: Coefficients, memory: MemoryActivity, technology: Technology): Band {
  const { reads, writes, words, wordBits } = memory;
  if (isFlipFlops(memory, technology))
    return plus(
      k.spend(reads * wordBits * Math.ceil(Math.log2(Math.max(1, words))), 'mux.level', 'J/bit'),
      k.spend(writes * wordBits, 'register.data', 'J/(bit*cycle)'),
    );
  const read = reads === 0 ? zero : times(sramAccess(k, memory, technology, 'read'), reads);
  if (memory.kind === 'rom') return reads === 0 ? zero : scaledBy(read, k.take('rom.read', 'ratio'));
  return writes === 0 ? read : plus(read, times(sramAccess(k, memory, technology, 'write'), writes));
}

/** Watts that leak from the bits of a memory; flip-flop memories leak with the logic. */
export function memoryLeakage(k: Coefficients, memory: MemoryActivity, technology: Technology): Band {
  if (isFlipFlops(memory, technology)) return zero;
  return k.spend(bitsOf(memory), memory.kind === 'rom' ? 'rom.leakage' : 'sram.leakage', 'W/bit');
}

/** Area in µm². */
export function memoryArea(k: Coefficients, memory: MemoryActivity, technology: Technology): Band {
  const bits = bitsOf(memory);
  if (isFlipFlops(memory, technology)) return k.spend(bits, 'register.area', 'um2/bit');
  if (memory.kind === 'rom') return k.spend(bits, 'rom.area', 'um2/bit');
  const { wide, deep } = macrosOf(memory, technology);
  return plus(
    k.spend(wide * deep, 'sram.area.macro', 'um2/block'),
    k.spend(memory.wordBits * deep, 'sram.area.column', 'um2/bit'),
    k.spend(bits, 'sram.area.bit', 'um2/bit'),
  );
}
