import type { Band } from '../../../specs/result.ts';
import { axisOptions, zeroAxis } from '../axes.ts';
import type { FigureConfig, Json } from '../figure.ts';
import { bandQuantity, type Scale, scaled, type UnitName } from '../format.ts';
import { componentColours } from '../palette.ts';

/** One horizontal bar, its parts by component. */
export interface StackRow {
  readonly label: string;
  readonly parts: Readonly<Record<string, number>>;
  /** Drawn behind the bar with its value; leave out where the rows are narrow. */
  readonly total?: Band;
  /** Stands behind the value: its tier, and whether it is the best. */
  readonly note?: string;
}

export interface StackOptions {
  readonly title: string;
  /** Lines above the legend. */
  readonly subtitle?: readonly string[];
  readonly scale: Scale;
  /** Of the texts behind the bars, each with a prefix of its own: designs may differ by decades. */
  readonly unit: UnitName;
  readonly fontSize: number;
  readonly barThickness: number;
}

/** Horizontal bars stacked by component, each component in its one colour. */
export function stackConfig(rows: readonly StackRow[], options: StackOptions): FigureConfig {
  const colours = componentColours(rows.flatMap((row) => Object.keys(row.parts)));
  const sums = rows.map((row) => Object.values(row.parts).reduce((sum, part) => sum + part, 0));
  const totals = rows.map((row) => row.total?.high ?? 0);
  const axis = zeroAxis([...sums, ...totals], options.scale);
  const datasets: Json[] = [...colours].map(([component, colour]) => ({
    label: component,
    backgroundColor: colour,
    borderWidth: 0,
    barThickness: options.barThickness,
    data: rows.map((row, index) => {
      const value = row.parts[component] ?? 0;
      const share = sums[index]! > 0 ? Math.round((100 * value) / sums[index]!) : 0;
      const text = `${component}: ${scaled(value, options.scale)} ${options.scale.unit} (${share} %)`;
      return { x: value, y: index, tip: [row.label.trim(), text] };
    }),
  }));
  return {
    type: 'bar',
    data: { labels: rows.map((row) => row.label), datasets },
    options: {
      indexAxis: 'y',
      layout: { padding: { right: 12 } },
      scales: {
        x: axisOptions(axis, `${options.title} [${options.scale.unit}]`, { stacked: true }),
        y: {
          stacked: true,
          grid: { display: false },
          // On top of the bars: one unbroken line at zero.
          border: { z: 1, color: '#8A94A0' },
          ticks: { autoSkip: false, padding: 4, font: { size: options.fontSize } },
        },
      },
      plugins: {
        subtitle: {
          display: options.subtitle !== undefined,
          align: 'start',
          padding: { bottom: 4 },
          text: options.subtitle ?? [],
        },
        legend: { position: 'top', align: 'start', labels: { boxWidth: 12, boxHeight: 12, padding: 14 } },
        marks: {
          ticks: { x: axis.ticks as unknown as Json },
          end: axis.max,
          totals: rows.flatMap((row, index) =>
            row.total === undefined
              ? []
              : [
                  {
                    index,
                    low: row.total.low,
                    high: row.total.high,
                    text: `${bandQuantity(row.total, options.unit)}${row.note === undefined ? '' : ` ${row.note}`}`,
                  },
                ],
          ),
        },
      },
    },
  };
}
