/** Float networks on TensorFlow.js: the same layers as float-reference.ts, on the operators of tfjs-core. */
import type { Activation } from './arithmetic.ts';
import type { FloatGraph, FloatLayer, FloatSlice } from './float.ts';
import type { FloatEngine } from './float-engine.ts';
import { checkFloatInputs } from './float-reference.ts';
import { poolTf, weightedTf } from './float-tensorflow-window.ts';
import { inputsOf } from './layer-ends.ts';
import { resizeSource } from './resize-source.ts';
import { loadTensorFlow, type TensorFlow, type TfTensor } from './tf.ts';

/** Computes the output of one layer from the tensors it reads. */
export type TfLayer = (inputs: readonly TfTensor[]) => TfTensor;

const backendNames = { tensorflow: 'tfjs-node', wasm: 'wasm', cpu: 'cpu' } as const;

/**
 * The engine for a loaded TensorFlow.js; its name holds version and backend: `TensorFlow.js 4.22.0, wasm`. Weights stay in the
 * backend's memory until `dispose`.
 */
export function tensorflowEngine(tf: TensorFlow): FloatEngine {
  return {
    name: `TensorFlow.js ${tf.version}, ${backendNames[tf.backend]}`,
    load: (graph) => {
      const held: TfTensor[] = [];
      const hold = (tensor: TfTensor): TfTensor => {
        held.push(tf.core.keep(tensor));
        return tensor;
      };
      const layers = graph.layers.map((layer) => ({
        layer,
        compute: scoped(tf, () => layerTf(tf, graph, layer, hold)),
      }));
      const constants = [...(graph.constants ?? [])].map(([id, values]): [number, TfTensor] => [
        id,
        hold(tf.core.tensor(values, [...graph.tensors.get(id)!.shape])),
      ]);
      return {
        run: (inputs) => scoped(tf, () => run(tf, graph, layers, constants, inputs)),
        dispose: () => tf.core.dispose(held),
      };
    },
  };
}

/** Frees what the body made and did not keep; tidy would do, if its type allowed other results than tensors. */
function scoped<T>({ core }: TensorFlow, body: () => T): T {
  core.engine().startScope();
  try {
    return body();
  } finally {
    core.engine().endScope();
  }
}

/**
 * The best engine there is: tfjs-node when it is installed and loads, else WebAssembly, else plain JavaScript; `name` says which.
 * Error: `TENSORFLOW_UNAVAILABLE`.
 */
export async function loadTensorflowEngine(): Promise<FloatEngine> {
  return tensorflowEngine(await loadTensorFlow());
}

interface Ready {
  readonly layer: FloatLayer;
  readonly compute: TfLayer;
}

function run(
  { core }: TensorFlow,
  graph: FloatGraph,
  layers: readonly Ready[],
  constants: readonly [number, TfTensor][],
  inputs: ReadonlyMap<number, Float32Array>,
): Map<number, Float32Array> {
  const tensors = new Map(constants);
  const given = checkFloatInputs(graph, inputs);
  for (const [id, values] of given) tensors.set(id, core.tensor(values, [...graph.tensors.get(id)!.shape]));
  const result = new Map(given);
  for (const { layer, compute } of layers) {
    const output = core.reshape(compute(inputsOf(layer).map((id) => tensors.get(id)!)), [
      ...graph.tensors.get(layer.output)!.shape,
    ]);
    tensors.set(layer.output, output);
    result.set(layer.output, Float32Array.from(output.dataSync()));
  }
  return result;
}

export function activatedTf({ core }: TensorFlow, activation: Activation, x: TfTensor): TfTensor {
  switch (activation) {
    case 'none':
      return x;
    case 'relu':
      return core.relu(x);
    case 'relu6':
      return core.relu6(x);
    case 'reluN1To1':
      return core.clipByValue(x, -1, 1);
  }
}

function activationTf(tf: TensorFlow, layer: Extract<FloatLayer, { kind: 'activation' }>): TfLayer {
  const { core } = tf;
  switch (layer.function) {
    case 'logistic':
      return ([x]) => core.sigmoid(x!);
    case 'tanh':
      return ([x]) => core.tanh(x!);
    case 'leakyRelu':
      return ([x]) => core.leakyRelu(x!, layer.alpha ?? 0);
    default: {
      const name = layer.function;
      return ([x]) => activatedTf(tf, name, x!);
    }
  }
}

/** Indices along one dimension. The backends differ in which of them know negative steps and half pixels; all know gather. */
function gathered({ core }: TensorFlow, x: TfTensor, axis: number, indices: number[]): TfTensor {
  return core.gather(x, core.tensor1d(indices, 'int32'), axis);
}

function sliceTf(tf: TensorFlow, layer: FloatSlice, shape: readonly number[]): TfLayer {
  return ([x]) =>
    shape.reduce((part, size, d) => {
      const indices = Array.from({ length: size }, (_, i) => layer.begin[d]! + i * layer.step[d]!);
      return gathered(tf, part, d, indices);
    }, x!);
}

/** `hold` keeps a tensor of weights beyond the call. */
function layerTf(tf: TensorFlow, graph: FloatGraph, layer: FloatLayer, hold: (tensor: TfTensor) => TfTensor): TfLayer {
  const { core } = tf;
  const [from, to] = [graph.tensors.get(inputsOf(layer)[0]!)!, graph.tensors.get(layer.output)!];
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const { activation } = layer;
      const compute = weightedTf(tf, layer, from.shape, hold);
      return (inputs) => activatedTf(tf, activation, compute(inputs));
    }
    case 'averagePool2d':
    case 'maxPool2d':
      return poolTf(tf, layer, from, to, hold);
    case 'reshape':
      return ([x]) => x!;
    case 'softmax':
      return ([x]) => core.softmax(layer.beta === 1 ? x! : core.mul(x!, layer.beta));
    case 'activation':
      return activationTf(tf, layer);
    case 'add':
      return ([a, b]) => activatedTf(tf, layer.activation, core.add(a!, b!));
    case 'sub':
      return ([a, b]) => activatedTf(tf, layer.activation, core.sub(a!, b!));
    case 'mul':
      return ([a, b]) => activatedTf(tf, layer.activation, core.mul(a!, b!));
    case 'pad':
      return ([x]) =>
        core.pad(
          x!,
          layer.before.map((before, d): [number, number] => [before, layer.after[d]!]),
          layer.value,
        );
    case 'concatenation':
      return (inputs) => core.concat([...inputs], layer.axis);
    case 'mean':
      return ([x]) => core.mean(x!, [...layer.axes]);
    case 'resizeNearest':
      return ([x]) =>
        [1, 2].reduce((part, d) => {
          const [input, output] = [from.shape[d]!, to.shape[d]!];
          const sources = Array.from({ length: output }, (_, i) => resizeSource(i, input, output, layer));
          return gathered(tf, part, d, sources);
        }, x!);
    case 'slice':
      return sliceTf(tf, layer, to.shape);
    case 'transpose':
      return ([x]) => core.transpose(x!, [...layer.permutation]);
    case 'batchMatMul':
      return ([a, b]) => core.matMul(a!, b!, layer.adjointFirst, layer.adjointSecond);
  }
}
