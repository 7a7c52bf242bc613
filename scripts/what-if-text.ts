import type { Result } from '../specs/result.ts';
import { bandQuantity, quantity } from './report/format.ts';
import { table } from './table.ts';

/** The table of technologies, supplies and data for the terminal; empty when the result has none. */
export function whatIfText({ whatIf }: Result): string {
  if (whatIf === undefined) return '';
  const rows = whatIf.points.map((point) => [
    point.technology,
    `${point.volts} V`,
    point.scaled ? 'scaled' : '',
    point.elementHertz === null
      ? ''
      : `${quantity(point.elementHertz.value, 'Hz')}${point.tooFast ? ' (too slow)' : ''}`,
    ...whatIf.profiles.map((profile) =>
      profile === 'design'
        ? bandQuantity(point.joulesPerInference[profile]!, 'J')
        : quantity(point.joulesPerInference[profile]!.value, 'J'),
    ),
  ]);
  const right = (title: string) => ({ title, align: 'right' as const });
  const heads = [
    { title: 'technology' },
    right('supply'),
    { title: '' },
    right('element clock'),
    ...whatIf.profiles.map(right),
  ];
  const clock = quantity(whatIf.clockHertz, 'Hz');
  // The figures above the table may be of another tier.
  const caption = `what if: joules per inference at ${clock}, tier ${whatIf.tier}`;
  return `${caption}\n${table(heads, rows)}${whatIf.scope}\n`;
}
