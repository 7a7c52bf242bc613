import type { ToggleLayout } from './plan.ts';

export interface ToggleReader {
  /** One count per register, of all lanes together. */
  sums(): Float64Array;
  /** One count per register. */
  ofLane(lane: number): Float64Array;
}

/** Reads the counters of `lanes` runs; `flush` brings the totals up to date. */
export function toggleReader(
  { counters }: ToggleLayout,
  lanes: number,
  buffer: ArrayBuffer,
  flush: () => void,
): ToggleReader {
  const totals = new BigInt64Array(buffer);
  const at = (address: number): number => Number(totals[address >> 3]);
  // With several lanes, a single counter is that of a register that is the same in all of them.
  const isShared = (own: readonly number[]): boolean => lanes > 1 && own.length === 1;
  return {
    sums() {
      flush();
      return Float64Array.from(counters, (own) => {
        const sum = own.reduce((sum, address) => sum + at(address), 0);
        return isShared(own) ? lanes * sum : sum;
      });
    },
    ofLane(lane) {
      flush();
      return Float64Array.from(counters, (own) => at(own[isShared(own) ? 0 : lane]!));
    },
  };
}
