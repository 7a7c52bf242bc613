/** Figures with a row per layer and design stay readable up to this many designs; the tables hold all of them. */
export const shown = {
  designs: 6,
  /** What the title adds when some are left out. */
  of(count: number): string {
    return count > shown.designs ? ` (the first ${shown.designs} of ${count} designs)` : '';
  },
} as const;
