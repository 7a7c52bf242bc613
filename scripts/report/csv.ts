import type { Result } from '../../specs/result.ts';
import { columns } from './columns.ts';
import { compareDesigns } from './comparison.ts';
import { componentColours } from './palette.ts';
import { verdict } from './verdict.ts';

/** One row per design in base units; every number has its band where there is one, and a column with its origin. */
export function csvReport(results: readonly Result[]): string {
  const components = [
    ...componentColours(results.flatMap(({ energy }) => Object.keys(energy.breakdown.byComponent))).keys(),
  ];
  const { rows } = compareDesigns(results);
  const head = [
    'key',
    'design',
    'architecture',
    'technology',
    'model',
    'model_sha256',
    'verdict',
    'rungs',
    'rank_best',
    'rank_worst',
    ...columns.flatMap(({ id }) => [id, `${id}_low`, `${id}_high`, `${id}_origin`]),
    ...components.flatMap((component) => {
      const id = `energy_${component.replaceAll('-', '_')}_joules`;
      return [id, `${id}_low`, `${id}_high`, `${id}_origin`];
    }),
  ];
  const lines = rows.map(({ result, key, name, rank }): (string | number)[] => [
    key,
    name,
    result.design.architecture,
    result.design.technology,
    result.model.name,
    result.model.sha256,
    verdict(result).state,
    Object.entries(result.verification?.levels ?? {})
      .map(([rung, { matched, samples }]) => `${rung} ${matched}/${samples}`)
      .join(' '),
    rank?.best ?? '',
    rank?.worst ?? '',
    ...columns.flatMap((column): (string | number)[] => {
      const cell = column.value(result);
      if (cell === null) return ['', '', '', ''];
      const { value, low = '', high = '', badge } = cell;
      return [value, low, high, badge.text];
    }),
    ...components.flatMap((component): (string | number)[] => {
      const band = result.energy.breakdown.byComponent[component];
      return band === undefined ? ['', '', '', ''] : [band.value, band.low, band.high, result.energy.tier];
    }),
  ]);
  return [head, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** RFC 4180: quotes around a field that needs them. */
function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
