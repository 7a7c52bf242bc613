import { when } from '../../lang/control.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';

/** One loop of the nest, innermost first. */
export interface Loop<T> {
  readonly label: string;
  /** In this clock the loop takes its next step; never, when it has one value. */
  readonly step: Bool | null;
  /** Where a step leads; null when this position does not depend on the loop. */
  readonly move: ((from: T) => T) | null;
}

/**
 * Registers for a position advanced by a nest of loops. Every loop that moves it has a register holding where its present
 * step began; a step moves that register and restarts everything inside from there. `restart` is where the outermost step
 * (the next image) leads. Returns the position and, for each loop, where its present step began.
 */
export function nestedPosition<T extends UInt | SInt>(
  loops: readonly Loop<T>[],
  base: T,
  restart: { readonly step: Bool; readonly to: T },
  what: string,
  make: (name: string) => T & { next: T },
): T[] {
  const registers = loops.map((loop) =>
    loop.step !== null && loop.move !== null ? make(`${loop.label}_${what}`) : null,
  );
  const positions: T[] = [];
  let outer = base;
  for (let index = loops.length - 1; index >= 0; index--) {
    outer = registers[index] ?? outer;
    positions[index] = outer;
  }
  const restartInside = (count: number, step: Bool, to: T) => {
    const inside = registers.slice(0, count).filter((register) => register !== null);
    if (inside.length === 0) return;
    when(step, () => {
      for (const register of inside) register.next = to;
    });
  };
  for (const [index, loop] of loops.entries()) {
    if (loop.step === null) continue;
    const from = positions[index]!;
    const moved = loop.move === null ? from : loop.move(from);
    restartInside(index + 1, loop.step, moved === from ? from : (moved.as(`next_${loop.label}_${what}`) as T));
  }
  restartInside(loops.length, restart.step, restart.to);
  return positions;
}
