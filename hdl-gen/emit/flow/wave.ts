/** What one signal shows in consecutive clocks; null where it does not matter. */
export interface WaveSignal {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** More than a bit: drawn as a band with the value inside. */
  readonly bits: number;
  /** Clocks, counted from the span's first, in which another value begins, though it may look the same. Absent = none. */
  readonly cuts?: readonly number[];
}

/** Consecutive clocks, all signals in the same order in every span of a figure. */
export interface WaveSpan {
  readonly firstClock: number;
  readonly signals: readonly WaveSignal[];
  /** Clocks, counted from `firstClock`, in which something moves. */
  readonly moves: readonly number[];
}

export interface Wave {
  readonly title: string;
  readonly notes: readonly string[];
  readonly spans: readonly WaveSpan[];
}

export function clocksOf(span: WaveSpan): number {
  return span.signals[0]!.values.length;
}

/** The value as a band shows it: two's complement bits in hexadecimal. */
export function hexValue(value: number, bits: number): string {
  return BigInt.asUintN(bits, BigInt(value))
    .toString(16)
    .padStart(Math.ceil(bits / 4), '0')
    .toUpperCase();
}
