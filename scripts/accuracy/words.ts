import type { Classification } from '../../models/accuracy.ts';
import type { CrossCheck } from '../../models/crosscheck.ts';
import { count, counted, digits, percent } from '../report/format.ts';
import { table } from '../table.ts';
import type { Golden } from './run.ts';
import type { Judgement } from './task.ts';

const worstClasses = 10;

/** Classes that were missed most often, by the share of their samples, and what they were taken for. */
function classTable({ classes, confusions }: Classification, names: readonly string[]): string {
  const nameOf = (index: number) => names[index] ?? `class ${index}`;
  const worst = classes
    .filter(({ right, samples }) => right < samples)
    .sort((a, b) => a.right / a.samples - b.right / b.samples || b.samples - a.samples);
  if (worst.length === 0) return '';
  const rows = worst.slice(0, worstClasses).map(({ index, samples, right }) => {
    const taken = confusions.filter(({ expected }) => expected === index).slice(0, 3);
    const others = taken.map((one) => `${nameOf(one.found)} (${one.count})`).join(', ');
    return [nameOf(index), count(samples), count(right), percent(right / samples), others];
  });
  const columns = [
    { title: 'class' },
    { title: 'samples', align: 'right' },
    { title: 'right', align: 'right' },
    { title: 'share', align: 'right' },
    { title: 'taken for' },
  ] as const;
  const rest = worst.length > worstClasses ? `  and ${worst.length - worstClasses} more with mistakes\n` : '';
  return table(columns, rows) + rest;
}

/** `183 of 200 right (91.5 %)`. */
export function headline(judgement: Judgement): string {
  switch (judgement.task) {
    case 'classification':
      return `${count(judgement.right)} of ${count(judgement.samples)} right (${percent(judgement.accuracy)})`;
    case 'regression': {
      const { meanSquaredError, meanAbsoluteError, samples } = judgement;
      return `mean squared error ${digits(meanSquaredError, 4)}, mean absolute error ${digits(meanAbsoluteError, 4)} over ${counted(samples, 'sample')}`;
    }
    case 'reconstruction': {
      const { meanSquaredError, areaUnderCurve, samples, samplesPerLabel } = judgement;
      const per = samplesPerLabel === 1 ? '' : `, ${samplesPerLabel} samples per label`;
      const area = areaUnderCurve === null ? 'none (needs labels 0 and 1)' : digits(areaUnderCurve, 4);
      return `mean squared error ${digits(meanSquaredError, 4)} over ${counted(samples, 'sample')}, area under the ROC curve ${area}${per}`;
    }
  }
}

export function judgementText(judgement: Judgement, names: readonly string[]): string {
  return judgement.task === 'classification' ? classTable(judgement, names) : '';
}

export function goldenText(golden: Golden | null): string {
  if (golden === null) return '';
  return `outputs equal to the golden ones, byte for byte: ${count(golden.equal)} of ${count(golden.samples)}\n`;
}

export function crossCheckText(check: CrossCheck): string {
  const rows = check.layers.map(({ layer, floatLayer, sqnr, worst }) => [
    layer,
    floatLayer,
    sqnr === null ? 'equal' : sqnr.toFixed(1),
    digits(worst.difference),
    worst.steps.toFixed(1),
    `${digits(worst.integer)} for ${digits(worst.float)}`,
    `sample ${worst.sample}, index ${worst.index}`,
  ]);
  const columns = [
    { title: 'layer' },
    { title: 'float layer' },
    { title: 'SQNR [dB]', align: 'right' },
    { title: 'worst', align: 'right' },
    { title: 'in steps', align: 'right' },
    { title: 'values' },
    { title: 'at' },
  ] as const;
  const { engine, topOne, samples, unmatched } = check;
  const agreement =
    topOne === null ? '' : `, top-1 agrees on ${count(topOne)} of ${count(samples)} (${percent(topOne / samples)})`;
  const left = unmatched.length === 0 ? '' : `without a counterpart: ${unmatched.join(', ')}\n`;
  return `against the float network (${engine})${agreement}\n${table(columns, rows)}${left}`;
}
