import { graphTotals, type LayerStatistics, layerStatistics } from '../../models/statistics.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadModel } from '../model.ts';
import { count } from '../report/format.ts';
import { type Column, table } from '../table.ts';
import { paint } from '../terminal.ts';
import { answer, verb } from './verb.ts';

const columns: readonly Column[] = [
  { title: 'layer' },
  { title: 'kind' },
  { title: 'output shape' },
  { title: 'MACs', align: 'right' },
  { title: 'parameters', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'zero weights', align: 'right' },
  { title: 'accumulator [bits]', align: 'right' },
  { title: 'output scale', align: 'right' },
  { title: 'zero point', align: 'right' },
];

function row(layer: LayerStatistics): string[] {
  const { weights } = layer;
  return [
    layer.name,
    layer.kind,
    layer.outputShape.join(' x '),
    layer.macs === 0 ? '' : count(layer.macs),
    layer.parameters === 0 ? '' : count(layer.parameters),
    weights === null ? '' : `${weights.range.min}..${weights.range.max}`,
    weights === null ? '' : `${((100 * weights.zeros) / weights.count).toFixed(1)} %`,
    weights === null ? '' : String(weights.accumulatorBits),
    layer.outputScale.toPrecision(6),
    String(layer.outputZeroPoint),
  ];
}

export const inspect = verb({
  command: 'inspect <MODEL>',
  describe: 'layers, shapes, MACs, scales, ranges',
  builder: (parser) =>
    parser.positional('MODEL', { type: 'string', demandOption: true, describe: 'a .tflite file or a zoo network' }),
  async run(args, terminal) {
    const { graph, sha256, source } = loadModel(args.MODEL, terminal.folder, 'MODEL', terminal.environment);
    const layers = layerStatistics(graph);
    const totals = graphTotals(graph);
    const port = (id: number) => {
      const { name, shape, scale, zeroPoint } = graph.tensors.get(id)!;
      return { name, shape, scale, zeroPoint };
    };
    const document = {
      model: graph.name,
      source,
      sha256,
      profile: graph.profile,
      inputs: graph.inputs.map(port),
      outputs: graph.outputs.map(port),
      layers,
      totals,
    };
    const ports = (title: string, ids: readonly number[]) =>
      ids.map(port).map(({ shape, scale, zeroPoint }) => {
        return `${title}: int8 ${shape.join(' x ')}, scale ${scale}, zero point ${zeroPoint}\n`;
      });
    const text = [
      `${paint(terminal, 'bold', graph.name)}: ${layers.length} layers, ${count(totals.macs)} MACs, ${count(totals.parameters)} parameters\n`,
      ...ports('input', graph.inputs),
      ...ports('output', graph.outputs),
      `sha256: ${sha256}\n`,
      table(columns, layers.map(row)),
    ].join('');
    answer(terminal, args.json, document, text);
    return exitCodes.equal;
  },
});
