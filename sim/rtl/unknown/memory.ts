import type { NetMemory } from '../../../hdl-gen/ir/netlist.ts';
import { type Format, wrap } from '../value.ts';
import { eitherMask } from './mask.ts';
import { known, type Origin, passedOn, type Unknown } from './origin.ts';

/** A value together with its unknown bits. */
export interface Seen {
  readonly value: bigint;
  readonly unknown: Unknown;
}

export function allOf(format: Format): bigint {
  return (1n << BigInt(format.width)) - 1n;
}

/** What a register or word is when it is not known whether it loaded. `decider` is the origin of what decides. */
export function either(before: Seen, loaded: Seen, format: Format, decider: Origin): Seen {
  const operand = ({ value, unknown }: Seen) => ({ ...format, value: wrap(value, format), mask: unknown.mask });
  const mask = eitherMask(operand(before), operand(loaded), format);
  const origin = mask === 0n ? null : (loaded.unknown.origin ?? before.unknown.origin ?? decider);
  return { value: before.value, unknown: { mask, origin } };
}

/** The unknown bits of a memory's words; `word` gives their values before the coming edge. */
export interface WordMasks {
  reset(): void;
  /** What a read gives in a clock. */
  read(address: bigint, clock: number): Unknown;
  /** The content as the writes of this clock have left it so far. */
  present(address: number): Seen;
  write(address: number, seen: Seen): void;
  /** Commits the writes of this clock. */
  commit(): void;
  snapshot(): () => void;
}

export function createWordMasks(memory: NetMemory, word: (address: bigint) => bigint): WordMasks {
  const { name, depth } = memory;
  const filled = memory.init === null ? 0 : Math.min(depth, memory.init.length);
  /** Words that are no longer as at power-on. */
  const changed = new Map<number, Unknown>();
  const pending = new Map<number, Seen>();
  const never = (address: number): Unknown => ({
    mask: allOf(memory),
    origin: { what: `word ${address} of memory '${name}' was not written before`, path: [`${name}[${address}]`] },
  });
  const stored = (address: number): Unknown => changed.get(address) ?? (address < filled ? known : never(address));
  return {
    reset: () => {
      changed.clear();
      pending.clear();
    },
    read: (address, clock) => {
      const at = Number(address);
      const beyond = address < 0n || address >= BigInt(depth);
      const { mask, origin } = beyond ? { mask: allOf(memory), origin: null } : stored(at);
      if (mask === 0n) return known;
      const word = `${name}[${address}]`;
      if (origin !== null && changed.has(at)) return { mask, origin: passedOn(origin, word) };
      const what = beyond
        ? `memory '${name}' was read in clock ${clock} at address ${address}, beyond its ${depth} words`
        : `word ${address} of memory '${name}' was read in clock ${clock} and not written before`;
      return { mask, origin: { what, path: [word] } };
    },
    present: (address) => pending.get(address) ?? { value: word(BigInt(address)), unknown: stored(address) },
    write: (address, seen) => {
      pending.set(address, seen);
    },
    commit: () => {
      for (const [address, { unknown }] of pending) changed.set(address, unknown);
      pending.clear();
    },
    snapshot: () => {
      const words = [...changed];
      return () => {
        changed.clear();
        for (const [address, unknown] of words) changed.set(address, unknown);
      };
    },
  };
}
