import type { Origin } from '../../../specs/result.ts';
import { times } from '../band.ts';
import { parts, type StageEnergy } from '../replay/sampled.ts';
import { type T2Run, within } from './run.ts';

/** The Liberty files, and what was replayed with their cells. */
export function gateOrigins(run: T2Run, stages: readonly StageEnergy[], spread: number, conditions: string): Origin[] {
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
  return [...files, ...gates.map((gate) => ({ ...gate, class: 'library' as const }))];
}
