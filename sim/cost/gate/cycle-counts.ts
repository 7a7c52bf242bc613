import type { GateActivity } from './activity.ts';

/**
 * Sums up what nets do, cycle by cycle: within a cycle the last transition of a net that ends elsewhere than it began
 * is wanted, every other one is a glitch.
 */
export interface CycleCounts {
  readonly total: {
    readonly toggles: Float64Array;
    readonly glitches: Float64Array;
    readonly high: Float64Array;
    readonly internal: Float64Array;
    readonly glitchInternal: Float64Array;
  };
  /** Notes one transition and the energy it cost inside cells. */
  readonly note: (net: number, joules: number) => void;
  /** Ends a cycle; nothing is added when it is not counted. */
  readonly close: (value: Uint8Array, counted: boolean) => void;
}

export function cycleCounts(netCount: number): CycleCounts {
  const total = {
    toggles: new Float64Array(netCount),
    glitches: new Float64Array(netCount),
    high: new Float64Array(netCount),
    internal: new Float64Array(netCount),
    glitchInternal: new Float64Array(netCount),
  } satisfies Partial<GateActivity>;
  const moves = new Int32Array(netCount);
  const spent = new Float64Array(netCount);
  const lastSpent = new Float64Array(netCount);
  const touched = new Int32Array(netCount);
  let touchedCount = 0;

  const note = (net: number, joules: number): void => {
    if (moves[net]! === 0) touched[touchedCount++] = net;
    moves[net]!++;
    spent[net]! += joules;
    lastSpent[net] = joules;
  };
  const close = (value: Uint8Array, counted: boolean): void => {
    for (let at = 0; at < touchedCount; at++) {
      const net = touched[at]!;
      if (counted) {
        const wanted = moves[net]! & 1;
        total.toggles[net]! += moves[net]!;
        total.glitches[net]! += moves[net]! - wanted;
        total.internal[net]! += spent[net]!;
        total.glitchInternal[net]! += wanted === 1 ? spent[net]! - lastSpent[net]! : spent[net]!;
      }
      moves[net] = 0;
      spent[net] = 0;
    }
    touchedCount = 0;
    if (counted) for (let net = 0; net < netCount; net++) total.high[net]! += value[net]!;
  };
  return { total, note, close };
}
