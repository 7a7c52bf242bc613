/** Sizes that decide speed and never results. */
export interface Limits {
  /** Nodes per function: large enough to keep values in locals, small enough for the engine's optimising compiler. */
  readonly chunkNodes: number;
  /** Deferred effects per function. */
  readonly chunkDeferred: number;
  /** Below this many operations a branch costs more than doing the work always. */
  readonly smallestBranch: number;
}

export const defaultLimits: Limits = { chunkNodes: 2000, chunkDeferred: 800, smallestBranch: 3 };
