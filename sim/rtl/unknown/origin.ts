/** Where an unknown bit came from, and by which way. */
export interface Origin {
  /** What was read before it was written: the rest of the sentence "it is unknown because ...". */
  readonly what: string;
  /** Hierarchical names of registers and memory words, from the never-written one on; a loop is walked once. */
  readonly path: readonly string[];
}

/** Unknown bits of a register or word (a pattern of its width), and where they came from when there are any. */
export interface Unknown {
  readonly mask: bigint;
  readonly origin: Origin | null;
}

export const known: Unknown = { mask: 0n, origin: null };

/** The origin seen one register or word further. */
export function passedOn(origin: Origin, name: string): Origin {
  return origin.path.includes(name) ? origin : { what: origin.what, path: [...origin.path, name] };
}

/** Names shown at each end of a path that is too long. */
const shownNames = 4;

export function pathText(path: readonly string[]): string {
  const shown =
    path.length <= 2 * shownNames ? path : [...path.slice(0, shownNames), '...', ...path.slice(-shownNames)];
  return shown.join(' -> ');
}
