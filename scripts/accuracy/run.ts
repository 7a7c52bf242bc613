import { largestIndex, meanSquaredError } from '../../models/accuracy.ts';
import { type CrossCheck, crossCheck, dequantize } from '../../models/crosscheck.ts';
import { loadTensorflowEngine } from '../../models/float-tensorflow.ts';
import type { Graph, TensorData } from '../../models/graph.ts';
import { runGraph } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { Fault } from '../../specs/fault.ts';
import type { Labels } from '../labels.ts';
import type { LoadedFloatModel, LoadedModel, LoadedNetwork } from '../model.ts';
import type { Progress } from '../progress.ts';
import type { SampleInputs } from './inputs.ts';
import { type Judgement, judgeClasses, judgeReconstruction, judgeRegression, type Task, taskOf } from './task.ts';

/** How many outputs equal the ones that came with the model, byte for byte. */
export interface Golden {
  readonly samples: number;
  readonly equal: number;
}

export interface Measured {
  /** What computed the network. */
  readonly engine: string;
  readonly judgement: Judgement;
  readonly golden: Golden | null;
}

/** One sample through the network: what its output stands for. */
type Runner = (sample: number) => Float32Array;

export function checkPorts({ model }: LoadedNetwork): void {
  const { inputs, outputs, name } = model.graph;
  if (inputs.length === 1 && outputs.length === 1) return;
  throw new Fault({
    code: 'ACCURACY_PORTS',
    place: model.source,
    cause: `the network ${name} has ${inputs.length} inputs and ${outputs.length} outputs`,
    wayOut: 'networks with one of each are measured',
  });
}

/** The integer reference, which also counts the outputs that are equal to the golden ones. */
function integerRunner(graph: Graph, inputs: SampleInputs, expected: TensorData | null) {
  const output = graph.tensors.get(graph.outputs[0]!)!;
  const size = tensorElements(output.shape);
  const counted = { samples: 0, equal: 0 };
  const run: Runner = (sample) => {
    const given = new Map([[graph.inputs[0]!, inputs.integers(graph, sample)]]);
    const data = runGraph(graph, given).get(output.id)!;
    if (expected !== null) {
      const golden = expected.subarray(sample * size, (sample + 1) * size);
      counted.samples += 1;
      if (data.every((value, at) => value === golden[at])) counted.equal += 1;
    }
    return dequantize(data, output);
  };
  return { run, golden: expected === null ? null : counted };
}

function endsInSoftmax({ model }: LoadedNetwork): boolean {
  return model.graph.layers.at(-1)?.kind === 'softmax';
}

function judge(
  task: Task,
  run: Runner,
  inputs: SampleInputs,
  labels: Labels | null,
  samples: number,
  progress: Progress,
): Judgement {
  const every = <T>(of: (output: Float32Array, sample: number) => T): T[] =>
    Array.from({ length: samples }, (_, sample) => {
      progress.step(sample, samples, 'samples');
      return of(run(sample), sample);
    });
  if (task === 'reconstruction') {
    const errors = every((output, sample) => meanSquaredError(output, inputs.reals(sample)));
    return judgeReconstruction(errors, labels, inputs.count);
  }
  if (task === 'regression')
    return judgeRegression(
      every((output) => output),
      labels,
      inputs.count,
    );
  let outputs = 0;
  const found = every((output) => {
    outputs = output.length;
    return largestIndex(output);
  });
  return judgeClasses(found, outputs, labels, inputs.count);
}

export interface Request {
  readonly inputs: SampleInputs;
  readonly labels: Labels | null;
  readonly samples: number;
  /** Null to conclude it from shapes and labels. */
  readonly task: Task | null;
  /** Outputs that must come, of an integer network. */
  readonly expected: TensorData | null;
}

/** Runs every sample through the network and judges the outputs. Errors: LABELS_MISSING, LABELS. */
export async function measure(network: LoadedNetwork, request: Request, progress: Progress): Promise<Measured> {
  const { inputs, labels, samples, expected } = request;
  const { graph } = network.model;
  const elements = (id: number) => tensorElements(graph.tensors.get(id)!.shape);
  const [input, output] = [elements(graph.inputs[0]!), elements(graph.outputs[0]!)];
  const task = request.task ?? taskOf(labels, input, output, endsInSoftmax(network));
  if (network.kind === 'integer') {
    const { run, golden } = integerRunner(network.model.graph, inputs, expected);
    const judgement = judge(task, run, inputs, labels, samples, progress);
    return { engine: `integer reference, ${network.model.graph.profile}`, judgement, golden };
  }
  const engine = await loadTensorflowEngine();
  const loaded = engine.load(network.model.graph);
  try {
    const run: Runner = (sample) =>
      loaded.run(new Map([[graph.inputs[0]!, inputs.reals(sample)]])).get(graph.outputs[0]!)!;
    return { engine: engine.name, judgement: judge(task, run, inputs, labels, samples, progress), golden: null };
  } finally {
    loaded.dispose();
  }
}

/** The integer network against the float one, layer by layer, on the same samples. */
export async function check(
  { graph }: LoadedModel,
  float: LoadedFloatModel,
  inputs: SampleInputs,
  samples: number,
  progress: Progress,
): Promise<CrossCheck> {
  const engine = await loadTensorflowEngine();
  function* given() {
    for (let sample = 0; sample < samples; sample += 1) {
      progress.step(sample, samples, 'cross-check');
      yield [inputs.integers(graph, sample)];
    }
  }
  return crossCheck(graph, float.graph, given(), { engine });
}
