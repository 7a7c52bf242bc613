import type { Result } from '../specs/result.ts';
import { bandRange, count, quantity, scaled, scaleFor } from './report/format.ts';
import { table } from './table.ts';

/** One line per design: proof, speed, energy, size. */
export function summaryTable(results: readonly Result[]): string {
  const energy = scaleFor(
    results.map((result) => result.energy.joulesPerInference.value),
    'J',
  );
  const rows = results.map(({ design, verification, multipliers, cycles, latencySeconds, utilisation, ...result }) => {
    return [
      design.name,
      verification === null
        ? 'not verified'
        : `${verification.verdict} (${Object.keys(verification.levels).join(', ')})`,
      count(multipliers),
      count(cycles.interval),
      quantity(latencySeconds, 's'),
      `${(100 * utilisation).toFixed(1)} %`,
      quantity(result.throughput.inferencesPerSecond, 'inference/s'),
      scaled(result.energy.joulesPerInference.value, energy),
      bandRange(result.energy.joulesPerInference, energy),
      result.energy.tier,
      quantity(result.area.squareMicrons.value, 'µm²'),
    ];
  });
  return table(
    [
      { title: 'design' },
      { title: 'verdict' },
      { title: 'multipliers', align: 'right' },
      { title: 'interval [clocks]', align: 'right' },
      { title: 'latency', align: 'right' },
      { title: 'utilisation', align: 'right' },
      { title: 'throughput', align: 'right' },
      { title: `energy [${energy.unit}/inference]`, align: 'right' },
      { title: 'band', align: 'right' },
      { title: 'tier' },
      { title: 'area', align: 'right' },
    ],
    rows,
  );
}
