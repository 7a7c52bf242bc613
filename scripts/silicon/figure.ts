import { axisOptions, logAxis, rowAxis, siLabel } from '../report/axes.ts';
import type { Figure, Json } from '../report/figure.ts';
import { bandQuantity, digits, quantity } from '../report/format.ts';
import { markPlugins } from '../report/mark-options.ts';
import { accent, hollow, ink } from '../report/palette.ts';
import type { SiliconComparison } from './comparison.ts';

const mark = { pointRadius: 6, pointHoverRadius: 7, borderWidth: 2 };
/** Predictions stand this far below the published figure, and below each other, within a row. */
const below = 0.2;

function predicted({ chips, core, tier }: SiliconComparison, at: number): Json {
  return {
    label: `predicted, tier ${tier}`,
    pointStyle: 'circle',
    ...mark,
    borderColor: accent,
    backgroundColor: at === 0 ? accent : hollow,
    data: chips.map(({ chip, energy, volts }, row) => ({
      x: energy.predicted.value,
      y: row + at * below,
      low: energy.predicted.low,
      high: energy.predicted.high,
      tip: [`${core} at ${chip.nanometres} nm, ${volts} V`, bandQuantity(energy.predicted, 'J')],
    })),
  };
}

/** Published and predicted energy per hash, a row per chip, one kind of mark per prediction. */
export function siliconFigure(comparisons: readonly SiliconComparison[]): Figure {
  const { chips } = comparisons[0]!;
  const energies = comparisons.flatMap((one) =>
    one.chips.flatMap(({ energy }) => [energy.published, energy.predicted.low, energy.predicted.high]),
  );
  const x = logAxis(energies, siLabel('J'));
  const y = rowAxis(
    chips.map(({ chip, volts }) => [
      chip.name,
      `${chip.nanometres} nm, ${volts} V${chip.supply.class === 'assumed' ? ' (assumed)' : ''}; ${chip.scope.split(':')[0]}`,
    ]),
  );
  const published: Json = {
    label: 'published',
    pointStyle: 'triangle',
    ...mark,
    borderColor: ink,
    backgroundColor: ink,
    data: chips.map(({ chip, energy }, row) => ({
      x: energy.published,
      y: row - below,
      tip: [chip.name, chip.scope, chip.class, quantity(energy.published, 'J')],
    })),
  };
  return {
    id: 'silicon',
    title: 'Energy of one double SHA-256: predictions beside chips that were sold',
    alt: comparisons
      .map(
        ({ tier, offset }) =>
          `Energies predicted at tier ${tier} for ${chips.length} mining chips are ${digits(offset.low)} to ${digits(offset.high)} times the published ones, ${digits(offset.value)} times in the geometric mean.`,
      )
      .join(' '),
    width: 960,
    height: 760,
    config: {
      type: 'scatter',
      data: { datasets: [published, ...comparisons.map(predicted)] },
      options: {
        scales: {
          x: axisOptions(x, 'Energy of one double SHA-256 [J]'),
          y: axisOptions(y, '', { reverse: true }),
        },
        plugins: markPlugins(
          { x, y },
          [
            "Predictions are of the core only, scaled to each chip's node and supply; whisker: band.",
            'Published figures are at the chip or at the wall, as each row says.',
          ],
          'x',
        ),
      },
    },
  };
}
