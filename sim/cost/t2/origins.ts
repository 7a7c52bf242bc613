import type { Origin } from '../../../specs/result.ts';
import { times } from '../band.ts';
import { parts, type StageEnergy } from '../replay/sampled.ts';
import type { ClockDraw, GatedCells } from './clocked-cells.ts';
import type { FlipFlop } from './flip-flop.ts';
import { type T2Run, within } from './run.ts';

/** What memories of flip-flops are priced with. */
interface MemoryCells {
  readonly flipFlop: FlipFlop;
  /** Null where the mean flip-flop stands for them, as in designs without clock gates. */
  readonly gated: GatedCells | null;
}

/** The Liberty files, and what was replayed with their cells. */
export function gateOrigins(
  run: T2Run,
  stages: readonly StageEnergy[],
  { flipFlop, gated }: MemoryCells,
  spread: number,
  conditions: string,
): Origin[] {
  const files = run.libraries.map(({ name, sha256, library }) => ({
    entry: `liberty ${name}`,
    value: library.voltage,
    low: library.voltage,
    high: library.voltage,
    unit: 'V',
    class: 'library' as const,
    source: `${name}, sha256 ${sha256} (unpacked)`,
    conditions: `supply of the library; ${library.cells.size} cells`,
  }));
  const source = run.libraries.map(({ name, sha256 }) => `${name} (sha256 ${sha256.slice(0, 12)}...)`).join(', ');
  const gates = parts.map((part) => {
    const perClock = stages.flatMap(({ instances }) => instances.map((own) => own.perClock[part]));
    const joules = perClock.reduce((sum, value) => sum + value, 0) * run.interval;
    return { entry: `gates.${part}`, ...times(within(joules, spread), 1e12), unit: 'pJ/inference', source, conditions };
  });
  const perClock = (name: string, { clock, clockTree }: ClockDraw, unit: string, what: string) => ({
    entry: `gates.${name}`,
    ...times(within(clock + clockTree, 0), 1e15),
    ...{ unit, source },
    conditions: `clock pin and its share of the clock tree, ${what}`,
  });
  const bits = `of the ${flipFlop.count} flip-flops of the gates`;
  const cells =
    gated === null
      ? [perClock('flipFlop', flipFlop, 'fJ/(bit*cycle)', `mean ${bits}; those of memories are taken to be alike`)]
      : [
          perClock(
            'flipFlop',
            flipFlop,
            'fJ/(bit*cycle)',
            `mean ${bits} while they are clocked; those of memories are taken to be alike`,
          ),
          ...(['closed', 'open'] as const).map((state) =>
            perClock(
              `clockGate.${state}`,
              gated[state],
              'fJ/cycle',
              `mean of the ${gated.clockGates} clock gates while they are ${state}; one stands before each word of a memory of flip-flops`,
            ),
          ),
        ];
  return [...files, ...[...gates, ...cells].map((gate) => ({ ...gate, class: 'library' as const }))];
}
