import { loadZoo, zooNames } from '../../models/zoo/zoo.ts';
import { Fault } from '../../specs/fault.ts';
import { inputsFromFile, ownInputs, type SampleInputs } from '../accuracy/inputs.ts';
import { type Labels, readLabels } from '../labels.ts';
import { type LoadedFloatModel, type LoadedNetwork, loadNetwork } from '../model.ts';
import { refuseWithout } from '../option-words.ts';
import { expandPath } from '../project.ts';
import type { Terminal } from '../terminal.ts';

export interface FloatSource {
  readonly model: LoadedFloatModel;
  readonly calibration: SampleInputs;
  readonly labels: Labels | null;
}

interface Named {
  readonly model: string;
  readonly calibration: string | undefined;
  readonly labels: string | undefined;
  readonly dtype: string | undefined;
  readonly layout: string | undefined;
}

/** What a network of the zoo was quantised from, with its samples. */
function fromZoo(name: string): { model: LoadedFloatModel; samples: SampleInputs; labels: Labels } {
  const { float, card, samples, labels, graph } = loadZoo(name);
  const { sha256 } = card.files.find((file) => file.name === 'float.json')!;
  const source = `zoo network ${name}, float`;
  const origin = `${labels.length} samples of the zoo network ${name}`;
  return {
    model: { graph: float, sha256, source, format: 'zoo' },
    samples: ownInputs(samples, graph.tensors.get(graph.inputs[0]!)!, origin),
    labels: { values: Float64Array.from(labels), real: false, classes: card.classes, origin: `zoo network ${name}` },
  };
}

function floatOnly(network: LoadedNetwork): LoadedFloatModel {
  if (network.kind === 'float') return network.model;
  throw new Fault({
    code: 'MODEL_INTEGER',
    place: network.model.source,
    cause: 'is an integer network already, and floats are quantised',
    wayOut: 'give the float network that it was made from',
  });
}

/** The float network that a person names, with what it is calibrated on. Errors: those of loadNetwork and inputsFromFile, MODEL_INTEGER, INPUTS_MISSING, QUANTIZE_PORTS, ACCURACY_PORTS. */
export function floatSource(named: Named, { folder, environment }: Terminal): FloatSource {
  const path = (file: string) => expandPath(file, folder, environment);
  const zoo = zooNames.includes(named.model) ? fromZoo(named.model) : null;
  const model = zoo?.model ?? floatOnly(loadNetwork(named.model, folder, 'MODEL', environment));
  const { inputs } = model.graph;
  if (inputs.length !== 1) {
    throw new Fault({
      code: 'QUANTIZE_PORTS',
      place: model.source,
      cause: `the network ${model.graph.name} has ${inputs.length} inputs`,
      wayOut: 'a calibration file holds one; quantizeGraph of models/quantize.ts takes any number',
    });
  }
  if (named.labels !== undefined && model.graph.outputs.length !== 1) {
    throw new Fault({
      code: 'ACCURACY_PORTS',
      place: '--labels',
      cause: `the network ${model.graph.name} has ${model.graph.outputs.length} outputs, and labels judge one`,
      wayOut: 'leave it out',
    });
  }
  const { dtype, layout } = named;
  const given = named.labels === undefined ? null : readLabels(path(named.labels), zoo?.labels.classes ?? []);
  if (named.calibration !== undefined) {
    const network: LoadedNetwork = { kind: 'float', model };
    return { model, calibration: inputsFromFile(network, path(named.calibration), { dtype, layout }), labels: given };
  }
  refuseWithout('calibration', 'quantize', { dtype, layout });
  if (zoo) return { model, calibration: zoo.samples, labels: given ?? zoo.labels };
  throw new Fault({
    code: 'INPUTS_MISSING',
    place: model.source,
    cause: 'no samples came with this model',
    wayOut: 'give typical inputs with --calibration F (a hundred are usual)',
  });
}
