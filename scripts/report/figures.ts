import type { Result } from '../../specs/result.ts';
import type { Baseline, Figure, FigureBuilder } from './figure.ts';
import { area } from './figures/area.ts';
import { cyclesByLayer } from './figures/cycles-by-layer.ts';
import { energyByComponent } from './figures/energy-by-component.ts';
import { energyByLayer } from './figures/energy-by-layer.ts';
import { energyPerOp } from './figures/energy-per-op.ts';
import { pareto } from './figures/pareto.ts';
import { timelines } from './figures/timeline.ts';

const builders: readonly FigureBuilder[] = [pareto, energyByComponent, energyByLayer, cyclesByLayer, area, energyPerOp];

/** Every figure of a report, in the order of the page. `results` must not be empty. */
export function buildFigures(results: readonly Result[], baselines: readonly Baseline[]): Figure[] {
  return [...builders.map((build) => build(results, baselines)), ...timelines(results)];
}
