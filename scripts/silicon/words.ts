import type { StepComparison } from '../../sim/cost/hash/compare.ts';
import { bandQuantity, digits, quantity } from '../report/format.ts';
import { type Column, table } from '../table.ts';
import { causes, type SiliconComparison } from './comparison.ts';

const right = (title: string): Column => ({ title, align: 'right' });

const within = ({ distance }: StepComparison, limit: number): boolean => distance <= limit;
const worstOf = (steps: readonly StepComparison[]): StepComparison =>
  steps.reduce((a, b) => (b.distance > a.distance ? b : a));

function counted(steps: readonly StepComparison[], limit: number): string {
  const worst = worstOf(steps);
  const good = steps.filter((step) => within(step, limit)).length;
  return `${good} of ${steps.length} within a factor of ${limit}; the worst, ${worst.from} to ${worst.to}, is off by x${digits(worst.distance)}`;
}

function nativeTable(all: readonly SiliconComparison[]): string {
  return table(
    [
      { title: 'core' },
      { title: 'tier' },
      { title: 'technology' },
      right('supply'),
      right('energy per hash'),
      right('area'),
      right('area per hash per clock'),
    ],
    all.flatMap(({ core, natives }) =>
      natives.map((one) => [
        core,
        one.tier,
        one.technology,
        `${one.volts} V`,
        bandQuantity(one.joulesPerHash, 'J'),
        quantity(one.squareMicrons.value, 'µm²'),
        quantity(one.squareMicronsPerHashPerClock.value, 'µm²'),
      ]),
    ),
  );
}

function chipTable({ chips, tier }: SiliconComparison): string {
  return table(
    [
      { title: 'chip' },
      right('node'),
      right('supply'),
      right('published'),
      { title: 'class, scope' },
      right(`predicted (${tier}, scaled)`),
      right('predicted / published'),
      { title: 'scaled from' },
      { title: 'area per hash per clock, predicted / published' },
    ],
    chips.map(({ chip, volts, energy, area, from }) => [
      chip.name,
      `${chip.nanometres} nm`,
      `${volts} V${chip.supply.class === 'assumed' ? ' (assumed)' : ''}`,
      quantity(energy.published, 'J'),
      `${chip.class}, ${chip.scope.split(':')[0]}`,
      bandQuantity(energy.predicted, 'J'),
      digits(energy.ratio),
      from.map(({ technology, weight }) => `${technology} ${digits(100 * weight, 2)} %`).join(', '),
      area === null
        ? '-'
        : `${quantity(area.predicted.value, 'µm²')} / ${quantity(area.published, 'µm²')} = ${digits(area.ratio)}`,
    ]),
  );
}

function stepTable({ steps, stepLimit }: SiliconComparison): string {
  return table(
    [
      { title: 'from' },
      { title: 'to' },
      { title: 'nodes' },
      right('published'),
      right('predicted'),
      right('apart'),
      { title: `factor ${stepLimit}` },
    ],
    [...steps]
      .sort((a, b) => Number(b.neighbours) - Number(a.neighbours))
      .map((step) => [
        step.from,
        step.to,
        step.neighbours ? 'next' : 'farther',
        digits(step.published),
        digits(step.predicted),
        digits(step.distance),
        within(step, stepLimit) ? 'within' : 'outside',
      ]),
  );
}

function summary({ core, tier, offset, steps, stepLimit }: SiliconComparison): string {
  const { value, low, high } = offset;
  const next = steps.filter(({ neighbours }) => neighbours);
  return [
    `${core} (${tier}): predicted over published x${digits(value)} in the geometric mean, x${digits(low)} to x${digits(high)} for single chips`,
    `  steps to the next node: ${counted(next, stepLimit)}`,
    `  all steps: ${counted(steps, stepLimit)}`,
  ].join('\n');
}

/** The comparisons for people; `beside` are those that are shown chip by chip. */
export function siliconWords(all: readonly SiliconComparison[], beside: readonly SiliconComparison[]): string {
  return [
    `Double SHA-256, cores of this library in technologies of this library\n\n${nativeTable(all)}`,
    ...beside.flatMap((one) => [
      `${one.core} (${one.tier}) beside mining chips: every prediction is scaled from the technologies named\n\n${chipTable(one)}`,
      `Steps between nodes: energy at the first chip over energy at the second\n\n${stepTable(one)}`,
    ]),
    `${beside.map(summary).join('\n')}\n`,
    `Known causes of the offset:\n${causes.map((cause) => `  - ${cause}`).join('\n')}\n`,
  ].join('\n');
}
