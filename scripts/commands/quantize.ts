import { createHash } from 'node:crypto';
import type { FloatGraph } from '../../models/float.ts';
import type { QuantizeOptions, WeightBits } from '../../models/quantize/options.ts';
import { sensitivity } from '../../models/quantize/sensitivity.ts';
import { prepareFloat, quantizeGraph } from '../../models/quantize.ts';
import { graphToJson } from '../../models/serialize.ts';
import { graphFormat } from '../../models/serialize-schema.ts';
import { Fault } from '../../specs/fault.ts';
import { check, type Measured, measure } from '../accuracy/run.ts';
import { headline } from '../accuracy/words.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkMarked, writeMarked } from '../files.ts';
import { checkSamples } from '../levels.ts';
import type { LoadedModel } from '../model.ts';
import { progress } from '../progress.ts';
import { expandPath } from '../project.ts';
import { calibratorWords, quantizeOptions, widthNames } from '../quantize/options.ts';
import { floatSource } from '../quantize/source.ts';
import { layersText, sensitivityText } from '../quantize/words.ts';
import { count, counted } from '../report/format.ts';
import { paint } from '../terminal.ts';
import { answer, verb } from './verb.ts';

function widthsOf(graph: FloatGraph, { layers = {}, weightBits = 8 }: QuantizeOptions): Map<string, WeightBits> {
  const weighted = graph.layers.filter((layer) => 'weights' in layer);
  return new Map(weighted.map(({ name }) => [name, layers[name]?.weightBits ?? weightBits]));
}

function outputPath(named: string | undefined, folder: string, environment: Parameters<typeof expandPath>[2]): string {
  if (named !== undefined) return expandPath(named, folder, environment);
  throw new Fault({
    code: 'COMMAND_LINE',
    place: 'command line',
    cause: 'the file to write is missing',
    wayOut: 'add -o NAME.joulesmith.json',
  });
}

export const quantize = verb({
  command: 'quantize <MODEL>',
  describe: 'integers from a float network: ranges from typical inputs, weights of 8 or 4 bits or ternary',
  builder: (parser) =>
    parser
      .positional('MODEL', {
        type: 'string',
        demandOption: true,
        describe: 'a float network: .tflite, ONNX, model.json of TensorFlow.js, or a zoo network',
      })
      .option('o', {
        alias: 'out',
        type: 'string',
        requiresArg: true,
        describe: 'the file to write, NAME.joulesmith.json',
      })
      .option('calibration', {
        type: 'string',
        requiresArg: true,
        describe: 'typical inputs, raw float32 or .npy, samples concatenated (default: those of the zoo network)',
      })
      .option('labels', {
        type: 'string',
        requiresArg: true,
        describe: 'the right class of each calibration input, one byte each, or .npy',
      })
      .option('samples', { type: 'number', requiresArg: true, describe: 'at most so many, from the first on' })
      .option('dtype', {
        type: 'string',
        requiresArg: true,
        describe: 'with --calibration, of a raw file: uint8, int8 ...',
      })
      .option('layout', {
        type: 'string',
        requiresArg: true,
        describe: 'with --calibration: nhwc or nchw, the order of the inputs',
      })
      .option('weights', { type: 'string', requiresArg: true, default: '8', describe: widthNames.join(', ') })
      .option('layers', {
        type: 'string',
        requiresArg: true,
        describe: 'other widths for single layers: conv2d_0=8,dense_3=ternary',
      })
      .option('per-tensor', {
        type: 'boolean',
        default: false,
        describe: 'one weight scale per layer, not per channel',
      })
      .option('calibrator', {
        type: 'string',
        requiresArg: true,
        default: 'min-max',
        describe: calibratorWords.join(', '),
      })
      .option('percentile', {
        type: 'number',
        requiresArg: true,
        describe: 'per cent of the values kept (default 99.99)',
      })
      .option('power-of-two', { type: 'boolean', default: false, describe: 'scales whose requantizers are shifts' })
      .option('equalize', { type: 'boolean', default: false, describe: 'cross-layer equalisation first' })
      .option('bias-correction', {
        type: 'string',
        requiresArg: true,
        default: 'auto',
        describe: 'on, off, or auto: on where weights have fewer than 8 bits',
      })
      .option('sensitivity', {
        type: 'boolean',
        default: false,
        describe: 'also: what each layer alone costs at each width',
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    const limit = checkSamples(args.samples);
    const file = outputPath(args.o, folder, environment);
    checkMarked(file, graphFormat);
    const { calibration: inputsFile, labels: labelsFile, dtype, layout } = args;
    const named = { model: args.MODEL, calibration: inputsFile, labels: labelsFile, dtype, layout };
    const { model, calibration, labels } = floatSource(named, terminal);
    const options = quantizeOptions(args, model.graph);
    const samples = Math.min(calibration.count, limit ?? calibration.count);
    const inputs = Array.from({ length: samples }, (_, sample) => calibration.reals(sample));
    const bar = progress(terminal);
    try {
      bar.step(0, samples, 'calibration');
      const graph = quantizeGraph(model.graph, inputs, options);
      const text = `${JSON.stringify(graphToJson(graph), null, 1)}\n`;
      const sha256 = createHash('sha256').update(text).digest('hex');
      const bare = { sha256, source: file, format: 'joulesmith', samples: null, labels: null, accuracy: null };
      const made: LoadedModel = { ...bare, graph };
      const float = { ...model, graph: prepareFloat(model.graph, options) };
      const checked = await check(made, float, calibration, samples, bar);
      const request = { inputs: calibration, labels, samples, task: null, expected: null };
      const judged = async (of: Parameters<typeof measure>[0]): Promise<Measured | null> =>
        labels === null || model.graph.outputs.length !== 1 ? null : await measure(of, request, bar);
      const [before, after] = [await judged({ kind: 'float', model }), await judged({ kind: 'integer', model: made })];
      const { weights: scales } = options;
      const powerOfTwo = options.powerOfTwo ?? false;
      const table = args.sensitivity
        ? sensitivity(model.graph, inputs, {
            ...(scales === undefined ? {} : { weights: scales }),
            powerOfTwo,
            ...(labels === null || labels.real ? {} : { labels: labels.values }),
          })
        : null;
      writeMarked(file, text, graphFormat);
      bar.end();
      const document = {
        model: model.graph.name,
        source: model.source,
        sha256: model.sha256,
        output: { file, sha256 },
        calibration: { samples, origin: calibration.origin },
        labels: labels?.origin ?? null,
        options,
        accuracy: before && after && { float: before.judgement, integer: after.judgement },
        topOne: checked.topOne,
        layers: checked.layers.map(({ layer, sqnr }) => ({ layer, sqnr })),
        sensitivity: table,
      };
      const words = [
        `${paint(terminal, 'bold', model.graph.name)}: ${counted(graph.layers.length, 'layer')}, calibrated on ${counted(samples, 'sample')} (${calibration.origin})\n`,
        before === null ? '' : `float:    ${headline(before.judgement)}\n`,
        after === null ? '' : `integers: ${headline(after.judgement)}\n`,
        checked.topOne === null ? '' : `same answer: ${count(checked.topOne)} of ${count(samples)}\n`,
        layersText(checked, widthsOf(model.graph, options)),
        table === null ? '' : sensitivityText(table),
        `written: ${file}\n`,
      ].join('');
      answer(terminal, args.json, document, words);
      return exitCodes.equal;
    } finally {
      bar.end();
    }
  },
});
