import type { Graph } from '../../models/graph.ts';
import { layerStatistics } from '../../models/statistics.ts';
import type { ModelCard } from '../../specs/model.ts';
import { count } from '../report/format.ts';

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
const blankOr = (value: number): string => (value === 0 ? '' : count(value));

/** The model card for people, as Markdown. */
export function cardText(card: ModelCard, graph: Graph): string {
  const { accuracy, training, input, output } = card;
  const port = ({ shape, scale, zeroPoint }: ModelCard['input']): string =>
    `int8 ${shape.join(' x ')}, scale ${scale}, zero point ${zeroPoint}`;
  return [
    `# ${card.name}`,
    '',
    card.task,
    '',
    `- **Classes**: ${card.classes.join(', ')}`,
    `- **Input**: ${port(input)}`,
    `- **Output**: ${port(output)}`,
    `- **Size**: ${card.layers} layers, ${count(card.macs)} multiply-accumulates per inference, ${count(card.parameters)} parameters`,
    `- **Accuracy** on ${count(accuracy.samples)} samples it has not seen: float ${percent(accuracy.float)}, int8 ${percent(accuracy.int8)}`,
    `- **Data**: ${training.data}; ${count(training.samples)} training samples`,
    `- **Training**: ${training.script}; seed ${training.seed}, ${training.epochs} epochs`,
    `- **Use**: ${card.use}`,
    `- **Limits**: ${card.limits}`,
    `- **Licence**: ${card.license}`,
    '',
    '| layer | kind | output | MACs | parameters |',
    '|---|---|---|--:|--:|',
    ...layerStatistics(graph).map(
      ({ name, kind, outputShape, macs, parameters }) =>
        `| ${name} | ${kind} | ${outputShape.join(' x ')} | ${blankOr(macs)} | ${blankOr(parameters)} |`,
    ),
    '',
    '| file | SHA-256 |',
    '|---|---|',
    ...card.files.map(({ name, sha256 }) => `| ${name} | ${sha256} |`),
    '',
    'Written by the training script together with `card.json`, which says the same to programs.',
    '',
  ].join('\n');
}
