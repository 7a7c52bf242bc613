import type { Result } from '../../specs/result.ts';
import type { Baseline, FigureBuilder, ReportFigure } from './figure.ts';
import { area } from './figures/area.ts';
import { cyclesByLayer } from './figures/cycles-by-layer.ts';
import { energyByComponent } from './figures/energy-by-component.ts';
import { energyByLayer } from './figures/energy-by-layer.ts';
import { energyPerOp } from './figures/energy-per-op.ts';
import { heatMaps } from './figures/heat-map.ts';
import { pareto } from './figures/pareto.ts';
import { timelines } from './figures/timeline.ts';
import { treemaps } from './figures/treemap.ts';

const builders: readonly FigureBuilder[] = [pareto, energyByComponent, energyByLayer, cyclesByLayer, area, energyPerOp];

/** Every figure of a report, in the order of the page. `results` must not be empty. */
export function buildFigures(results: readonly Result[], baselines: readonly Baseline[]): ReportFigure[] {
  return [
    ...builders.map((build) => build(results, baselines)),
    ...heatMaps(results),
    ...treemaps(results),
    ...timelines(results),
  ];
}
