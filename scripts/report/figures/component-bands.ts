import type { Result } from '../../../specs/result.ts';
import { axisOptions, logAxis, rowAxis, siLabel } from '../axes.ts';
import { keyLines, labelled } from '../designs.ts';
import type { FigureBuilder, Json, ReportFigure } from '../figure.ts';
import { bandQuantity, digits } from '../format.ts';
import { markPlugins, namedRows } from '../mark-options.ts';
import { accent, componentColours, hollow, ink, markRadius, markShape } from '../palette.ts';
import { isVerified } from '../ranking.ts';
import { componentTable, energyOf, lowestMarks } from './component-table.ts';
import { shown } from './shown.ts';

/** How sure each component is: its energy with its band, one line per design. */
export const componentBands: FigureBuilder = (all): ReportFigure => {
  const designs = labelled(all).slice(0, shown.designs);
  const results = designs.map(({ result }) => result);
  const components = [
    ...componentColours(results.flatMap((result) => Object.keys(energyOf(result).byComponent))).keys(),
  ];
  const bands = results.flatMap((result) => Object.values(energyOf(result).byComponent));
  const x = logAxis(
    bands.flatMap(({ low, value, high }) => [low, value, high]),
    siLabel('J'),
  );
  const y = rowAxis(components.map((component) => component));
  const lane = 0.8 / Math.max(1, designs.length);
  const marks = new Map(components.map((component) => [component, lowestMarks(results, energyOf, component)]));
  const subtitle = [
    ...keyLines(designs),
    'Whisker: band. Orange: nobody needs less, bands apart.',
    'Filled: verified. Components of 0 J are not drawn.',
  ];
  const architectures = [...new Set(results.map(({ design }) => design.architecture))];
  const datasets: Json[] = architectures.map((architecture) => {
    const points = designs.flatMap(({ result, key, name }, index) =>
      result.design.architecture !== architecture
        ? []
        : components.flatMap((component, row) => {
            const band = energyOf(result).byComponent[component];
            if (band === undefined || !(band.value > 0)) return [];
            const colour = marks.get(component)![index] === 'best' ? accent : ink;
            return [
              {
                colour,
                fill: isVerified(result) ? colour : hollow,
                point: {
                  x: band.value,
                  y: row + (index - (designs.length - 1) / 2) * lane,
                  // A logarithmic axis has no zero: the whisker ends at the edge.
                  low: Math.max(band.low, x.min),
                  high: band.high,
                  glyph: key,
                  filled: isVerified(result),
                  tip: [`${key}  ${name}, ${component}`, `${bandQuantity(band, 'J')}, ${result.energy.tier}`],
                },
              },
            ];
          }),
    );
    return {
      label: architecture,
      pointStyle: markShape(architecture),
      pointRadius: markRadius(architecture, 6.5),
      pointHoverRadius: markRadius(architecture, 8),
      borderWidth: 1.5,
      borderColor: ink,
      backgroundColor: ink,
      pointBorderColor: points.map(({ colour }) => colour),
      pointBackgroundColor: points.map(({ fill }) => fill),
      data: points.map(({ point }) => point),
    };
  });
  return {
    id: 'component-bands',
    title: `Band of each component${shown.of(all.length)}`,
    alt: `What is least certain: ${results.map(widest).join('; ')}.`,
    width: 960,
    height: 125 + 15 * subtitle.length + components.length * Math.max(34, designs.length * 18),
    table: componentTable(results, energyOf, 'Energy per inference', 'J'),
    config: {
      type: 'scatter',
      data: { datasets },
      options: {
        scales: {
          x: axisOptions(x, 'Energy per inference [J]'),
          y: namedRows(y),
        },
        plugins: markPlugins({ x, y }, subtitle, 'x'),
      },
    },
  };
};

/** Which component makes the design's band wide. */
function widest(result: Result): string {
  const { byComponent, total } = energyOf(result);
  const widths = Object.entries(byComponent).map(([component, { low, high }]) => ({ component, width: high - low }));
  const most = widths.reduce((a, b) => (b.width > a.width ? b : a), { component: 'nothing', width: 0 });
  const all = total.high - total.low;
  if (all <= 0) return `nothing in ${result.design.name}, whose band has a width of 0`;
  return `${most.component} makes ${digits((100 * most.width) / all)} % of the band of ${result.design.name}`;
}
