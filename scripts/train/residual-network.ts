import type { LayersModel, SymbolicTensor, TensorFlow } from '../../models/tf.ts';

export interface ResidualNetwork {
  readonly inputShape: readonly [number, number, number];
  /** Filters of the convolution at the input. */
  readonly stem: number;
  /** Two convolutions around which the input goes by; with a stride or other filters it passes a 1 x 1 convolution. */
  readonly blocks: readonly { readonly stride: number; readonly filters: number }[];
  readonly classes: number;
}

/** A residual network in the manner of He et al. (arXiv:1512.03385), batch-normalised while training. */
export function buildResidual(tf: TensorFlow, seed: number, network: ResidualNetwork): LayersModel {
  const { layers, initializers, input, model } = tf.layers;
  let drawn = seed;
  const initializer = () => initializers.heNormal({ seed: drawn++ });
  const convolution = (x: SymbolicTensor, filters: number, kernelSize: number, strides: number): SymbolicTensor => {
    const layer = layers.conv2d({
      filters,
      kernelSize,
      strides,
      padding: 'same',
      useBias: false,
      kernelInitializer: initializer(),
    });
    return layers.batchNormalization({ momentum: 0.95 }).apply(layer.apply(x)) as SymbolicTensor;
  };
  const rectified = (x: SymbolicTensor): SymbolicTensor => layers.reLU().apply(x) as SymbolicTensor;
  const image = input({ shape: [...network.inputShape] });
  let x = rectified(convolution(image, network.stem, 3, 1));
  let channels = network.stem;
  for (const { stride, filters } of network.blocks) {
    const inner = rectified(convolution(x, filters, 3, stride));
    const long = convolution(inner, filters, 3, 1);
    const short = stride === 1 && filters === channels ? x : convolution(x, filters, 1, stride);
    x = rectified(layers.add().apply([long, short]) as SymbolicTensor);
    channels = filters;
  }
  const pooled = layers.globalAveragePooling2d({}).apply(x) as SymbolicTensor;
  const dense = layers.dense({ units: network.classes, activation: 'softmax', kernelInitializer: initializer() });
  return model({ inputs: image, outputs: dense.apply(pooled) as SymbolicTensor });
}
