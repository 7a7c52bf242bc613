import type { TensorData } from '../../models/graph.ts';
import { Fault } from '../../specs/fault.ts';
import { inputPort, inputsFromFile, ownInputs, type SampleInputs } from '../accuracy/inputs.ts';
import { check, checkPorts, measure } from '../accuracy/run.ts';
import { type Task, tasks } from '../accuracy/task.ts';
import { crossCheckText, goldenText, headline, judgementText } from '../accuracy/words.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Labels, readLabels } from '../labels.ts';
import { checkSamples } from '../levels.ts';
import { type LoadedFloatModel, type LoadedNetwork, loadNetwork } from '../model.ts';
import { refuseWithout } from '../option-words.ts';
import { progress } from '../progress.ts';
import { expandPath, suggestion } from '../project.ts';
import { paint, type Terminal } from '../terminal.ts';
import { answer, verb } from './verb.ts';

interface Files {
  readonly inputs: string | undefined;
  readonly labels: string | undefined;
  readonly dtype: string | undefined;
  readonly layout: string | undefined;
}

interface Chosen {
  readonly inputs: SampleInputs;
  readonly labels: Labels | null;
  readonly expected: TensorData | null;
}

/** The files that were named, else what came with the model: its manifest's, or the zoo's. */
function choose(network: LoadedNetwork, { inputs, labels, dtype, layout }: Files): Chosen {
  const own = network.kind === 'integer' ? network.model : null;
  const chosen = labels === undefined ? null : readLabels(labels, own?.labels?.classes ?? []);
  if (inputs !== undefined) {
    return { inputs: inputsFromFile(network, inputs, { dtype, layout }), labels: chosen, expected: null };
  }
  refuseWithout('inputs', 'accuracy', { dtype, layout });
  const samples = own?.samples ?? null;
  if (samples === null) {
    throw new Fault({
      code: 'INPUTS_MISSING',
      place: network.model.source,
      cause: 'no samples came with this model',
      wayOut: 'give them with --inputs F and --labels F',
    });
  }
  const { tensor } = inputPort(network);
  return {
    inputs: ownInputs(samples.inputs, tensor!, samples.origin),
    labels: chosen ?? own!.labels,
    expected: samples.expected,
  };
}

function taskNamed(name: string | undefined): Task | null {
  if (name === undefined) return null;
  const task = tasks.find((one) => one === name);
  if (task !== undefined) return task;
  throw new Fault({
    code: 'COMMAND_LINE',
    place: '--task',
    cause: `there is no task '${name}'`,
    wayOut: suggestion(name, tasks),
  });
}

/** The float network that an integer one is compared with. */
function floatPartner(network: LoadedNetwork, name: string, { folder, environment }: Terminal): LoadedFloatModel {
  const partner = loadNetwork(name, folder, '--float', environment);
  const [place, cause] =
    partner.kind === 'integer'
      ? [partner.model.source, 'is an integer network, and --float takes a float one']
      : [network.model.source, 'is a float network itself, and --float compares an integer one with a float one'];
  if (partner.kind === 'float' && network.kind === 'integer') return partner.model;
  throw new Fault({ code: 'COMMAND_LINE', place, cause, wayOut: 'give MODEL as integers and --float as floats' });
}

export const accuracy = verb({
  command: 'accuracy <MODEL>',
  describe: 'how often the network is right on labelled samples; with --float how far it is from its float network',
  builder: (parser) =>
    parser
      .positional('MODEL', { type: 'string', demandOption: true, describe: 'as for inspect; integer or float' })
      .option('inputs', {
        type: 'string',
        requiresArg: true,
        describe: 'raw values or .npy, samples concatenated (default: those that come with the model)',
      })
      .option('labels', {
        type: 'string',
        requiresArg: true,
        describe: 'the right class of each sample, one byte each, or .npy; .npy of floats are values to estimate',
      })
      .option('samples', { type: 'number', requiresArg: true, describe: 'at most so many, from the first on' })
      .option('dtype', {
        type: 'string',
        requiresArg: true,
        describe: "with --inputs, of a raw file: int8, uint8, float32 ... (default: the model's own)",
      })
      .option('layout', {
        type: 'string',
        requiresArg: true,
        describe:
          'with --inputs: nhwc or nchw, their order in the file (default: nhwc; of ONNX images as the model has them)',
      })
      .option('task', {
        type: 'string',
        requiresArg: true,
        describe: `${tasks.join(', ')} (default: by the shapes and labels)`,
      })
      .option('float', {
        type: 'string',
        requiresArg: true,
        describe: 'the float network to compare with, layer by layer',
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    const limit = checkSamples(args.samples);
    const task = taskNamed(args.task);
    const network = loadNetwork(args.MODEL, folder, 'MODEL', environment);
    checkPorts(network);
    const partner = args.float === undefined ? null : floatPartner(network, args.float, terminal);
    const file = (path: string | undefined) => (path === undefined ? undefined : expandPath(path, folder, environment));
    const { dtype, layout } = args;
    const { inputs, labels, expected } = choose(network, {
      inputs: file(args.inputs),
      labels: file(args.labels),
      dtype,
      layout,
    });
    const samples = Math.min(inputs.count, limit ?? inputs.count);
    const bar = progress(terminal);
    try {
      // Without labels the comparison with the float network is all there is to say.
      const judged = labels !== null || partner === null || task !== null;
      const request = { inputs, labels, samples, task, expected };
      const measured = judged ? await measure(network, request, bar) : null;
      const checked =
        partner === null || network.kind === 'float' ? null : await check(network.model, partner, inputs, samples, bar);
      bar.end();
      const { model } = network;
      const document = {
        model: model.graph.name,
        source: model.source,
        format: model.format,
        sha256: model.sha256,
        numbers: network.kind,
        engine: measured?.engine ?? null,
        inputs: inputs.origin,
        labels: labels?.origin ?? null,
        samples,
        ...measured?.judgement,
        golden: measured?.golden ?? null,
        crossCheck: checked,
      };
      const said = measured === null ? 'no labels' : headline(measured.judgement);
      const text = [
        `${paint(terminal, 'bold', model.graph.name)}: ${said}\n`,
        `inputs: ${inputs.origin}${labels === null ? '' : `; labels: ${labels.origin}`}\n`,
        measured === null ? '' : `computed by: ${measured.engine}\n`,
        goldenText(measured?.golden ?? null),
        measured === null ? '' : judgementText(measured.judgement, labels?.classes ?? []),
        checked === null ? '' : crossCheckText(checked),
      ].join('');
      answer(terminal, args.json, document, text);
      const golden = measured?.golden ?? null;
      return golden === null || golden.equal === golden.samples ? exitCodes.equal : exitCodes.different;
    } finally {
      bar.end();
    }
  },
});
