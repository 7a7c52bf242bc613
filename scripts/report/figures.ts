import type { Result } from '../../specs/result.ts';
import type { Baseline, FigureBuilder, ReportFigure } from './figure.ts';
import { area } from './figures/area.ts';
import { componentBands } from './figures/component-bands.ts';
import { criticalPathFigures } from './figures/critical-path.ts';
import { cyclesByLayer } from './figures/cycles-by-layer.ts';
import { energyAgainst } from './figures/energy-against.ts';
import { energyByComponent } from './figures/energy-by-component.ts';
import { energyByLayer } from './figures/energy-by-layer.ts';
import { energyPerOp } from './figures/energy-per-op.ts';
import { heatMaps } from './figures/heat-map.ts';
import { pareto } from './figures/pareto.ts';
import { timelines } from './figures/timeline.ts';
import { treemaps } from './figures/treemap.ts';
import { whatIfs } from './figures/what-if.ts';
import { noSyntheses, type Syntheses } from './syntheses.ts';

const energies: readonly FigureBuilder[] = [pareto, energyByComponent, componentBands, energyByLayer];
const others: readonly FigureBuilder[] = [cyclesByLayer, area, energyPerOp];

/** Every figure of a report, in the order of the page: all designs together first. `results` must not be empty. */
export function buildFigures(
  results: readonly Result[],
  baselines: readonly Baseline[],
  syntheses: Syntheses = noSyntheses,
): ReportFigure[] {
  return [
    ...energies.map((build) => build(results, baselines)),
    ...energyAgainst(results, syntheses),
    ...others.map((build) => build(results, baselines)),
    ...heatMaps(results),
    ...treemaps(results),
    ...timelines(results),
    ...criticalPathFigures(results, syntheses),
    ...whatIfs(results),
  ];
}
