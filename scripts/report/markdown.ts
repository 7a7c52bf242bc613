import { tierBadges } from './badge.ts';
import { scopeCaution } from './caution.ts';
import { compareDesigns, rankText } from './comparison.ts';
import type { Baseline } from './figure.ts';
import { cellWords } from './figure-table.ts';
import { bandQuantity, count, quantity } from './format.ts';
import type { ReportInput } from './html.ts';
import { usedOrigins } from './origins.ts';
import { recipe } from './reproduce.ts';
import { headline, verdict } from './verdict.ts';

function withBand(value: number | undefined, unit: 'J' | 'J/op', { band }: Baseline): string {
  if (value === undefined) return '–';
  return band === undefined ? quantity(value, unit) : bandQuantity({ value, ...band }, unit);
}

/** The report as Markdown: the same order and the same numbers as the page, figures as links to the PNG files. */
export function markdownReport({ results, baselines, figures }: ReportInput): string {
  const { heads, rows } = compareDesigns(results);
  const stages = rows.map(({ key, name, result }) => [
    `### ${key}: ${inline(name)}`,
    verdict(result).sentence,
    table(
      ['Stage', 'Kind', 'pe', 'simd', 'taps', 'In / out', 'Multipliers', 'MACs', 'Busy cycles', 'Utilisation %'],
      result.stages.map((stage) => [
        stage.name,
        stage.kind,
        ...[stage.pe, stage.simd, stage.taps].map(count),
        `${count(stage.inputWidth)} / ${count(stage.outputWidth)}`,
        ...[stage.multipliers, stage.macs, stage.cycles].map(count),
        stage.multipliers === 0 ? '–' : (100 * stage.utilisation).toFixed(1),
      ]),
      2,
    ),
    table(
      ['Rung', 'Samples', 'Matched', 'Latency cycles', 'Interval cycles', 'Tool'],
      Object.entries(result.verification?.levels ?? {}).map(([rung, { samples, matched, cycles, tool }]) => [
        rung,
        count(samples),
        count(matched),
        cycles === null ? '–' : count(cycles.latency),
        cycles === null || cycles.interval === null ? '–' : count(cycles.interval),
        tool,
      ]),
      1,
    ),
  ]);
  const { files, commands } = recipe(results);
  const blocks = [
    `# joulesmith: ${[...new Set(results.map(({ model }) => inline(model.name)))].join(', ')}`,
    headline(results).join('\n'),
    '## Verdict',
    rows.map(({ key, name, result }) => `- **${key} ${inline(name)}**: ${verdict(result).sentence}`).join('\n'),
    '## Comparison',
    table(
      [
        'Design',
        'Architecture',
        'Technology',
        'Proof',
        'Rank',
        ...heads.map(({ column, unit }) => (unit === '' ? column.head : `${column.head} [${unit}]`)),
      ],
      rows.map((row) => [
        `${row.key} ${row.name}`,
        row.result.design.architecture,
        row.result.design.technology,
        verdict(row.result).state,
        rankText(row.rank),
        ...row.cells.map((cell) =>
          cell === null
            ? 'not known'
            : `${cell.text}${cell.band === null ? '' : ` (${cell.band})`} ${cell.value.badge.text}`,
        ),
      ]),
      5,
    ),
    'The word behind a number is its origin: a tier (T0 to T3), `rtl` (cycle model, confirmed clock for clock by hardware rungs), `model` (cycle model only), `plan`, `request`, `card`.',
    '## Figures',
    `${tierBadges.map(({ text, meaning }) => `**${text}** ${meaning}`).join('; ')}.`,
    ...figures.flatMap(({ id, title, alt, table: numbers }) => [
      `![${inline(title)}](figures/${id}.png)`,
      inline(alt),
      table(
        numbers.heads.map(({ text, unit }) => (unit === undefined ? text : `${text} [${unit}]`)),
        numbers.rows.map((row) => row.map(cellWords)),
        numbers.heads.findIndex((head) => head.numeric === true),
      ),
    ]),
    '## Designs in detail',
    ...stages.flat().filter((block) => block !== ''),
    ...(baselines.length === 0
      ? []
      : [
          '## Published baselines',
          scopeCaution(results),
          table(
            ['System', 'Task', 'Energy per inference', 'Latency', 'Energy per operation', 'Class', 'Scope', 'Source'],
            baselines.map((baseline) => [
              baseline.name,
              baseline.task,
              withBand(baseline.joulesPerInference, 'J', baseline),
              baseline.latencySeconds === undefined ? '–' : quantity(baseline.latencySeconds, 's'),
              withBand(baseline.joulesPerOp, 'J/op', baseline),
              baseline.class,
              baseline.scope,
              `${baseline.source}; ${baseline.conditions}`,
            ]),
            2,
          ),
        ]),
    '## Provenance',
    table(
      ['Entry', 'Technology', 'Value', 'Band', 'Class', 'Source', 'Conditions'],
      usedOrigins(results).map(({ origin, technologies, text, band }) => [
        origin.entry,
        technologies.join(', '),
        text,
        band,
        origin.class,
        origin.source,
        origin.conditions,
      ]),
      2,
    ),
    '## How to reproduce',
    `\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
    ...files.map(({ name, text }) => `\`${name}\`:\n\n\`\`\`json\n${text}\n\`\`\``),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A pipe table; columns from `words` on are numbers. Empty without rows. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], words: number): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  const rule = `|${heads.map((_, index) => (index < words ? '---' : '--:')).join('|')}|`;
  return [line(heads), rule, ...rows.map(line)].join('\n');
}

function inline(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
