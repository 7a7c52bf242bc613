/** TensorFlow.js GraphModel artefacts, written by hand. */
import type { Random } from './random.ts';

export interface Node {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, unknown>;
}

/** A frozen graph as JSON; tests change it before they build it. */
export class GraphFile {
  readonly nodes: Node[] = [];
  readonly weights: { name: string; shape: number[]; dtype: string; values: number[] }[] = [];
  signature: unknown;

  node(name: string, op: string, input: string[] = [], attr: Record<string, unknown> = {}): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  input(name: string, shape: readonly number[]): string {
    return this.node(name, 'Placeholder', [], {
      shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } },
    });
  }

  constant(name: string, shape: number[], values: number[], dtype = 'float32'): string {
    this.weights.push({ name, shape, dtype, values });
    return this.node(name, 'Const');
  }

  ints(name: string, values: number[]): string {
    return this.constant(name, [values.length], values, 'int32');
  }

  build(): { json: unknown; bytes: Uint8Array } {
    const total = this.weights.reduce((sum, { values }) => sum + values.length, 0);
    const view = new DataView(new ArrayBuffer(4 * total));
    let at = 0;
    for (const { values, dtype } of this.weights) {
      for (const value of values) {
        if (dtype === 'int32') view.setInt32(at, value, true);
        else view.setFloat32(at, value, true);
        at += 4;
      }
    }
    const weights = this.weights.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
    const json = {
      format: 'graph-model',
      modelTopology: { node: this.nodes, versions: {} },
      weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }],
      ...(this.signature ? { signature: this.signature } : {}),
    };
    return { json: JSON.parse(JSON.stringify(json)), bytes: new Uint8Array(view.buffer) };
  }
}

export const integer = (value: number) => ({ i: String(value) });
export const text = (value: string) => ({ s: btoa(value) });
export const list = (...values: number[]) => ({ list: { i: values.map(String) } });
export const texts = (...values: string[]) => ({ list: { s: values.map((value) => btoa(value)) } });

/** All numbers of convolutionalGraph. */
export function drawWeights(random: Random) {
  const reals = (count: number): number[] => Array.from({ length: count }, () => random.fraction() - 0.5);
  const [stem, stemBias, each, eachBias] = [reals(3 * 3 * 2 * 4), reals(4), reals(9 * 4 * 2), reals(8)];
  const [gamma, beta, mean] = [reals(8), reals(8), reals(8)];
  const variance = reals(8).map((value) => value + 0.7);
  const [wide, wideBias, last, lastBias] = [reals(3 * 3 * 8 * 8), reals(8), reals(8 * 3), reals(3)];
  const epsilon = 0.001;
  return { stem, stemBias, each, eachBias, gamma, beta, mean, variance, wide, wideBias, last, lastBias, epsilon };
}

/** A small network with what the converter writes for convolutions, fused and not. */
export function convolutionalGraph(weights: ReturnType<typeof drawWeights>): GraphFile {
  const { stem, stemBias, each, eachBias, gamma, beta, mean, variance, wide, wideBias, last, lastBias, epsilon } =
    weights;
  const f = new GraphFile();
  const [strides, ones] = [list(1, 2, 2, 1), list(1, 1, 1, 1)];
  f.input('x', [-1, 9, 8, 2]);
  const fused = { strides, padding: text('SAME'), fused_ops: texts('BiasAdd', 'Relu6'), data_format: text('NHWC') };
  f.node(
    'stem',
    '_FusedConv2D',
    ['x', f.constant('stem/w', [3, 3, 2, 4], stem), f.constant('stem/b', [4], stemBias)],
    fused,
  );
  const depthwise = { strides: ones, padding: text('VALID'), dilations: ones, fused_ops: texts('BiasAdd') };
  f.node(
    'each',
    'FusedDepthwiseConv2dNative',
    ['stem', f.constant('each/w', [3, 3, 4, 2], each), f.constant('each/b', [8], eachBias)],
    depthwise,
  );
  const statistics = [
    ['gamma', gamma],
    ['beta', beta],
    ['mean', mean],
    ['variance', variance],
  ] as const;
  const norm = statistics.map(([name, values]) => f.constant(`norm/${name}`, [8], values));
  f.node('norm', 'FusedBatchNormV3', ['each', ...norm], { epsilon: { f: epsilon }, is_training: { b: false } });
  f.node('relu', 'Relu', ['norm:0']);
  f.node('pad', 'Pad', ['relu', f.constant('pad/widths', [4, 2], [0, 0, 1, 1, 1, 1, 0, 0], 'int32')]);
  f.node('wide', 'Conv2D', ['pad', f.constant('wide/w', [3, 3, 8, 8], wide)], {
    strides: ones,
    padding: text('VALID'),
  });
  f.node('wide/BiasAdd', 'BiasAdd', ['wide', f.constant('wide/b', [8], wideBias)]);
  f.node('sum', 'AddV2', ['wide/BiasAdd', 'relu']);
  f.node('mean', 'Mean', ['sum', f.ints('mean/axes', [1, 2])], { keep_dims: { b: false } });
  f.node('flat', 'Reshape', ['mean', f.ints('flat/shape', [-1, 8])]);
  f.node('dense', 'MatMul', ['flat', f.constant('dense/w', [8, 3], last)], { transpose_b: { b: false } });
  f.node('dense/BiasAdd', 'BiasAdd', ['dense', f.constant('dense/b', [3], lastBias)]);
  f.node('softmax', 'Softmax', ['dense/BiasAdd']);
  f.node('Identity', 'Identity', ['softmax', '^stem']);
  f.node('unread', 'Elu', ['stem']);
  f.signature = { inputs: { x: { name: 'x:0' } }, outputs: { y: { name: 'Identity:0' } } };
  return f;
}
