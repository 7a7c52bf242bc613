import { outlineOf } from '../../models/outline.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeMarked } from '../files.ts';
import { networkDocument, type PortDocument } from '../inspect/document.ts';
import { keyColumns, layerTable, shapeText } from '../inspect/layer-table.ts';
import { networkPage, pageMark } from '../inspect/page.ts';
import { loadNetwork } from '../model.ts';
import { expandPath } from '../project.ts';
import { counted } from '../report/format.ts';
import { foldedTable } from '../table.ts';
import { paint } from '../terminal.ts';
import { answer, verb } from './verb.ts';

function portText(title: string, { type, shape, scale, zeroPoint }: PortDocument): string {
  const quantisation = scale === null ? '' : `, scale ${scale}, zero point ${zeroPoint}`;
  return `${title}: ${type} ${shapeText(shape)}${quantisation}\n`;
}

export const inspect = verb({
  command: 'inspect <MODEL>',
  describe: 'layers, shapes, MACs, scales, ranges',
  builder: (parser) =>
    parser
      .positional('MODEL', {
        type: 'string',
        demandOption: true,
        describe: '.tflite, .onnx, TensorFlow.js model.json or its folder, .joulesmith.json, or a zoo network',
      })
      .option('html', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        describe: 'write one self-contained page with the table and a drawing of the graph',
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    const network = loadNetwork(args.MODEL, folder, 'MODEL', environment);
    const document = networkDocument(network);
    const page = args.html === undefined ? null : expandPath(args.html, folder, environment);
    if (page !== null) writeMarked(page, networkPage(document, outlineOf(network.model.graph)), pageMark);
    const { model, format, numbers, layers, totals, inputs, outputs, sha256 } = document;
    const { columns, rows, total } = layerTable(document);
    const profile = document.numbers === 'integer' ? `, arithmetic ${document.profile}` : '';
    const text = [
      `${paint(terminal, 'bold', model)}: ${counted(layers.length, 'layer')}, ${counted(totals.macs, 'MAC')}, ${counted(totals.parameters, 'parameter')}\n`,
      `${format}, ${numbers} network${profile}\n`,
      ...inputs.map((port) => portText('input', port)),
      ...outputs.map((port) => portText('output', port)),
      `sha256: ${sha256}\n`,
      foldedTable(columns, [...rows, total], keyColumns, terminal.columns),
      page === null ? '' : `page: ${page}\n`,
    ].join('');
    answer(terminal, args.json, page === null ? document : { ...document, page }, text);
    return exitCodes.equal;
  },
});
