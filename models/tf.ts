/** The one door to TensorFlow.js: nothing else in the project imports it, and it is loaded only when asked for. */

import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { Fault } from '../specs/fault.ts';
import type { KerasModel } from './float-keras.ts';

export type TensorFlowBackend = 'tensorflow' | 'wasm' | 'cpu';
export type LayersModel = Layers.LayersModel;
export type SymbolicTensor = Layers.SymbolicTensor;
export type TfTensor = Core.Tensor;
export type KernelFunc = Core.KernelFunc;

/** TensorFlow.js ready to compute. `backend` says which engine it runs on: `tensorflow` is the native one of tfjs-node. */
export interface TensorFlow {
  readonly core: typeof Core;
  readonly layers: typeof Layers;
  readonly backend: TensorFlowBackend;
  /** Version of tfjs-core. */
  readonly version: string;
}

/** tfjs-node is an optional peer that downloads a native library; a specifier in a variable keeps the compiler from asking for it. */
const nativePackage: string = '@tensorflow/tfjs-node';

const register: Readonly<Record<TensorFlowBackend, () => Promise<unknown>>> = {
  tensorflow: () => import(nativePackage),
  wasm: async () => {
    const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    // One thread: sums are then always taken in the same order, and training gives the same bits on every run.
    setThreadsCount(1);
  },
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/**
 * Takes the first backend of `order` that works. Any failure of an import counts as absent: a tfjs-node whose native library
 * was not downloaded, or one that does not fit this Node, is present and broken.
 */
export async function loadTensorFlow(
  order: readonly TensorFlowBackend[] = ['tensorflow', 'wasm', 'cpu'],
): Promise<TensorFlow> {
  const core = await import('@tensorflow/tfjs-core');
  const layers = await import('@tensorflow/tfjs-layers');
  const failures: string[] = [];
  for (const backend of order) {
    try {
      await register[backend]();
      if (await core.setBackend(backend)) {
        await core.ready();
        return { core, layers, backend, version: core.version_core };
      }
      failures.push(`${backend}: refused to start`);
    } catch (error) {
      failures.push(`${backend}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  throw new Fault({
    code: 'TENSORFLOW_UNAVAILABLE',
    place: 'TensorFlow.js',
    cause: `no backend could be loaded (${failures.join('; ')})`,
    wayOut: 'run npm install in the project folder and try again',
    kind: 'tool',
  });
}

/** A trained model as plain data: what its model.json would say, and its weights. */
export function kerasLayers(model: LayersModel): KerasModel {
  const weights = model.weights.map((variable) => {
    const tensor = variable.read();
    return { name: variable.originalName, shape: tensor.shape, values: Float32Array.from(tensor.dataSync()) };
  });
  return { topology: model.toJSON(null, false), weights };
}
